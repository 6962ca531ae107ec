/* What a program may do from inside of a callback of its own: calls on the same session work, what it closes
 * there is closed at once, and the end of the instance is refused. Another thread is refused meanwhile. */
#include "conform.h"
#include <pthread.h>

static JET_HANDLE registered;
static int told;
static JET_TABLEID second;

static void *elsewhere(void *unused)
{
    JET_SESID mine = session;
    (void)unused;
    IS(JetBeginTransaction(mine), JET_errSessionSharingViolation);
    IS(JetMove(mine, table, JET_MoveFirst, 0), JET_errSessionSharingViolation);
    IS(JetMove(mine, closed, JET_MoveFirst, 0), JET_errInvalidTableId);
    IS(JetMove(foreign, table, JET_MoveFirst, 0), JET_errSesidTableIdMismatch);
    IS(JetMove(foreign, closed, JET_MoveFirst, 0), JET_errInvalidTableId);
    OK(JetBeginTransaction(foreign));
    OK(JetRollback(foreign, 0));
    return NULL;
}

/* Calls on; the end of the instance is refused, and harms nothing. */
static JET_ERR JET_API calls(JET_SESID s, JET_DBID d, JET_TABLEID t, JET_CBTYP kind, void *a, void *b, void *context, JET_API_PTR unused)
{
    pthread_t other;
    JET_TABLEID more = JET_tableidNil;
    (void)d, (void)kind, (void)a, (void)b, (void)context, (void)unused;
    told++;
    IS(s, session);
    IS(t, table);
    IS(JetTerm(instance), JET_errTooManyActiveUsers);
    IS(JetTerm2(instance, JET_bitTermAbrupt), JET_errTooManyActiveUsers);
    IS(pthread_create(&other, NULL, elsewhere, NULL), 0);
    IS(pthread_join(other, NULL), 0);
    OK(JetDupCursor(s, t, &more, 0));
    OK(JetMove(s, more, JET_MoveFirst, 0));
    OK(JetCloseTable(s, more));
    IS(JetMove(s, more, JET_MoveFirst, 0), JET_errInvalidTableId);
    return JET_errSuccess;
}

/* Closes the very cursor that is being used. */
static JET_ERR JET_API closes(JET_SESID s, JET_DBID d, JET_TABLEID t, JET_CBTYP kind, void *a, void *b, void *context, JET_API_PTR unused)
{
    (void)d, (void)kind, (void)a, (void)b, (void)context, (void)unused;
    told++;
    OK(JetCloseTable(s, t));
    IS(JetMove(s, t, JET_MoveFirst, 0), JET_errInvalidTableId);
    /* Its place is free for another one, which the call under way does not meet. */
    OK(JetOpenTableA(s, database, "t", NULL, 0, 0, &second));
    OK(JetMove(s, second, JET_MoveFirst, 0));
    return JET_errSuccess;
}

/* Ends the session that is being used. */
static JET_ERR JET_API ends(JET_SESID s, JET_DBID d, JET_TABLEID t, JET_CBTYP kind, void *a, void *b, void *context, JET_API_PTR unused)
{
    (void)d, (void)kind, (void)a, (void)b, (void)context, (void)unused;
    told++;
    OK(JetEndSession(s, 0));
    IS(JetEndSession(s, 0), JET_errInvalidSesid);
    IS(JetMove(s, t, JET_MoveFirst, 0), JET_errInvalidSesid);
    IS(JetBeginTransaction(s), JET_errInvalidSesid);
    return JET_errSuccess;
}

static void listen(JET_CALLBACK function)
{
    told = 0;
    OK(JetRegisterCallback(session, table, JET_cbtypBeforeInsert, function, NULL, &registered));
    OK(JetPrepareUpdate(session, table, JET_prepInsert));
}

static void set(int32_t n)
{
    OK(JetSetColumn(session, table, id, &n, sizeof n, 0, NULL));
    OK(JetSetColumn(session, table, word, "word", 4, 0, NULL));
}

int main(void)
{
    JET_SESID third = JET_sesidNil;
    uint32_t count = 0;
    conform_begin();
    listen(calls);
    set(6);
    OK(JetUpdate(session, table, NULL, 0, NULL));
    IS(told, 1);
    OK(JetUnregisterCallback(session, table, JET_cbtypBeforeInsert, registered));
    OK(JetMove(session, table, JET_MoveFirst, 0));
    OK(JetIndexRecordCount(session, table, &count, 0));
    IS(count, 6);

    listen(closes);
    set(7);
    IS(JetUpdate(session, table, NULL, 0, NULL), JET_errInvalidTableId);
    IS(told, 1);
    IS(JetMove(session, table, JET_MoveFirst, 0), JET_errInvalidTableId);
    table = second;
    OK(JetMove(session, table, JET_MoveFirst, 0));
    OK(JetIndexRecordCount(session, table, &count, 0));
    IS(count, 6);

    listen(ends);
    set(8);
    IS(JetUpdate(session, table, NULL, 0, NULL) < 0, 1);
    IS(told, 1);
    IS(JetMove(session, table, JET_MoveFirst, 0), JET_errInvalidSesid);
    IS(JetEndSession(session, 0), JET_errInvalidSesid);
    /* The session counts no longer. */
    OK(JetBeginSessionA(instance, &third, NULL, NULL));
    IS(JetEndSession(session, 0), JET_errInvalidSesid);
    session = third;
    OK(JetOpenDatabaseA(session, "a.edb", NULL, &database, 0));
    OK(JetOpenTableA(session, database, "t", NULL, 0, 0, &table));
    OK(JetMove(session, table, JET_MoveFirst, 0));
    OK(JetIndexRecordCount(session, table, &count, 0));
    IS(count, 6);
    return conform_end();
}
