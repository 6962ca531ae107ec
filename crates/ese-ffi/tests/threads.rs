//! Goal: 64 threads that open, use and close instances, sessions and cursors at random, some with wrong
//! handles, never crash, hang or leak; and what they leave is sound.
//!
//! Method: all threads share the handles that any of them got, living and dead, and call whatever their
//! numbers say: a session is used while another thread ends it, an instance ends while cursors move. Five
//! seconds; a minute where `ESE_FULL` is set, and under AddressSanitizer, which knows leaks too, as a step
//! of `cargo xtask test --full`. `ESE_SEED` starts elsewhere.
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "pointers are null or to locals, texts end with a zero"
)]

use ese_core::JetErr;
use ese_core::format::db_header::DbState;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{Options, check_path};
use ese_core::reader::OpenOptions;
use esent::constants as jet;
use esent::exports::*;
use esent::parameter_ids as param;
use esent::structs::JET_COLUMNDEF;
use std::ffi::CString;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const THREADS: u64 = 64;
/// Folders, each of one instance at a time.
const PLACES: usize = 6;
/// Handles that are remembered.
const HANDLES_MAX: usize = 96;
/// A thread that is not back so long after the end hangs.
const LATE: Duration = Duration::from_secs(120);

/// Handles that anybody got, the newest last.
#[derive(Default)]
struct Pool<T>(Mutex<Vec<T>>);

impl<T: Copy> Pool<T> {
    fn add(&self, value: T) {
        let mut all = self.0.lock().unwrap();
        if all.len() >= HANDLES_MAX {
            all.remove(0);
        }
        all.push(value);
    }

    /// One of the newer ones mostly.
    fn any(&self, rng: &mut SeededRng) -> Option<T> {
        let all = self.0.lock().unwrap();
        let among = if rng.below(4) == 0 {
            all.len()
        } else {
            all.len().min(12)
        };
        (among > 0).then(|| all[all.len() - 1 - rng.below(among as u64) as usize])
    }
}

/// What all threads share.
struct Shared {
    folder: String,
    instances: Pool<usize>,
    /// Session and database, session and cursor.
    sessions: Pool<usize>,
    databases: Pool<(usize, u32, u64)>,
    cursors: Pool<(usize, usize)>,
    calls: AtomicU64,
    rows: AtomicU64,
    read: AtomicU64,
}

fn text(s: &str) -> CString {
    CString::new(s).unwrap()
}

/// One thread.
struct Worker<'s> {
    shared: &'s Shared,
    rng: SeededRng,
}

impl Worker<'_> {
    fn check(&self, err: i32) -> i32 {
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        assert_ne!(err, JetErr::INTERNAL_ERROR.0, "an internal error");
        err
    }

    /// Now and then a handle that is none, or another one.
    fn handle(&mut self, right: Option<usize>) -> usize {
        match self.rng.below(40) {
            0 => 0,
            1 => usize::MAX,
            2 => self.rng.below(u64::MAX) as usize,
            3 => self.shared.instances.any(&mut self.rng).unwrap_or(1),
            4 => self.shared.sessions.any(&mut self.rng).unwrap_or(2),
            5 => self.shared.cursors.any(&mut self.rng).map_or(3, |c| c.1),
            _ => right.unwrap_or(7),
        }
    }

    fn instance(&mut self) -> usize {
        let right = self.shared.instances.any(&mut self.rng);
        self.handle(right)
    }

    fn session(&mut self) -> usize {
        let right = self.shared.sessions.any(&mut self.rng);
        self.handle(right)
    }

    fn open_instance(&mut self) {
        let place = self.rng.below(PLACES as u64);
        // Another name than the place's: two may try for one folder, and one is refused.
        let name = text(&format!("{place}-{}", self.rng.below(3)));
        let folder = text(&format!("{}/{place}/", self.shared.folder));
        let mut instance = 0;
        unsafe {
            if self.check(JetCreateInstanceA(&raw mut instance, name.as_ptr())) < 0 {
                return;
            }
            self.shared.instances.add(instance);
            for id in [
                param::JET_paramSystemPath,
                param::JET_paramLogFilePath,
                param::JET_paramTempPath,
            ] {
                self.check(JetSetSystemParameterA(
                    &raw mut instance,
                    0,
                    id,
                    0,
                    folder.as_ptr(),
                ));
            }
            for (id, number) in [
                (param::JET_paramCreatePathIfNotExist, 1),
                (param::JET_paramLogFileSize, 128),
                (param::JET_paramCircularLog, 1),
                (param::JET_paramDbExtensionSize, 16),
            ] {
                self.check(JetSetSystemParameterA(
                    &raw mut instance,
                    0,
                    id,
                    number,
                    null(),
                ));
            }
            self.check(JetInit(&raw mut instance));
        }
    }

    fn close_instance(&mut self) {
        let instance = self.instance();
        let bits =
            [0, jet::JET_bitTermComplete, jet::JET_bitTermAbrupt][self.rng.below(3) as usize];
        unsafe { self.check(JetTerm2(instance, bits)) };
    }

    fn open_session(&mut self) {
        let (instance, mut session) = (self.instance(), 0);
        if unsafe { self.check(JetBeginSessionA(instance, &raw mut session, null(), null())) } >= 0
        {
            self.shared.sessions.add(session);
        }
    }

    fn close_session(&mut self) {
        let session = self.session();
        unsafe { self.check(JetEndSession(session, 0)) };
    }

    /// The database of the instance, made by whoever comes first; its number in the process tells the
    /// place, so that attaching finds it.
    fn open_database(&mut self) {
        let (session, place, mut dbid) = (self.session(), self.rng.below(PLACES as u64), 0);
        let path = text(&format!("{}/{place}/a.edb", self.shared.folder));
        unsafe {
            let mut err = self.check(JetAttachDatabaseA(session, path.as_ptr(), 0));
            if err == JetErr::FILE_NOT_FOUND.0 {
                err = self.check(JetCreateDatabaseA(
                    session,
                    path.as_ptr(),
                    null(),
                    &raw mut dbid,
                    0,
                ));
                if err >= 0 {
                    self.table(session, dbid);
                }
            } else {
                err = self.check(JetOpenDatabaseA(
                    session,
                    path.as_ptr(),
                    null(),
                    &raw mut dbid,
                    0,
                ));
            }
            if err >= 0 {
                self.shared.databases.add((session, dbid, place));
            }
        }
    }

    fn table(&mut self, session: usize, dbid: u32) {
        let (name, index, key) = (text("t"), text("by_id"), b"+id\0\0");
        let (mut table, mut id) = (0, 0);
        let def = JET_COLUMNDEF {
            cbStruct: size_of::<JET_COLUMNDEF>() as u32,
            columnid: 0,
            coltyp: jet::JET_coltypLong,
            wCountry: 0,
            langid: 0,
            cp: 1252,
            wCollate: 0,
            cbMax: 0,
            grbit: 0,
        };
        unsafe {
            self.check(JetCreateTableA(
                session,
                dbid,
                name.as_ptr(),
                1,
                80,
                &raw mut table,
            ));
            self.check(JetAddColumnA(
                session,
                table,
                text("id").as_ptr(),
                &raw const def,
                null(),
                0,
                &raw mut id,
            ));
            self.check(JetCreateIndexA(
                session,
                table,
                index.as_ptr(),
                jet::JET_bitIndexPrimary,
                key.as_ptr().cast(),
                5,
                80,
            ));
            self.check(JetCloseTable(session, table));
        }
    }

    fn open_cursor(&mut self) {
        let Some((session, dbid, _)) = self.shared.databases.any(&mut self.rng) else {
            return self.open_database();
        };
        let mut cursor = 0;
        let err = unsafe {
            self.check(JetOpenTableA(
                session,
                dbid,
                text("t").as_ptr(),
                null(),
                0,
                0,
                &raw mut cursor,
            ))
        };
        if err >= 0 {
            self.shared.cursors.add((session, cursor));
        }
    }

    fn cursor(&mut self) -> (usize, usize) {
        let (session, cursor) = self.shared.cursors.any(&mut self.rng).unwrap_or((1, 2));
        (self.handle(Some(session)), self.handle(Some(cursor)))
    }

    fn close_cursor(&mut self) {
        let (session, cursor) = self.cursor();
        unsafe { self.check(JetCloseTable(session, cursor)) };
    }

    fn write(&mut self) {
        let (session, cursor) = self.cursor();
        let id = self.rng.below(5000) as u32;
        unsafe {
            let began = self.check(JetBeginTransaction(session)) >= 0;
            self.check(JetPrepareUpdate(session, cursor, jet::JET_prepInsert));
            self.check(JetSetColumn(
                session,
                cursor,
                1,
                (&raw const id).cast(),
                4,
                0,
                null_mut(),
            ));
            if self.check(JetUpdate(session, cursor, null_mut(), 0, null_mut())) >= 0 {
                self.shared.rows.fetch_add(1, Ordering::Relaxed);
            }
            if self.rng.below(8) == 0 {
                self.check(JetDelete(session, cursor));
            }
            if began && self.rng.below(4) == 0 {
                self.check(JetRollback(session, 0));
            } else {
                self.check(JetCommitTransaction(session, jet::JET_bitCommitLazyFlush));
            }
        }
    }

    fn read(&mut self) {
        let (session, cursor) = self.cursor();
        let (mut id, mut got) = (0_u32, 0);
        unsafe {
            self.check(JetMove(session, cursor, jet::JET_MoveFirst, 0));
            for _ in 0..self.rng.below(20) {
                self.check(JetRetrieveColumn(
                    session,
                    cursor,
                    1,
                    (&raw mut id).cast(),
                    4,
                    &raw mut got,
                    0,
                    null_mut(),
                ));
                if self.check(JetMove(session, cursor, 1, 0)) < 0 {
                    break;
                }
                self.shared.read.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn other(&mut self) {
        let session = self.session();
        let (mut new, mut word) = (0, 0);
        unsafe {
            match self.rng.below(5) {
                0 => {
                    self.check(JetRollback(session, jet::JET_bitRollbackAll));
                }
                1 => {
                    self.check(JetGetVersion(session, &raw mut word));
                }
                2 => {
                    let (mut count, mut list) = (0, null_mut());
                    self.check(JetGetInstanceInfoA(&raw mut count, &raw mut list));
                    self.check(JetFreeBuffer(list.cast()));
                }
                3 => {
                    let (session, cursor) = self.cursor();
                    if self.check(JetDupCursor(session, cursor, &raw mut new, 0)) >= 0 {
                        self.shared.cursors.add((session, new));
                    }
                }
                _ => {
                    let instance = self.instance();
                    if self.rng.below(20) == 0 {
                        self.check(JetStopServiceInstance(instance));
                    }
                }
            }
        }
    }

    fn run(&mut self, until: Instant) {
        while Instant::now() < until {
            match self.rng.below(100) {
                0..=2 => self.open_instance(),
                // Seldom: what lives long is used.
                3 if self.rng.below(40) == 0 => self.close_instance(),
                4..=9 => self.open_session(),
                10 => self.close_session(),
                13..=18 => self.open_database(),
                19..=29 => self.open_cursor(),
                30..=31 => self.close_cursor(),
                35..=59 => self.write(),
                60..=89 => self.read(),
                _ => self.other(),
            }
        }
    }
}

/// Ends everything; nothing may be left.
fn end() {
    unsafe {
        let (mut count, mut list) = (0, null_mut());
        assert_eq!(JetGetInstanceInfoW(&raw mut count, &raw mut list), 0);
        let handles: Vec<usize> = (0..count as usize)
            .map(|i| (*list.add(i)).hInstanceId)
            .collect();
        JetFreeBuffer(list.cast());
        for instance in handles {
            // A transaction that is still open is no reason to stay.
            let err = JetTerm2(instance, jet::JET_bitTermDirty);
            assert!(
                [0, JetErr::DIRTY_SHUTDOWN.0].contains(&err),
                "JetTerm2 says {err}"
            );
        }
        assert_eq!(JetGetInstanceInfoW(&raw mut count, &raw mut list), 0);
        JetFreeBuffer(list.cast());
        assert_eq!(count, 0, "instances are left");
    }
}

/// Recovers what the instance of a place left behind.
fn recover(folder: &str) {
    let folder = text(folder);
    let mut instance = 0;
    unsafe {
        assert_eq!(
            JetCreateInstanceA(&raw mut instance, text("judge").as_ptr()),
            0
        );
        for id in [
            param::JET_paramSystemPath,
            param::JET_paramLogFilePath,
            param::JET_paramTempPath,
        ] {
            JetSetSystemParameterA(&raw mut instance, 0, id, 0, folder.as_ptr());
        }
        for (id, number) in [
            (param::JET_paramLogFileSize, 128),
            (param::JET_paramCircularLog, 1),
        ] {
            JetSetSystemParameterA(&raw mut instance, 0, id, number, null());
        }
        assert_eq!(JetInit(&raw mut instance), 0, "{folder:?} is not recovered");
        assert_eq!(JetTerm2(instance, jet::JET_bitTermComplete), 0);
    }
}

/// What lies in the places is recovered and sound. A database may have been used by the instance of
/// another place: first all logs, then all databases.
fn judge(folder: &str) -> usize {
    let places = (0..PLACES).map(|place| format!("{folder}/{place}/"));
    let places: Vec<String> = places.filter(|p| Path::new(p).exists()).collect();
    for place in &places {
        recover(place);
    }
    let mut sound = 0;
    for place in &places {
        let path = format!("{place}a.edb");
        if !Path::new(&path).exists() {
            continue;
        }
        let state = OpenOptions::new()
            .open(Path::new(&path))
            .unwrap()
            .header()
            .state();
        assert_eq!(state, DbState::CleanShutdown, "{path}");
        let files = RealFileSystem::shared();
        let report = check_path(
            files.as_ref(),
            Path::new(&path),
            &Options::default(),
            &|_| {},
        );
        let report = report.unwrap();
        assert!(report.is_sound(), "{path}: {:?}", report.damage().next());
        sound += 1;
    }
    sound
}

#[test]
fn threads_with_wrong_handles_do_no_harm() {
    let shm = Path::new("/dev/shm");
    let folder = if shm.is_dir() {
        tempfile::tempdir_in(shm)
    } else {
        tempfile::tempdir()
    }
    .unwrap();
    let shared = Arc::new(Shared {
        folder: folder.path().to_str().unwrap().to_owned(),
        instances: Pool::default(),
        sessions: Pool::default(),
        databases: Pool::default(),
        cursors: Pool::default(),
        calls: AtomicU64::new(0),
        rows: AtomicU64::new(0),
        read: AtomicU64::new(0),
    });
    let seed = testkit::first_seed();
    let until = Instant::now() + Duration::from_secs(testkit::rounds(5, 60));
    let (done, ends) = channel();
    let threads: Vec<_> = (0..THREADS)
        .map(|n| {
            let (shared, done) = (Arc::clone(&shared), done.clone());
            std::thread::spawn(move || {
                let rng = SeededRng::new(seed.wrapping_mul(1000).wrapping_add(n));
                Worker {
                    shared: &shared,
                    rng,
                }
                .run(until);
                let _ = done.send(n);
            })
        })
        .collect();
    drop(done);
    let mut left: Vec<u64> = (0..THREADS).collect();
    while !left.is_empty() {
        let wait = (until + LATE).saturating_duration_since(Instant::now());
        match ends.recv_timeout(wait) {
            Ok(n) => left.retain(|l| *l != n),
            // A thread that panicked has nothing to send: its words come below.
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            Err(_) => panic!("threads {left:?} hang"),
        }
    }
    for thread in threads {
        thread.join().unwrap();
    }
    end();
    let sound = judge(&shared.folder);
    let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
    let (calls, rows, read) = (
        count(&shared.calls),
        count(&shared.rows),
        count(&shared.read),
    );
    println!("{calls} calls, {rows} rows written, {read} read, {sound} databases");
    // Otherwise nothing was tried.
    assert!(sound > 0 && rows > 20 && read > 100 && calls > 10_000);
}
