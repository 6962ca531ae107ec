/* A program with everything that programs use: columns, an index, records, seeks, rollback, a temporary
 * table, a backup; and for each group of calls a null place, a short structure, a handle that is stale,
 * made up, or of another kind.
 *
 * Valid as C11 and as C++17; ends with 0 when everything is as documented. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* S_ISSOCK */
#endif
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static JET_INSTANCE instance;
static JET_SESID session, foreign;
static JET_DBID database;
static JET_TABLEID table;
static JET_COLUMNID id, text;

/* Whether the socket that ESE_CONTROL_SOCKET names is there, for its owner alone. */
static int control_socket(void)
{
    struct stat place;
    const char *name = getenv("ESE_CONTROL_SOCKET");
    return name && stat(name, &place) == 0 && S_ISSOCK(place.st_mode) && (place.st_mode & 0777) == 0600;
}

static void begin(void)
{
    OK(JetCreateInstanceA(&instance, "program"));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 128, NULL));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramCreatePathIfNotExist, 1, NULL));
    IS(JetBeginSessionA(instance, &session, NULL, NULL), JET_errNotInitialized);
    IS(control_socket(), 0);
    OK(JetInit(&instance));
    IS(control_socket(), 1);
    IS(JetBeginSessionA(instance, NULL, NULL, NULL), JET_errInvalidParameter);
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetBeginSessionA(instance, &foreign, NULL, NULL));
    OK(JetCreateDatabaseA(session, "a.edb", NULL, &database, 0));
    IS(JetCreateDatabaseA(session, "a.edb", NULL, &database, 0), JET_errDatabaseDuplicate);
    IS(JetBeginTransaction((JET_SESID)database), JET_errInvalidSesid);
}

static void make(void)
{
    JET_COLUMNDEF column;
    static const char key[] = "+id\0";
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, database, "t", 8, 80, &table));
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    OK(JetAddColumnA(session, table, "id", &column, NULL, 0, &id));
    column.coltyp = JET_coltypLongText;
    column.cp = 1200;
    OK(JetAddColumnA(session, table, "text", &column, NULL, 0, &text));
    column.cbStruct = sizeof column - 1;
    IS(JetAddColumnA(session, table, "short", &column, NULL, 0, NULL), JET_errInvalidParameter);
    OK(JetCreateIndexA(session, table, "primary", JET_bitIndexPrimary, key, sizeof key, 80));
    OK(JetCommitTransaction(session, 0));
}

static void records(void)
{
    int32_t n = 0;
    uint32_t got = 0;
    JET_WCHAR word[8];
    IS(JetSetColumn(session, table, id, &n, sizeof n, 0, NULL), JET_errUpdateNotPrepared);
    for (n = 1; n <= 100; n++) {
        OK(JetBeginTransaction(session));
        OK(JetPrepareUpdate(session, table, JET_prepInsert));
        OK(JetSetColumn(session, table, id, &n, sizeof n, 0, NULL));
        OK(JetSetColumn(session, table, text, u"word", 8, 0, NULL));
        OK(JetUpdate(session, table, NULL, 0, NULL));
        if (n % 2)
            OK(JetCommitTransaction(session, 0));
        else
            OK(JetRollback(session, 0));
    }
    n = 51;
    OK(JetMakeKey(session, table, &n, sizeof n, JET_bitNewKey));
    OK(JetSeek(session, table, JET_bitSeekEQ));
    OK(JetRetrieveColumn(session, table, text, word, sizeof word, &got, 0, NULL));
    IS(got, 8);
    IS(memcmp(word, u"word", 8), 0);
    IS(JetRetrieveColumn(session, table, text, word, 2, &got, 0, NULL), JET_wrnBufferTruncated);
    IS(got, 8);
    IS(JetRetrieveColumn(session, table, 12345, word, 2, &got, 0, NULL), JET_errColumnNotFound);
    n = 52;
    OK(JetMakeKey(session, table, &n, sizeof n, JET_bitNewKey));
    IS(JetSeek(session, table, JET_bitSeekEQ), JET_errRecordNotFound);
    OK(JetMakeKey(session, table, &n, sizeof n, JET_bitNewKey));
    IS(JetSeek(session, table, JET_bitSeekGE), JET_wrnSeekNotEqual);
    OK(JetRetrieveColumn(session, table, id, &n, sizeof n, NULL, 0, NULL));
    IS(n, 53);
    OK(JetMove(session, table, JET_MoveLast, 0));
    IS(JetMove(session, table, JET_MoveNext, 0), JET_errNoCurrentRecord);
    OK(JetMove(session, table, JET_MoveFirst, 0));
    OK(JetIndexRecordCount(session, table, &got, 0));
    IS(got, 50);
}

static void handles(void)
{
    JET_TABLEID second = 0;
    uint32_t got;
    IS(JetMove(session, JET_tableidNil, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetMove(session, (JET_TABLEID)session, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetMove(session, (JET_TABLEID)0x123457, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetMove(JET_sesidNil, table, JET_MoveFirst, 0), JET_errInvalidSesid);
    IS(JetMove(foreign, table, JET_MoveFirst, 0), JET_errSesidTableIdMismatch);
    IS(JetIndexRecordCount(session, table, (uint32_t *)((char *)&got + 1), 0), JET_errInvalidParameter);
    IS(JetOpenTableA(session, database, "t", NULL, 0, 0, NULL), JET_errInvalidParameter);
    IS(JetOpenTableA(session, database, NULL, NULL, 0, 0, &second), JET_errInvalidName);
    IS(JetOpenTableA(session, database, "none", NULL, 0, 0, &second), JET_errObjectNotFound);
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &second));
    OK(JetCloseTable(session, second));
    IS(JetMove(session, second, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetCloseTable(session, second), JET_errInvalidTableId);
    IS(JetOpenTableA(session, 77, "t", NULL, 0, 0, &second), JET_errInvalidDatabaseId);
}

static void temporary(void)
{
    JET_COLUMNDEF columns[2];
    JET_COLUMNID ids[2];
    JET_TABLEID sorted;
    int32_t n, last = -1, count = 0;
    memset(columns, 0, sizeof columns);
    columns[0].cbStruct = columns[1].cbStruct = sizeof columns[0];
    columns[0].coltyp = columns[1].coltyp = JET_coltypLong;
    columns[0].grbit = JET_bitColumnTTKey;
    OK(JetOpenTempTable(session, columns, 2, 0, &sorted, ids));
    for (n = 0; n < 40; n++) {
        int32_t key = n * 7 % 40;
        OK(JetPrepareUpdate(session, sorted, JET_prepInsert));
        OK(JetSetColumn(session, sorted, ids[0], &key, sizeof key, 0, NULL));
        OK(JetSetColumn(session, sorted, ids[1], &n, sizeof n, 0, NULL));
        OK(JetUpdate(session, sorted, NULL, 0, NULL));
    }
    for (JET_ERR e = JetMove(session, sorted, JET_MoveFirst, 0); e == 0; e = JetMove(session, sorted, JET_MoveNext, 0)) {
        OK(JetRetrieveColumn(session, sorted, ids[0], &n, sizeof n, NULL, 0, NULL));
        IS(n, last + 1);
        last = n;
        count++;
    }
    IS(count, 40);
    OK(JetCloseTable(session, sorted));
}

static void backup(void)
{
    char names[600];
    uint32_t got = 0;
    IS(JetGetAttachInfoInstanceA(instance, names, sizeof names, &got), JET_errNoBackup);
    OK(JetBeginExternalBackupInstance(instance, 0));
    IS(JetBeginExternalBackupInstance(instance, 0), JET_errBackupInProgress);
    OK(JetGetAttachInfoInstanceA(instance, names, sizeof names, &got));
    IS(JetReadFileInstance(instance, (JET_HANDLE)77, NULL, 0, &got), JET_errInvalidParameter);
    OK(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort));
    OK(JetBackupInstanceA(instance, "set", 0, NULL));
    IS(JetBackupInstanceA(instance, "set", 0, NULL), JET_errBackupDirectoryNotEmpty);
}

static void snapshot(void)
{
    JET_OSSNAPID snapshot = 0;
    JET_INSTANCE_INFO_A *list = NULL;
    uint32_t count = 0;
    IS(JetOSSnapshotPrepare(NULL, 0), JET_errInvalidParameter);
    OK(JetOSSnapshotPrepare(&snapshot, 0));
    IS(JetOSSnapshotThaw(snapshot, 0), JET_errOSSnapshotInvalidSequence);
    OK(JetOSSnapshotFreezeA(snapshot, &count, &list, 0));
    IS(count, 1);
    if (count == 1) {
        IS(strcmp(list->szInstanceName, "program"), 0);
        IS(list->cDatabases, 1);
    }
    OK(JetFreeBuffer((char *)list));
    OK(JetOSSnapshotThaw(snapshot, 0));
    IS(JetOSSnapshotEnd(snapshot, 0), JET_errOSSnapshotInvalidSnapId);
}

/* Compaction, restores, log files: what is refused while an instance runs. */
static void maintenance(void)
{
    JET_LOGINFOMISC log;
    JET_RSTMAP_A map;
    memset(&map, 0, sizeof map);
    IS(JetCompactA(session, NULL, "c.edb", NULL, NULL, 0), JET_errDatabaseInvalidPath);
    IS(JetCompactA(session, "a.edb", "c.edb", NULL, NULL, 0x40000000), JET_errInvalidGrbit);
    IS(JetCompactA(session, "a.edb", "c.edb", NULL, NULL, 0), JET_errDatabaseInUse);
    IS(JetCompactA(session, "none.edb", "c.edb", NULL, NULL, 0), JET_errDatabaseNotFound);
    IS(JetCompactA(session, "a.edb", "a.edb", NULL, NULL, 0), JET_errDatabaseDuplicate);
    IS(JetRestoreInstanceA(instance, "set", NULL, NULL), JET_errAlreadyInitialized);
    IS(JetRestoreA("set", NULL), JET_errRunningInMultiInstanceMode);
    IS(JetExternalRestoreA(NULL, NULL, NULL, 1, NULL, 1, 1, NULL), JET_errInvalidParameter);
    IS(JetExternalRestoreA(NULL, NULL, &map, -1, NULL, 1, 1, NULL), JET_errInvalidParameter);
    IS(JetExternalRestoreA(NULL, NULL, &map, 1, NULL, 1, 1, NULL), JET_errInvalidParameter);
    IS(JetExternalRestore2A(NULL, NULL, &map, 1, NULL, NULL, NULL, NULL, NULL, NULL), JET_errInvalidParameter);
    IS(JetGetLogFileInfoA("edb.log", &log, sizeof log, JET_LogInfoMisc), JET_errFileAccessDenied);
    IS(JetGetLogFileInfoA("none.log", &log, sizeof log, JET_LogInfoMisc), JET_errFileNotFound);
    IS(JetGetLogFileInfoA("set/edb00001.log", &log, 4, JET_LogInfoMisc), JET_errInvalidBufferSize);
    IS(JetGetLogFileInfoA("set/edb00001.log", NULL, sizeof log, JET_LogInfoMisc), JET_errInvalidParameter);
    IS(JetGetLogFileInfoA("set/edb00001.log", &log, sizeof log, 7), JET_errInvalidParameter);
    OK(JetGetLogFileInfoA("set/edb00001.log", &log, sizeof log, JET_LogInfoMisc));
    IS(log.ulGeneration, 1);
    IS(log.cbDatabasePageSize, 4096);
}

/* The backup, restored beside the database when nothing runs any more. */
static void restored(void)
{
    JET_DBINFOMISC info;
    struct stat there;
    IS(JetRestoreA("nowhere", NULL), JET_errFileNotFound);
    IS(JetRestoreA(NULL, NULL), JET_errInvalidParameter);
    OK(JetRestore2A("set", "restored", NULL));
    IS(stat("set/a.pat", &there), 0);
    OK(JetGetDatabaseFileInfoA("restored/a.edb", &info, sizeof info, JET_DbInfoMisc));
    IS(info.dbstate, JET_dbstateCleanShutdown);
}

/* What a status function of a compaction may ask: nothing waits for the compaction. */
static int progress;
static JET_ERR JET_API compacting(JET_SESID of, JET_SNP snp, JET_SNT snt, void *more)
{
    (void)of, (void)more;
    IS(snp, JET_snpCompact);
    if (snt == JET_sntProgress) {
        uint32_t n = 0;
        JET_INSTANCE_INFO_A *list = NULL;
        JET_DBID other = 0;
        OK(JetGetInstanceInfoA(&n, &list));
        OK(JetFreeBuffer((char *)list));
        IS(JetAttachDatabaseA(foreign, "a.edb", 0), JET_wrnDatabaseAttached);
        IS(JetOpenDatabaseA(foreign, "a.edb", NULL, &other, 0), JET_errDatabaseLocked);
        IS(JetDetachDatabaseA(foreign, "a.edb"), JET_errDatabaseInUse);
        progress++;
    }
    return JET_errSuccess;
}

static void end(void)
{
    OK(JetCloseTable(session, table));
    OK(JetCloseDatabase(session, database, 0));
    IS(JetCloseDatabase(session, database, 0), JET_errInvalidDatabaseId);
    OK(JetCompactA(session, "a.edb", "c.edb", compacting, NULL, 0));
    IS(progress > 0, 1);
    OK(JetOpenDatabaseA(session, "a.edb", NULL, &database, 0));
    OK(JetCloseDatabase(session, database, 0));
    OK(JetEndSession(foreign, 0));
    IS(JetBeginTransaction(foreign), JET_errInvalidSesid);
    OK(JetEndSession(session, 0));
    OK(JetTerm2(instance, JET_bitTermComplete));
    IS(control_socket(), 0);
    IS(JetTerm(instance), JET_errInvalidParameter);
}

int main(void)
{
    begin();
    make();
    records();
    handles();
    temporary();
    backup();
    snapshot();
    maintenance();
    end();
    restored();
    return wrong;
}
