"""Compares eseutil's canonical dump with independent readers, file by file.

compare.py ESEUTIL ROOT TARGET [PREFIX LEAST]: databases are those whose golden is at hand (fixtures,
samples) and whose file is too, those that `crates/ese-core/tests/recovery_crashes.rs` recovered
(TARGET/testdata/recovered), with what the original read of its own recovered ones, and those that
`crates/ese-core/tests/{database_api,engine_properties}` wrote and those that
`crates/ese-backup/tests/simulation` restored (TARGET/testdata/written), with their numbers of records. With
PREFIX only those whose name begins so, and LEAST of them at least. For each table our dump must be the golden one, and a reader must
agree with it or be known to be wrong there by the golden: its own hash beside the original's
("sha256_wrong", "readers_differ"). Ends with 1 on any other difference, and when a reader agreed
nowhere: then nothing was compared.
"""

import glob
import gzip
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

READERS = ("libesedb", "dissect", "impacket")
SCRIPT = pathlib.Path(__file__).with_name("readers.py")
# The pure Python readers need minutes for this one; the golden holds what they said.
SLOW = {"dissect-esedb/large.edb"}
# Where readers are wrong about recovered databases (fixtures/README.md: traps that readers fell into).
RECOVERED_WRONG = {
    "libesedb": "does not honour the NULL bitmap of fixed columns",
    "impacket": "counts nodes flagged deleted, and stops at some of them",
}


def databases(root, target):
    """Yields (name, path, golden)."""
    out = target / "testdata" / "readers"
    out.mkdir(parents=True, exist_ok=True)
    for golden in sorted(glob.glob(str(root / "fixtures/databases/*.json"))):
        name = pathlib.Path(golden).stem
        file = out / f"{name}.edb"
        if not file.is_file():
            with tarfile.open(golden[: -len(".json")] + ".tar.xz") as tar:
                packed = tar.extractfile(f"{name}.edb")
                part = out / f".{name}.part"
                part.write_bytes(packed.read())
                os.replace(part, file)
        yield name, file, json.loads(pathlib.Path(golden).read_text())
    samples = [os.environ.get("ESE_SAMPLES") or root / "../shared/samples", target / "samples"]
    samples = [pathlib.Path(s) for s in samples]
    goldens = {}
    for folder in [s / "golden" for s in samples] + [root / "fixtures/golden"]:
        for golden in glob.glob(str(folder / "*__*.json")):
            goldens.setdefault(pathlib.Path(golden).name, golden)
    for name, golden in sorted(goldens.items()):
        if name.startswith(("logwalk__", "original__")):
            continue
        golden = json.loads(pathlib.Path(golden).read_text())
        for folder in samples:
            plain, packed = folder / golden["file"], folder / (golden["file"] + ".gz")
            if plain.is_file():
                yield golden["file"], plain, golden
                break
            if packed.is_file():
                file = out / golden["file"].replace("/", "__")
                if not file.is_file():
                    part = out / f".{file.name}.part"
                    with gzip.open(packed) as src, open(part, "wb") as dst:
                        shutil.copyfileobj(src, dst)
                    os.replace(part, file)
                yield golden["file"], file, golden
                break


def recovered(root, target):
    """Yields (name, path, golden) of the databases that were recovered from crash sets."""
    folders = [os.environ.get("ESE_WITNESS") or root / "../shared/witness", root / "fixtures"]
    goldens = {}
    for folder in folders:
        for golden in glob.glob(str(pathlib.Path(folder) / "crashes/*.json")):
            goldens.setdefault(pathlib.Path(golden).stem, golden)
    for folder in sorted((target / "testdata" / "recovered").glob("*")):
        golden = goldens.get(folder.name)
        databases = json.loads(pathlib.Path(golden).read_text())["result"]["databases"] if golden else {}
        for file in sorted(folder.iterdir()):
            tables = {}
            for table, told in databases[file.name]["tables"].items():
                tables[table] = dict(told)
                if table.startswith("MSysObjects"):
                    # Rows hold page numbers: other pages may have been chosen.
                    del tables[table]["sha256"]
                    tables[table]["readers_differ"] = {"libesedb": RECOVERED_WRONG["libesedb"]}
            readers = {"impacket": RECOVERED_WRONG["impacket"]}
            yield f"recovered {folder.name}/{file.name}", file, {"tables": tables, "readers": readers}


def written(target):
    """Yields (name, path, golden) of the databases that our engine wrote."""
    for golden in sorted((target / "testdata" / "written").glob("*.json")):
        yield f"written {golden.stem}", golden.with_suffix(".edb"), json.loads(golden.read_text())


def run(command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    try:
        return json.loads(done.stdout), done
    except ValueError:
        return None, done


def right(table):
    """The golden hash: one string, or by reader with the original's."""
    sha = table.get("sha256")
    return sha.get("original") if isinstance(sha, dict) else sha


def right_count(table):
    """The golden number of records, in either form."""
    records = table.get("records")
    return records.get("original") if isinstance(records, dict) else records


def known_wrong(golden, table, reader):
    """Why the golden expects this reader to differ here, or None."""
    state = golden.get("readers", {}).get(reader)
    if state not in (None, "ok"):
        return f"cannot read the file: {state}"
    if reader in table.get("readers_differ", {}):
        return str(table["readers_differ"][reader])
    if isinstance(table.get("sha256"), dict):
        if reader in table.get("sha256_wrong", {}):
            return "another hash in the golden"
        if table["sha256"].get(reader) != table["sha256"].get("original"):
            return "no hash or another one in the golden"
    return None


def wrong_count(golden, table, reader, count):
    """Is a differing number of records known?"""
    if golden.get("readers", {}).get(reader) not in (None, "ok"):
        return False
    if isinstance(table.get("records"), dict):
        return table["records"].get(reader) != count
    return reader not in table.get("readers_differ", {})


def compare(eseutil, name, path, golden, totals):
    """Differences nobody expected, as sentences."""
    found = []
    ours, done = run([eseutil, "export", path, "--format", "canonical", "--json"])
    if ours is None:
        return [f"{name}: eseutil export failed (exit {done.returncode}): {done.stderr.strip()[-300:]}"]
    tables = ours["tables"]
    for table, expected in golden["tables"].items():
        mine = tables.get(table)
        if mine is None:
            found.append(f"{name}: {table}: not in our export")
        elif right(expected) and mine["sha256"] != right(expected):
            found.append(f"{name}: {table}: our dump is not the golden one")
        elif right_count(expected) not in (None, mine["records"]):
            found.append(f"{name}: {table}: {mine['records']} records, the golden has {right_count(expected)}")
    for reader in READERS:
        if reader != "libesedb" and name in SLOW and not os.environ.get("ESE_FULL"):
            continue
        theirs, done = run([sys.executable, SCRIPT, reader, path])
        if theirs is None:
            if golden.get("readers", {}).get(reader) in (None, "ok"):
                last = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
                found.append(f"{name}: {reader} failed (exit {done.returncode}): {last[:200]}")
            continue
        for table, mine in tables.items():
            expected, their = golden["tables"].get(table), theirs["tables"].get(table)
            if expected is None:
                continue
            if their is not None and "NotImplementedError" in their.get("error", ""):
                # It says itself that it cannot.
                totals[reader]["not shown by the reader"] += 1
                continue
            if their is None or "error" in their:
                if known_wrong(golden, expected, reader) is None and reader != "impacket":
                    what = "has no such table" if their is None else their["error"]
                    found.append(f"{name}: {table}: {reader} {what}")
                continue
            if reader == "impacket":
                agreed = their["records"] == mine["records"]
                if not agreed and wrong_count(golden, expected, reader, their["records"]):
                    found.append(
                        f"{name}: {table}: impacket counts {their['records']}, we {mine['records']}"
                    )
            elif "sha256" not in their:
                totals[reader]["not shown by the reader"] += 1
                continue
            else:
                agreed = their["sha256"] == mine["sha256"]
                if not agreed and known_wrong(golden, expected, reader) is None:
                    found.append(f"{name}: {table}: {reader} reads something else")
            totals[reader]["equal" if agreed else "known to be wrong there"] += 1
    return found


def main(eseutil, root, target, prefix="", least=0):
    totals = {
        r: {"equal": 0, "known to be wrong there": 0, "not shown by the reader": 0} for r in READERS
    }
    found, files = [], 0
    sets = ours = 0
    all_of_them = itertools.chain(databases(root, target), recovered(root, target), written(target))
    for name, path, golden in all_of_them:
        if not name.startswith(prefix):
            continue
        files += 1
        sets += name.startswith("recovered ")
        ours += name.startswith("written ")
        found += compare(eseutil, name, path, golden, totals)
    if files < least:
        found.append("files")
        print(f"readers: {files} databases \"{prefix}…\", {least} are wanted")
    if sets == 0 and not prefix:
        found.append("recovered")
        print("readers: no recovered database: `cargo test -p ese-core --test recovery_crashes` makes them")
    if ours == 0 and not prefix:
        found.append("written")
        print("readers: no database of our own: `cargo test -p ese-core --test database_api --test engine_properties` makes them")
    for line in found:
        print(line)
    for reader, counts in totals.items():
        words = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
        print(f"readers: {reader}: tables {words or 'none'}")
        if counts["equal"] == 0:
            found.append(reader)
            print(f"readers: {reader} agreed nowhere: nothing was compared")
    print(f"readers: {files} databases, {sets} of them recovered, {ours} written by us, {len(found)} unexpected differences")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) not in (4, 6):
        sys.exit(__doc__)
    eseutil, root, target, *only = sys.argv[1:]
    prefix, least = (only[0], int(only[1])) if only else ("", 0)
    sys.exit(main(eseutil, pathlib.Path(root), pathlib.Path(target), prefix, least))
