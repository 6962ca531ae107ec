/* JetInit3 and JetInit4: databases under other names, where to stop, whom to tell; surrogate backups and
 * what is told of a checkpoint; with arguments that are wrong. */
#include "conform.h"
#include <sys/stat.h>
#include <unistd.h>

static int begins, progresses, completes, fails, other;
static JET_ERR answer;

/* No backup begins while an instance recovers; of its calls only the stop succeeds. */
static void backup_in_recovery(void)
{
    const JET_ERR refused = JET_errNotInitialized;
    JET_HANDLE file = 0;
    JET_SESID none = 0;
    uint32_t a = 0, b = 0;
    char text[64];
    IS(JetBeginExternalBackupInstance(instance, 0), refused);
    IS(JetBeginExternalBackupInstance(instance, JET_bitBackupIncremental), refused);
    IS(JetGetAttachInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetOpenFileInstanceA(instance, "first/a.edb", &file, &a, &b), refused);
    IS(JetReadFileInstance(instance, file, text, sizeof text, &a), refused);
    IS(JetCloseFileInstance(instance, file), refused);
    IS(JetGetLogInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetGetTruncateLogInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetTruncateLogInstance(instance), refused);
    IS(JetEndExternalBackupInstance(instance), refused);
    IS(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort), refused);
    IS(JetBackupInstanceA(instance, "other", 0, NULL), refused);
    IS(JetBeginSurrogateBackup(instance, 1, 1, 0), refused);
    OK(JetStopBackupInstance(instance));
    /* The instance belongs to who starts it. */
    IS(JetBeginSessionA(instance, &none, NULL, NULL), refused);
    IS(JetTerm2(instance, JET_bitTermComplete), JET_errInitInProgress);
}

static JET_ERR heard(JET_SNP snp, JET_SNT snt, void *pv)
{
    JET_SNPROG *progress = (JET_SNPROG *)pv;
    if (snp != JET_snpRestore || !progress || progress->cbStruct != sizeof *progress || progress->cunitTotal != 100)
        other++;
    backup_in_recovery();
    if (snt == JET_sntBegin)
        begins++;
    else if (snt == JET_sntProgress)
        progresses++;
    else if (snt == JET_sntComplete)
        completes++;
    else if (snt == JET_sntFail)
        fails++;
    else
        other++;
    return answer;
}

static JET_ERR JET_API status(JET_SESID sesid, JET_SNP snp, JET_SNT snt, void *pv)
{
    IS(sesid, JET_sesidNil);
    return heard(snp, snt, pv);
}

static JET_ERR JET_API status_of(JET_SNP snp, JET_SNT snt, void *pv, void *context)
{
    IS(context == (void *)&answer, 1);
    return heard(snp, snt, pv);
}

static void forget(void)
{
    begins = progresses = completes = fails = other = 0;
    answer = JET_errSuccess;
}

static void fresh(void)
{
    instance = JET_instanceNil;
    OK(JetCreateInstanceA(&instance, "recovery"));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 128, NULL));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramMaxTemporaryTables, 0, NULL));
}

/* An instance that dies with three records in `name`, which are in the logs. */
static void dies(const char *name)
{
    static const char by_id[] = "+id\0";
    JET_INSTANCE mine;
    fresh();
    mine = instance;
    OK(JetInit(&mine));
    OK(JetBeginSessionA(mine, &session, NULL, NULL));
    OK(JetCreateDatabaseA(session, name, NULL, &database, 0));
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, database, "t", 1, 80, &table));
    id = add("id", JET_coltypLong, 0);
    word = add("word", JET_coltypText, 0);
    OK(JetCreateIndexA(session, table, "by_id", JET_bitIndexPrimary, by_id, sizeof by_id, 80));
    for (int32_t n = 1; n <= 3; n++)
        put(n);
    OK(JetCommitTransaction(session, 0));
    OK(JetCloseTable(session, table));
    IS(JetTerm2(mine, JET_bitTermDirty), JET_errDirtyShutdown);
}

static void has_three(const char *name)
{
    uint32_t count = 0;
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetAttachDatabaseA(session, name, 0));
    OK(JetOpenDatabaseA(session, name, NULL, &database, 0));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
    OK(JetIndexRecordCount(session, table, &count, 0));
    IS(count, 3);
    OK(JetTerm2(instance, JET_bitTermComplete));
}

static char old_name[1200], new_name[] = "second/b.edb";

static void wrong_arguments(void)
{
    JET_RSTINFO_A info;
    JET_RSTINFO2_A info2;
    JET_RSTMAP_A map = { NULL, NULL };
    JET_RSTMAP2_A map2;
    memset(&info, 0, sizeof info);
    memset(&info2, 0, sizeof info2);
    memset(&map2, 0, sizeof map2);
    fresh();
    IS(JetInit3A(&instance, &info, 0), JET_errInvalidParameter);
    IS(JetInit3A(&instance, ODD(JET_RSTINFO_A), 0), JET_errInvalidParameter);
    IS(JetInit4A(&instance, &info2, 0), JET_errInvalidParameter);
    IS(JetInit4A(&instance, ODD(JET_RSTINFO2_A), 0), JET_errInvalidParameter);
    info.cbStruct = sizeof info;
    info2.cbStruct = sizeof info2;
    info.crstmap = info2.crstmap = 1;
    IS(JetInit3A(&instance, &info, 0), JET_errInvalidParameter);
    IS(JetInit4A(&instance, &info2, 0), JET_errInvalidParameter);
    info.rgrstmap = &map;
    info2.rgrstmap = &map2;
    info.crstmap = info2.crstmap = -1;
    IS(JetInit3A(&instance, &info, 0), JET_errInvalidParameter);
    info.crstmap = info2.crstmap = 0;
    IS(JetInit3A(&instance, &info, 0), JET_errInvalidParameter);
    info.crstmap = info2.crstmap = 1;
    IS(JetInit3A(&instance, &info, 0), JET_errInvalidParameter);
    IS(JetInit4A(&instance, &info2, 0), JET_errInvalidParameter);
    map2.cbStruct = sizeof map2;
    IS(JetInit4A(&instance, &info2, 0), JET_errInvalidParameter);
    map2.grbit = 0x8000;
    IS(JetInit4A(&instance, &info2, 0), JET_errInvalidGrbit);
    /* The instance is kept, and there is nothing to replay: nobody is told of it. */
    info.crstmap = 0;
    info.rgrstmap = NULL;
    info.pfnStatus = status;
    OK(JetInit3A(&instance, &info, 0));
    IS(JetInit3A(&instance, &info, 0), JET_errAlreadyInitialized);
    IS(begins + completes + other, 0);
    OK(JetTerm2(instance, JET_bitTermComplete));
}

static void other_names(void)
{
    JET_RSTINFO_A info;
    JET_RSTINFO2_A info2;
    JET_RSTMAP_A map = { old_name, new_name };
    JET_RSTMAP2_A map2;
    JET_INSTANCE tried;
    memset(&info, 0, sizeof info);
    memset(&info2, 0, sizeof info2);
    memset(&map2, 0, sizeof map2);
    info.cbStruct = sizeof info;
    info.rgrstmap = &map;
    info.crstmap = 1;
    info.pfnStatus = status;
    dies("first/a.edb");
    IS(rename("first/a.edb", new_name), 0);
    /* A callback that refuses ends the recovery with its answer; the next one begins again. */
    forget();
    fresh();
    tried = instance;
    answer = JET_errOutOfMemory;
    IS(JetInit3A(&tried, &info, 0), JET_errOutOfMemory);
    IS(begins, 1);
    IS(completes, 0);
    forget();
    fresh();
    OK(JetInit3A(&instance, &info, 0));
    IS(begins, 1);
    IS(completes, 1);
    IS(fails + other, 0);
    has_three(new_name);
    /* JetInit4 alike. */
    IS(unlink(new_name), 0);
    dies("first/a.edb");
    IS(rename("first/a.edb", new_name), 0);
    info2.cbStruct = sizeof info2;
    info2.rgrstmap = &map2;
    info2.crstmap = 1;
    info2.pfnCallback = status_of;
    info2.pvCallbackContext = &answer;
    map2.cbStruct = sizeof map2;
    map2.szDatabaseName = old_name;
    map2.szNewDatabaseName = new_name;
    forget();
    fresh();
    OK(JetInit4A(&instance, &info2, 0));
    IS(begins, 1);
    IS(completes, 1);
    IS(fails + other, 0);
    has_three(new_name);
    /* A place that can't be made: told of as a failure. */
    IS(unlink(new_name), 0);
    dies("first/a.edb");
    IS(rename("first/a.edb", "first/gone.edb"), 0);
    map.szNewDatabaseName = (char *)"first/gone.edb/none.edb";
    forget();
    fresh();
    tried = instance;
    IS(JetInit3A(&tried, &info, 0) < 0, 1);
    IS(begins, 1);
    IS(fails, 1);
    IS(completes, 0);
    /* One that no entry names is not looked for. */
    map.szDatabaseName = (char *)"/nowhere/else.edb";
    forget();
    fresh();
    OK(JetInit3A(&instance, &info, 0));
    IS(completes, 1);
    OK(JetTerm2(instance, JET_bitTermComplete));
}

/* Replay stops before what a position names: the database is not there yet. */
static void stops(void)
{
    JET_RSTINFO_A info;
    JET_INSTANCE tried;
    memset(&info, 0, sizeof info);
    info.cbStruct = sizeof info;
    dies("first/c.edb");
    info.lgposStop.lGeneration = 1;
    info.lgposStop.isec = 1;
    fresh();
    tried = instance;
    IS(JetInit3A(&tried, &info, 0), JET_errRequiredLogFilesMissing);
    /* Behind everything is nowhere. */
    info.lgposStop.lGeneration = 0x7fffffff;
    fresh();
    OK(JetInit3A(&instance, &info, 0));
    has_three("first/c.edb");
}

static void surrogates(void)
{
    JET_CHECKPOINTINFO at;
    memset(&at, 0xff, sizeof at);
    fresh();
    IS(JetGetInstanceMiscInfo(instance, &at, sizeof at, JET_InstanceMiscInfoCheckpoint), JET_errNotInitialized);
    OK(JetInit(&instance));
    IS(JetGetInstanceMiscInfo(JET_instanceNil, &at, sizeof at, JET_InstanceMiscInfoCheckpoint), JET_errInvalidParameter);
    IS(JetGetInstanceMiscInfo(instance, &at, sizeof at - 1, JET_InstanceMiscInfoCheckpoint), JET_errBufferTooSmall);
    IS(JetGetInstanceMiscInfo(instance, NULL, sizeof at, JET_InstanceMiscInfoCheckpoint), JET_errInvalidParameter);
    IS(JetGetInstanceMiscInfo(instance, &at, sizeof at, 99), JET_errInvalidParameter);
    OK(JetGetInstanceMiscInfo(instance, &at, sizeof at, JET_InstanceMiscInfoCheckpoint));
    IS(at.genMin >= 1 && at.genMin <= at.genMax && at.genMax < 1000, 1);
    IS(at.logtimeGenMaxCreate.bYear > 100, 1);
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    IS(JetBeginSurrogateBackup(JET_instanceNil, 1, 1, 0), JET_errInvalidParameter);
    IS(JetBeginSurrogateBackup((JET_INSTANCE)session, 1, 1, 0), JET_errInvalidParameter);
    IS(JetBeginSurrogateBackup(instance, 2, 1, 0), JET_errInvalidParameter);
    IS(JetBeginSurrogateBackup(instance, 1, at.genMax + 9, 0), JET_errInvalidParameter);
    IS(JetBeginSurrogateBackup(instance, 1, 1, 0x4000), JET_errInvalidGrbit);
    IS(JetEndSurrogateBackup(instance, JET_bitBackupEndNormal), JET_errNoBackup);
    IS(JetEndSurrogateBackup(JET_instanceNil, JET_bitBackupEndNormal), JET_errInvalidParameter);
    OK(JetBeginSurrogateBackup(instance, at.genMin, at.genMax, 0));
    IS(JetBeginSurrogateBackup(instance, at.genMin, at.genMax, 0), JET_errSurrogateBackupInProgress);
    IS(JetAttachDatabaseA(session, "first/c.edb", 0), JET_errSurrogateBackupInProgress);
    IS(JetEndSurrogateBackup(instance, 0), JET_errInvalidParameter);
    OK(JetEndSurrogateBackup(instance, JET_bitBackupEndAbort));
    OK(JetAttachDatabaseA(session, "first/c.edb", 0));
    OK(JetTerm2(instance, JET_bitTermComplete));
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    IS(mkdir("first", 0700), 0);
    IS(mkdir("second", 0700), 0);
    IS(getcwd(old_name, 1000) != NULL, 1);
    strcat(old_name, "/first/a.edb");
    wrong_arguments();
    other_names();
    stops();
    surrogates();
    return wrong;
}
