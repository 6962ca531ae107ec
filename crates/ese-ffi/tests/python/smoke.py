#!/usr/bin/env python3
"""A program in Python that uses the library through ctypes: a database is made and filled, backed up while
more is written, the backup is stopped in between, and the set of a whole one restored.

usage: smoke.py LIBRARY            (in an empty folder; ends with 0 when all went well)"""
import ctypes as c
import mmap
import os
import sys

SUCCESS, NO_RECORD, ABORTED = 0, -1603, -801
PARAM_SYSTEM_PATH, PARAM_TEMP_PATH, PARAM_LOG_PATH, PARAM_LOG_SIZE = 0, 1, 2, 11
PREP_INSERT, COLTYP_LONG, COLTYP_TEXT, BIT_PRIMARY = 0, 4, 10, 2
MOVE_FIRST, TERM_COMPLETE, END_ABORT = -(1 << 31), 1, 2
VALUE = 400


class ColumnDef(c.Structure):
    _fields_ = [("cbStruct", c.c_uint32), ("columnid", c.c_uint32), ("coltyp", c.c_uint32), ("wCountry", c.c_uint16), ("langid", c.c_uint16), ("cp", c.c_uint16), ("wCollate", c.c_uint16), ("cbMax", c.c_uint32), ("grbit", c.c_uint32)]


class Engine:
    """Calls by name; every error ends the program, but those that are expected."""

    def __init__(self, library):
        self.library = c.CDLL(library)

    def __getattr__(self, name):
        function = getattr(self.library, "Jet" + name)
        function.restype = c.c_int32

        def call(*arguments, expect=SUCCESS):
            said = function(*arguments)
            wanted = expect if isinstance(expect, tuple) else (expect,)
            if said not in wanted and not (expect == SUCCESS and said > 0):
                sys.exit(f"Jet{name}: {said}, not {expect}")
            return said

        return call


def handle(value=0):
    return c.c_size_t(value)


def start(jet, name):
    instance = handle()
    jet.CreateInstanceA(c.byref(instance), name)
    for parameter in (PARAM_SYSTEM_PATH, PARAM_TEMP_PATH, PARAM_LOG_PATH):
        jet.SetSystemParameterA(c.byref(instance), handle(), parameter, handle(), name + b"/")
    jet.SetSystemParameterA(c.byref(instance), handle(), PARAM_LOG_SIZE, handle(128), None)
    return instance


def session_with(jet, instance, path, make):
    session, database, table = handle(), c.c_uint32(), handle()
    jet.BeginSessionA(instance, c.byref(session), None, None)
    if make:
        jet.CreateDatabaseA(session, path, None, c.byref(database), 0)
        jet.CreateTableA(session, database, b"t", 1, 80, c.byref(table))
        for name, coltyp in ((b"id", COLTYP_LONG), (b"text", COLTYP_TEXT)):
            column = ColumnDef(cbStruct=c.sizeof(ColumnDef), coltyp=coltyp, cp=1252)
            jet.AddColumnA(session, table, name, c.byref(column), None, 0, None)
        jet.CreateIndexA(session, table, b"by_id", BIT_PRIMARY, b"+id\0\0", 5, 80)
        jet.CloseTable(session, table)
    else:
        jet.AttachDatabaseA(session, path, 0)
        jet.OpenDatabaseA(session, path, None, c.byref(database), 0)
    jet.OpenTableA(session, database, b"t", None, 0, 0, c.byref(table))
    ids = []
    for name in (b"id", b"text"):
        column = ColumnDef(cbStruct=c.sizeof(ColumnDef))
        jet.GetTableColumnInfoA(session, table, name, c.byref(column), c.sizeof(column), 0)
        ids.append(column.columnid)
    return session, table, ids


def fill(jet, session, table, ids, numbers):
    jet.BeginTransaction(session)
    for n in numbers:
        number, text = c.c_int32(n), (b"row %d " % n) * 20
        jet.PrepareUpdate(session, table, PREP_INSERT)
        jet.SetColumn(session, table, ids[0], c.byref(number), 4, 0, None)
        jet.SetColumn(session, table, ids[1], text, min(len(text), 255), 0, None)
        jet.Update(session, table, None, 0, None)
    jet.CommitTransaction(session, 0)


def rows(jet, session, table, ids):
    found, number, text, size = {}, c.c_int32(), c.create_string_buffer(VALUE), c.c_uint32()
    said = jet.Move(session, table, MOVE_FIRST, 0, expect=(SUCCESS, NO_RECORD))
    while said == SUCCESS:
        jet.RetrieveColumn(session, table, ids[0], c.byref(number), 4, None, 0, None)
        jet.RetrieveColumn(session, table, ids[1], text, VALUE, c.byref(size), 0, None)
        found[number.value] = text.raw[: size.value]
        said = jet.Move(session, table, 1, 0, expect=(SUCCESS, NO_RECORD))
    return found


def stopped_backup(jet, instance):
    names, size, file = c.create_string_buffer(1000), c.c_uint32(), handle()
    low, high = c.c_uint32(), c.c_uint32()
    # Where a read goes begins on a page of memory.
    page = (c.c_char * 65536).from_buffer(mmap.mmap(-1, 65536))
    jet.BeginExternalBackupInstance(instance, 0)
    jet.GetAttachInfoInstanceA(instance, names, 1000, c.byref(size))
    jet.OpenFileInstanceA(instance, names.value, c.byref(file), c.byref(low), c.byref(high))
    jet.ReadFileInstance(instance, file, page, 65536, c.byref(size))
    assert size.value == 65536 <= low.value
    jet.StopBackupInstance(instance)
    jet.ReadFileInstance(instance, file, page, 65536, c.byref(size), expect=ABORTED)
    jet.CloseFileInstance(instance, file)
    jet.EndExternalBackupInstance2(instance, END_ABORT)


def main(library):
    jet = Engine(library)
    for folder in ("first", "second", "set"):
        os.mkdir(folder)
    instance = start(jet, b"first")
    jet.Init(c.byref(instance))
    session, table, ids = session_with(jet, instance, b"first/a.edb", make=True)
    fill(jet, session, table, ids, range(1000))
    stopped_backup(jet, instance)
    jet.BackupInstanceA(instance, b"set", 0, None)
    saved = rows(jet, session, table, ids)
    assert len(saved) == 1000
    # What comes after the backup is not in the set.
    fill(jet, session, table, ids, range(1000, 1200))
    jet.EndSession(session, 0)
    jet.Term2(instance, TERM_COMPLETE)

    instance = start(jet, b"second")
    jet.RestoreInstanceA(instance, b"set", b"second", None)
    jet.Init(c.byref(instance))
    session, table, ids = session_with(jet, instance, b"second/a.edb", make=False)
    assert rows(jet, session, table, ids) == saved
    jet.EndSession(session, 0)
    jet.Term2(instance, TERM_COMPLETE)
    print(f"{len(saved)} rows, backed up, stopped and restored")


if __name__ == "__main__":
    main(sys.argv[1])
