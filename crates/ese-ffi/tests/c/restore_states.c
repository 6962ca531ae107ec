/* Deleted rows are in no backup when JET_paramZeroDatabaseDuringBackup is set; and while an instance is being
 * restored, the calls of a backup are refused: of them only the stop succeeds. */
#include "check.h"
#include <stdlib.h>
#include <string.h>

#define ROWS 60
static const char secret[] = "nobody may read this any more";

static JET_INSTANCE instance;
static int told;

static void start(int zero)
{
    OK(JetCreateInstanceA(&instance, "one"));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 256, NULL));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramZeroDatabaseDuringBackup, (JET_API_PTR)zero, NULL));
}

/* How often the secret stands in a file. */
static int secrets(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t length = 0, at;
    char *bytes = NULL;
    int count = 0;
    if (file == NULL)
        return -1;
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) > 0) {
        length = (size_t)ftell(file);
        bytes = (char *)malloc(length);
        rewind(file);
        if (bytes == NULL || fread(bytes, 1, length, file) != length)
            length = 0;
    }
    fclose(file);
    for (at = 0; at + sizeof secret - 1 <= length; at++)
        count += memcmp(bytes + at, secret, sizeof secret - 1) == 0;
    free(bytes);
    return count;
}

static void fill(void)
{
    JET_SESID session;
    JET_DBID database;
    JET_TABLEID table;
    JET_COLUMNID column;
    JET_COLUMNDEF definition;
    char value[900];
    size_t at;
    for (at = 0; at + sizeof secret <= sizeof value; at += sizeof secret)
        memcpy(value + at, secret, sizeof secret);
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetCreateDatabaseA(session, "main.edb", NULL, &database, 0));
    OK(JetCreateTableA(session, database, "t", 16, 90, &table));
    memset(&definition, 0, sizeof definition);
    definition.cbStruct = sizeof definition;
    definition.coltyp = JET_coltypLongBinary;
    OK(JetAddColumnA(session, table, "bytes", &definition, NULL, 0, &column));
    for (int n = 0; n < ROWS; n++) {
        OK(JetBeginTransaction(session));
        OK(JetPrepareUpdate(session, table, JET_prepInsert));
        OK(JetSetColumn(session, table, column, value, (uint32_t)at, 0, NULL));
        OK(JetUpdate(session, table, NULL, 0, NULL));
        OK(JetCommitTransaction(session, 0));
    }
    OK(JetEndSession(session, 0));
}

static void empty(void)
{
    JET_SESID session;
    JET_DBID database;
    JET_TABLEID table;
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetAttachDatabaseA(session, "main.edb", 0));
    OK(JetOpenDatabaseA(session, "main.edb", NULL, &database, 0));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
    OK(JetBeginTransaction(session));
    for (int n = 0; n < ROWS; n++) {
        OK(JetMove(session, table, JET_MoveFirst, 0));
        OK(JetDelete(session, table));
    }
    OK(JetCommitTransaction(session, 0));
    OK(JetEndSession(session, 0));
}

static JET_ERR JET_API status(JET_SESID session, JET_SNP snp, JET_SNT snt, void *progress)
{
    const JET_ERR refused = JET_errRestoreInProgress;
    JET_HANDLE file = 0;
    uint32_t a = 0, b = 0;
    char text[64];
    (void)session, (void)snt, (void)progress;
    IS(snp, JET_snpRestore);
    told++;
    IS(JetBeginExternalBackupInstance(instance, 0), refused);
    IS(JetBeginExternalBackupInstance(instance, JET_bitBackupIncremental), refused);
    IS(JetGetAttachInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetOpenFileInstanceA(instance, "main.edb", &file, &a, &b), refused);
    IS(JetReadFileInstance(instance, file, text, sizeof text, &a), refused);
    IS(JetCloseFileInstance(instance, file), refused);
    IS(JetGetLogInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetGetTruncateLogInfoInstanceA(instance, text, sizeof text, &a), refused);
    IS(JetTruncateLogInstance(instance), refused);
    IS(JetEndExternalBackupInstance(instance), refused);
    IS(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort), refused);
    IS(JetBackupInstanceA(instance, "other", 0, NULL), refused);
    OK(JetStopBackupInstance(instance));
    return JET_errSuccess;
}

int main(void)
{
    start(0);
    OK(JetSetSystemParameterA(&instance, 0, JET_paramCreatePathIfNotExist, 1, NULL));
    OK(JetInit(&instance));
    fill();
    OK(JetTerm2(instance, JET_bitTermComplete));
    IS(secrets("main.edb") > ROWS, 1);

    start(1);
    OK(JetSetSystemParameterA(&instance, 0, JET_paramCreatePathIfNotExist, 1, NULL));
    OK(JetInit(&instance));
    empty();
    OK(JetBackupInstanceA(instance, "set", 0, NULL));
    IS(secrets("set/main.edb"), 0);
    IS(secrets("main.edb"), 0);
    OK(JetTerm2(instance, JET_bitTermComplete));

    start(0);
    OK(JetRestoreInstanceA(instance, "set", NULL, status));
    IS(told > 1, 1);
    OK(JetTerm(instance));
    return wrong;
}
