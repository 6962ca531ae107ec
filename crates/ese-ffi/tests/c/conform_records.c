/* Records: prepared, set, stored, read, counted, locked, deleted; with arguments that are wrong. */
#include "conform.h"

static int given, blocks;

/* Gives a block, or takes one back; refuses the one that `given` counts down to. */
static void *JET_API allocate(void *context, void *block, uint32_t size)
{
    (void)context;
    if (block) {
        blocks--;
        free(block);
        return NULL;
    }
    if (given > 0 && --given == 0)
        return NULL;
    blocks++;
    return malloc(size ? size : 1);
}

static void updates(void)
{
    int32_t n = 7;
    uint32_t got = 99;
    char bytes[300];
    JET_SETINFO info;
    JET_SETCOLUMN two[2];
    memset(bytes, 'x', sizeof bytes);
    CURSOR_HANDLES(JetPrepareUpdate(S, T, JET_prepInsert));
    CURSOR_HANDLES(JetSetColumn(S, T, id, &n, 4, 0, NULL));
    CURSOR_HANDLES(JetSetColumns(S, T, NULL, 0));
    CURSOR_HANDLES(JetUpdate(S, T, NULL, 0, NULL));
    CURSOR_HANDLES(JetUpdate2(S, T, NULL, 0, NULL, 0));
    IS(JetPrepareUpdate(session, table, 77), JET_errInvalidParameter);
    IS(JetPrepareUpdate(session, table, JET_prepCancel), JET_errUpdateNotPrepared);
    IS(JetUpdate(session, table, NULL, 0, NULL), JET_errUpdateNotPrepared);
    OK(JetBeginTransaction(session));
    OK(JetPrepareUpdate(session, table, JET_prepInsert));
    IS(JetPrepareUpdate(session, table, JET_prepInsert), JET_errAlreadyPrepared);
    /* Columns that are none, and sizes that are not theirs. */
    IS(JetSetColumn(session, table, 0, &n, 4, 0, NULL), JET_errBadColumnId);
    IS(JetSetColumn(session, table, 100, &n, 4, 0, NULL), JET_errColumnNotFound);
    IS(JetSetColumn(session, table, 0x7fffffff, &n, 4, 0, NULL), JET_errBadColumnId);
    IS(JetSetColumn(session, table, id, &n, 3, 0, NULL), JET_errInvalidBufferSize);
    IS(JetSetColumn(session, table, id, &n, 5, 0, NULL), JET_errInvalidBufferSize);
    IS(JetSetColumn(session, table, id, &n, 0xffffffff, 0, NULL), JET_errInvalidParameter);
    IS(JetSetColumn(session, table, word, bytes, 256, 0, NULL), JET_wrnColumnMaxTruncated);
    IS(JetSetColumn(session, table, id, &n, 4, 0, ODD(JET_SETINFO)), JET_errInvalidParameter);
    memset(&info, 0, sizeof info);
    IS(JetSetColumn(session, table, id, &n, 4, 0, &info), JET_errInvalidParameter);
    info.cbStruct = sizeof info;
    info.itagSequence = 1;
    info.ibLongValue = 0x7fffffff;
    IS(JetSetColumn(session, table, large, bytes, 300, JET_bitSetOverwriteLV, &info), JET_errColumnNoChunk);
    /* All of an array, or up to what is wrong in it. */
    IS(JetSetColumns(session, table, NULL, 2), JET_errInvalidParameter);
    IS(JetSetColumns(session, table, ODD(JET_SETCOLUMN), 1), JET_errInvalidParameter);
    memset(two, 0, sizeof two);
    two[0].columnid = id;
    two[0].pvData = &n;
    two[0].cbData = 4;
    two[1].columnid = 100;
    two[1].pvData = bytes;
    two[1].cbData = 1;
    IS(JetSetColumns(session, table, two, 2), JET_errColumnNotFound);
    OK(two[0].err);
    OK(JetSetColumns(session, table, two, 1));
    IS(JetUpdate(session, table, NULL, 4, &got), JET_errInvalidParameter);
    IS(JetUpdate(session, table, bytes, 4, ODD(uint32_t)), JET_errInvalidParameter);
    IS(JetUpdate(session, table, bytes, 4, &got), JET_errBufferTooSmall);
    IS(got, 99);
    OK(JetUpdate(session, table, bytes, 5, &got));
    IS(got, 5);
    OK(JetRollback(session, 0));
    IS(JetUpdate(session, table, NULL, 0, NULL), JET_errUpdateNotPrepared);
}

static void retrieval(void)
{
    int32_t n = 0;
    uint32_t got = 99;
    char bytes[8];
    JET_RETINFO info;
    JET_RETRIEVECOLUMN two[2];
    OK(JetMove(session, table, JET_MoveFirst, 0));
    CURSOR_HANDLES(JetRetrieveColumn(S, T, id, &n, 4, NULL, 0, NULL));
    CURSOR_HANDLES(JetRetrieveColumns(S, T, NULL, 0));
    IS(JetRetrieveColumn(session, table, id, NULL, 4, &got, 0, NULL), JET_errInvalidParameter);
    IS(JetRetrieveColumn(session, table, id, NULL, 0, &got, 0, NULL), JET_wrnBufferTruncated);
    IS(got, 4);
    IS(JetRetrieveColumn(session, table, id, &n, 4, ODD(uint32_t), 0, NULL), JET_errInvalidParameter);
    /* The data may lie anywhere. */
    OK(JetRetrieveColumn(session, table, id, ODD(char), 4, &got, 0, NULL));
    OK(JetRetrieveColumn(session, table, id, &n, 4, NULL, 0, NULL));
    IS(n, 1);
    IS(JetRetrieveColumn(session, table, word, bytes, 3, &got, 0, NULL), JET_wrnBufferTruncated);
    IS(got, 4);
    IS(JetRetrieveColumn(session, table, 100, bytes, 3, &got, 0, NULL), JET_errColumnNotFound);
    IS(JetRetrieveColumn(session, table, 0x7fffffff, bytes, 3, &got, 0, NULL), JET_errBadColumnId);
    IS(JetRetrieveColumn(session, table, large, bytes, 3, &got, 0, NULL), JET_wrnColumnNull);
    IS(got, 0);
    memset(&info, 0, sizeof info);
    IS(JetRetrieveColumn(session, table, word, bytes, 8, &got, 0, &info), JET_errInvalidParameter);
    IS(JetRetrieveColumn(session, table, word, bytes, 8, &got, 0, ODD(JET_RETINFO)), JET_errInvalidParameter);
    info.cbStruct = sizeof info;
    IS(JetRetrieveColumn(session, table, tags, bytes, 8, &got, 0, &info), JET_errBadItagSequence);
    info.itagSequence = 0xffffffff;
    IS(JetRetrieveColumn(session, table, tags, bytes, 8, &got, 0, &info), JET_wrnColumnNull);
    info.itagSequence = 1;
    info.ibLongValue = 0xffffffff;
    IS(JetRetrieveColumn(session, table, large, bytes, 8, &got, 0, &info), JET_wrnColumnNull);
    IS(JetRetrieveColumns(session, table, NULL, 1), JET_errInvalidParameter);
    IS(JetRetrieveColumns(session, table, ODD(JET_RETRIEVECOLUMN), 1), JET_errInvalidParameter);
    memset(two, 0, sizeof two);
    two[0].columnid = id;
    two[0].itagSequence = 1;
    two[0].cbData = 4;
    IS(JetRetrieveColumns(session, table, two, 1), JET_errInvalidParameter);
    two[0].pvData = &n;
    two[1] = two[0];
    two[1].columnid = 100;
    IS(JetRetrieveColumns(session, table, two, 2), JET_errColumnNotFound);
    OK(JetRetrieveColumns(session, table, two, 1));
    IS(two[0].cbActual, 4);
}

static void enumeration(void)
{
    JET_ENUMCOLUMN *list = NULL;
    JET_ENUMCOLUMNID one;
    uint32_t count = 99;
    memset(&one, 0, sizeof one);
    one.columnid = 100;
    CURSOR_HANDLES(JetEnumerateColumns(S, T, 0, NULL, &count, &list, allocate, NULL, 100, 0));
    IS(JetEnumerateColumns(session, table, 0, NULL, NULL, &list, allocate, NULL, 100, 0), JET_errInvalidParameter);
    IS(JetEnumerateColumns(session, table, 0, NULL, &count, NULL, allocate, NULL, 100, 0), JET_errInvalidParameter);
    IS(JetEnumerateColumns(session, table, 0, NULL, &count, &list, NULL, NULL, 100, 0), JET_errInvalidParameter);
    IS(JetEnumerateColumns(session, table, 0, NULL, ODD(uint32_t), &list, allocate, NULL, 100, 0), JET_errInvalidParameter);
    IS(JetEnumerateColumns(session, table, 1, NULL, &count, &list, allocate, NULL, 100, 0), JET_errInvalidParameter);
    IS(JetEnumerateColumns(session, table, 0, NULL, &count, &list, allocate, NULL, 100, 0x80000000), JET_errInvalidGrbit);
    IS(JetEnumerateColumns(session, table, 1, &one, &count, &list, allocate, NULL, 100, 0), JET_errColumnNotFound);
    /* The list is there all the same, and says which one it is. */
    IS(count, 1);
    if (list && count == 1)
        IS(list[0].err, JET_errColumnNotFound);
    allocate(NULL, list, 0);
    /* Wherever memory ends, all of it comes back. */
    for (int at = 1; at < 6; at++) {
        given = at;
        blocks = 0;
        IS(JetEnumerateColumns(session, table, 0, NULL, &count, &list, allocate, NULL, 100, 0), JET_errOutOfMemory);
        IS(blocks, 0);
        IS(count, 0);
        IS(list == NULL, 1);
    }
    given = 0;
    OK(JetEnumerateColumns(session, table, 0, NULL, &count, &list, allocate, NULL, 100, JET_bitEnumerateCompressOutput));
    for (uint32_t i = 0; list && i < count; i++) {
        if (list[i].err == JET_wrnColumnSingleValue) {
            allocate(NULL, list[i].pvData, 0);
        } else if (list[i].err == JET_errSuccess) {
            for (uint32_t v = 0; v < list[i].cEnumColumnValue; v++)
                allocate(NULL, list[i].rgEnumColumnValue[v].pvData, 0);
            allocate(NULL, list[i].rgEnumColumnValue, 0);
        }
    }
    allocate(NULL, list, 0);
    IS(blocks, 0);
}

static void sizes_and_locks(void)
{
    JET_RECSIZE size;
    JET_RECSIZE2 size2;
    int32_t amount = 1, old = 0;
    uint32_t got = 0;
    CURSOR_HANDLES(JetGetRecordSize(S, T, &size, 0));
    CURSOR_HANDLES(JetGetRecordSize2(S, T, &size2, 0));
    CURSOR_HANDLES(JetGetLock(S, T, JET_bitReadLock));
    CURSOR_HANDLES(JetDelete(S, T));
    CURSOR_HANDLES(JetEscrowUpdate(S, T, id, &amount, 4, &old, 4, &got, 0));
    IS(JetGetRecordSize(session, table, NULL, 0), JET_errInvalidParameter);
    IS(JetGetRecordSize(session, table, ODD(JET_RECSIZE), 0), JET_errInvalidParameter);
    IS(JetGetRecordSize2(session, table, NULL, 0), JET_errInvalidParameter);
    IS(JetGetRecordSize(session, table, &size, 0x40000000), JET_errInvalidGrbit);
    OK(JetGetRecordSize(session, table, &size, 0));
    IS(size.cbData, 8);
    IS(JetGetLock(session, table, JET_bitReadLock), JET_errNotInTransaction);
    IS(JetEscrowUpdate(session, table, id, &amount, 4, &old, 4, &got, 0), JET_errNotInTransaction);
    OK(JetBeginTransaction(session));
    IS(JetGetLock(session, table, 0), JET_errInvalidGrbit);
    IS(JetGetLock(session, table, JET_bitReadLock | JET_bitWriteLock), JET_errInvalidGrbit);
    OK(JetGetLock(session, table, JET_bitWriteLock));
    IS(JetEscrowUpdate(session, table, 100, &amount, 4, &old, 4, &got, 0), JET_errColumnNotFound);
    IS(JetEscrowUpdate(session, table, id, NULL, 4, &old, 4, &got, 0), JET_errInvalidBufferSize);
    IS(JetEscrowUpdate(session, table, id, &amount, 3, &old, 4, &got, 0), JET_errInvalidBufferSize);
    IS(JetEscrowUpdate(session, table, id, &amount, 4, &old, 2, &got, 0), JET_errInvalidBufferSize);
    IS(JetEscrowUpdate(session, table, id, &amount, 4, &old, 4, &got, 0), JET_errInvalidOperation);
    OK(JetDelete(session, table));
    IS(JetDelete(session, table), JET_errRecordDeleted);
    IS(JetGetRecordSize(session, table, &size, 0), JET_errRecordDeleted);
    OK(JetRollback(session, 0));
    OK(JetGetRecordSize(session, table, &size, 0));
}

int main(void)
{
    conform_begin();
    updates();
    retrieval();
    enumeration();
    sizes_and_locks();
    return conform_end();
}
