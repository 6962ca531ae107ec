/* Cursors: moves, keys, seeks, ranges, indexes, bookmarks, positions, counts, filters, intersections,
 * reading ahead, local storage; with arguments that are wrong. */
#include "conform.h"

static void moves(void)
{
    int32_t n = 3;
    uint32_t got = 99;
    uint64_t wide = 99;
    char key[300];
    CURSOR_HANDLES(JetMove(S, T, 1, 0));
    CURSOR_HANDLES(JetMakeKey(S, T, &n, 4, JET_bitNewKey));
    CURSOR_HANDLES(JetSeek(S, T, JET_bitSeekEQ));
    CURSOR_HANDLES(JetSetIndexRange(S, T, 0));
    CURSOR_HANDLES(JetRetrieveKey(S, T, key, sizeof key, &got, 0));
    CURSOR_HANDLES(JetIndexRecordCount(S, T, &got, 0));
    CURSOR_HANDLES(JetIndexRecordCount2(S, T, &wide, 0));
    IS(JetMove(session, table, 0x7ffffffe, 0), JET_errNoCurrentRecord);
    IS(JetMove(session, table, -0x7fffffff, 0), JET_errNoCurrentRecord);
    OK(JetMove(session, table, JET_MoveLast, 0));
    IS(JetSeek(session, table, JET_bitSeekEQ), JET_errKeyNotMade);
    IS(JetRetrieveKey(session, table, key, sizeof key, &got, JET_bitRetrieveCopy), JET_errKeyNotMade);
    IS(JetMakeKey(session, table, &n, 4, 0), JET_errKeyNotMade);
    IS(JetMakeKey(session, table, &n, 3, JET_bitNewKey), JET_errInvalidBufferSize);
    IS(JetMakeKey(session, table, &n, 0xffffffff, JET_bitNewKey), JET_errInvalidBufferSize);
    IS(JetMakeKey(session, table, key, 257, JET_bitNormalizedKey), JET_errInvalidParameter);
    OK(JetMakeKey(session, table, NULL, 0, JET_bitNewKey));
    IS(JetSeek(session, table, JET_bitSeekEQ), JET_errRecordNotFound);
    OK(JetMakeKey(session, table, &n, 4, JET_bitNewKey));
    IS(JetMakeKey(session, table, &n, 4, 0), JET_errKeyIsMade);
    IS(JetSeek(session, table, 0), JET_errInvalidParameter);
    IS(JetSeek(session, table, JET_bitSeekEQ | JET_bitSeekGE), JET_errInvalidParameter);
    OK(JetSeek(session, table, JET_bitSeekEQ));
    IS(JetRetrieveKey(session, table, NULL, 4, &got, 0), JET_errInvalidParameter);
    IS(JetRetrieveKey(session, table, key, 4, ODD(uint32_t), 0), JET_errInvalidParameter);
    IS(JetRetrieveKey(session, table, key, 4, &got, 0), JET_wrnBufferTruncated);
    IS(got, 5);
    IS(JetSetIndexRange(session, table, JET_bitRangeRemove), JET_errInvalidOperation);
    IS(JetSetIndexRange(session, table, 0), JET_errKeyNotMade);
    IS(JetIndexRecordCount(session, table, ODD(uint32_t), 0), JET_errInvalidParameter);
    OK(JetIndexRecordCount(session, table, &got, 0));
    IS(got, 3);
    OK(JetIndexRecordCount2(session, table, &wide, 2));
    IS(wide, 2);
}

static void indexes(void)
{
    JET_INDEXID which;
    char name[4];
    memset(&which, 0, sizeof which);
    CURSOR_HANDLES(JetSetCurrentIndexA(S, T, NULL));
    CURSOR_HANDLES(JetSetCurrentIndex2A(S, T, NULL, 0));
    CURSOR_HANDLES(JetSetCurrentIndex3A(S, T, NULL, 0, 1));
    CURSOR_HANDLES(JetSetCurrentIndex4A(S, T, NULL, NULL, 0, 1));
    CURSOR_HANDLES(JetGetCurrentIndexA(S, T, name, sizeof name));
    IS(JetSetCurrentIndex2A(session, table, "by_word", 0x40), JET_errInvalidGrbit);
    IS(JetSetCurrentIndexA(session, table, "none"), JET_errIndexNotFound);
    IS(JetSetCurrentIndexA(session, table, "."), JET_errInvalidName);
    IS(JetSetCurrentIndex4A(session, table, NULL, &which, 0, 1), JET_errInvalidIndexId);
    IS(JetSetCurrentIndex4A(session, table, NULL, ODD(JET_INDEXID), 0, 1), JET_errInvalidParameter);
    which.cbStruct = sizeof which;
    memset(which.rgbIndexId, 0xaa, sizeof which.rgbIndexId);
    IS(JetSetCurrentIndex4A(session, table, NULL, &which, 0, 1), JET_errInvalidIndexId);
    OK(JetSetCurrentIndexA(session, table, "by_word"));
    IS(JetGetCurrentIndexA(session, table, NULL, 4), JET_errInvalidParameter);
    OK(JetGetCurrentIndexA(session, table, name, 4));
    IS(strcmp(name, "by_"), 0);
    IS(JetGetCurrentIndexA(session, table, name, 0), JET_wrnBufferTruncated);
    OK(JetSetCurrentIndexA(session, table, NULL));
}

static void bookmarks(void)
{
    char key[16], record[16];
    uint32_t keys = 0, records = 0;
    CURSOR_HANDLES(JetGetBookmark(S, T, record, sizeof record, &records));
    CURSOR_HANDLES(JetGotoBookmark(S, T, record, 5));
    CURSOR_HANDLES(JetGetSecondaryIndexBookmark(S, T, key, 16, &keys, record, 16, &records, 0));
    CURSOR_HANDLES(JetGotoSecondaryIndexBookmark(S, T, key, 5, record, 5, 0));
    OK(JetMove(session, table, JET_MoveFirst, 0));
    IS(JetGetBookmark(session, table, NULL, 5, &records), JET_errInvalidParameter);
    IS(JetGetBookmark(session, table, record, 5, ODD(uint32_t)), JET_errInvalidParameter);
    IS(JetGetBookmark(session, table, record, 4, &records), JET_errBufferTooSmall);
    IS(records, 5);
    OK(JetGetBookmark(session, table, record, 5, NULL));
    IS(JetGotoBookmark(session, table, NULL, 5), JET_errInvalidBookmark);
    IS(JetGotoBookmark(session, table, record, 0), JET_errInvalidBookmark);
    IS(JetGotoBookmark(session, table, record, 0xffffffff), JET_errRecordDeleted);
    IS(JetGotoBookmark(session, table, record, 4), JET_errRecordDeleted);
    OK(JetGotoBookmark(session, table, record, 5));
    IS(JetGetSecondaryIndexBookmark(session, table, key, 16, &keys, record, 16, &records, 0), JET_errNoCurrentIndex);
    IS(JetGotoSecondaryIndexBookmark(session, table, key, 5, record, 5, 0), JET_errNoCurrentIndex);
    OK(JetSetCurrentIndexA(session, table, "by_word"));
    IS(JetGetSecondaryIndexBookmark(session, table, key, 1, &keys, record, 16, &records, 0), JET_errBufferTooSmall);
    IS(records, 5);
    IS(JetGetSecondaryIndexBookmark(session, table, NULL, 16, &keys, record, 16, &records, 0), JET_errInvalidParameter);
    OK(JetGetSecondaryIndexBookmark(session, table, key, 16, &keys, record, 16, &records, 0));
    IS(JetGotoSecondaryIndexBookmark(session, table, NULL, keys, record, records, 0), JET_errInvalidBookmark);
    IS(JetGotoSecondaryIndexBookmark(session, table, key, keys, NULL, records, 0), JET_errInvalidBookmark);
    IS(JetGotoSecondaryIndexBookmark(session, table, key, keys - 1, record, records, 0), JET_errRecordDeleted);
    OK(JetGotoSecondaryIndexBookmark(session, table, key, keys, record, records, 0));
    OK(JetSetCurrentIndexA(session, table, NULL));
}

static void positions(void)
{
    JET_RECPOS place;
    memset(&place, 0, sizeof place);
    CURSOR_HANDLES(JetGetRecordPosition(S, T, &place, sizeof place));
    CURSOR_HANDLES(JetGotoPosition(S, T, &place));
    IS(JetGetRecordPosition(session, table, NULL, sizeof place), JET_errInvalidParameter);
    IS(JetGetRecordPosition(session, table, ODD(JET_RECPOS), sizeof place), JET_errInvalidParameter);
    IS(JetGetRecordPosition(session, table, &place, sizeof place - 1), JET_errInvalidParameter);
    OK(JetGetRecordPosition(session, table, &place, sizeof place));
    IS(JetGotoPosition(session, table, NULL), JET_errInvalidParameter);
    IS(JetGotoPosition(session, table, ODD(JET_RECPOS)), JET_errInvalidParameter);
    place.centriesLT = place.centriesTotal + 1;
    IS(JetGotoPosition(session, table, &place), JET_errInvalidParameter);
    place.cbStruct = 3;
    IS(JetGotoPosition(session, table, &place), JET_errInvalidParameter);
}

static void sets(void)
{
    JET_INDEXRANGE ranges[2];
    JET_RECORDLIST list;
    const void *keys[1];
    uint32_t sizes[1] = { 5 }, ranges_done = 9;
    int32_t done = 9;
    char key[8] = { 0 };
    JET_INDEX_COLUMN filter;
    int32_t n = 3;
    memset(ranges, 0, sizeof ranges);
    memset(&list, 0, sizeof list);
    list.cbStruct = sizeof list;
    ranges[0].cbStruct = sizeof ranges[0];
    ranges[0].tableid = table;
    ranges[0].grbit = JET_bitRecordInIndex;
    IS(JetIntersectIndexes(JET_sesidNil, ranges, 1, &list, 0), JET_errInvalidSesid);
    IS(JetIntersectIndexes(session, NULL, 1, &list, 0), JET_errInvalidParameter);
    IS(JetIntersectIndexes(session, ranges, 0, &list, 0), JET_errInvalidParameter);
    IS(JetIntersectIndexes(session, ranges, 65, &list, 0), JET_errInvalidParameter);
    IS(JetIntersectIndexes(session, ranges, 1, NULL, 0), JET_errInvalidParameter);
    IS(JetIntersectIndexes(session, ODD(JET_INDEXRANGE), 1, &list, 0), JET_errInvalidParameter);
    IS(JetIntersectIndexes(session, ranges, 1, &list, 0), JET_errInvalidParameter);
    ranges[0].tableid = closed;
    IS(JetIntersectIndexes(session, ranges, 1, &list, 0), JET_errInvalidTableId);
    ranges[0].tableid = JET_tableidNil;
    IS(JetIntersectIndexes(session, ranges, 1, &list, 0), JET_errInvalidTableId);

    keys[0] = key;
    CURSOR_HANDLES(JetPrereadKeys(S, T, keys, sizes, 1, &done, JET_bitPrereadForward));
    IS(JetPrereadKeys(session, table, NULL, sizes, 1, &done, JET_bitPrereadForward), JET_errInvalidParameter);
    IS(done, 0);
    IS(JetPrereadKeys(session, table, keys, NULL, 1, &done, JET_bitPrereadForward), JET_errInvalidParameter);
    IS(JetPrereadKeys(session, table, keys, sizes, -1, &done, JET_bitPrereadForward), JET_errInvalidParameter);
    IS(JetPrereadKeys(session, table, keys, sizes, 1, &done, 0), JET_errInvalidGrbit);
    sizes[0] = 0;
    IS(JetPrereadKeys(session, table, keys, sizes, 1, &done, JET_bitPrereadForward), JET_errInvalidBufferSize);
    sizes[0] = 3000;
    IS(JetPrereadKeys(session, table, keys, sizes, 1, &done, JET_bitPrereadForward), JET_errInvalidBufferSize);
    sizes[0] = 5;
    keys[0] = NULL;
    IS(JetPrereadKeys(session, table, keys, sizes, 1, &done, JET_bitPrereadForward), JET_errInvalidParameter);
    CURSOR_HANDLES(JetPrereadIndexRanges(S, T, NULL, 0, &ranges_done, NULL, 0, JET_bitPrereadForward));
    IS(JetPrereadIndexRanges(session, table, NULL, 1, &ranges_done, NULL, 0, JET_bitPrereadForward), JET_errInvalidParameter);

    memset(&filter, 0, sizeof filter);
    filter.columnid = id;
    filter.relop = JET_relopEquals;
    filter.pv = &n;
    filter.cb = 4;
    CURSOR_HANDLES(JetSetCursorFilter(S, T, &filter, 1, 0));
    IS(JetSetCursorFilter(session, table, NULL, 1, 0), JET_errInvalidParameter);
    IS(JetSetCursorFilter(session, table, ODD(JET_INDEX_COLUMN), 1, 0), JET_errInvalidParameter);
    IS(JetSetCursorFilter(session, table, &filter, 1, 1), JET_errInvalidGrbit);
    filter.cb = 3;
    IS(JetSetCursorFilter(session, table, &filter, 1, 0), JET_errInvalidParameter);
    filter.cb = 4;
    filter.pv = NULL;
    IS(JetSetCursorFilter(session, table, &filter, 1, 0), JET_errInvalidParameter);
    filter.pv = &n;
    filter.columnid = 100;
    IS(JetSetCursorFilter(session, table, &filter, 1, 0), JET_errColumnNotFound);
    filter.columnid = id;
    OK(JetSetCursorFilter(session, table, &filter, 1, 0));
    OK(JetMove(session, table, JET_MoveFirst, 0));
    IS(JetMove(session, table, JET_MoveNext, 0), JET_errNoCurrentRecord);
    IS(JetGotoPosition(session, table, NULL), JET_errFilteredMoveNotSupported);
    OK(JetSetCursorFilter(session, table, NULL, 0, 0));
}

static void small_calls(void)
{
    JET_TABLEID other = 1;
    JET_LS local = 0;
    CURSOR_HANDLES(JetGetCursorInfo(S, T, NULL, 0, 0));
    CURSOR_HANDLES(JetDupCursor(S, T, &other, 0));
    CURSOR_HANDLES(JetCloseTable(S, T));
    CURSOR_HANDLES(JetSetTableSequential(S, T, 0));
    CURSOR_HANDLES(JetResetTableSequential(S, T, 0));
    CURSOR_HANDLES(JetSetLS(S, T, 5, 0));
    CURSOR_HANDLES(JetGetLS(S, T, &local, 0));
    CURSOR_HANDLES(JetComputeStats(S, T));
    IS(JetGetCursorInfo(session, table, room, 8, 0), JET_errInvalidParameter);
    IS(JetGetCursorInfo(session, table, NULL, 0, 1), JET_errInvalidParameter);
    IS(JetDupCursor(session, table, NULL, 0), JET_errInvalidParameter);
    IS(JetDupCursor(session, table, ODD(JET_TABLEID), 0), JET_errInvalidParameter);
    OK(JetDupCursor(session, table, &other, 0));
    OK(JetCloseTable(session, other));
    IS(JetCloseTable(session, other), JET_errInvalidTableId);
    IS(JetMove(session, other, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetSetLS(session, table, 5, 0), JET_errLSCallbackNotSpecified);
    IS(JetGetLS(session, table, NULL, 0), JET_errInvalidParameter);
    IS(JetGetLS(session, table, &local, JET_bitLSCursor | JET_bitLSTable), JET_errInvalidGrbit);
    IS(JetGetLS(session, table, &local, 0), JET_errLSNotSet);
    /* A cursor of a level that is rolled back is closed. */
    OK(JetBeginTransaction(session));
    OK(JetDupCursor(session, table, &other, 0));
    OK(JetRollback(session, 0));
    IS(JetMove(session, other, JET_MoveFirst, 0), JET_errInvalidTableId);
}

int main(void)
{
    conform_begin();
    moves();
    indexes();
    bookmarks();
    positions();
    sets();
    small_calls();
    return conform_end();
}
