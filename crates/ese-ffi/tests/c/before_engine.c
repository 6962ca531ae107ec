/* What works before any engine runs: parameters, errors, modes, instances that are only made.
 *
 * Valid as C11 and as C++17; ends with 0 when everything is as documented. */
#include "check.h"
#include <stdlib.h>
#include <string.h>

static JET_API_PTR number(JET_INSTANCE instance, uint32_t id)
{
    JET_API_PTR value = 77;
    IS(JetGetSystemParameterA(instance, 0, id, &value, NULL, 0), JET_errSuccess);
    return value;
}

static void numbers(void)
{
    JET_API_PTR value = 0;
    IS(number(0, JET_paramMaxCursors), 1024);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramMaxCursors, 7, NULL), JET_errSuccess);
    IS(number(0, JET_paramMaxCursors), 7);
    IS(JetSetSystemParameterW(NULL, 0, JET_paramMaxCursors, (JET_API_PTR)2147483648u, NULL), JET_errInvalidParameter);
    IS(number(JET_instanceNil, JET_paramMaxCursors), 7);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramMaxCursors, 1024, NULL), JET_errSuccess);
    IS(JetGetSystemParameterA(0, 0, JET_paramMaxCursors, NULL, NULL, 0), JET_errInvalidParameter);
    IS(JetGetSystemParameterA(0, 0, JET_paramMaxCursors, (JET_API_PTR *)((char *)&value + 1), NULL, 0), JET_errInvalidParameter);
    IS(JetGetSystemParameterA(0, 0, 185, &value, NULL, 0), JET_errInvalidParameter);
    IS(JetSetSystemParameterA(NULL, 0, 0xFFFFFFFFu, 0, NULL), JET_errInvalidParameter);
    /* Bits fill the low half only. */
    value = (JET_API_PTR)-1;
    IS(JetSetSystemParameterA(NULL, 0, JET_paramCommitDefault, JET_bitCommitLazyFlush, NULL), JET_errSuccess);
    IS(JetGetSystemParameterA(0, 0, JET_paramCommitDefault, &value, NULL, 0), JET_errSuccess);
    IS((uint32_t)value, JET_bitCommitLazyFlush);
    IS(value >> 31 >> 1, (JET_API_PTR)-1 >> 31 >> 1);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramCommitDefault, 0, NULL), JET_errSuccess);
}

static void texts(void)
{
    char a[64];
    JET_WCHAR w[64];
    JET_API_PTR value = 0;
    memset(a, 'x', sizeof a);
    IS(JetGetSystemParameterA(0, 0, JET_paramBaseName, &value, a, 3), JET_errBufferTooSmall);
    IS(a[0], 'x');
    IS(JetGetSystemParameterA(0, 0, JET_paramBaseName, &value, a, 4), JET_errSuccess);
    IS(strcmp(a, "edb"), 0);
    IS(a[4], 'x');
    IS(JetGetSystemParameterA(0, 0, JET_paramBaseName, NULL, NULL, 9), JET_errInvalidParameter);
    IS(JetGetSystemParameterA(0, 0, JET_paramBaseName, NULL, a, 0), JET_errInvalidParameter);
    IS(JetGetSystemParameterW(0, 0, JET_paramBaseName, &value, w, 7), JET_errBufferTooSmall);
    IS(JetGetSystemParameterW(0, 0, JET_paramBaseName, &value, w, 8), JET_errSuccess);
    IS(memcmp(w, u"edb", 8), 0);
    /* A text goes in by one form and comes out by the other. */
    IS(JetSetSystemParameterW(NULL, 0, JET_paramEventSource, 0, u"\u00e4\u20ac"), JET_errSuccess);
    IS(JetGetSystemParameterA(0, 0, JET_paramEventSource, &value, a, sizeof a), JET_errSuccess);
    IS(strcmp(a, "\xe4\x80"), 0);
    /* A lone surrogate is kept. */
    static const JET_WCHAR lone[] = { 0xD800, 'q', 0 };
    IS(JetSetSystemParameterW(NULL, 0, JET_paramEventSource, 0, lone), JET_errSuccess);
    IS(JetGetSystemParameterW(0, 0, JET_paramEventSource, &value, w, sizeof w), JET_errSuccess);
    IS(memcmp(w, lone, sizeof lone), 0);
    /* Without an end, or too long. */
    char *endless = (char *)malloc(260);
    memset(endless, 'e', 260);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramEventSource, 0, endless), JET_errInvalidParameter);
    free(endless);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramEventSource, 0, NULL), JET_errSuccess);
    /* A W string must not stand at an odd address. */
    IS(JetSetSystemParameterW(NULL, 0, JET_paramEventSource, 0, (JET_PCWSTR)((char *)w + 1)), JET_errInvalidParameter);
}

static void errors(void)
{
    char a[300];
    JET_WCHAR w[300];
    JET_API_PTR value = (JET_API_PTR)(intptr_t)JET_errRecordNotFound;
    IS(JetGetSystemParameterA(0, 0, JET_paramErrorToString, &value, a, sizeof a), JET_errSuccess);
    IS(strncmp(a, "JET_errRecordNotFound, ", 23), 0);
    IS(JetGetSystemParameterW(0, 0, JET_paramErrorToString, &value, w, sizeof w), JET_errSuccess);
    IS(memcmp(w, u"JET_errRecordNotFound, ", 46), 0);
    value = 12345;
    IS(JetGetSystemParameterA(0, 0, JET_paramErrorToString, &value, a, sizeof a), JET_errSuccess);
    IS(strncmp(a, "Unknown Error, ", 15), 0);
    IS(JetGetSystemParameterA(0, 0, JET_paramErrorToString, NULL, a, sizeof a), JET_errInvalidParameter);
    IS(JetGetSystemParameterA(0, 0, JET_paramErrorToString, &value, a, 5), JET_errBufferTooSmall);

    JET_ERRINFOBASIC_W info;
    JET_ERR err = JET_errDiskFull;
    memset(&info, 0x55, sizeof info);
    IS(JetGetErrorInfoW(&err, &info, sizeof info, JET_ErrorInfoSpecificErr, 0), JET_errSuccess);
    IS(info.cbStruct, sizeof info);
    IS(info.errValue, JET_errDiskFull);
    IS(info.errcatMostSpecific, JET_errcatDisk);
    IS(info.rgCategoricalHierarchy[0], JET_errcatError);
    IS(info.rgCategoricalHierarchy[1], JET_errcatOperation);
    IS(info.rgCategoricalHierarchy[2], JET_errcatResource);
    IS(info.rgCategoricalHierarchy[3], JET_errcatDisk);
    IS(info.rgCategoricalHierarchy[4], 0);
    IS(info.rgszSourceFile[0], 0);
    err = JET_errSuccess;
    IS(JetGetErrorInfoW(&err, &info, sizeof info, JET_ErrorInfoSpecificErr, 0), JET_errSuccess);
    IS(info.errcatMostSpecific, JET_errcatState);
    IS(JetGetErrorInfoW(NULL, &info, sizeof info, JET_ErrorInfoSpecificErr, 0), JET_errInvalidParameter);
    IS(JetGetErrorInfoW(&err, NULL, sizeof info, JET_ErrorInfoSpecificErr, 0), JET_errInvalidParameter);
    IS(JetGetErrorInfoW(&err, &info, sizeof info - 1, JET_ErrorInfoSpecificErr, 0), JET_errInvalidBufferSize);
    IS(JetGetErrorInfoW(&err, &info, sizeof info, 0, 0), JET_errInvalidParameter);
    IS(JetGetErrorInfoW(&err, &info, sizeof info, JET_ErrorInfoSpecificErr, 1), JET_errInvalidParameter);
    err = 12345;
    IS(JetGetErrorInfoW(&err, &info, sizeof info, JET_ErrorInfoSpecificErr, 0), JET_errInvalidParameter);
}

static void locales(void)
{
    JET_UNICODEINDEX got = { 0, 0 }, bad = { 1033, 0x80000000u }, set = { 1046, 1 };
    JET_API_PTR *room = (JET_API_PTR *)&got;
    /* The structure has the alignment of its fields, the parameter that of a number. */
    JET_API_PTR aligned[2] = { 0, 0 };
    room = aligned;
    IS(JetGetSystemParameterA(0, 0, JET_paramUnicodeIndexDefault, room, NULL, sizeof got), JET_errSuccess);
    memcpy(&got, aligned, sizeof got);
    IS(got.lcid, 1033);
    IS(got.dwMapFlags, 0x30401);
    IS(JetGetSystemParameterA(0, 0, JET_paramUnicodeIndexDefault, room, NULL, 7), JET_errBufferTooSmall);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramUnicodeIndexDefault, (JET_API_PTR)&bad, NULL), JET_errInvalidParameter);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramUnicodeIndexDefault, (JET_API_PTR)&set, NULL), JET_errSuccess);
    IS(JetGetSystemParameterA(0, 0, JET_paramUnicodeIndexDefault, room, NULL, sizeof got), JET_errSuccess);
    memcpy(&got, aligned, sizeof got);
    IS(got.lcid, 1046);
    IS(got.dwMapFlags, 0x401);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramUnicodeIndexDefault, 0, NULL), JET_errSuccess);
}

static void instances(void)
{
    JET_INSTANCE a = 5, b = 0, stale;
    uint32_t count = 9;
    JET_INSTANCE_INFO_A *list = NULL;
    JET_INSTANCE_INFO_W *wide = NULL;
    IS(JetTerm(0), JET_errInvalidParameter);
    IS(JetGetInstanceInfoA(&count, &list), JET_errSuccess);
    IS(count, 0);
    IS(list == NULL, 1);
    IS(JetGetInstanceInfoA(NULL, &list), JET_errInvalidParameter);
    IS(JetCreateInstanceA(NULL, "a"), JET_errInvalidParameter);
    IS(JetCreateInstanceA(&a, "a"), JET_errSuccess);
    IS(a != 0 && a != JET_instanceNil, 1);
    IS(JetCreateInstanceW(&b, u"a"), JET_errInstanceNameInUse);
    IS(b == JET_instanceNil, 1);
    IS(JetCreateInstance2A(&b, "A", "shown", 0), JET_errSuccess);
    IS(JetSetSystemParameterA(&a, 0, JET_paramMaxCursors, 50, NULL), JET_errSuccess);
    IS(number(a, JET_paramMaxCursors), 50);
    IS(number(b, JET_paramMaxCursors), 1024);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramDatabasePageSize, 8192, NULL), JET_errAlreadyInitialized);
    IS(JetGetInstanceInfoA(&count, &list), JET_errSuccess);
    IS(count, 2);
    IS(list[0].hInstanceId == a && list[1].hInstanceId == b, 1);
    IS(strcmp(list[0].szInstanceName, "a") || strcmp(list[1].szInstanceName, "A"), 0);
    IS(list[0].cDatabases, 0);
    IS(JetFreeBuffer((char *)list), JET_errSuccess);
    IS(JetGetInstanceInfoW(&count, &wide), JET_errSuccess);
    IS(memcmp(wide[1].szInstanceName, u"A", 4), 0);
    IS(JetFreeBuffer((char *)wide), JET_errSuccess);
    IS(JetFreeBuffer(NULL), JET_errSuccess);
    stale = a;
    IS(JetTerm2(a, 0), JET_errSuccess);
    IS(JetTerm(stale), JET_errInvalidParameter);
    IS(JetSetSystemParameterA(&stale, 0, JET_paramMaxCursors, 51, NULL), JET_errInvalidParameter);
    IS(JetCreateInstanceA(&a, NULL), JET_errSuccess);
    IS(a != stale, 1);
    IS(JetTerm(stale), JET_errInvalidParameter);
    IS(JetTerm(a), JET_errSuccess);
    IS(JetTerm(b), JET_errSuccess);
    IS(JetSetSystemParameterA(NULL, 0, JET_paramDatabasePageSize, 4096, NULL), JET_errSuccess);
}

static void enabling(void)
{
    JET_SETSYSPARAM_A set[3];
    uint32_t good = 7;
    memset(set, 0, sizeof set);
    IS(JetEnableMultiInstanceA(NULL, 1, &good), JET_errInvalidParameter);
    IS(good, 7);
    set[0].paramid = JET_paramMaxSessions;
    set[0].lParam = 20;
    set[1].paramid = 9999;
    set[1].err = 7;
    set[2].paramid = JET_paramMaxCursors;
    set[2].lParam = 77;
    set[2].err = 8;
    IS(JetEnableMultiInstanceA(set, 3, &good), JET_errInvalidParameter);
    IS(good, 1);
    IS(set[0].err, JET_errSuccess);
    IS(set[1].err, JET_errInvalidParameter);
    IS(set[2].err, 8);
    IS(number(0, JET_paramMaxSessions), 20);
    IS(number(0, JET_paramMaxCursors), 1024);
    set[1].paramid = JET_paramBaseName;
    set[1].sz = "abc";
    set[2].paramid = JET_paramDatabasePageSize;
    set[2].lParam = 4096;
    IS(JetEnableMultiInstanceA(set, 3, &good), JET_errSuccess);
    IS(good, 3);
    IS(JetEnableMultiInstanceA(set, 3, NULL), JET_errSystemParamsAlreadySet);
    /* A global value that somebody has fixed must be wanted by everybody. */
    IS(JetEnableMultiInstanceA(set, 2, NULL), JET_errSystemParameterConflict);
    set[1].sz = "xyz";
    IS(JetEnableMultiInstanceA(set, 3, &good), JET_errSystemParameterConflict);
}

int main(void)
{
    numbers();
    texts();
    errors();
    locales();
    instances();
    enabling();
    /* What does not exist yet says so. */
    uint32_t version = 0;
    IS(JetGetVersion(0, &version), JET_errInvalidSesid);
    IS(JetGetVersion(JET_sesidNil, NULL), JET_errInvalidSesid);
    uint32_t columns = 0;
    IS(JetRetrieveTaggedColumnList(0, 0, &columns, NULL, 0, 0, 0), JET_errFeatureNotAvailable);
    IS(JetMove(0, 0, JET_MoveFirst, 0), JET_errInvalidSesid);
    return wrong;
}
