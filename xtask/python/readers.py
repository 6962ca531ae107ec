"""The canonical dump of a database as an independent reader sees it.

readers.py READER FILE [--time]: READER is libesedb, dissect or impacket. Prints
{"reader": R, "seconds": S, "tables": {NAME: {"records": N, "sha256": HEX}}} with the dump of
fixtures/README.md; a table that the reader can't read has "error", one with values that the
reader's Python side does not show has "unsupported" instead of the hash. impacket decodes values
in a lossy form: it counts only. With --time nothing is hashed: every value of every record is
decoded, and the seconds are those of opening and decoding alone.

One process per reader, so that one that crashes leaves the others alone.
"""

import hashlib
import importlib
import json
import sys
import time

TEXT, LONG_TEXT, BIT = 10, 12, 1
UTF16 = 1200


class Unsupported(Exception):
    """The reader's Python side can't show such a value; nothing is said about the file."""


def text(value):
    """Canonical bytes of a decoded string."""
    return value.rstrip("\0").encode("utf-8", "surrogatepass")


def plain(value, coltyp):
    """Canonical bytes of a value that is no text."""
    if coltyp == BIT:
        return b"\x01" if value[0] else b"\x00"
    return bytes(value)


def pack(columns):
    """A record: [(name, [values])] -> bytes."""
    out = []
    for name, values in sorted(columns, key=lambda c: c[0].encode()):
        values = [v for v in values if v]
        if not values:
            continue
        raw = name.encode()
        out += [len(raw).to_bytes(2, "little"), raw, len(values).to_bytes(4, "little")]
        for v in values:
            out += [len(v).to_bytes(4, "little"), v]
    body = b"".join(out)
    return len(body).to_bytes(4, "little") + body


def libesedb(path, only_time):
    """Yields (table, iterator of records), a record being [(column, [canonical values])]."""
    import pyesedb

    db = pyesedb.file()
    db.open(path)

    def value(record, i, coltyp):
        flags = record.get_value_data_flags(i)
        is_text = coltyp in (TEXT, LONG_TEXT)
        if record.is_multi_value(i):
            if only_time:
                return record.get_value_data(i)
            raise Unsupported("values of a multi-value")
        if record.is_long_value(i):
            long_value = record.get_value_data_as_long_value(i)
            if is_text:
                return text(long_value.get_data_as_string() or "")
            return plain(long_value.get_data() or b"", coltyp)
        if is_text:
            return text(record.get_value_data_as_string(i) or "")
        if flags & pyesedb.value_flags.COMPRESSED and not only_time:
            raise Unsupported("compressed binary")
        return plain(record.get_value_data(i), coltyp)

    def records(table):
        columns = [table.get_column(i) for i in range(table.get_number_of_columns())]
        columns = [(c.name, c.type) for c in columns]
        for r in range(table.get_number_of_records()):
            record = table.get_record(r)
            out = []
            for i in range(record.get_number_of_values()):
                if record.get_value_data(i) is not None:
                    name, coltyp = columns[i]
                    out.append((name, [value(record, i, coltyp)]))
            yield out

    for t in range(db.get_number_of_tables()):
        table = db.get_table(t)
        yield table.name, records(table)


def dissect(path, _only_time):
    from dissect.esedb import EseDB, compression
    from dissect.esedb.c_esedb import TAG_FLAG, TAGFLD_HEADER

    db = EseDB(open(path, "rb"))

    def values(table, data, column):
        """The stored values, decompressed and joined, not yet decoded."""
        if column.is_fixed:
            value = data._get_fixed(column)
            return [] if value is None else [value]
        if column.is_variable:
            value = data._get_variable(column)
            return [] if value is None else [value]
        field, value = data._get_tagged(column)
        if field.flags & TAGFLD_HEADER.MultiValues:
            return data._parse_multivalue(value, field)
        if field.flags & TAGFLD_HEADER.Separated:
            return [table.get_long_value(bytes(value))]
        if field.flags & TAGFLD_HEADER.Compressed:
            return [compression.decompress(value)]
        return [value]

    def decoded(value, column):
        if not column.is_text:
            return plain(value, column.type)
        value = bytes(value)
        if int(column.encoding or 0) == UTF16:
            return text(value[: len(value) & ~1].decode("utf-16-le", "surrogatepass"))
        return text(value.decode("cp1252", "replace"))

    def records(table):
        untagged = [c for c in table.columns if not c.is_tagged]
        for record in table.records():
            if record._node.tag.flags & TAG_FLAG.Deleted:
                continue  # no record; dissect would count it
            data = record._data
            out = []
            if data.header is None:
                yield out
                continue
            fields = [data._get_tag_field(i) for i in range(data._tagged_data_count)]
            tagged = [table._column_id_map.get(f.identifier) for f in fields if not f.is_null]
            for column in untagged + [c for c in tagged if c is not None]:
                stored = [v for v in values(table, data, column) if v]
                out.append((column.name, [decoded(v, column) for v in stored]))
            yield out

    for table in [db.catalog.table("MSysObjects")] + [t for t in db.tables() if t.name != "MSysObjects"]:
        yield table.name, records(table)


def impacket(path, _only_time):
    from impacket.ese import ESENT_DB

    with open(path, "rb") as f:
        f.seek(236)
        size = int.from_bytes(f.read(4), "little") or 4096
    db = ESENT_DB(path, pageSize=size)
    # Its table of tables has no public name.
    names = [n.decode("latin-1") for n in list(db._ESENT_DB__tables)]

    def records(name):
        cursor = db.openTable(name)
        while cursor is not None:
            row = db.getNextRow(cursor)
            if row is None:
                return
            yield row

    for name in names:
        yield name, records(name)


def main(reader, path, only_time):
    tables = {}
    open_it = {"libesedb": libesedb, "dissect": dissect, "impacket": impacket}[reader]
    hashed = reader != "impacket" and not only_time
    # Importing a reader is no part of reading.
    importlib.import_module(
        {"libesedb": "pyesedb", "dissect": "dissect.esedb", "impacket": "impacket.ese"}[reader]
    )
    start = time.perf_counter()
    for name, records in open_it(path, only_time):
        count, digest = 0, hashlib.sha256()
        entry = tables[name] = {}
        try:
            for record in records:
                count += 1
                if hashed:
                    digest.update(pack(record))
            if hashed:
                entry["sha256"] = digest.hexdigest()
        except Unsupported as e:
            entry["unsupported"] = str(e)
        except Exception as e:
            entry["error"] = f"{type(e).__name__}: {e}"[:200]
        entry["records"] = count
    seconds = time.perf_counter() - start
    json.dump({"reader": reader, "seconds": round(seconds, 6), "tables": tables}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if w != "--time"]
    if len(words) != 2 or words[0] not in ("libesedb", "dissect", "impacket"):
        sys.exit(__doc__)
    main(words[0], words[1], "--time" in sys.argv)
