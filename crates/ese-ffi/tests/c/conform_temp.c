/* Temporary tables: opened in every way, one too many of them, duplicated, rolled back; with arguments that
 * are wrong. */
#include "conform.h"

static JET_COLUMNDEF columns[2];
static JET_COLUMNID ids[2];

static void describe(void)
{
    memset(columns, 0, sizeof columns);
    columns[0].cbStruct = columns[1].cbStruct = sizeof columns[0];
    columns[0].coltyp = columns[1].coltyp = JET_coltypLong;
    columns[0].grbit = JET_bitColumnTTKey;
}

static void fill(JET_TABLEID sorted)
{
    for (int32_t n = 5; n > 0; n--) {
        OK(JetPrepareUpdate(session, sorted, JET_prepInsert));
        OK(JetSetColumn(session, sorted, ids[0], &n, 4, 0, NULL));
        OK(JetUpdate(session, sorted, NULL, 0, NULL));
    }
}

static void opening(void)
{
    JET_TABLEID sorted = 1;
    JET_OPENTEMPORARYTABLE one;
    JET_OPENTEMPORARYTABLE2 two;
    JET_UNICODEINDEX unicode;
    describe();
    IS(JetOpenTempTable(JET_sesidNil, columns, 2, 0, &sorted, ids), JET_errInvalidSesid);
    IS(JetOpenTempTable(ended, columns, 2, 0, &sorted, ids), JET_errInvalidSesid);
    IS(JetOpenTempTable(session, NULL, 2, 0, &sorted, ids), JET_errInvalidParameter);
    IS(JetOpenTempTable(session, ODD(JET_COLUMNDEF), 2, 0, &sorted, ids), JET_errInvalidParameter);
    IS(JetOpenTempTable(session, columns, 2, 0, NULL, ids), JET_errInvalidParameter);
    IS(JetOpenTempTable(session, columns, 2, 0, &sorted, NULL), JET_errInvalidParameter);
    IS(sorted == JET_tableidNil, 1);
    IS(JetOpenTempTable(session, columns, 2, JET_bitTTForwardOnly | JET_bitTTScrollable, &sorted, ids), JET_errCannotMaterializeForwardOnlySort);
    columns[1].coltyp = 99;
    IS(JetOpenTempTable(session, columns, 2, 0, &sorted, ids), JET_errInvalidColumnType);
    columns[1].coltyp = JET_coltypText;
    columns[1].cp = 437;
    IS(JetOpenTempTable(session, columns, 2, 0, &sorted, ids), JET_errInvalidCodePage);
    describe();
    IS(JetOpenTempTable2(session, columns, 2, 0x7f7f, 0, &sorted, ids), JET_errInvalidLanguageId);
    memset(&unicode, 0, sizeof unicode);
    unicode.lcid = 0x7f7f;
    IS(JetOpenTempTable3(session, columns, 2, &unicode, 0, &sorted, ids), JET_errInvalidLanguageId);
    IS(JetOpenTempTable3(session, columns, 2, ODD(JET_UNICODEINDEX), 0, &sorted, ids), JET_errInvalidParameter);
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    IS(JetOpenTemporaryTable(session, NULL), JET_errInvalidParameter);
    IS(JetOpenTemporaryTable(session, &one), JET_errInvalidParameter);
    IS(JetOpenTemporaryTable2(session, NULL), JET_errInvalidParameter);
    IS(JetOpenTemporaryTable2(session, &two), JET_errInvalidParameter);
    one.cbStruct = sizeof one;
    one.prgcolumndef = columns;
    one.ccolumn = 2;
    one.prgcolumnid = ids;
    one.cbKeyMost = 254;
    IS(JetOpenTemporaryTable(session, &one), JET_errInvalidParameter);
    one.cbKeyMost = 0;
    OK(JetOpenTemporaryTable(session, &one));
    OK(JetCloseTable(session, one.tableid));
    two.cbStruct = sizeof two;
    two.prgcolumndef = columns;
    two.ccolumn = 2;
    two.prgcolumnid = ids;
    OK(JetOpenTemporaryTable2(session, &two));
    OK(JetCloseTable(session, two.tableid));
}

static void too_many(void)
{
    JET_TABLEID all[5];
    describe();
    for (int i = 0; i < 4; i++)
        OK(JetOpenTempTable(session, columns, 2, 0, &all[i], ids));
    IS(JetOpenTempTable(session, columns, 2, 0, &all[4], ids), JET_errTooManySorts);
    /* A duplicate is no table of its own. */
    fill(all[0]);
    OK(JetMove(session, all[0], JET_MoveFirst, 0));
    OK(JetDupCursor(session, all[0], &all[4], 0));
    OK(JetCloseTable(session, all[0]));
    IS(JetOpenTempTable(session, columns, 2, 0, &all[0], ids), JET_errTooManySorts);
    OK(JetMove(session, all[4], JET_MoveFirst, 0));
    OK(JetCloseTable(session, all[4]));
    OK(JetOpenTempTable(session, columns, 2, 0, &all[0], ids));
    for (int i = 0; i < 4; i++)
        OK(JetCloseTable(session, all[i]));
}

/* What calls on cursors do on one that is sorted (`materialised` 0) or a tree. */
static void calls(int materialised)
{
    JET_TABLEID sorted, other;
    JET_RECSIZE size;
    int32_t n = 0;
    uint32_t got = 0;
    char key[16];
    JET_ERR illegal = JET_errIllegalOperation;
    describe();
    OK(JetOpenTempTable(session, columns, 2, materialised ? JET_bitTTForceMaterialization : JET_bitTTScrollable, &sorted, ids));
    IS(JetUpdate(session, sorted, NULL, 0, NULL), JET_errUpdateNotPrepared);
    IS(JetSetColumn(session, sorted, ids[0], &n, 4, 0, NULL), JET_errUpdateNotPrepared);
    IS(JetRetrieveColumn(session, sorted, ids[0], &n, 4, NULL, 0, NULL), materialised ? JET_errNoCurrentRecord : illegal);
    IS(JetDupCursor(session, sorted, NULL, 0), JET_errInvalidParameter);
    if (!materialised)
        IS(JetDupCursor(session, sorted, &other, 0), illegal);
    fill(sorted);
    IS(JetMove(foreign, sorted, JET_MoveFirst, 0), JET_errSesidTableIdMismatch);
    OK(JetMove(session, sorted, JET_MoveNext, 0));
    OK(JetRetrieveColumn(session, sorted, ids[0], &n, 4, &got, 0, NULL));
    IS(n, 1);
    IS(JetRetrieveColumn(session, sorted, 100, &n, 4, &got, 0, NULL), JET_errColumnNotFound);
    IS(JetRetrieveColumn(session, sorted, ids[0], NULL, 4, &got, 0, NULL), JET_errInvalidParameter);
    IS(JetRetrieveKey(session, sorted, key, 2, &got, 0), JET_wrnBufferTruncated);
    IS(got, 5);
    IS(JetGetBookmark(session, sorted, key, 1, &got), JET_errBufferTooSmall);
    IS(JetGotoBookmark(session, sorted, NULL, 4), JET_errInvalidBookmark);
    IS(JetGotoBookmark(session, sorted, key, 0xffffffff), materialised ? JET_errRecordDeleted : JET_errInvalidBookmark);
    IS(JetGetRecordSize(session, sorted, NULL, 0), JET_errInvalidParameter);
    OK(JetGetRecordSize(session, sorted, &size, 0));
    /* One column of two is set; both have room. */
    IS(size.cNonTaggedColumns, 1);
    IS(JetSetCurrentIndexA(session, sorted, NULL), illegal);
    IS(JetGetLock(session, sorted, JET_bitReadLock), illegal);
    IS(JetIndexRecordCount(session, sorted, &got, 0), illegal);
    IS(JetSetCursorFilter(session, sorted, NULL, 0, 0), illegal);
    IS(JetSetTableSequential(session, sorted, 0), illegal);
    IS(JetResetTableSequential(session, sorted, 0), illegal);
    IS(JetComputeStats(session, sorted), JET_errFilteredMoveNotSupported);
    IS(JetAddColumnA(session, sorted, "c", columns, NULL, 0, NULL), illegal);
    IS(JetGetCursorInfo(session, sorted, NULL, 0, 0), materialised ? JET_errSuccess : illegal);
    IS(JetDelete(session, sorted), materialised ? JET_errSuccess : illegal);
    OK(JetDupCursor(session, sorted, &other, 0));
    OK(JetMove(session, other, JET_MoveLast, 0));
    OK(JetRetrieveColumn(session, other, ids[0], &n, 4, NULL, 0, NULL));
    IS(n, 5);
    OK(JetCloseTable(session, sorted));
    IS(JetMove(session, sorted, JET_MoveFirst, 0), JET_errInvalidTableId);
    OK(JetMove(session, other, JET_MoveFirst, 0));
    OK(JetCloseTable(session, other));
}

static void rolled_back(void)
{
    JET_TABLEID sorted;
    describe();
    OK(JetBeginTransaction(session));
    OK(JetOpenTempTable(session, columns, 2, JET_bitTTForceMaterialization, &sorted, ids));
    fill(sorted);
    OK(JetRollback(session, 0));
    IS(JetMove(session, sorted, JET_MoveFirst, 0), JET_errInvalidTableId);
    for (int i = 0; i < 8; i++) {
        /* Its place among the tables that may be open is free again. */
        OK(JetBeginTransaction(session));
        OK(JetOpenTempTable(session, columns, 2, 0, &sorted, ids));
        OK(JetRollback(session, 0));
    }
}

int main(void)
{
    conform_begin();
    opening();
    too_many();
    calls(0);
    calls(1);
    rolled_back();
    return conform_end();
}
