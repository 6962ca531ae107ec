/* What this library was made for: a full backup is read while a second thread writes; a third one stops it
 * in the middle of a read.
 *
 * The read that is under way, and every other one, is JET_errBackupAbortByServer; the calls that end a
 * backup work; nothing is recorded and no log is truncated; a new backup runs through. With a second
 * instance the calls without one are refused, and change nothing. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* usleep */
#endif
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS 3000
#define VALUE 1500
/* Room for one read: the whole database in one call. */
#define ROOM (64u << 20)

static JET_INSTANCE instance;
static atomic_int finish, written, reading, aborted;
static char *buffer;

static void start(JET_INSTANCE *to, const char *name)
{
    char folder[80];
    snprintf(folder, sizeof folder, "%s/", name);
    OK(JetCreateInstanceA(to, name));
    OK(JetSetSystemParameterA(to, 0, JET_paramCreatePathIfNotExist, 1, NULL));
    OK(JetSetSystemParameterA(to, 0, JET_paramLogFilePath, 0, folder));
    OK(JetSetSystemParameterA(to, 0, JET_paramSystemPath, 0, folder));
    OK(JetSetSystemParameterA(to, 0, JET_paramTempPath, 0, folder));
    OK(JetSetSystemParameterA(to, 0, JET_paramLogFileSize, 256, NULL));
    OK(JetInit(to));
}

static JET_ERR row(JET_SESID session, JET_TABLEID table, JET_COLUMNID id, JET_COLUMNID bytes, int32_t n)
{
    char value[VALUE];
    JET_ERR e = JetBeginTransaction(session);
    memset(value, n, sizeof value);
    if (e >= 0)
        e = JetPrepareUpdate(session, table, JET_prepInsert);
    if (e >= 0)
        e = JetSetColumn(session, table, id, &n, sizeof n, 0, NULL);
    if (e >= 0)
        e = JetSetColumn(session, table, bytes, value, sizeof value, JET_bitSetIntrinsicLV, NULL);
    if (e >= 0)
        e = JetUpdate(session, table, NULL, 0, NULL);
    return e >= 0 ? JetCommitTransaction(session, JET_bitCommitLazyFlush) : e;
}

/* A session with the table; the columns by name. */
static void open_table(JET_SESID *session, JET_TABLEID *table, JET_COLUMNID *id, JET_COLUMNID *bytes)
{
    JET_DBID database = 0;
    JET_COLUMNDEF column;
    OK(JetBeginSessionA(instance, session, NULL, NULL));
    OK(JetOpenDatabaseA(*session, "main.edb", NULL, &database, 0));
    OK(JetOpenTableA(*session, database, "t", NULL, 0, 0, table));
    OK(JetGetTableColumnInfoA(*session, *table, "id", &column, sizeof column, JET_ColInfo));
    *id = column.columnid;
    OK(JetGetTableColumnInfoA(*session, *table, "bytes", &column, sizeof column, JET_ColInfo));
    *bytes = column.columnid;
}

static void make(void)
{
    static const char key[] = "+id\0";
    JET_SESID session;
    JET_DBID database;
    JET_TABLEID table;
    JET_COLUMNID id, bytes;
    JET_COLUMNDEF column;
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetCreateDatabaseA(session, "main.edb", NULL, &database, 0));
    OK(JetCreateTableA(session, database, "t", 16, 90, &table));
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    OK(JetAddColumnA(session, table, "id", &column, NULL, 0, &id));
    column.coltyp = JET_coltypLongBinary;
    OK(JetAddColumnA(session, table, "bytes", &column, NULL, 0, &bytes));
    OK(JetCreateIndexA(session, table, "by_id", JET_bitIndexPrimary, key, sizeof key, 90));
    for (int32_t n = 0; n < ROWS; n++)
        OK(row(session, table, id, bytes, n));
    OK(JetCloseTable(session, table));
    OK(JetEndSession(session, 0));
}

static void *write_rows(void *unused)
{
    JET_SESID session;
    JET_TABLEID table;
    JET_COLUMNID id, bytes;
    (void)unused;
    open_table(&session, &table, &id, &bytes);
    for (int32_t n = ROWS; !atomic_load(&finish); n++) {
        OK(row(session, table, id, bytes, n));
        atomic_store(&written, n - ROWS + 1);
    }
    OK(JetEndSession(session, 0));
    return NULL;
}

/* Stops the backup while a read is under way: again, where one has just ended and the next not begun. */
static void *stop(void *unused)
{
    (void)unused;
    while (!atomic_load(&reading))
        usleep(10);
    while (!atomic_load(&aborted)) {
        OK(JetStopBackupInstance(instance));
        usleep(100);
    }
    return NULL;
}

/* Generations of the last full backup, as the header of the database says; 0 for none. */
static uint32_t recorded(void)
{
    JET_DBINFOMISC4 info;
    JET_SESID session;
    JET_DBID database;
    memset(&info, 0, sizeof info);
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetOpenDatabaseA(session, "main.edb", NULL, &database, 0));
    OK(JetGetDatabaseInfoA(session, database, &info, sizeof info, JET_DbInfoMisc));
    OK(JetEndSession(session, 0));
    return info.bkinfoFullPrev.genHigh;
}

static void begin_read(JET_HANDLE *file, uint32_t *pages)
{
    char names[600], *path;
    uint32_t got = 0, low = 0, high = 0;
    OK(JetBeginExternalBackupInstance(instance, 0));
    OK(JetGetAttachInfoInstanceA(instance, names, sizeof names, &got));
    path = names;
    OK(JetOpenFileInstanceA(instance, path, file, &low, &high));
    *pages = low / 8192;
}

static void stopped(void)
{
    JET_HANDLE file = 0;
    uint32_t pages = 0, got = 0;
    pthread_t third;
    JET_ERR e = JET_errSuccess;
    int before;
    begin_read(&file, &pages);
    OK(pthread_create(&third, NULL, stop, NULL));
    before = atomic_load(&written);
    atomic_store(&reading, 1);
    /* One large read after the other until the stop is there. It is there within a page. */
    while (e == JET_errSuccess) {
        e = JetReadFileInstance(instance, file, buffer, ROOM, &got);
        if (e == JET_errSuccess && got == 0) {
            OK(JetCloseFileInstance(instance, file));
            OK(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort));
            begin_read(&file, &pages);
        }
    }
    atomic_store(&aborted, 1);
    IS(e, JET_errBackupAbortByServer);
    OK(pthread_join(third, NULL));
    IS(JetReadFileInstance(instance, file, buffer, ROOM, &got), JET_errBackupAbortByServer);
    /* Writers never noticed. */
    while (atomic_load(&written) <= before)
        usleep(100);
    OK(JetCloseFileInstance(instance, file));
    IS(JetTruncateLogInstance(instance), JET_errBackupAbortByServer);
    IS(JetEndExternalBackupInstance2(instance, JET_bitBackupEndNormal), JET_errBackupAbortByServer);
    IS(JetEndExternalBackupInstance(instance), JET_errNoBackup);
    IS(recorded(), 0);
}

/* A whole backup, thrown away. */
static void whole(void)
{
    JET_HANDLE file = 0;
    uint32_t pages = 0, got = 1, low = 0, high = 0;
    char logs[8000], *log;
    begin_read(&file, &pages);
    while (got) {
        JET_ERR e = JetReadFileInstance(instance, file, buffer, ROOM, &got);
        OK(e);
        if (e < 0)
            break;
    }
    OK(JetCloseFileInstance(instance, file));
    OK(JetGetLogInfoInstanceA(instance, logs, sizeof logs, &got));
    for (log = logs; *log; log += strlen(log) + 1) {
        OK(JetOpenFileInstanceA(instance, log, &file, &low, &high));
        for (got = 1; got;) {
            JET_ERR e = JetReadFileInstance(instance, file, buffer, ROOM, &got);
            OK(e);
            if (e < 0)
                break;
        }
        OK(JetCloseFileInstance(instance, file));
    }
    OK(JetTruncateLogInstance(instance));
    OK(JetEndExternalBackupInstance2(instance, JET_bitBackupEndNormal));
    IS(recorded() > 0, 1);
}

static void two_instances(void)
{
    JET_INSTANCE second;
    JET_HANDLE file = 0;
    uint32_t pages = 0, got = 0;
    start(&second, "second");
    begin_read(&file, &pages);
    IS(JetStopBackup(), JET_errRunningInMultiInstanceMode);
    IS(JetBeginExternalBackup(0), JET_errRunningInMultiInstanceMode);
    IS(JetReadFile(file, buffer, 8192, &got), JET_errRunningInMultiInstanceMode);
    IS(JetEndExternalBackup(), JET_errRunningInMultiInstanceMode);
    OK(JetStopBackupInstance(second));
    /* Nothing of that changed anything. */
    OK(JetReadFileInstance(instance, file, buffer, 65536, &got));
    IS(got, 65536);
    OK(JetStopBackupInstance(instance));
    IS(JetReadFileInstance(instance, file, buffer, 65536, &got), JET_errBackupAbortByServer);
    OK(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort));
    OK(JetTerm2(second, JET_bitTermComplete));
    IS(JetStopBackupInstance(second), JET_errInvalidParameter);
}

int main(void)
{
    pthread_t writer;
    void *room = NULL;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (posix_memalign(&room, 4096, ROOM))
        return 2;
    buffer = (char *)room;
    OK(JetEnableMultiInstanceA(NULL, 0, NULL));
    start(&instance, "first");
    make();
    OK(pthread_create(&writer, NULL, write_rows, NULL));
    while (!atomic_load(&written))
        usleep(100);
    stopped();
    whole();
    two_instances();
    atomic_store(&finish, 1);
    OK(pthread_join(writer, NULL));
    OK(JetTerm2(instance, JET_bitTermComplete));
    free(room);
    return wrong;
}
