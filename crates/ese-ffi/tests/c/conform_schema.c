/* The schema: tables, columns, indexes made, renamed, deleted and told of; with arguments that are wrong. */
#include "conform.h"

static void tables(void)
{
    JET_TABLEID made = 1;
    JET_TABLECREATE5_A whole;
    JET_COLUMNCREATE_A columns[2];
    JET_INDEXCREATE3_A index;
    static char name[] = "n", column[] = "c", key[] = "+c\0";
    DATABASE_HANDLES(JetCreateTableA(S, D, "n", 1, 80, &made));
    DATABASE_HANDLES(JetOpenTableA(S, D, "t", NULL, 0, 0, &made));
    DATABASE_HANDLES(JetDeleteTableA(S, D, "n"));
    DATABASE_HANDLES(JetRenameTableA(S, D, "n", "m"));
    IS(JetCreateTableA(session, database, NULL, 1, 80, &made), JET_errInvalidName);
    IS(JetCreateTableA(session, database, "", 1, 80, &made), JET_errInvalidName);
    IS(JetCreateTableA(session, database, "a!b", 1, 80, &made), JET_errInvalidName);
    IS(JetCreateTableA(session, database,
           "0123456789012345678901234567890123456789012345678901234567890123456789", 1, 80, &made),
        JET_errInvalidName);
    IS(JetCreateTableA(session, database, "n", 1, 101, &made), JET_errDensityInvalid);
    IS(JetCreateTableA(session, database, "t", 1, 80, &made), JET_errTableDuplicate);
    IS(JetCreateTableA(session, database, "n", 1, 80, NULL), JET_errInvalidParameter);
    IS(JetCreateTableA(session, database, "n", 1, 80, ODD(JET_TABLEID)), JET_errInvalidParameter);
    IS(JetOpenTableA(session, database, "t", NULL, 0, JET_bitTablePermitDDL, &made), JET_errInvalidGrbit);
    IS(made == JET_tableidNil, 1);
    IS(JetDeleteTableA(session, database, "none"), JET_errObjectNotFound);
    IS(JetDeleteTableA(session, database, NULL), JET_errInvalidName);
    IS(JetRenameTableA(session, database, "none", "other"), JET_errObjectNotFound);

    memset(&whole, 0, sizeof whole);
    memset(columns, 0, sizeof columns);
    memset(&index, 0, sizeof index);
    IS(JetCreateTableColumnIndex5A(session, database, NULL), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex5A(session, database, ODD(JET_TABLECREATE5_A)), JET_errInvalidParameter);
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    whole.cbStruct = sizeof whole;
    whole.szTableName = name;
    whole.cColumns = 1;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    whole.rgcolumncreate = columns;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    columns[0].cbStruct = sizeof columns[0];
    columns[0].szColumnName = column;
    columns[0].coltyp = 99;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidColumnType);
    IS(columns[0].err, JET_errInvalidColumnType);
    IS(whole.tableid == JET_tableidNil, 1);
    columns[0].coltyp = JET_coltypLong;
    whole.cIndexes = 1;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    whole.rgindexcreate = &index;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    index.cbStruct = sizeof index;
    index.szIndexName = column;
    index.cbKey = sizeof key;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errInvalidParameter);
    index.szKey = key;
    index.cbKey = 3;
    IS(JetCreateTableColumnIndex5A(session, database, &whole), JET_errIndexInvalidDef);
    index.szKey = key;
    index.cbKey = sizeof key;
    index.ulDensity = 80;
    DATABASE_HANDLES(JetCreateTableColumnIndex5A(S, D, &whole));
    OK(JetCreateTableColumnIndex5A(session, database, &whole));
    IS(whole.cCreated, 3);
    /* Nobody else while its maker has it. */
    OK(JetCloseTable(session, whole.tableid));
    OK(JetRenameTableA(session, database, "n", "m"));
    OK(JetOpenTableA(session, database, "M", NULL, 0, 0, &made));
    IS(JetDeleteTableA(session, database, "m"), JET_errTableInUse);
    OK(JetCloseTable(session, made));
    OK(JetDeleteTableA(session, database, "m"));
}

static void columns(void)
{
    JET_COLUMNDEF column;
    JET_COLUMNID made = 0;
    int32_t n = 5;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    CURSOR_HANDLES(JetAddColumnA(S, T, "c", &column, NULL, 0, &made));
    CURSOR_HANDLES(JetDeleteColumnA(S, T, "c"));
    CURSOR_HANDLES(JetDeleteColumn2A(S, T, "c", 0));
    CURSOR_HANDLES(JetRenameColumnA(S, T, "c", "d", 0));
    DATABASE_HANDLES(JetSetColumnDefaultValueA(S, D, "t", "id", &n, 4, 0));
    IS(JetAddColumnA(session, table, "c", NULL, NULL, 0, &made), JET_errInvalidParameter);
    IS(JetAddColumnA(session, table, "c", ODD(JET_COLUMNDEF), NULL, 0, &made), JET_errInvalidParameter);
    IS(JetAddColumnA(session, table, NULL, &column, NULL, 0, &made), JET_errInvalidName);
    IS(JetAddColumnA(session, table, "ID", &column, NULL, 0, &made), JET_errColumnDuplicate);
    IS(JetAddColumnA(session, table, "c", &column, &n, 3, &made), JET_errInvalidBufferSize);
    IS(JetAddColumnA(session, table, "c", &column, &n, 0x7fffffff, &made), JET_errDefaultValueTooBig);
    column.coltyp = 0;
    IS(JetAddColumnA(session, table, "c", &column, NULL, 0, &made), JET_errInvalidColumnType);
    column.coltyp = JET_coltypText;
    column.cp = 437;
    IS(JetAddColumnA(session, table, "c", &column, NULL, 0, &made), JET_errInvalidCodePage);
    column.coltyp = JET_coltypLong;
    OK(JetAddColumnA(session, table, "c", &column, NULL, 0, NULL));
    IS(JetRenameColumnA(session, table, NULL, "d", 0), JET_errInvalidParameter);
    IS(JetRenameColumnA(session, table, "none", "d", 0), JET_errColumnNotFound);
    OK(JetRenameColumnA(session, table, "c", "d", 0));
    IS(JetDeleteColumnA(session, table, "c"), JET_errColumnNotFound);
    IS(JetDeleteColumnA(session, table, "id"), JET_errColumnInUse);
    IS(JetDeleteColumnA(session, table, NULL), JET_errInvalidName);
    OK(JetDeleteColumnA(session, table, "d"));
    IS(JetSetColumnDefaultValueA(session, database, "none", "id", &n, 4, 0), JET_errObjectNotFound);
    IS(JetSetColumnDefaultValueA(session, database, "t", "none", &n, 4, 0), JET_errColumnNotFound);
    IS(JetSetColumnDefaultValueA(session, database, "t", "large", NULL, 0, 0), JET_errColumnIllegalNull);
}

static void indexes(void)
{
    JET_INDEXCREATE3_A two[2];
    static const char by_id[] = "+id\0", none[] = "+none\0";
    static char first[] = "first", second[] = "second", key[] = "+id\0", bad[] = "+none\0";
    CURSOR_HANDLES(JetCreateIndexA(S, T, "i", 0, by_id, sizeof by_id, 80));
    CURSOR_HANDLES(JetCreateIndex4A(S, T, two, 0));
    CURSOR_HANDLES(JetDeleteIndexA(S, T, "i"));
    IS(JetCreateIndexA(session, table, NULL, 0, by_id, sizeof by_id, 80), JET_errInvalidName);
    IS(JetCreateIndexA(session, table, "by_word", 0, by_id, sizeof by_id, 80), JET_errIndexDuplicate);
    IS(JetCreateIndexA(session, table, "i", 0, NULL, 5, 80), JET_errInvalidParameter);
    IS(JetCreateIndexA(session, table, "i", 0, "id", 3, 80), JET_errIndexInvalidDef);
    IS(JetCreateIndexA(session, table, "i", 0, by_id, 0, 80), JET_errInvalidParameter);
    IS(JetCreateIndexA(session, table, "i", 0, none, sizeof none, 80), JET_errColumnNotFound);
    IS(JetCreateIndexA(session, table, "i", 0, by_id, sizeof by_id, 101), JET_errDensityInvalid);
    IS(JetCreateIndexA(session, table, "i", JET_bitIndexPrimary, by_id, sizeof by_id, 80), JET_errIndexHasPrimary);
    IS(JetCreateIndex4A(session, table, NULL, 1), JET_errInvalidParameter);
    IS(JetCreateIndex4A(session, table, ODD(JET_INDEXCREATE3_A), 1), JET_errInvalidParameter);
    memset(two, 0, sizeof two);
    IS(JetCreateIndex4A(session, table, two, 1), JET_errInvalidParameter);
    two[0].cbStruct = two[1].cbStruct = sizeof two[0];
    two[0].szIndexName = first;
    two[1].szIndexName = second;
    two[0].szKey = key;
    two[0].cbKey = sizeof key;
    two[1].szKey = bad;
    two[1].cbKey = sizeof bad;
    OK(JetCreateIndex4A(session, table, two, 0));
    /* Several only for who has the table alone; and all of them or none. */
    IS(JetCreateIndex4A(session, table, two, 2), JET_errExclusiveTableLockRequired);
    OK(JetCloseTable(session, table));
    OK(JetOpenTableA(session, database, "t", NULL, 0, JET_bitTableDenyRead, &table));
    IS(JetCreateIndex4A(session, table, two, 2), JET_errColumnNotFound);
    IS(JetDeleteIndexA(session, table, "first"), JET_errIndexNotFound);
    two[1].szKey = key;
    two[1].cbKey = sizeof key;
    OK(JetCreateIndex4A(session, table, two, 2));
    OK(JetDeleteIndexA(session, table, "first"));
    OK(JetDeleteIndexA(session, table, "second"));
    IS(JetDeleteIndexA(session, table, NULL), JET_errInvalidName);
    OK(JetCloseTable(session, table));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
}

static void information(void)
{
    JET_OBJECTINFO object;
    JET_COLUMNDEF column;
    JET_COLUMNLIST columns;
    JET_INDEXLIST indexes;
    JET_OBJECTLIST objects;
    CURSOR_HANDLES(JetGetTableInfoA(S, T, &object, sizeof object, JET_TblInfo));
    CURSOR_HANDLES(JetGetTableColumnInfoA(S, T, "id", &column, sizeof column, JET_ColInfo));
    CURSOR_HANDLES(JetGetTableIndexInfoA(S, T, NULL, &indexes, sizeof indexes, JET_IdxInfo));
    DATABASE_HANDLES(JetGetColumnInfoA(S, D, "t", "id", &column, sizeof column, JET_ColInfo));
    DATABASE_HANDLES(JetGetIndexInfoA(S, D, "t", NULL, &indexes, sizeof indexes, JET_IdxInfo));
    DATABASE_HANDLES(JetGetObjectInfoA(S, D, JET_objtypNil, NULL, NULL, &objects, sizeof objects, JET_ObjInfoListNoStats));
    IS(JetGetTableInfoA(session, table, NULL, sizeof object, JET_TblInfo), JET_errInvalidParameter);
    IS(JetGetTableInfoA(session, table, &object, sizeof object - 1, JET_TblInfo), JET_errBufferTooSmall);
    OK(JetGetTableInfoA(session, table, ODD(void), sizeof object, JET_TblInfo));
    IS(JetGetTableColumnInfoA(session, table, "id", NULL, sizeof column, JET_ColInfo), JET_errInvalidParameter);
    IS(JetGetTableColumnInfoA(session, table, "id", &column, 3, JET_ColInfo), JET_errBufferTooSmall);
    IS(JetGetTableColumnInfoA(session, table, "none", &column, sizeof column, JET_ColInfo), JET_errColumnNotFound);
    IS(JetGetTableIndexInfoA(session, table, "none", &indexes, sizeof indexes, JET_IdxInfo), JET_errIndexNotFound);
    IS(JetGetTableIndexInfoA(session, table, NULL, NULL, sizeof indexes, JET_IdxInfo), JET_errInvalidParameter);
    IS(JetGetObjectInfoA(session, database, JET_objtypTable, NULL, "none", &object, sizeof object, JET_ObjInfo), JET_errObjectNotFound);
    IS(JetGetObjectInfoA(session, database, JET_objtypNil, NULL, NULL, NULL, sizeof objects, JET_ObjInfoListNoStats), JET_errInvalidParameter);
    /* Lists are temporary tables, for their caller to close. */
    OK(JetGetTableColumnInfoA(session, table, NULL, &columns, sizeof columns, JET_ColInfoList));
    IS(columns.cRecord, 4);
    OK(JetCloseTable(session, columns.tableid));
    IS(JetCloseTable(session, columns.tableid), JET_errInvalidTableId);
    /* What was counted. */
    OK(JetGetTableInfoA(session, table, &object, sizeof object, JET_TblInfo));
    IS(object.cRecord, 0);
    OK(JetComputeStats(session, table));
    OK(JetGetTableInfoA(session, table, &object, sizeof object, JET_TblInfo));
    IS(object.cRecord, 5);
    IS(object.cPage, 1);
}

static JET_ERR JET_API refuse(JET_SESID s, JET_DBID d, JET_TABLEID t, JET_CBTYP type, void *a, void *b, void *context, JET_API_PTR unused)
{
    (void)s, (void)d, (void)t, (void)type, (void)a, (void)b, (void)unused;
    ++*(int *)context;
    return JET_errCallbackFailed;
}

static void callbacks(void)
{
    JET_HANDLE handle = 0;
    int called = 0;
    CURSOR_HANDLES(JetRegisterCallback(S, T, JET_cbtypBeforeDelete, refuse, &called, &handle));
    CURSOR_HANDLES(JetUnregisterCallback(S, T, JET_cbtypBeforeDelete, handle));
    IS(JetRegisterCallback(session, table, JET_cbtypBeforeDelete, NULL, &called, &handle), JET_errInvalidParameter);
    IS(JetRegisterCallback(session, table, 0, refuse, &called, &handle), JET_errInvalidParameter);
    IS(JetRegisterCallback(session, table, JET_cbtypBeforeDelete, refuse, &called, NULL), JET_errInvalidParameter);
    IS(JetUnregisterCallback(session, table, JET_cbtypBeforeDelete, (JET_HANDLE)12345), JET_errInvalidParameter);
    OK(JetRegisterCallback(session, table, JET_cbtypBeforeDelete, refuse, &called, &handle));
    OK(JetMove(session, table, JET_MoveFirst, 0));
    IS(JetDelete(session, table), JET_errCallbackFailed);
    IS(called, 1);
    OK(JetUnregisterCallback(session, table, JET_cbtypBeforeDelete, handle));
    OK(JetDelete(session, table));
    IS(called, 1);
}

/* What an index is told as makes it again, conditions and limits of tuples included. */
static void definitions(void)
{
    static const char by_word[] = "+word\0";
    static uint64_t place[200];
    JET_TUPLELIMITS limits = { 3, 8, 100, 2, 1 };
    JET_CONDITIONALCOLUMN_A condition = { sizeof condition, (char *)"id", JET_bitIndexColumnMustBeNonNull };
    JET_INDEXCREATE2_A asked;
    JET_INDEXCREATE_A *first = (JET_INDEXCREATE_A *)(void *)place;
    JET_INDEXCREATE2_A *second = (JET_INDEXCREATE2_A *)(void *)place;
    JET_INDEXCREATE3_A *third = (JET_INDEXCREATE3_A *)(void *)place;
    char id_of_sort[16];
    uint32_t version = 77;
    memset(&asked, 0, sizeof asked);
    asked.cbStruct = sizeof asked;
    asked.szIndexName = (char *)"parts";
    asked.szKey = (char *)by_word;
    asked.cbKey = sizeof by_word;
    asked.grbit = JET_bitIndexTuples | JET_bitIndexTupleLimits;
    asked.ulDensity = 90;
    asked.ptuplelimits = &limits;
    asked.rgconditionalcolumn = &condition;
    asked.cConditionalColumn = 1;
    OK(JetCreateIndex3A(session, table, &asked, 1));
    OK(JetGetTableIndexInfoA(session, table, "parts", place, sizeof place, JET_IdxInfoCreateIndex2));
    IS(second->cbStruct, sizeof *second);
    IS(strcmp(second->szIndexName, "parts"), 0);
    IS(memcmp(second->szKey, by_word, sizeof by_word), 0);
    IS(second->cbKey, sizeof by_word);
    IS(second->ulDensity, 90);
    IS(second->grbit & asked.grbit, asked.grbit);
    IS(memcmp(second->ptuplelimits, &limits, sizeof limits), 0);
    IS(second->cConditionalColumn, 1);
    IS(strcmp(second->rgconditionalcolumn->szColumnName, "id"), 0);
    IS(second->rgconditionalcolumn->grbit, JET_bitIndexColumnMustBeNonNull);
    /* It is what makes the index again. */
    OK(JetDeleteIndexA(session, table, "parts"));
    OK(JetCreateIndex3A(session, table, second, 1));
    OK(JetGetTableIndexInfoA(session, table, "parts", place, sizeof place, JET_IdxInfoCreateIndex));
    IS(first->cbStruct, sizeof *first);
    IS(first->ptuplelimits->chLengthMax, 8);
    OK(JetGetTableIndexInfoA(session, table, "parts", place, sizeof place, JET_IdxInfoCreateIndex3));
    IS(third->cbStruct, sizeof *third);
    IS(third->ptuplelimits->cchIncrement, 2);
    IS((char *)third->pidxunicode->szLocaleName > (char *)place, 1);
    OK(JetDeleteIndexA(session, table, "parts"));
    OK(JetCreateIndex4A(session, table, third, 1));
    IS(JetGetTableIndexInfoA(session, table, "parts", place, sizeof *third, JET_IdxInfoCreateIndex3), JET_errBufferTooSmall);
    IS(JetGetTableIndexInfoA(session, table, "parts", &version, 3, JET_IdxInfoSortVersion), JET_errBufferTooSmall);
    IS(JetGetTableIndexInfoA(session, table, "none", &version, 4, JET_IdxInfoSortVersion), JET_errIndexNotFound);
    OK(JetGetTableIndexInfoA(session, table, "parts", &version, 4, JET_IdxInfoSortVersion));
    IS(version, 0);
    OK(JetGetTableIndexInfoA(session, table, "parts", &version, 4, JET_IdxInfoDefinedSortVersion));
    OK(JetGetTableIndexInfoA(session, table, "parts", id_of_sort, 16, JET_IdxInfoSortId));
    OK(JetDeleteIndexA(session, table, "parts"));
}

int main(void)
{
    conform_begin();
    tables();
    columns();
    indexes();
    information();
    callbacks();
    definitions();
    return conform_end();
}
