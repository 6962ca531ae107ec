/* The library among processes: forks before and after an instance runs, a second process at the same files,
 * a library that is unloaded while an instance runs. It is loaded by name, not linked. */
#include "check.h"
#include <dlfcn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void *library;

static void load(void)
{
    library = dlopen("libesent.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        printf("%s\n", dlerror());
        _exit(2);
    }
}

static void *find(const char *name)
{
    void *found = dlsym(library, name);
    if (!found) {
        printf("%s is not there\n", name);
        _exit(2);
    }
    return found;
}

/* The function of a name, with the type that the header gives it. */
#define CALL(name) ((__typeof__(name) *)find(#name))

static JET_INSTANCE instance;
static JET_SESID session;
static JET_DBID database;
static JET_TABLEID table;

static void start(const char *folder)
{
    instance = 0;
    OK(CALL(JetCreateInstanceA)(&instance, folder));
    OK(CALL(JetSetSystemParameterA)(&instance, 0, JET_paramLogFilePath, 0, folder));
    OK(CALL(JetSetSystemParameterA)(&instance, 0, JET_paramSystemPath, 0, folder));
    OK(CALL(JetSetSystemParameterA)(&instance, 0, JET_paramTempPath, 0, folder));
    OK(CALL(JetSetSystemParameterA)(&instance, 0, JET_paramLogFileSize, 128, NULL));
    OK(CALL(JetInit)(&instance));
    OK(CALL(JetBeginSessionA)(instance, &session, NULL, NULL));
}

static void stop(void)
{
    OK(CALL(JetTerm2)(instance, JET_bitTermComplete));
}

/* Runs something in a child; what was wrong there is wrong here. */
static void in_child(void (*what)(void))
{
    int outcome = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        what();
        _exit(wrong);
    }
    waitpid(child, &outcome, 0);
    IS(WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1, 0);
}

/* A child of a process without instances is a process like any other. */
static void of_its_own(void)
{
    start("own/");
    OK(CALL(JetCreateDatabaseA)(session, "own/a.edb", NULL, &database, 0));
    stop();
}

/* A child of a process with an instance: each call is refused, none waits. */
static void cut_off(void)
{
    uint32_t count = 0;
    JET_INSTANCE_INFO_A *list = NULL;
    IS(CALL(JetMove)(session, table, JET_MoveFirst, 0), JET_errInstanceUnavailable);
    IS(CALL(JetBeginTransaction)(session), JET_errInstanceUnavailable);
    IS(CALL(JetCommitTransaction)(session, 0), JET_errInstanceUnavailable);
    IS(CALL(JetGetInstanceInfoA)(&count, &list), JET_errInstanceUnavailable);
    IS(CALL(JetCreateInstanceA)(&instance, "another"), JET_errInstanceUnavailable);
    IS(CALL(JetTerm2)(instance, JET_bitTermComplete), JET_errInstanceUnavailable);
}

/* Another process, begun before: the files are taken. */
static int ready[2], over[2];

static void beside(void)
{
    char c;
    JET_INSTANCE same = 0;
    /* Until the parent has its instance. */
    IS(read(ready[0], &c, 1), 1);
    OK(CALL(JetCreateInstanceA)(&same, "same"));
    OK(CALL(JetSetSystemParameterA)(&same, 0, JET_paramLogFilePath, 0, "first/"));
    OK(CALL(JetSetSystemParameterA)(&same, 0, JET_paramSystemPath, 0, "first/"));
    OK(CALL(JetSetSystemParameterA)(&same, 0, JET_paramTempPath, 0, "first/"));
    OK(CALL(JetSetSystemParameterA)(&same, 0, JET_paramLogFileSize, 128, NULL));
    IS(CALL(JetInit)(&same), JET_errFileAccessDenied);
    start("second/");
    IS(CALL(JetAttachDatabaseA)(session, "first/a.edb", 0), JET_errFileAccessDenied);
    stop();
    IS(write(over[1], "x", 1), 1);
}

int main(void)
{
    pid_t other;
    char c;
    int outcome = 0;
    uint32_t count = 0;
    JET_INSTANCE_INFO_A *list = NULL;
    setvbuf(stdout, NULL, _IONBF, 0);
    IS(mkdir("first", 0700) | mkdir("second", 0700) | mkdir("own", 0700), 0);
    IS(pipe(ready) | pipe(over), 0);
    load();
    in_child(of_its_own);
    other = fork();
    if (other == 0) {
        alarm(60);
        beside();
        _exit(wrong);
    }
    start("first/");
    OK(CALL(JetCreateDatabaseA)(session, "first/a.edb", NULL, &database, 0));
    OK(CALL(JetBeginTransaction)(session));
    OK(CALL(JetCreateTableA)(session, database, "t", 1, 80, &table));
    OK(CALL(JetCommitTransaction)(session, 0));
    IS(write(ready[1], "x", 1), 1);
    IS(read(over[0], &c, 1), 1);
    waitpid(other, &outcome, 0);
    IS(WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1, 0);
    in_child(cut_off);
    /* The parent goes on as if there had been no child. */
    OK(CALL(JetBeginTransaction)(session));
    OK(CALL(JetCreateTableA)(session, database, "u", 1, 80, &table));
    OK(CALL(JetCommitTransaction)(session, 0));
    /* Unloaded while the engine's threads run: it stays, and is found again with what it had. */
    IS(dlclose(library), 0);
    usleep(200 * 1000);
    load();
    OK(CALL(JetGetInstanceInfoA)(&count, &list));
    IS(count, 1);
    OK(CALL(JetFreeBuffer)((char *)list));
    OK(CALL(JetBeginTransaction)(session));
    OK(CALL(JetCommitTransaction)(session, 0));
    stop();
    return wrong;
}
