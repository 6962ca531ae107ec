/* What the conformance programs share: checks, an instance with two sessions and a small table, and every
 * way to give a wrong handle.
 *
 * Each program asks its group of calls for what a witness program can't: null, misaligned, too small, too
 * large, stale and foreign arguments. Valid as C11 and as C++17; a program ends with 0 when everything is
 * as documented. */
#ifndef CONFORM_H
#define CONFORM_H
#include "check.h"
#include <stdlib.h>
#include <string.h>

static JET_INSTANCE instance;
/* The one that has the table open; another one; one that has ended. */
static JET_SESID session, foreign, ended;
static JET_DBID database;
/* Open; closed; of a temporary table that is closed. */
static JET_TABLEID table, closed;
static JET_COLUMNID id, word, large, tags;

/* An address that its type does not allow, inside of a room that is large enough. */
static uint64_t room[64];
static inline void *odd_place(void)
{
    return (char *)room + 1;
}
#define ODD(type) ((type *)odd_place())

/* A call, in terms of S and T, with every wrong session and cursor. */
#define CURSOR_HANDLES(call)                                                              \
    do {                                                                                  \
        JET_SESID S = JET_sesidNil;                                                       \
        JET_TABLEID T = table;                                                            \
        IS(call, JET_errInvalidSesid);                                                    \
        S = 0;                                                                            \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)0x7777777;                                                         \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)table;                                                             \
        IS(call, JET_errInvalidSesid);                                                    \
        S = ended;                                                                        \
        IS(call, JET_errInvalidSesid);                                                    \
        S = foreign;                                                                      \
        IS(call, JET_errSesidTableIdMismatch);                                            \
        S = session;                                                                      \
        T = JET_tableidNil;                                                               \
        IS(call, JET_errInvalidTableId);                                                  \
        T = 0;                                                                            \
        IS(call, JET_errInvalidTableId);                                                  \
        T = (JET_TABLEID)0x7777777;                                                       \
        IS(call, JET_errInvalidTableId);                                                  \
        T = (JET_TABLEID)session;                                                         \
        IS(call, JET_errInvalidTableId);                                                  \
        T = closed;                                                                       \
        IS(call, JET_errInvalidTableId);                                                  \
    } while (0)

/* A call, in terms of S and D, with every wrong session and database. */
#define DATABASE_HANDLES(call)                                                            \
    do {                                                                                  \
        JET_SESID S = JET_sesidNil;                                                       \
        JET_DBID D = database;                                                            \
        IS(call, JET_errInvalidSesid);                                                    \
        S = ended;                                                                        \
        IS(call, JET_errInvalidSesid);                                                    \
        S = (JET_SESID)0x7777777;                                                         \
        IS(call, JET_errInvalidSesid);                                                    \
        S = foreign;                                                                      \
        IS(call, JET_errInvalidDatabaseId);                                               \
        S = session;                                                                      \
        D = JET_dbidNil;                                                                  \
        IS(call, JET_errInvalidDatabaseId);                                               \
        D = 200;                                                                          \
        IS(call, JET_errInvalidDatabaseId);                                               \
    } while (0)

static JET_COLUMNID add(const char *name, JET_COLTYP type, JET_GRBIT grbit)
{
    JET_COLUMNDEF column;
    JET_COLUMNID made = 0;
    memset(&column, 0, sizeof column);
    column.cbStruct = sizeof column;
    column.coltyp = type;
    column.cp = 1252;
    column.grbit = grbit;
    OK(JetAddColumnA(session, table, name, &column, NULL, 0, &made));
    return made;
}

static void put(int32_t n)
{
    OK(JetPrepareUpdate(session, table, JET_prepInsert));
    OK(JetSetColumn(session, table, id, &n, sizeof n, 0, NULL));
    OK(JetSetColumn(session, table, word, "word", 4, 0, NULL));
    OK(JetUpdate(session, table, NULL, 0, NULL));
}

/* Records 1 to 5. */
static inline void conform_begin(void)
{
    static const char by_id[] = "+id\0", by_word[] = "+word\0";
    setvbuf(stdout, NULL, _IONBF, 0);
    OK(JetCreateInstanceA(&instance, "conform"));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 128, NULL));
    OK(JetSetSystemParameterA(&instance, 0, JET_paramMaxTemporaryTables, 4, NULL));
    OK(JetInit(&instance));
    OK(JetBeginSessionA(instance, &session, NULL, NULL));
    OK(JetBeginSessionA(instance, &foreign, NULL, NULL));
    OK(JetBeginSessionA(instance, &ended, NULL, NULL));
    OK(JetEndSession(ended, 0));
    OK(JetCreateDatabaseA(session, "a.edb", NULL, &database, 0));
    OK(JetBeginTransaction(session));
    OK(JetCreateTableA(session, database, "t", 1, 80, &table));
    id = add("id", JET_coltypLong, 0);
    word = add("word", JET_coltypText, 0);
    large = add("large", JET_coltypLongBinary, 0);
    tags = add("tags", JET_coltypLong, JET_bitColumnMultiValued | JET_bitColumnTagged);
    OK(JetCreateIndexA(session, table, "by_id", JET_bitIndexPrimary, by_id, sizeof by_id, 80));
    OK(JetCreateIndexA(session, table, "by_word", 0, by_word, sizeof by_word, 80));
    for (int32_t n = 1; n <= 5; n++)
        put(n);
    OK(JetCommitTransaction(session, 0));
    OK(JetCloseTable(session, table));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &closed));
    OK(JetCloseTable(session, closed));
}

static inline int conform_end(void)
{
    OK(JetCloseTable(session, table));
    OK(JetEndSession(foreign, 0));
    OK(JetEndSession(session, 0));
    OK(JetTerm2(instance, JET_bitTermComplete));
    return wrong;
}
#endif
