//! Goal: clients of the control socket leave nothing behind: no thread, no open file, however they end.
//!
//! Method: a test binary with one test, so that all threads and files of the process are its own.
#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]

use ese_backup::set::SetKind;
use ese_backup::socket::{ControlClient, ControlSocket, Request};
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use std::io::Write as _;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// Clients of a round; there may be fewer at a time.
const CLIENTS: usize = 40;
/// Longest time that the last of them may take to be forgotten.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// Threads and open files of this process.
fn held() -> (usize, usize) {
    let count = |dir| std::fs::read_dir(dir).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

fn client(socket: &Path, set: &Path, n: usize) {
    let Ok(mut stream) = UnixStream::connect(socket) else {
        return;
    };
    match n % 5 {
        // Vanishes at once, within its request, before its answer.
        0 => {}
        1 => drop(stream.write_all(b"{\"op\":\"sta")),
        2 => drop(stream.write_all(b"{\"op\":\"status\"}\n")),
        // Hears, but does not let go.
        3 => {
            let _ = stream.write_all(b"{\"op\":\"progress\"}\n");
            let _ = stream.shutdown(Shutdown::Write);
            std::thread::sleep(Duration::from_millis(20));
        }
        // Asks for a backup and vanishes.
        _ => {
            let request = Request::Backup {
                to: set.join(n.to_string()),
                kind: SetKind::Copy,
                throttle: Some(1 << 20),
            };
            drop(ControlClient::ask(socket, &request));
        }
    }
}

#[test]
fn nothing_of_a_client_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut params = InstanceParams::new(folder.path());
    params.log_file_kib = Some(256);
    params.background = false;
    let instance = Instance::start(Env::real(), params).unwrap();
    let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default());
    drop(db.unwrap());
    let path = folder.path().join("s");
    let socket = ControlSocket::open(&instance, &path, Vec::new()).unwrap();
    let round = || {
        std::thread::scope(|scope| {
            for n in 0..CLIENTS {
                let (path, set) = (&path, folder.path());
                scope.spawn(move || client(path, set, n));
            }
        });
    };
    let before = held();
    for _ in 0..5 {
        round();
    }
    let start = Instant::now();
    let more = |now: (usize, usize)| now.0 > before.0 || now.1 > before.1;
    while more(held()) {
        assert!(
            start.elapsed() < FORGOTTEN,
            "{before:?} became {:?}",
            held()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(socket);
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    assert!(
        held().1 < before.1,
        "the socket and the database are still open"
    );
}
