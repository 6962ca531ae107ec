/* What programs do that the managed client's own tests do, call by call: bookmarks and columns of temporary
 * tables, lists of the W forms, a template and its heir in one transaction, places after inserts, counts of a
 * thread, functions that a program names in parameters. */
#include "conform.h"

static JET_COLUMNDEF columns[3];
static JET_COLUMNID ids[3];

static void describe(void)
{
    memset(columns, 0, sizeof columns);
    for (int i = 0; i < 3; i++)
        columns[i].cbStruct = sizeof columns[0];
    columns[0].coltyp = JET_coltypLong;
    columns[0].grbit = JET_bitColumnTTKey;
    columns[1].coltyp = JET_coltypLongBinary;
    columns[2].coltyp = JET_coltypLong;
    columns[2].grbit = JET_bitColumnTagged;
}

/* A record of a temporary table that is a tree has a bookmark from the beginning. */
static void bookmarks(void)
{
    JET_TABLEID tree;
    uint8_t mark[3][64];
    uint32_t size[3], actual;
    int32_t n, back;
    describe();
    OK(JetOpenTempTable(session, columns, 3, JET_bitTTIndexed, &tree, ids));
    for (n = 0; n < 3; n++) {
        OK(JetPrepareUpdate(session, tree, JET_prepInsert));
        OK(JetSetColumn(session, tree, ids[0], &n, 4, 0, NULL));
        OK(JetUpdate(session, tree, mark[n], sizeof mark[n], &size[n]));
        IS(size[n] > 0 && size[n] <= sizeof mark[n], 1);
    }
    for (n = 2; n >= 0; n--) {
        OK(JetGotoBookmark(session, tree, mark[n], size[n]));
        OK(JetRetrieveColumn(session, tree, ids[0], &back, 4, NULL, 0, NULL));
        IS(back, n);
    }
    /* A replace gives that of the record where it stands; a bookmark without room keeps the record out. */
    OK(JetPrepareUpdate(session, tree, JET_prepReplace));
    OK(JetSetColumn(session, tree, ids[2], &n, 4, 0, NULL));
    OK(JetUpdate(session, tree, mark[1], sizeof mark[1], &actual));
    IS(actual == size[0] && memcmp(mark[0], mark[1], actual) == 0, 1);
    n = 7;
    OK(JetPrepareUpdate(session, tree, JET_prepInsert));
    OK(JetSetColumn(session, tree, ids[0], &n, 4, 0, NULL));
    IS(JetUpdate(session, tree, mark[2], 1, &actual), JET_errBufferTooSmall);
    OK(JetPrepareUpdate(session, tree, JET_prepCancel));
    OK(JetMakeKey(session, tree, &n, 4, JET_bitNewKey));
    IS(JetSeek(session, tree, JET_bitSeekEQ), JET_errRecordNotFound);
    OK(JetCloseTable(session, tree));
}

static void *JET_API grow(void *context, void *old, uint32_t size)
{
    (void)context;
    if (size)
        return realloc(old, size);
    free(old);
    return NULL;
}

/* All columns of a record of a temporary table, and how many values one has. */
static void enumeration(void)
{
    JET_TABLEID tree;
    JET_SETINFO next = { sizeof next, 0, 0 };
    JET_ENUMCOLUMN *found = NULL;
    JET_RETRIEVECOLUMN count;
    uint32_t columns_found = 0;
    int32_t n = 5;
    describe();
    columns[2].grbit |= JET_bitColumnMultiValued;
    OK(JetOpenTempTable(session, columns, 3, JET_bitTTIndexed, &tree, ids));
    OK(JetPrepareUpdate(session, tree, JET_prepInsert));
    OK(JetSetColumn(session, tree, ids[0], &n, 4, 0, NULL));
    OK(JetSetColumn(session, tree, ids[1], "long", 4, 0, NULL));
    for (n = 1; n <= 3; n++)
        OK(JetSetColumn(session, tree, ids[2], &n, 4, 0, &next));
    OK(JetUpdate(session, tree, NULL, 0, NULL));
    OK(JetMove(session, tree, JET_MoveFirst, 0));
    OK(JetEnumerateColumns(session, tree, 0, NULL, &columns_found, &found, grow, NULL, 1000, 0));
    IS(columns_found, 3);
    if (columns_found == 3) {
        int at = found[1].columnid == ids[1] ? 1 : 2;
        IS(found[0].columnid, ids[0]);
        IS(found[at].columnid, ids[1]);
        IS(found[at].rgEnumColumnValue[0].cbData, 4);
        IS(memcmp(found[at].rgEnumColumnValue[0].pvData, "long", 4), 0);
        IS(found[3 - at].columnid, ids[2]);
        IS(found[3 - at].cEnumColumnValue, 3);
        IS(*(int32_t *)found[3 - at].rgEnumColumnValue[2].pvData, 3);
        for (uint32_t c = 0; c < 3; c++) {
            for (uint32_t v = 0; v < found[c].cEnumColumnValue; v++)
                free(found[c].rgEnumColumnValue[v].pvData);
            free(found[c].rgEnumColumnValue);
        }
        free(found);
    }
    memset(&count, 0, sizeof count);
    count.columnid = ids[2];
    OK(JetRetrieveColumns(session, tree, &count, 1));
    IS(count.itagSequence, 3);
    count.columnid = 12345;
    count.itagSequence = 0;
    IS(JetRetrieveColumns(session, tree, &count, 1) < 0, 1);
    OK(JetCloseTable(session, tree));
}

/* Flags of 0 sort with case: nothing is a duplicate of anything. */
static void flags_of_text(void)
{
    static const char16_t words[] = u"aAbB";
    JET_TABLEID sorted;
    JET_UNICODEINDEX unicode = { 1033, 0 };
    int rows = 0;
    memset(columns, 0, sizeof columns);
    columns[0].cbStruct = sizeof columns[0];
    columns[0].coltyp = JET_coltypText;
    columns[0].cp = 1200;
    columns[0].grbit = JET_bitColumnTTKey;
    for (int i = 0; i < 2; i++) {
        unicode.dwMapFlags = i ? 0x80000000u : 0;
        if (i) {
            IS(JetOpenTempTable3(session, columns, 1, &unicode, JET_bitTTScrollable, &sorted, ids), JET_errInvalidLCMapStringFlags);
            continue;
        }
        OK(JetOpenTempTable3(session, columns, 1, &unicode, JET_bitTTScrollable, &sorted, ids));
        for (int w = 0; w < 4; w++) {
            OK(JetPrepareUpdate(session, sorted, JET_prepInsert));
            OK(JetSetColumn(session, sorted, ids[0], &words[w], 2, 0, NULL));
            OK(JetUpdate(session, sorted, NULL, 0, NULL));
        }
        for (JET_ERR e = JetMove(session, sorted, JET_MoveFirst, 0); e == 0; e = JetMove(session, sorted, JET_MoveNext, 0))
            rows++;
        IS(rows, 4);
        OK(JetCloseTable(session, sorted));
    }
}

/* Names in a list are of the form that asked for it. */
static void lists(void)
{
    JET_OBJECTLIST a, w;
    JET_COLUMNLIST wc;
    JET_INDEXLIST wi;
    char16_t wide[65];
    char narrow[65];
    uint32_t size;
    OK(JetGetObjectInfoA(session, database, JET_objtypTable, NULL, NULL, &a, sizeof a, JET_ObjInfoListNoStats));
    OK(JetGetObjectInfoW(session, database, JET_objtypTable, NULL, NULL, &w, sizeof w, JET_ObjInfoListNoStats));
    OK(JetMove(session, a.tableid, JET_MoveLast, 0));
    OK(JetMove(session, w.tableid, JET_MoveLast, 0));
    OK(JetRetrieveColumn(session, a.tableid, a.columnidobjectname, narrow, sizeof narrow, &size, 0, NULL));
    IS(size == 1 && narrow[0] == 't', 1);
    OK(JetRetrieveColumn(session, w.tableid, w.columnidobjectname, wide, sizeof wide, &size, 0, NULL));
    IS(size == 2 && wide[0] == u't', 1);
    OK(JetCloseTable(session, a.tableid));
    OK(JetCloseTable(session, w.tableid));
    OK(JetGetTableColumnInfoW(session, table, NULL, &wc, sizeof wc, JET_ColInfoList));
    OK(JetRetrieveColumn(session, wc.tableid, wc.columnidcolumnname, wide, sizeof wide, &size, 0, NULL));
    IS(size == 4 && wide[0] == u'i' && wide[1] == u'd', 1);
    OK(JetCloseTable(session, wc.tableid));
    OK(JetGetTableIndexInfoW(session, table, u"by_id", &wi, sizeof wi, JET_IdxInfo));
    OK(JetRetrieveColumn(session, wi.tableid, wi.columnidindexname, wide, sizeof wide, &size, 0, NULL));
    IS(size == 10 && wide[0] == u'b' && wide[4] == u'd', 1);
    OK(JetCloseTable(session, wi.tableid));
}

/* An index as the calls that make one want it. */
static void index_definitions(void)
{
    uint64_t space[100];
    JET_INDEXCREATE_A *one = (JET_INDEXCREATE_A *)(void *)space;
    JET_INDEXCREATE2_A *two = (JET_INDEXCREATE2_A *)(void *)space;
    JET_INDEXCREATE3_W *three = (JET_INDEXCREATE3_W *)(void *)space;
    memset(space, 0x55, sizeof space);
    OK(JetGetTableIndexInfoA(session, table, "by_word", space, sizeof space, JET_IdxInfoCreateIndex));
    IS(strcmp(one->szIndexName, "by_word"), 0);
    IS(one->grbit & JET_bitIndexUnicode, JET_bitIndexUnicode);
    IS(one->pidxunicode->lcid, 1033);
    OK(JetGetTableIndexInfoA(session, table, "by_word", space, sizeof space, JET_IdxInfoCreateIndex2));
    IS(memcmp(two->szKey, "+word\0", 7), 0);
    IS(two->pSpacehints->cbStruct, sizeof *two->pSpacehints);
    IS(two->pSpacehints->ulInitialDensity, 80);
    OK(JetGetTableIndexInfoW(session, table, u"by_word", space, sizeof space, JET_IdxInfoCreateIndex3));
    IS(three->cbStruct, sizeof *three);
    IS(three->cbKey, 14);
    IS(memcmp(three->szKey, u"+word\0", 14), 0);
    IS(memcmp(three->pidxunicode->szLocaleName, u"en-US", 12), 0);
    IS(three->cbVarSegMac, 255);
    IS(three->ulDensity, 80);
    IS(JetGetTableIndexInfoW(session, table, u"by_word", space, sizeof *three - 1, JET_IdxInfoCreateIndex3), JET_errBufferTooSmall);
    IS(JetGetTableIndexInfoW(session, table, u"by_word", space, sizeof *three + 20, JET_IdxInfoCreateIndex3), JET_errBufferTooSmall);
    IS(JetGetTableIndexInfoA(session, table, "by_word", space, sizeof *one, JET_IdxInfoCreateIndex), JET_errInvalidParameter);
    IS(JetGetTableIndexInfoW(session, table, u"none", space, sizeof space, JET_IdxInfoCreateIndex3), JET_errIndexNotFound);
    IS(JetGetTableIndexInfoW(session, table, NULL, NULL, sizeof space, JET_IdxInfoCreateIndex3), JET_errInvalidParameter);
}

/* A template and a table that inherits from it may be made in one transaction, which may be rolled back. */
static void one_transaction(void)
{
    JET_COLUMNCREATE_A column;
    JET_TABLECREATE_A base, heir;
    JET_COLUMNDEF seen;
    char base_name[] = "base", heir_name[] = "heir", column_name[] = "c";
    memset(&column, 0, sizeof column);
    memset(&base, 0, sizeof base);
    memset(&heir, 0, sizeof heir);
    column.cbStruct = sizeof column;
    column.szColumnName = column_name;
    column.coltyp = JET_coltypLong;
    base.cbStruct = heir.cbStruct = sizeof base;
    base.szTableName = base_name;
    base.rgcolumncreate = &column;
    base.cColumns = 1;
    base.grbit = JET_bitTableCreateTemplateTable;
    heir.szTableName = heir_name;
    heir.szTemplateTableName = base_name;
    for (int keep = 0; keep < 2; keep++) {
        OK(JetBeginTransaction(session));
        OK(JetCreateTableColumnIndexA(session, database, &base));
        OK(JetCreateTableColumnIndexA(session, database, &heir));
        OK(JetGetTableColumnInfoA(session, heir.tableid, "c", &seen, sizeof seen, JET_ColInfo));
        OK(JetCloseTable(session, base.tableid));
        OK(JetCloseTable(session, heir.tableid));
        if (keep)
            OK(JetCommitTransaction(session, 0));
        else
            OK(JetRollback(session, 0));
    }
    OK(JetGetColumnInfoA(session, database, "heir", "c", &seen, sizeof seen, JET_ColInfo));
    IS(seen.coltyp, JET_coltypLong);
}

/* The first record is looked for when it is wanted, not when one is inserted. */
static void first_after_inserts(void)
{
    JET_TABLEID fresh;
    JET_COLUMNID c;
    JET_COLUMNDEF def;
    static const char by_c[] = "+c\0";
    int32_t n, values[] = { 3, 1, 2 };
    memset(&def, 0, sizeof def);
    def.cbStruct = sizeof def;
    def.coltyp = JET_coltypLong;
    OK(JetCreateTableA(session, database, "fresh", 1, 80, &fresh));
    OK(JetAddColumnA(session, fresh, "c", &def, NULL, 0, &c));
    OK(JetCreateIndexA(session, fresh, "by_c", JET_bitIndexPrimary, by_c, sizeof by_c, 80));
    OK(JetCloseTable(session, fresh));
    OK(JetOpenTableA(session, database, "fresh", NULL, 0, 0, &fresh));
    for (int i = 0; i < 3; i++) {
        OK(JetPrepareUpdate(session, fresh, JET_prepInsert));
        OK(JetSetColumn(session, fresh, c, &values[i], 4, 0, NULL));
        OK(JetUpdate(session, fresh, NULL, 0, NULL));
    }
    OK(JetRetrieveColumn(session, fresh, c, &n, 4, NULL, 0, NULL));
    IS(n, 1);
    /* Now it is a place, which an insert before it leaves. */
    n = 0;
    OK(JetPrepareUpdate(session, fresh, JET_prepInsert));
    OK(JetSetColumn(session, fresh, c, &n, 4, 0, NULL));
    OK(JetUpdate(session, fresh, NULL, 0, NULL));
    OK(JetRetrieveColumn(session, fresh, c, &n, 4, NULL, 0, NULL));
    IS(n, 1);
    OK(JetCloseTable(session, fresh));
}

/* A call that fails says a size of 0, unless it did not come as far as the table. */
static void sizes_of_failures(void)
{
    uint32_t actual = 77;
    int32_t n;
    IS(JetRetrieveColumn(session, table, 99, &n, 4, &actual, 0, NULL), JET_errColumnNotFound);
    IS(actual, 0);
    actual = 77;
    IS(JetRetrieveColumn(session, closed, id, &n, 4, &actual, 0, NULL), JET_errInvalidTableId);
    IS(actual, 77);
    IS(JetRetrieveColumn(session, table, id, &n, 4, &actual, JET_bitRetrieveTuple, NULL), JET_errInvalidGrbit);
    IS(actual, 0);
    OK(JetMove(session, table, JET_MoveLast, 0));
    IS(JetMove(session, table, JET_MoveNext, 0), JET_errNoCurrentRecord);
    actual = 77;
    IS(JetRetrieveColumn(session, table, id, &n, 4, &actual, 0, NULL), JET_errNoCurrentRecord);
    IS(actual, 0);
    OK(JetMove(session, table, JET_MoveFirst, 0));
    OK(JetRetrieveColumn(session, table, id, &n, 4, &actual, 0, NULL));
    IS(actual, 4);
}

static void thread_stats(void)
{
    JET_THREADSTATS before, after;
    JET_THREADSTATS2 more;
    IS(JetGetThreadStats(&before, sizeof before - 1), JET_errBufferTooSmall);
    IS(JetGetThreadStats(NULL, sizeof before), JET_errInvalidParameter);
    OK(JetGetThreadStats(&before, sizeof before));
    IS(before.cbStruct, sizeof before);
    OK(JetBeginTransaction(session));
    put(100);
    put(101);
    OK(JetCommitTransaction(session, 0));
    OK(JetGetThreadStats(&after, sizeof after));
    IS(after.cPageReferenced > before.cPageReferenced, 1);
    IS(after.cPageDirtied + after.cPageRedirtied >= before.cPageDirtied + before.cPageRedirtied + 4, 1);
    /* Begin, two inserts, commit, at least. */
    IS(after.cLogRecord - before.cLogRecord >= 4, 1);
    IS(after.cbLogRecord - before.cbLogRecord >= 40, 1);
    OK(JetGetThreadStats(&more, sizeof more));
    IS(more.cbStruct, sizeof more);
    IS(more.cLogRecord, after.cLogRecord);
    IS(JetIdle(session, JET_bitIdleStatus), JET_errSuccess);
}

static uint32_t preread(void)
{
    JET_THREADSTATS stats;
    OK(JetGetThreadStats(&stats, sizeof stats));
    return stats.cPagePreread;
}

/* Pages of ranges are read before they are asked for, once; of long values those of the records there. */
static void reading_ahead(void)
{
    static const char by_n[] = "+n\0";
    static uint8_t bytes[2000];
    JET_DBID d;
    JET_TABLEID t;
    JET_COLUMNID n, fill, lv;
    JET_COLUMNDEF def;
    int32_t key[2] = { 10, 60 };
    JET_INDEX_COLUMN limit[2];
    JET_INDEX_RANGE range[2];
    uint32_t before, done = 0, pages;
    const void *keys[1];
    uint8_t normalized[16];
    uint32_t size;
    int32_t served = 0;
    JET_ERR moved;
    memset(&def, 0, sizeof def);
    memset(limit, 0, sizeof limit);
    memset(range, 0, sizeof range);
    def.cbStruct = sizeof def;
    OK(JetCreateDatabaseA(session, "ahead.edb", NULL, &d, 0));
    OK(JetCreateTableA(session, d, "t", 1, 100, &t));
    def.coltyp = JET_coltypLong;
    OK(JetAddColumnA(session, t, "n", &def, NULL, 0, &n));
    def.coltyp = JET_coltypLongBinary;
    OK(JetAddColumnA(session, t, "lv", &def, NULL, 0, &lv));
    def.coltyp = JET_coltypBinary;
    OK(JetAddColumnA(session, t, "fill", &def, NULL, 0, &fill));
    OK(JetCreateIndexA(session, t, "by_n", JET_bitIndexPrimary, by_n, sizeof by_n, 100));
    OK(JetBeginTransaction(session));
    for (int32_t i = 0; i < 200; i++) {
        OK(JetPrepareUpdate(session, t, JET_prepInsert));
        OK(JetSetColumn(session, t, n, &i, 4, 0, NULL));
        OK(JetSetColumn(session, t, fill, bytes, 250, 0, NULL));
        if (i < 40)
            OK(JetSetColumn(session, t, lv, bytes, sizeof bytes, JET_bitSetSeparateLV, NULL));
        OK(JetUpdate(session, t, NULL, 0, NULL));
    }
    OK(JetCommitTransaction(session, 0));
    OK(JetCloseTable(session, t));
    OK(JetCloseDatabase(session, d, 0));
    OK(JetDetachDatabaseA(session, "ahead.edb"));
    OK(JetAttachDatabaseA(session, "ahead.edb", 0));
    OK(JetOpenDatabaseA(session, "ahead.edb", NULL, &d, 0));
    OK(JetOpenTableA(session, d, "t", NULL, 0, 0, &t));
    for (int i = 0; i < 2; i++) {
        limit[i].columnid = n;
        limit[i].relop = JET_relopEquals;
        limit[i].pv = &key[i];
        limit[i].cb = 4;
    }
    range[0].rgStartColumns = &limit[0];
    range[0].cStartColumns = 1;
    range[0].rgEndColumns = &limit[1];
    range[0].cEndColumns = 1;
    before = preread();
    OK(JetPrereadIndexRanges(session, t, range, 1, &done, NULL, 0, JET_bitPrereadForward));
    IS(done, 1);
    pages = preread() - before;
    /* 51 records of some 260 bytes, in pages of 4 KiB or more. */
    IS(pages >= 2 && pages <= 8, 1);
    OK(JetPrereadIndexRanges(session, t, range, 1, &done, NULL, 0, JET_bitPrereadForward));
    IS(preread() - before, pages);
    before = preread();
    OK(JetPrereadIndexRanges(session, t, range, 1, &done, &lv, 1, JET_bitPrereadForward | JET_bitPrereadFirstPage));
    IS(preread() - before >= 5, 1);
    /* The other way round the start is the upper end; ranges come in the order of the direction. */
    IS(JetPrereadIndexRanges(session, t, range, 1, &done, NULL, 0, JET_bitPrereadBackward), JET_errInvalidParameter);
    range[0].rgStartColumns = &limit[1];
    range[0].rgEndColumns = &limit[0];
    OK(JetPrereadIndexRanges(session, t, range, 1, &done, NULL, 0, JET_bitPrereadBackward));
    range[1] = range[0];
    IS(JetPrereadIndexRanges(session, t, range, 2, &done, NULL, 0, JET_bitPrereadBackward), JET_errInvalidParameter);
    /* One key. */
    key[0] = 150;
    OK(JetMakeKey(session, t, &key[0], 4, JET_bitNewKey));
    OK(JetRetrieveKey(session, t, normalized, sizeof normalized, &size, JET_bitRetrieveCopy));
    keys[0] = normalized;
    before = preread();
    OK(JetPrereadKeys(session, t, keys, &size, 1, &served, JET_bitPrereadForward));
    IS(served, 1);
    IS(preread() - before, 1);
    /* What was read ahead is what is there. */
    OK(JetSeek(session, t, JET_bitSeekEQ));
    for (moved = 0; moved == 0; moved = JetMove(session, t, JET_MoveNext, 0)) {
        int32_t at = -1;
        OK(JetRetrieveColumn(session, t, n, &at, 4, NULL, 0, NULL));
        IS(at, key[0]++);
    }
    IS(key[0], 200);
    OK(JetCloseTable(session, t));
    OK(JetCloseDatabase(session, d, 0));
    OK(JetDetachDatabaseA(session, "ahead.edb"));
}

static int runtime_calls[3], commit_calls;
static void *freed[2];
static int64_t last_commit;
static JET_INSTANCE commit_instance;
static JET_ERR runtime_says;

static JET_ERR JET_API runtime(JET_SESID s, JET_DBID d, JET_TABLEID t, JET_CBTYP kind, void *value, void *b, void *c, JET_API_PTR e)
{
    IS(s == JET_sesidNil && d == JET_dbidNil && t == JET_tableidNil && !b && !c && !e, 1);
    if (kind == JET_cbtypFreeCursorLS || kind == JET_cbtypFreeTableLS) {
        int which = kind == JET_cbtypFreeTableLS;
        runtime_calls[1 + which]++;
        freed[which] = value;
        return JET_errSuccess;
    }
    IS(kind, JET_cbtypNull);
    runtime_calls[0]++;
    return runtime_says;
}

static JET_ERR JET_API committed(JET_INSTANCE of, JET_COMMIT_ID *id, JET_GRBIT grbit)
{
    IS(grbit, 0);
    commit_calls++;
    commit_instance = of;
    IS(id->commitId >= last_commit, 1);
    last_commit = id->commitId;
    return JET_errSuccess;
}

/* Functions that a program names in parameters are called. */
static void named_functions(void)
{
    JET_INSTANCE other;
    JET_SESID s;
    JET_DBID d;
    JET_TABLEID t;
    JET_LS ls = 0;
    JET_COMMIT_ID commit;
    for (int i = 0; i < 2; i++) {
        runtime_says = i ? JET_errSuccess : JET_errOutOfMemory;
        OK(JetCreateInstanceA(&other, "other"));
        OK(JetSetSystemParameterA(&other, 0, JET_paramLogFileSize, 128, NULL));
        OK(JetSetSystemParameterA(&other, 0, JET_paramMaxTemporaryTables, 0, NULL));
        OK(JetSetSystemParameterA(&other, 0, JET_paramSystemPath, 0, "other/"));
        OK(JetSetSystemParameterA(&other, 0, JET_paramLogFilePath, 0, "other/"));
        OK(JetSetSystemParameterA(&other, 0, JET_paramCreatePathIfNotExist, 1, NULL));
        OK(JetSetSystemParameterA(&other, 0, JET_paramRuntimeCallback, (JET_API_PTR)runtime, NULL));
        OK(JetSetSystemParameterA(&other, 0, JET_paramDurableCommitCallback, (JET_API_PTR)committed, NULL));
        IS(JetInit(&other), runtime_says);
        IS(runtime_calls[0], i + 1);
    }
    OK(JetBeginSessionA(other, &s, NULL, NULL));
    OK(JetCreateDatabaseA(s, "other/b.edb", NULL, &d, 0));
    OK(JetCreateTableA(s, d, "t", 1, 80, &t));
    OK(JetBeginTransaction(s));
    {
        JET_COLUMNDEF def = { sizeof def, 0, JET_coltypLong, 0, 0, 0, 0, 0, 0 };
        JET_COLUMNID c;
        OK(JetAddColumnA(s, t, "c", &def, NULL, 0, &c));
    }
    commit.commitId = 0;
    OK(JetCommitTransaction2(s, 0, 0, &commit));
    IS(commit_calls > 0 && commit_instance == other, 1);
    IS(commit.commitId > 0 && commit.commitId < last_commit, 1);
    /* A value goes with its cursor, another with what is known of its table. */
    IS(JetGetLS(s, t, &ls, JET_bitLSCursor), JET_errLSNotSet);
    IS(JetGetLS(s, t, &ls, JET_bitLSTable | JET_bitLSReset), JET_errLSNotSet);
    OK(JetGetLS(s, t, &ls, JET_bitLSCursor | JET_bitLSReset));
    IS(ls == JET_LSNil, 1);
    OK(JetSetLS(s, t, 8, JET_bitLSCursor));
    IS(JetSetLS(s, t, 9, JET_bitLSCursor), JET_errLSAlreadySet);
    OK(JetSetLS(s, t, 5, JET_bitLSReset));
    IS(JetGetLS(s, t, &ls, JET_bitLSCursor), JET_errLSNotSet);
    IS(runtime_calls[1], 0);
    OK(JetSetLS(s, t, 8, JET_bitLSCursor));
    OK(JetSetLS(s, t, 16, JET_bitLSTable));
    OK(JetCloseTable(s, t));
    IS(runtime_calls[1] == 1 && freed[0] == (void *)8, 1);
    OK(JetOpenTableA(s, d, "t", NULL, 0, 0, &t));
    OK(JetGetLS(s, t, &ls, JET_bitLSTable));
    IS(ls, 16);
    OK(JetCloseTable(s, t));
    OK(JetCloseDatabase(s, d, 0));
    OK(JetDetachDatabaseA(s, "other/b.edb"));
    IS(runtime_calls[2] == 1 && freed[1] == (void *)16, 1);
    OK(JetEndSession(s, 0));
    OK(JetTerm(other));
    IS(JetSetLS(session, table, 8, JET_bitLSCursor), JET_errLSCallbackNotSpecified);
}

/* Who logs nothing needs no folder for logs. */
static void without_folders(void)
{
    JET_INSTANCE other;
    OK(JetCreateInstanceA(&other, "without"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramSystemPath, 0, "absent/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramLogFilePath, 0, "absent/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramMaxTemporaryTables, 0, NULL));
    OK(JetSetSystemParameterA(&other, 0, JET_paramRecovery, 0, "off"));
    OK(JetInit(&other));
    OK(JetTerm(other));
    OK(JetCreateInstanceA(&other, "with"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramSystemPath, 0, "absent/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramLogFilePath, 0, "absent/"));
    IS(JetInit(&other), JET_errInvalidPath);
}

static void small_calls(void)
{
    JET_API_PTR function = 0;
    OK(JetGetSystemParameterA(instance, 0, JET_paramPrintFunction, &function, NULL, 0));
    IS(function != 0, 1);
    IS(JetGetSystemParameterA(instance, 0, JET_paramPrintFunction, NULL, NULL, 0), JET_errInvalidParameter);
    IS(JetGetSystemParameterA(instance, 0, JET_paramPrintFunction, ODD(JET_API_PTR), NULL, 0), JET_errInvalidParameter);
    IS(JetConfigureProcessForCrashDump(0), JET_errInvalidGrbit);
    IS(JetConfigureProcessForCrashDump(0x10000), JET_errInvalidGrbit);
    OK(JetConfigureProcessForCrashDump(JET_bitDumpMaximum));
    IS(JetConfigureProcessForCrashDump(JET_bitDumpMinimum), JET_errFeatureNotAvailable);
}

int main(void)
{
    conform_begin();
    bookmarks();
    enumeration();
    flags_of_text();
    lists();
    index_definitions();
    one_transaction();
    first_after_inserts();
    sizes_of_failures();
    thread_stats();
    reading_ahead();
    named_functions();
    without_folders();
    small_calls();
    return conform_end();
}
