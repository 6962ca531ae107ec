/* What is rare in ordinary programs: databases that are not logged, counters that no rollback takes
 * back, lists of extents. */
#define _DEFAULT_SOURCE
#include "conform.h"
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of all logs of the working directory that hold a text of two-byte characters. */
static int logs_name(const char *text)
{
    static unsigned char log[1 << 20];
    size_t len = strlen(text), found = 0;
    for (int n = -1; n < 40; n++) {
        char name[32];
        snprintf(name, sizeof name, n < 0 ? "edb.log" : "edb%05X.log", (unsigned)n);
        FILE *file = fopen(name, "rb");
        if (!file)
            continue;
        size_t bytes = fread(log, 1, sizeof log, file);
        fclose(file);
        for (size_t at = 0; at + 2 * len <= bytes; at++) {
            size_t i = 0;
            while (i < len && log[at + 2 * i] == (unsigned char)text[i] && !log[at + 2 * i + 1])
                i++;
            found += i == len;
        }
    }
    return (int)found;
}

static void unlogged(void)
{
    JET_DBID made = 99, again;
    JET_TABLEID rows;
    JET_COLUMNDEF column;
    JET_COLUMNID number;
    JET_DBINFOMISC misc;
    JET_INSTANCE_INFO_A *infos = NULL;
    uint32_t count = 0;
    int32_t n = 7;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    IS(JetCreateDatabaseA(session, "apart.edb", NULL, &made, JET_bitDbVersioningOff),
       JET_errCannotDisableVersioning);
    IS(made, 99);
    OK(JetCreateDatabaseA(session, "apart.edb", NULL, &made,
                          JET_bitDbRecoveryOff | JET_bitDbVersioningOff));
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, made, "rows", 1, 80, &rows));
    OK(JetAddColumnA(session, rows, "number", &column, NULL, 0, &number));
    OK(JetCommitTransaction(session, 0));
    for (int keep = 0; keep < 2; keep++) {
        OK(JetBeginTransaction(session));
        OK(JetPrepareUpdate(session, rows, JET_prepInsert));
        OK(JetSetColumn(session, rows, number, &n, sizeof n, 0, NULL));
        OK(JetUpdate(session, rows, NULL, 0, NULL));
        if (keep)
            OK(JetCommitTransaction(session, 0));
        else
            OK(JetRollback(session, 0));
    }
    OK(JetMove(session, rows, JET_MoveFirst, 0));
    IS(JetMove(session, rows, JET_MoveNext, 0), JET_errNoCurrentRecord);
    OK(JetCloseTable(session, rows));
    /* A backup goes past it, and holds its detach back like that of any other. */
    OK(JetGetInstanceInfoA(&count, &infos));
    IS(count, 1);
    IS(infos[0].cDatabases, 1);
    OK(JetFreeBuffer((char *)infos));
    OK(JetCloseDatabase(session, made, 0));
    OK(mkdir("backup", 0755));
    OK(JetBackupInstanceA(instance, "backup", 0, NULL));
    FILE *copy = fopen("backup/apart.edb", "rb");
    IS(copy == NULL, 1);
    OK(JetBeginExternalBackupInstance(instance, 0));
    IS(JetDetachDatabaseA(session, "apart.edb"), JET_errBackupInProgress);
    OK(JetEndExternalBackupInstance(instance));
    OK(JetDetachDatabaseA(session, "apart.edb"));
    OK(JetGetDatabaseFileInfoA("apart.edb", &misc, sizeof misc, JET_DbInfoMisc));
    IS(misc.dbstate, JET_dbstateCleanShutdown);
    IS(misc.signLog.ulRandom, 0);
    IS(logs_name("apart.edb"), 0);
    IS(logs_name("a.edb") > 0, 1);
    /* It may be attached with a log, and without one again. */
    OK(JetAttachDatabaseA(session, "apart.edb", JET_bitDbRecoveryOff));
    IS(logs_name("apart.edb"), 0);
    OK(JetDetachDatabaseA(session, "apart.edb"));
    OK(JetAttachDatabaseA(session, "apart.edb", 0));
    IS(logs_name("apart.edb") > 0, 1);
    OK(JetOpenDatabaseA(session, "apart.edb", NULL, &again, 0));
    OK(JetOpenTableA(session, again, "rows", NULL, 0, 0, &rows));
    OK(JetMove(session, rows, JET_MoveFirst, 0));
    n = 0;
    OK(JetRetrieveColumn(session, rows, number, &n, sizeof n, NULL, 0, NULL));
    IS(n, 7);
    OK(JetCloseTable(session, rows));
    OK(JetCloseDatabase(session, again, 0));
    OK(JetDetachDatabaseA(session, "apart.edb"));
}

static void counters(void)
{
    JET_TABLEID counted;
    JET_COLUMNDEF column;
    JET_COLUMNID number;
    int32_t zero = 0, add = 5, old = -1, n = 0;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    column.grbit = JET_bitColumnEscrowUpdate;
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, database, "counted", 1, 80, &counted));
    OK(JetAddColumnA(session, counted, "number", &column, &zero, sizeof zero, &number));
    OK(JetPrepareUpdate(session, counted, JET_prepInsert));
    OK(JetUpdate(session, counted, NULL, 0, NULL));
    OK(JetCommitTransaction(session, 0));
    OK(JetMove(session, counted, JET_MoveFirst, 0));
    IS(JetEscrowUpdate(session, counted, number, &add, 4, NULL, 0, NULL, JET_bitEscrowNoRollback),
       JET_errNotInTransaction);
    OK(JetBeginTransaction2(session, JET_bitTransactionReadOnly));
    IS(JetEscrowUpdate(session, counted, number, &add, 4, NULL, 0, NULL, JET_bitEscrowNoRollback),
       JET_errTransReadOnly);
    OK(JetRollback(session, 0));
    OK(JetBeginTransaction(session));
    OK(JetEscrowUpdate(session, counted, number, &add, 4, &old, 4, NULL, JET_bitEscrowNoRollback));
    IS(old, 0);
    OK(JetEscrowUpdate(session, counted, number, &add, 4, &old, 4, NULL, 0));
    IS(old, 5);
    OK(JetRollback(session, 0));
    OK(JetRetrieveColumn(session, counted, number, &n, sizeof n, NULL, 0, NULL));
    IS(n, 5);
    OK(JetCloseTable(session, counted));
}

typedef struct {
    uint32_t last, pages;
} EXTENT;

/* Pages of a list of extents, up to its zeros; `next` is behind them. */
static uint32_t pages_of(const EXTENT *list, const EXTENT **next)
{
    uint32_t pages = 0;
    while (list->last) {
        IS(list->pages > 0 && list->last >= list->pages, 1);
        pages += list->pages;
        list++;
    }
    IS(list->pages, 0);
    *next = list + 1;
    return pages;
}

static void extents(void)
{
    struct {
        uint32_t owned, available;
        EXTENT list[30];
    } usage;
    static char blob[3000];
    const EXTENT *next;
    uint32_t n;
    JET_TABLEID spread;
    JET_COLUMNDEF column;
    JET_COLUMNID bytes;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLongBinary;
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, database, "spread", 8, 100, &spread));
    OK(JetAddColumnA(session, spread, "bytes", &column, NULL, 0, &bytes));
    OK(JetCommitTransaction(session, 0));
    for (int grown = 0; grown < 2; grown++) {
        memset(&usage, 0xdd, sizeof usage);
        OK(JetGetTableInfoA(session, spread, &usage, sizeof usage, JET_TblInfoSpaceUsage));
        IS(pages_of(usage.list, &next), usage.owned);
        IS(usage.list[1].last > 0, grown);
        IS(pages_of(next, &next), usage.available);
        /* The rest is zeros. */
        for (; next < usage.list + 30; next++)
            IS(next->last | next->pages, 0);
        /* Larger than the counts, too small for the ends of both lists. */
        IS(JetGetTableInfoA(session, spread, &usage, 7, JET_TblInfoSpaceUsage), JET_errInvalidParameter);
        IS(JetGetTableInfoA(session, spread, &usage, 9, JET_TblInfoSpaceUsage), JET_errBufferTooSmall);
        IS(JetGetTableInfoA(session, spread, &usage, 16, JET_TblInfoSpaceUsage), JET_errBufferTooSmall);
        IS(JetGetTableInfoA(session, spread, &usage, 23, JET_TblInfoSpaceUsage), JET_errBufferTooSmall);
        /* The ends alone; one extent, and what comes behind the last whole one. */
        memset(&usage, 0xdd, sizeof usage);
        OK(JetGetTableInfoA(session, spread, &usage, 24, JET_TblInfoSpaceUsage));
        IS(usage.owned >= 8, 1);
        IS(usage.list[0].last | usage.list[1].last, 0);
        IS(usage.list[2].last, 0xdddddddd);
        OK(JetGetTableInfoA(session, spread, &usage, 39, JET_TblInfoSpaceUsage));
        IS(usage.list[0].last > 0, 1);
        IS(usage.list[1].last | usage.list[2].last, 0);
        if (grown)
            break;
        OK(JetBeginTransaction(session));
        for (int i = 0; i < 200; i++) {
            OK(JetPrepareUpdate(session, spread, JET_prepInsert));
            OK(JetSetColumn(session, spread, bytes, blob, sizeof blob, JET_bitSetSeparateLV, NULL));
            OK(JetUpdate(session, spread, NULL, 0, NULL));
        }
        OK(JetCommitTransaction(session, 0));
    }
    /* What is free in the tree of long values is free in the table. */
    OK(JetGetTableInfoA(session, spread, &usage, 8, JET_TblInfoSpaceUsage));
    OK(JetGetTableInfoA(session, spread, &n, 4, JET_TblInfoSpaceAvailableLV));
    usage.available += n;
    IS(n > 0, 1);
    OK(JetGetTableInfoA(session, spread, &n, 4, JET_TblInfoSpaceAvailable));
    IS(n, usage.available);
    OK(JetCloseTable(session, spread));
}

static uint32_t file_pages(void)
{
    struct stat file;
    IS(stat("small/b.edb", &file), 0);
    return (uint32_t)(file.st_size / 4096);
}

static void shrinking(void)
{
    static char blob[3000];
    uint32_t before, full, actual = 99;
    JET_INSTANCE other = 0;
    JET_SESID worker;
    JET_DBID small;
    JET_TABLEID spread;
    JET_COLUMNDEF column;
    JET_COLUMNID bytes;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLongBinary;
    IS(JetResizeDatabase(session, database, 1, &actual, 0), JET_errFeatureNotAvailable);
    OK(mkdir("small", 0755));
    OK(JetCreateInstanceA(&other, "small"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramLogFilePath, 0, "small/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramSystemPath, 0, "small/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramTempPath, 0, "small/"));
    OK(JetSetSystemParameterA(&other, 0, JET_paramEnableShrinkDatabase, JET_bitShrinkDatabaseOn, NULL));
    OK(JetInit(&other));
    OK(JetBeginSessionA(other, &worker, NULL, NULL));
    OK(JetCreateDatabaseA(worker, "small/b.edb", NULL, &small, 0));
    before = file_pages();
    OK(JetBeginTransaction(worker));
    OK(JetCreateTableA(worker, small, "large", 1, 100, &spread));
    OK(JetAddColumnA(worker, spread, "bytes", &column, NULL, 0, &bytes));
    OK(JetCommitTransaction(worker, 0));
    for (int i = 0; i < 1000; i++) {
        OK(JetBeginTransaction(worker));
        OK(JetPrepareUpdate(worker, spread, JET_prepInsert));
        OK(JetSetColumn(worker, spread, bytes, blob, sizeof blob, JET_bitSetSeparateLV, NULL));
        OK(JetUpdate(worker, spread, NULL, 0, NULL));
        OK(JetCommitTransaction(worker, JET_bitCommitLazyFlush));
    }
    OK(JetCloseTable(worker, spread));
    full = file_pages();
    IS(full >= before + 800, 1);
    OK(JetDeleteTableA(worker, small, "large"));
    IS(JetResizeDatabase(worker, small, 1, &actual, 0x80), JET_errInvalidGrbit);
    IS(actual, 0);
    OK(JetResizeDatabase(worker, small, 1, &actual, JET_bitResizeDatabaseOnlyGrow));
    IS(actual, full);
    /* A backup holds it back. */
    OK(JetBeginExternalBackupInstance(other, 0));
    IS(JetResizeDatabase(worker, small, 1, &actual, 0), JET_errBackupInProgress);
    OK(JetEndExternalBackupInstance(other));
    IS(file_pages(), full);
    OK(JetResizeDatabase(worker, small, full - 300, &actual, JET_bitResizeDatabaseOnlyShrink));
    IS(actual, file_pages());
    IS(actual < full && actual >= full - 300, 1);
    OK(JetResizeDatabase(worker, small, 1, &actual, 0));
    IS(actual, file_pages());
    IS(actual < full - 300, 1);
    OK(JetResizeDatabase(worker, small, full, &actual, JET_bitResizeDatabaseOnlyShrink));
    IS(actual, file_pages());
    IS(actual < full - 300, 1);
    /* It grows again. */
    OK(JetResizeDatabase(worker, small, full, &actual, 0));
    IS(actual >= full, 1);
    IS(actual, file_pages());
    OK(JetEndSession(worker, 0));
    OK(JetTerm(other));
}

static uint32_t in_use(const char *name)
{
    uint32_t n[2] = {0, 0};
    JET_TABLEID opened;
    OK(JetOpenTableA(session, database, name, NULL, 0, 0, &opened));
    OK(JetGetTableInfoA(session, opened, n, sizeof n, JET_TblInfoSpaceUsage));
    OK(JetCloseTable(session, opened));
    return n[0] - n[1];
}

/* Rows of two tables are deleted while another session still sees them; what stays is thin. */
static void defragmenting(void)
{
    static const char *const names[] = {"thin", "other"};
    static char blob[200];
    uint32_t before[2], passes = 3, seconds = 77;
    JET_TABLEID thin;
    JET_COLUMNDEF column;
    JET_COLUMNID bytes;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypBinary;
    OK(JetBeginTransaction(foreign));
    for (int n = 0; n < 2; n++) {
        OK(JetBeginTransaction(session));
        OK(JetCreateTableA(session, database, names[n], 1, 100, &thin));
        OK(JetAddColumnA(session, thin, "bytes", &column, NULL, 0, &bytes));
        for (int i = 0; i < 2000; i++) {
            OK(JetPrepareUpdate(session, thin, JET_prepInsert));
            OK(JetSetColumn(session, thin, bytes, blob, sizeof blob, 0, NULL));
            OK(JetUpdate(session, thin, NULL, 0, NULL));
        }
        OK(JetCommitTransaction(session, 0));
        OK(JetBeginTransaction(session));
        OK(JetMove(session, thin, JET_MoveFirst, 0));
        for (int i = 0; i < 2000; i++) {
            if (i % 10)
                OK(JetDelete(session, thin));
            if (i < 1999)
                OK(JetMove(session, thin, JET_MoveNext, 0));
        }
        OK(JetCommitTransaction(session, 0));
        OK(JetCloseTable(session, thin));
    }
    /* An end that cleans nothing up. */
    OK(JetCloseTable(session, table));
    OK(JetRollback(foreign, 0));
    OK(JetTerm2(instance, JET_bitTermAbrupt));
    OK(JetCreateInstanceA(&instance, "conform"));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 128, NULL));
    OK(JetInit(&instance));
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetBeginSessionA(instance, &foreign, NULL, NULL));
    OK(JetAttachDatabaseA(session, "a.edb", 0));
    OK(JetOpenDatabaseA(session, "a.edb", NULL, &database, 0));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
    for (int n = 0; n < 2; n++)
        before[n] = in_use(names[n]);
    IS(before[0] > 80, 1);
    IS(JetDefragmentA(session, database, "thin", &passes, &seconds,
                      JET_bitDefragmentBTree | JET_bitDefragmentBatchStart), JET_errInvalidGrbit);
    IS(passes | seconds, 0);
    IS(JetDefragmentA(session, database, NULL, NULL, NULL, JET_bitDefragmentBTree), JET_errInvalidName);
    IS(JetDefragmentA(session, database, "none", NULL, NULL, JET_bitDefragmentBTree), JET_errObjectNotFound);
    IS(JetDefragmentA(session, database, NULL, &passes, NULL,
                      JET_bitDefragmentBTreeBatch | JET_bitDefragmentBatchStart), JET_errInvalidParameter);
    IS(JetDefragmentA(session, database, NULL, NULL, NULL,
                      JET_bitDefragmentBTreeBatch | JET_bitDefragmentBatchStop), JET_errInvalidGrbit);
    OK(JetDefragmentA(session, database, NULL, NULL, NULL,
                      JET_bitDefragmentBTreeBatch | JET_bitDefragmentBatchStart));
    /* One table in the call itself. */
    OK(JetDefragmentA(session, database, "thin", &passes, &seconds, JET_bitDefragmentBTree));
    IS(passes | seconds, 0);
    IS(in_use("thin") < before[0] - 50, 1);
    IS(in_use("other"), before[1]);
    /* The other by a batch for it. */
    passes = 1;
    OK(JetDefragmentA(session, database, "other", &passes, NULL, JET_bitDefragmentBatchStart));
    for (int n = 0; n < 2000; n++) {
        JET_ERR said = JetDefragmentA(session, database, "none", NULL, NULL, JET_bitDefragmentBatchStart);
        if (said != JET_wrnDefragAlreadyRunning)
            break;
        usleep(10000);
    }
    IS(in_use("other") < before[1] - 50, 1);
    OK(JetDefragmentA(session, database, NULL, &passes, &seconds, JET_bitDefragmentBatchStop));
    IS(seconds < 100, 1);
    IS(JetDefragmentA(session, database, NULL, &passes, &seconds, JET_bitDefragmentBatchStop),
       JET_wrnDefragNotRunning);
    IS(passes | seconds, 0);
}

static int told;

static JET_ERR JET_API status(JET_SESID sesid, JET_SNP snp, JET_SNT snt, void *more)
{
    (void)sesid;
    (void)more;
    IS(snp, JET_snpCompact);
    told |= 1 << snt;
    return JET_errSuccess;
}

/* Lines of DFRGINFO.TXT that begin with a name. */
static int lines_of(const char *name)
{
    static char line[4096];
    int found = 0;
    FILE *file = fopen("DFRGINFO.TXT", "r");
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file)) {
        int tabs = 0;
        for (const char *c = line; *c; c++)
            tabs += *c == '\t';
        if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == '\t') {
            IS(tabs, 14);
            found++;
        }
    }
    fclose(file);
    return found;
}

static void compacting(void)
{
    JET_TABLEID opened;
    uint32_t rows = 0, thin = 0;
    char leaf[4096];
    FILE *file;
    long at, end;
    OK(JetCloseTable(session, table));
    OK(JetCloseDatabase(session, database, 0));
    IS(JetCompactA(session, "a.edb", "small.edb", status, NULL, 0x1000), JET_errInvalidGrbit);
    /* Without a status function there are no statistics. */
    OK(JetCompactA(session, "a.edb", "c0.edb", NULL, NULL, JET_bitCompactStats));
    IS(lines_of("t"), -1);
    OK(JetCompactA(session, "a.edb", "c1.edb", status, NULL, JET_bitCompactStats));
    IS(told, 1 << JET_sntBegin | 1 << JET_sntProgress | 1 << JET_sntComplete);
    IS(lines_of("t"), 1);
    IS(lines_of("thin"), 1);
    /* Another one is added; one that fails has its part, too. */
    IS(JetCompactA(session, "a.edb", "c1.edb", status, NULL, JET_bitCompactStats), JET_errDatabaseDuplicate);
    OK(JetCompactA(session, "a.edb", "c2.edb", status, NULL, JET_bitCompactStats));
    IS(lines_of("t"), 2);
    /* A leaf of "thin" is damaged: its rows are lost. */
    OK(JetDetachDatabaseA(session, "a.edb"));
    OK(JetAttachDatabaseA(session, "c2.edb", 0));
    OK(JetOpenDatabaseA(session, "c2.edb", NULL, &database, 0));
    OK(JetOpenTableA(session, database, "thin", NULL, 0, 0, &opened));
    OK(JetGetTableInfoA(session, opened, &thin, sizeof thin, JET_TblInfoObjectId));
    OK(JetCloseTable(session, opened));
    OK(JetCloseDatabase(session, database, 0));
    OK(JetDetachDatabaseA(session, "c2.edb"));
    file = fopen("c2.edb", "r+b");
    fseek(file, 0, SEEK_END);
    end = ftell(file);
    for (at = 2 * 4096; at < end; at += 4096) {
        /* A leaf that is no root, by its object and its flags. */
        uint32_t flags, objid;
        fseek(file, at, SEEK_SET);
        IS(fread(leaf, 1, sizeof leaf, file), sizeof leaf);
        memcpy(&objid, leaf + 24, 4);
        memcpy(&flags, leaf + 36, 4);
        if ((flags & 0xf) == 2 && objid == thin)
            break;
    }
    IS(at < end, 1);
    for (int i = 0; i < 50; i++)
        leaf[1000 + i] = (char)(leaf[1000 + i] + i + 1);
    fseek(file, at, SEEK_SET);
    IS(fwrite(leaf, 1, sizeof leaf, file), sizeof leaf);
    fclose(file);
    OK(JetAttachDatabaseA(session, "c2.edb", 0));
    IS(JetCompactA(session, "c2.edb", "c3.edb", status, NULL, 0), JET_errReadVerifyFailure);
    OK(JetCompactA(session, "c2.edb", "c4.edb", status, NULL, JET_bitCompactRepair));
    OK(JetDetachDatabaseA(session, "c2.edb"));
    OK(JetAttachDatabaseA(session, "c4.edb", 0));
    OK(JetOpenDatabaseA(session, "c4.edb", NULL, &database, 0));
    for (int n = 0; n < 2; n++) {
        OK(JetOpenTableA(session, database, n ? "other" : "thin", NULL, 0, 0, &opened));
        for (JET_ERR e = JetMove(session, opened, JET_MoveFirst, 0); e == JET_errSuccess;
             e = JetMove(session, opened, JET_MoveNext, 0))
            rows++;
        OK(JetCloseTable(session, opened));
    }
    IS(rows > 300 && rows < 400, 1);
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
}

int main(void)
{
    conform_begin();
    unlogged();
    counters();
    extents();
    shrinking();
    defragmenting();
    compacting();
    return conform_end();
}
