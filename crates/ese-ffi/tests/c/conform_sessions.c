/* Sessions, transactions, databases, what is told of instances; with arguments that are wrong. */
#include "conform.h"

/* A call, in terms of S, with every wrong session. */
#define SESSION_HANDLES(call)                                                             \
    do {                                                                                  \
        JET_SESID S = JET_sesidNil;                                                       \
        IS(call, JET_errInvalidSesid);                                                    \
        S = 0;                                                                            \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)0x7777777;                                                         \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)instance;                                                          \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)table;                                                             \
        IS(call, JET_errInvalidSesid);                                                    \
        S = ended;                                                                        \
        IS(call, JET_errInvalidSesid);                                                    \
    } while (0)

static void sessions(void)
{
    JET_SESID other = 1;
    uint32_t value = 0, got = 0;
    char bytes[16];
    SESSION_HANDLES(JetDupSession(S, &other));
    SESSION_HANDLES(JetEndSession(S, 0));
    SESSION_HANDLES(JetSetSessionContext(S, 5));
    SESSION_HANDLES(JetResetSessionContext(S));
    SESSION_HANDLES(JetSetSessionParameter(S, JET_sesparamCommitDefault, &value, 4));
    SESSION_HANDLES(JetGetSessionParameter(S, JET_sesparamCommitDefault, &value, 4, NULL));
    SESSION_HANDLES(JetIdle(S, 0));
    SESSION_HANDLES(JetGetVersion(S, &value));
    IS(JetBeginSessionA(JET_instanceNil, &other, NULL, NULL), JET_errInvalidParameter);
    IS(JetBeginSessionA((JET_INSTANCE)session, &other, NULL, NULL), JET_errInvalidParameter);
    IS(JetBeginSessionA(instance, NULL, NULL, NULL), JET_errInvalidParameter);
    IS(JetBeginSessionA(instance, ODD(JET_SESID), NULL, NULL), JET_errInvalidParameter);
    IS(JetDupSession(session, NULL), JET_errInvalidParameter);
    IS(JetDupSession(session, ODD(JET_SESID)), JET_errInvalidParameter);
    OK(JetDupSession(session, &other));
    OK(JetEndSession(other, 0));
    IS(JetEndSession(other, 0), JET_errInvalidSesid);
    IS(JetSetSessionContext(session, 0), JET_errInvalidParameter);
    IS(JetSetSessionContext(session, (JET_API_PTR)-1), JET_errInvalidParameter);
    IS(JetResetSessionContext(session), JET_errSessionContextNotSetByThisThread);
    OK(JetSetSessionContext(session, 5));
    IS(JetSetSessionContext(session, 5), JET_errSessionContextAlreadySet);
    OK(JetResetSessionContext(session));
    IS(JetSetSessionParameter(session, 1, &value, 4), JET_errInvalidSesparamId);
    IS(JetSetSessionParameter(session, JET_sesparamCommitDefault, NULL, 4), JET_errInvalidParameter);
    IS(JetSetSessionParameter(session, JET_sesparamCommitDefault, &value, 3), JET_errInvalidBufferSize);
    IS(JetSetSessionParameter(session, JET_sesparamCommitGenericContext, bytes, 30001), JET_errInvalidBufferSize);
    IS(JetGetSessionParameter(session, JET_sesparamCommitDefault, NULL, 0, NULL), JET_errInvalidParameter);
    IS(JetGetSessionParameter(session, JET_sesparamCommitDefault, bytes, 3, &got), JET_errInvalidBufferSize);
    IS(JetGetSessionParameter(session, JET_sesparamCommitDefault, bytes, 4, ODD(uint32_t)), JET_errInvalidParameter);
    OK(JetSetSessionParameter(session, JET_sesparamCommitGenericContext, "0123456789", 10));
    IS(JetGetSessionParameter(session, JET_sesparamCommitGenericContext, bytes, 9, &got), JET_errBufferTooSmall);
    IS(got, 10);
    OK(JetSetSessionParameter(session, JET_sesparamCommitGenericContext, NULL, 0));
    IS(JetGetVersion(session, NULL), JET_errInvalidParameter);
    IS(JetIdle(session, JET_bitIdleFlushBuffers), JET_errInvalidGrbit);
}

static void transactions(void)
{
    JET_COMMIT_ID commit;
    SESSION_HANDLES(JetBeginTransaction(S));
    SESSION_HANDLES(JetBeginTransaction2(S, 0));
    SESSION_HANDLES(JetBeginTransaction3(S, 1, 0));
    SESSION_HANDLES(JetCommitTransaction(S, 0));
    SESSION_HANDLES(JetCommitTransaction2(S, 0, 0, &commit));
    SESSION_HANDLES(JetRollback(S, 0));
    IS(JetCommitTransaction(session, 0), JET_errNotInTransaction);
    IS(JetRollback(session, 0), JET_errNotInTransaction);
    IS(JetRollback(session, 0x100), JET_errInvalidGrbit);
    IS(JetCommitTransaction(session, 0x40000000), JET_errInvalidGrbit);
    for (int level = 0; level < 7; level++)
        OK(JetBeginTransaction(session));
    IS(JetBeginTransaction(session), JET_errTransTooDeep);
    IS(JetCommitTransaction2(session, 0, 100, &commit), JET_errInvalidParameter);
    IS(JetCommitTransaction2(session, 0, 0, ODD(JET_COMMIT_ID)), JET_errInvalidParameter);
    OK(JetRollback(session, JET_bitRollbackAll));
    IS(JetRollback(session, 0), JET_errNotInTransaction);
    /* What only reads. */
    OK(JetBeginTransaction2(session, JET_bitTransactionReadOnly));
    IS(JetPrepareUpdate(session, table, JET_prepInsert), JET_errTransReadOnly);
    OK(JetMove(session, table, JET_MoveFirst, 0));
    IS(JetDelete(session, table), JET_errTransReadOnly);
    IS(JetComputeStats(session, table), JET_errTransReadOnly);
    IS(JetCreateTableA(session, database, "n", 1, 80, &closed), JET_errTransReadOnly);
    OK(JetCommitTransaction(session, 0));
}

static void databases(void)
{
    JET_DBID other = 0;
    uint32_t pages = 0;
    char name[400];
    static char longest[2000];
    memset(longest, 'x', sizeof longest - 1);
    SESSION_HANDLES(JetCreateDatabaseA(S, "b.edb", NULL, &other, 0));
    SESSION_HANDLES(JetCreateDatabase2A(S, "b.edb", 0, &other, 0));
    SESSION_HANDLES(JetAttachDatabaseA(S, "b.edb", 0));
    SESSION_HANDLES(JetAttachDatabase2A(S, "b.edb", 0, 0));
    SESSION_HANDLES(JetOpenDatabaseA(S, "a.edb", NULL, &other, 0));
    SESSION_HANDLES(JetDetachDatabaseA(S, "b.edb"));
    SESSION_HANDLES(JetDetachDatabase2A(S, "b.edb", 0));
    DATABASE_HANDLES(JetCloseDatabase(S, D, 0));
    DATABASE_HANDLES(JetGrowDatabase(S, D, 512, &pages));
    DATABASE_HANDLES(JetGetDatabaseInfoA(S, D, name, sizeof name, JET_DbInfoFilename));
    IS(JetCreateDatabaseA(session, NULL, NULL, &other, 0), JET_errDatabaseInvalidPath);
    IS(JetCreateDatabaseA(session, "", NULL, &other, 0), JET_errDatabaseInvalidPath);
    IS(JetCreateDatabaseA(session, longest, NULL, &other, 0), JET_errInvalidPath);
    IS(JetCreateDatabaseA(session, "b.edb", NULL, NULL, 0), JET_errInvalidParameter);
    IS(JetCreateDatabaseA(session, "b.edb", NULL, ODD(JET_DBID), 0), JET_errInvalidParameter);
    IS(JetCreateDatabaseA(session, "a.edb", NULL, &other, 0), JET_errDatabaseDuplicate);
    IS(JetAttachDatabaseA(session, "none.edb", 0), JET_errFileNotFound);
    IS(JetAttachDatabaseA(session, "a.edb", 0), JET_wrnDatabaseAttached);
    IS(JetOpenDatabaseA(session, "none.edb", NULL, &other, 0), JET_errDatabaseNotFound);
    IS(JetOpenDatabaseA(session, "a.edb", NULL, NULL, 0), JET_errInvalidParameter);
    IS(JetDetachDatabaseA(session, "none.edb"), JET_errDatabaseNotFound);
    IS(JetDetachDatabaseA(session, "a.edb"), JET_errDatabaseInUse);
    IS(JetGetDatabaseInfoA(session, database, NULL, sizeof name, JET_DbInfoFilename), JET_errInvalidParameter);
    IS(JetGetDatabaseInfoA(session, database, name, 3, JET_DbInfoFilename), JET_errBufferTooSmall);
    IS(JetGetDatabaseInfoA(session, database, name, sizeof name, 99), JET_errInvalidParameter);
    OK(JetGetDatabaseInfoA(session, database, name, sizeof name, JET_DbInfoFilename));
    IS(JetGetDatabaseFileInfoA("none.edb", &pages, 4, JET_DbInfoFileType), JET_errFileNotFound);
    /* A file that is none. */
    {
        FILE *f = fopen("text.edb", "w");
        if (f) {
            fputs("this is no database", f);
            fclose(f);
        }
        IS(JetAttachDatabaseA(session, "text.edb", 0) < 0, 1);
        IS(JetAttachDatabaseA(session, ".", 0) < 0, 1);
    }
    OK(JetCreateDatabaseA(session, "b.edb", NULL, &other, 0));
    OK(JetCloseDatabase(session, other, 0));
    IS(JetCloseDatabase(session, other, 0), JET_errInvalidDatabaseId);
    OK(JetDetachDatabaseA(session, "b.edb"));
    IS(JetDetachDatabaseA(session, "b.edb"), JET_errDatabaseNotFound);
}

static void lists(void)
{
    uint32_t count = 99;
    JET_INSTANCE_INFO_A *list = NULL;
    char text[300];
    JET_API_PTR number = (JET_API_PTR)JET_errTableLocked;
    IS(JetGetInstanceInfoA(NULL, &list), JET_errInvalidParameter);
    IS(JetGetInstanceInfoA(&count, NULL), JET_errInvalidParameter);
    IS(JetGetInstanceInfoA(ODD(uint32_t), &list), JET_errInvalidParameter);
    OK(JetGetInstanceInfoA(&count, &list));
    IS(count, 1);
    OK(JetFreeBuffer((char *)list));
    OK(JetFreeBuffer(NULL));
    IS(JetGetThreadStats(NULL, 100), JET_errInvalidParameter);
    IS(JetGetThreadStats(text, 3), JET_errBufferTooSmall);
    OK(JetGetSystemParameterA(instance, session, JET_paramErrorToString, &number, text, sizeof text));
    IS(JetSetSystemParameterA(&instance, ended, JET_paramMaxCursors, 5, NULL), JET_errInvalidSesid);
    IS(JetTerm(JET_instanceNil), JET_errInvalidParameter);
    IS(JetTerm((JET_INSTANCE)session), JET_errInvalidParameter);
    IS(JetStopBackupInstance(JET_instanceNil), JET_errInvalidParameter);
    IS(JetStopServiceInstance(JET_instanceNil), JET_errInvalidParameter);
}

static void backups(void)
{
    static char names[8000];
    uint32_t got = 0, low = 0, high = 0;
    JET_HANDLE file = 0;
    IS(JetBeginExternalBackupInstance(JET_instanceNil, 0), JET_errInvalidParameter);
    IS(JetBeginExternalBackupInstance((JET_INSTANCE)session, 0), JET_errInvalidParameter);
    IS(JetBeginExternalBackupInstance(instance, 0x1000), JET_errInvalidGrbit);
    IS(JetGetAttachInfoInstanceA(instance, names, sizeof names, &got), JET_errNoBackup);
    IS(JetOpenFileInstanceA(instance, "a.edb", &file, &low, &high), JET_errNoBackup);
    IS(JetReadFileInstance(instance, 1, room, 4096, &got), JET_errNoBackup);
    IS(JetCloseFileInstance(instance, 1), JET_errNoBackup);
    IS(JetGetLogInfoInstanceA(instance, names, sizeof names, &got), JET_errNoBackup);
    IS(JetTruncateLogInstance(instance), JET_errNoBackup);
    IS(JetEndExternalBackupInstance(instance), JET_errNoBackup);
    OK(JetBeginExternalBackupInstance(instance, 0));
    IS(JetGetAttachInfoInstanceA(instance, names, 3, &got), JET_errBufferTooSmall);
    IS(JetGetAttachInfoInstanceA(instance, names, sizeof names, ODD(uint32_t)), JET_errInvalidParameter);
    OK(JetGetAttachInfoInstanceA(instance, names, sizeof names, &got));
    IS(JetOpenFileInstanceA(instance, NULL, &file, &low, &high), JET_errInvalidParameter);
    IS(JetOpenFileInstanceA(instance, names, NULL, &low, &high), JET_errInvalidParameter);
    OK(JetOpenFileInstanceA(instance, names, &file, &low, &high));
    IS(JetReadFileInstance(instance, file, NULL, 4096, &got), JET_errInvalidParameter);
    IS(JetReadFileInstance(instance, file, ODD(char), 4096, &got), JET_errInvalidParameter);
    OK(JetCloseFileInstance(instance, file));
    IS(JetCloseFileInstance(instance, file), JET_errInvalidParameter);
    IS(JetReadFileInstance(instance, file, room, 4096, &got), JET_errInvalidParameter);
    OK(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort));
    IS(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort), JET_errNoBackup);
    IS(JetOSSnapshotThaw((JET_OSSNAPID)77, 0), JET_errOSSnapshotInvalidSnapId);
    IS(JetOSSnapshotPrepare(NULL, 0), JET_errInvalidParameter);
}

int main(void)
{
    conform_begin();
    sessions();
    transactions();
    databases();
    lists();
    backups();
    return conform_end();
}
