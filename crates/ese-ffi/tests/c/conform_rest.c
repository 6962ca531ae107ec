/* What the other programs leave out of tiers 1 and 2: older forms of creating tables and indexes,
 * defragmentation, sizes, snapshots, calls that name no instance; with arguments that are wrong. */
#include "conform.h"

/* Text that no call but its own looks at. */
#define TEXT(s) ((char *)(s))

static void *JET_API allocate(void *context, void *block, uint32_t size)
{
    (void)context;
    if (size)
        return realloc(block, size);
    free(block);
    return NULL;
}

static void tables(void)
{
    JET_TABLECREATE_A one;
    JET_TABLECREATE2_A two;
    JET_TABLECREATE3_A three;
    JET_TABLECREATE4_A four;
    JET_COLUMNCREATE_A column;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    memset(&three, 0, sizeof three);
    memset(&four, 0, sizeof four);
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.szColumnName = TEXT("c");
    column.coltyp = JET_coltypLong;
    DATABASE_HANDLES(JetCreateTableColumnIndexA(S, D, &one));
    DATABASE_HANDLES(JetCreateTableColumnIndex2A(S, D, (two.cbStruct = sizeof two, &two)));
    DATABASE_HANDLES(JetCreateTableColumnIndex3A(S, D, (three.cbStruct = sizeof three, &three)));
    DATABASE_HANDLES(JetCreateTableColumnIndex4A(S, D, (four.cbStruct = sizeof four, &four)));
    IS(JetCreateTableColumnIndexA(session, database, NULL), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex2A(session, database, NULL), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex3A(session, database, NULL), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex4A(session, database, NULL), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndexA(session, database, ODD(JET_TABLECREATE_A)), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex2A(session, database, ODD(JET_TABLECREATE2_A)), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex3A(session, database, ODD(JET_TABLECREATE3_A)), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex4A(session, database, ODD(JET_TABLECREATE4_A)), JET_errInvalidParameter);
    two.cbStruct = sizeof one;
    three.cbStruct = sizeof two;
    four.cbStruct = sizeof four + 8;
    IS(JetCreateTableColumnIndex2A(session, database, &two), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex3A(session, database, &three), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex4A(session, database, &four), JET_errInvalidParameter);
    one.szTableName = TEXT("one");
    two.szTableName = TEXT("two");
    three.szTableName = TEXT("three");
    four.szTableName = TEXT("four");
    two.cbStruct = sizeof two;
    three.cbStruct = sizeof three;
    four.cbStruct = sizeof four;
    one.cColumns = two.cColumns = three.cColumns = four.cColumns = 1;
    /* An array that is not there; an element of another size. */
    IS(JetCreateTableColumnIndexA(session, database, &one), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex2A(session, database, &two), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex3A(session, database, &three), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex4A(session, database, &four), JET_errInvalidParameter);
    one.rgcolumncreate = two.rgcolumncreate = three.rgcolumncreate = four.rgcolumncreate = &column;
    column.cbStruct = sizeof column - 4;
    IS(JetCreateTableColumnIndexA(session, database, &one), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex4A(session, database, &four), JET_errInvalidParameter);
    column.cbStruct = sizeof column;
    OK(JetCreateTableColumnIndexA(session, database, &one));
    IS(one.cCreated, 2);
    OK(JetCreateTableColumnIndex2A(session, database, &two));
    OK(JetCreateTableColumnIndex3A(session, database, &three));
    OK(JetCreateTableColumnIndex4A(session, database, &four));
    IS(JetCreateTableColumnIndex4A(session, database, &four), JET_errTableDuplicate);
    OK(JetCloseTable(session, one.tableid));
    OK(JetCloseTable(session, two.tableid));
    OK(JetCloseTable(session, three.tableid));
}

static void indexes(void)
{
    static const char by_id[] = "+id\0";
    JET_INDEXCREATE_A one;
    JET_INDEXCREATE2_A two;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    CURSOR_HANDLES(JetCreateIndex2A(S, T, &one, 1));
    CURSOR_HANDLES(JetCreateIndex3A(S, T, &two, 1));
    IS(JetCreateIndex2A(session, table, NULL, 1), JET_errInvalidParameter);
    IS(JetCreateIndex3A(session, table, NULL, 1), JET_errInvalidParameter);
    IS(JetCreateIndex2A(session, table, ODD(JET_INDEXCREATE_A), 1), JET_errInvalidParameter);
    IS(JetCreateIndex3A(session, table, ODD(JET_INDEXCREATE2_A), 1), JET_errInvalidParameter);
    OK(JetCreateIndex2A(session, table, NULL, 0));
    OK(JetCreateIndex3A(session, table, NULL, 0));
    IS(JetCreateIndex2A(session, table, &one, 1), JET_errInvalidParameter);
    IS(JetCreateIndex3A(session, table, &two, 1), JET_errInvalidParameter);
    one.cbStruct = sizeof one;
    two.cbStruct = sizeof two;
    one.szIndexName = TEXT("first");
    two.szIndexName = TEXT("second");
    one.cbKey = two.cbKey = sizeof by_id;
    /* A key that is not there; one without its end; a density that is none. */
    IS(JetCreateIndex2A(session, table, &one, 1), JET_errInvalidParameter);
    IS(JetCreateIndex3A(session, table, &two, 1), JET_errInvalidParameter);
    one.szKey = two.szKey = TEXT(by_id);
    one.cbKey = two.cbKey = 3;
    IS(JetCreateIndex2A(session, table, &one, 1), JET_errIndexInvalidDef);
    IS(JetCreateIndex3A(session, table, &two, 1), JET_errIndexInvalidDef);
    one.cbKey = two.cbKey = sizeof by_id;
    one.ulDensity = two.ulDensity = 101;
    IS(JetCreateIndex2A(session, table, &one, 1), JET_errDensityInvalid);
    IS(JetCreateIndex3A(session, table, &two, 1), JET_errDensityInvalid);
    one.ulDensity = two.ulDensity = 80;
    {
        /* What structures point to may lie anywhere, as long as it is there. */
        JET_CONDITIONALCOLUMN_A condition = { sizeof condition, TEXT("word"), JET_bitIndexColumnMustBeNonNull };
        char *odd = (char *)room + 1;
        memcpy(odd, &condition, sizeof condition);
        two.rgconditionalcolumn = (JET_CONDITIONALCOLUMN_A *)(void *)odd;
        two.cConditionalColumn = 1;
        OK(JetCreateIndex3A(session, table, &two, 1));
        OK(JetDeleteIndexA(session, table, "second"));
        two.cConditionalColumn = 2000000000;
        IS(JetCreateIndex3A(session, table, &two, 1), JET_errIndexInvalidDef);
        two.cConditionalColumn = 0;
        two.rgconditionalcolumn = NULL;
    }
    OK(JetCreateIndex2A(session, table, &one, 1));
    OK(JetCreateIndex3A(session, table, &two, 1));
    IS(JetCreateIndex2A(session, table, &one, 1), JET_errIndexDuplicate);
    OK(JetDeleteIndexA(session, table, "first"));
    OK(JetDeleteIndexA(session, table, "second"));
}

static void upkeep(void)
{
    uint32_t passes = 1, seconds = 1, pages = 0;
    DATABASE_HANDLES(JetDefragmentA(S, D, NULL, &passes, &seconds, JET_bitDefragmentBatchStart));
    DATABASE_HANDLES(JetDefragment2A(S, D, NULL, &passes, &seconds, NULL, JET_bitDefragmentBatchStart));
    IS(JetDefragmentA(session, database, NULL, ODD(uint32_t), &seconds, JET_bitDefragmentBatchStart), JET_errInvalidParameter);
    IS(JetDefragment2A(session, database, NULL, &passes, ODD(uint32_t), NULL, JET_bitDefragmentBatchStart), JET_errInvalidParameter);
    IS(JetDefragmentA(session, database, NULL, &passes, &seconds, 0), JET_errInvalidGrbit);
    IS(JetDefragment2A(session, database, NULL, &passes, &seconds, NULL, JET_bitDefragmentBatchStart | JET_bitDefragmentBatchStop), JET_errInvalidGrbit);
    IS(JetDefragmentA(session, database, NULL, &passes, &seconds, JET_bitDefragmentBatchStop), JET_wrnDefragNotRunning);
    IS(JetDefragment3A(session, "a.edb", NULL, &passes, &seconds, NULL, NULL, 0), JET_errInvalidParameter);
    IS(JetDefragment3A(ended, NULL, NULL, NULL, NULL, NULL, NULL, 0) < 0, 1);
    DATABASE_HANDLES(JetResizeDatabase(S, D, 300, &pages, 0));
    IS(JetResizeDatabase(session, database, 300, ODD(uint32_t), 0), JET_errInvalidParameter);
    IS(JetResizeDatabase(session, database, 300, &pages, 0x40), JET_errInvalidGrbit);
    IS(JetResizeDatabase(session, database, 300, &pages, JET_bitResizeDatabaseOnlyGrow | JET_bitResizeDatabaseOnlyShrink), JET_errInvalidGrbit);
    OK(JetResizeDatabase(session, database, 0, &pages, JET_bitResizeDatabaseOnlyGrow));
    IS(pages > 0, 1);
    IS(JetSetDatabaseSizeA(ended, "a.edb", 300, &pages), JET_errInvalidSesid);
    IS(JetSetDatabaseSizeA(session, NULL, 300, &pages), JET_errDatabaseInvalidPath);
    IS(JetSetDatabaseSizeA(session, "", 300, &pages), JET_errDatabaseInvalidPath);
    IS(JetSetDatabaseSizeA(session, "none.edb", 300, &pages), JET_errFileNotFound);
    IS(JetSetDatabaseSizeA(session, "none.edb", 31, &pages), JET_errInvalidParameter);
    IS(JetSetDatabaseSizeA(session, "a.edb", 300, ODD(uint32_t)), JET_errInvalidParameter);
    IS(JetSetDatabaseSizeA(session, "a.edb", 300, &pages), JET_errFileAccessDenied);
}

/* Pointers inside of structures, misaligned. */
static void inside(void)
{
    JET_OPENTEMPORARYTABLE temp;
    JET_TABLECREATE_A made;
    JET_ENUMCOLUMNID one;
    JET_INDEX_RANGE range;
    uint32_t count = 0, done = 0;
    memset(&temp, 0, sizeof temp);
    temp.cbStruct = sizeof temp;
    temp.prgcolumndef = ODD(JET_COLUMNDEF);
    temp.ccolumn = 1;
    temp.prgcolumnid = ODD(JET_COLUMNID);
    IS(JetOpenTemporaryTable(session, &temp), JET_errInvalidParameter);
    memset(&made, 0, sizeof made);
    made.szTableName = TEXT("odd");
    made.rgcolumncreate = ODD(JET_COLUMNCREATE_A);
    made.cColumns = 1;
    IS(JetCreateTableColumnIndexA(session, database, &made), JET_errInvalidParameter);
    memset(&range, 0, sizeof range);
    range.rgStartColumns = ODD(JET_INDEX_COLUMN);
    range.cStartColumns = 1;
    IS(JetPrereadIndexRanges(session, table, &range, 1, &done, NULL, 0, JET_bitPrereadForward), JET_errInvalidParameter);
    memset(&one, 0, sizeof one);
    one.columnid = tags;
    one.ctagSequence = 1;
    one.rgtagSequence = ODD(uint32_t);
    OK(JetMove(session, table, JET_MoveFirst, 0));
    {
        JET_ENUMCOLUMN *list = NULL;
        IS(JetEnumerateColumns(session, table, 1, &one, &count, &list, allocate, NULL, 100, 0) < 0, 1);
    }
}

static void snapshots(void)
{
    JET_OSSNAPID id = 0;
    uint32_t count = 0;
    JET_INSTANCE_INFO_A *list = NULL;
    const JET_OSSNAPID none[] = { 0, (JET_OSSNAPID)-1, (JET_OSSNAPID)0x7777777, (JET_OSSNAPID)session };
    for (int i = 0; i < 4; i++) {
        IS(JetOSSnapshotAbort(none[i], 0), JET_errOSSnapshotInvalidSnapId);
        IS(JetOSSnapshotPrepareInstance(none[i], instance, 0), JET_errOSSnapshotInvalidSnapId);
        IS(JetOSSnapshotTruncateLog(none[i], 0), JET_errOSSnapshotInvalidSnapId);
        IS(JetOSSnapshotTruncateLogInstance(none[i], instance, 0), JET_errOSSnapshotInvalidSnapId);
        IS(JetOSSnapshotGetFreezeInfoA(none[i], &count, &list, 0), JET_errOSSnapshotInvalidSnapId);
        IS(JetOSSnapshotFreezeA(none[i], &count, &list, 0), JET_errOSSnapshotInvalidSnapId);
    }
    IS(JetOSSnapshotPrepare(ODD(JET_OSSNAPID), 0), JET_errInvalidParameter);
    IS(JetOSSnapshotPrepare(&id, 0x4000), JET_errInvalidGrbit);
    OK(JetOSSnapshotPrepare(&id, JET_bitExplicitPrepare));
    IS(JetOSSnapshotPrepareInstance(id, JET_instanceNil, 0), JET_errInvalidParameter);
    IS(JetOSSnapshotPrepareInstance(id, (JET_INSTANCE)session, 0), JET_errInvalidParameter);
    IS(JetOSSnapshotPrepareInstance(id, instance, 1), JET_errInvalidGrbit);
    OK(JetOSSnapshotPrepareInstance(id, instance, 0));
    IS(JetOSSnapshotTruncateLog(id, 0), JET_errOSSnapshotInvalidSequence);
    IS(JetOSSnapshotTruncateLogInstance(id, instance, 0), JET_errOSSnapshotInvalidSequence);
    OK(JetOSSnapshotGetFreezeInfoA(id, &count, &list, 0));
    OK(JetFreeBuffer((char *)list));
    IS(JetOSSnapshotFreezeA(id, NULL, &list, 0), JET_errInvalidParameter);
    IS(JetOSSnapshotFreezeA(id, ODD(uint32_t), &list, 0), JET_errInvalidParameter);
    OK(JetOSSnapshotFreezeA(id, &count, &list, 0));
    IS(count, 1);
    OK(JetFreeBuffer((char *)list));
    IS(JetOSSnapshotGetFreezeInfoA(id, NULL, &list, 0), JET_errInvalidParameter);
    IS(JetOSSnapshotGetFreezeInfoA(id, &count, NULL, 0), JET_errInvalidParameter);
    IS(JetOSSnapshotGetFreezeInfoA(id, &count, &list, 1), JET_errInvalidGrbit);
    OK(JetOSSnapshotGetFreezeInfoA(id, &count, &list, 0));
    OK(JetFreeBuffer((char *)list));
    IS(JetOSSnapshotAbort(id, 1), JET_errInvalidGrbit);
    OK(JetOSSnapshotAbort(id, 0));
    IS(JetOSSnapshotAbort(id, 0), JET_errOSSnapshotInvalidSnapId);
}

/* Calls of single-instance mode, and the rest of a backup's. */
static void without_instance(void)
{
    static char names[4000];
    JET_HANDLE file = 0;
    JET_LOGINFO_A info;
    uint32_t got = 0, low = 0, high = 0;
    IS(JetBackupA("backup", 0, NULL), JET_errRunningInMultiInstanceMode);
    IS(JetStopService(), JET_errRunningInMultiInstanceMode);
    IS(JetTruncateLog(), JET_errRunningInMultiInstanceMode);
    IS(JetGetAttachInfoA(names, sizeof names, &got), JET_errRunningInMultiInstanceMode);
    IS(JetGetLogInfoA(names, sizeof names, &got), JET_errRunningInMultiInstanceMode);
    IS(JetOpenFileA("a.edb", &file, &low, &high), JET_errRunningInMultiInstanceMode);
    IS(JetCloseFile(1), JET_errRunningInMultiInstanceMode);
    IS(JetGetLogInfoA(names, sizeof names, ODD(uint32_t)), JET_errInvalidParameter);
    IS(JetOpenFileA("a.edb", ODD(JET_HANDLE), &low, &high), JET_errInvalidParameter);
    memset(&info, 0, sizeof info);
    IS(JetGetLogInfoInstance2A(JET_instanceNil, names, sizeof names, &got, &info), JET_errInvalidParameter);
    IS(JetGetLogInfoInstance2A(instance, names, sizeof names, &got, ODD(JET_LOGINFO_A)), JET_errInvalidParameter);
    IS(JetGetLogInfoInstance2A(instance, names, sizeof names, &got, NULL), JET_errNoBackup);
    IS(JetGetTruncateLogInfoInstanceA(JET_instanceNil, names, sizeof names, &got), JET_errInvalidParameter);
    IS(JetGetTruncateLogInfoInstanceA((JET_INSTANCE)session, names, sizeof names, &got), JET_errInvalidParameter);
    IS(JetGetTruncateLogInfoInstanceA(instance, names, sizeof names, ODD(uint32_t)), JET_errInvalidParameter);
    IS(JetGetTruncateLogInfoInstanceA(instance, names, sizeof names, &got), JET_errNoBackup);
    IS(JetInit2(&instance, 0), JET_errAlreadyInitialized);
    IS(JetInit2(NULL, 0), JET_errRunningInMultiInstanceMode);
    IS(JetInit2(ODD(JET_INSTANCE), 0), JET_errInvalidParameter);
    IS(JetStopServiceInstance2(JET_instanceNil, 0), JET_errInvalidParameter);
    IS(JetStopServiceInstance2((JET_INSTANCE)session, 0), JET_errInvalidParameter);
    IS(JetStopServiceInstance2(instance, 0x1000), JET_errInvalidGrbit);
    OK(JetStopServiceInstance2(instance, JET_bitStopServiceQuiesceCaches));
    OK(JetStopServiceInstance2(instance, JET_bitStopServiceQuiesceCaches | JET_bitStopServiceResume));
}

int main(void)
{
    conform_begin();
    tables();
    indexes();
    upkeep();
    inside();
    snapshots();
    without_instance();
    return conform_end();
}
