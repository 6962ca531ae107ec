//! Goal: a running program is backed up and stopped from outside, and no client, whatever it does, keeps
//! the engine waiting or leaves anything behind.
#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]

use ese_backup::set::SetKind;
use ese_backup::socket::{Answer, ControlClient, ControlSocket, Done, Request, Status};
use ese_backup::{Set, SetError, StopFlag};
use ese_core::JetErr;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

struct Program {
    folder: tempfile::TempDir,
    instance: Instance,
    socket: ControlSocket,
}

impl Program {
    /// With a database of 16 MiB.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = InstanceParams::new(folder.path());
        params.log_file_kib = Some(256);
        let instance = Instance::start(Env::real(), params).unwrap();
        let options = CreateOptions {
            pages: Some(4096),
            ..CreateOptions::default()
        };
        drop(
            instance
                .create(folder.path().join("a.edb"), &options)
                .unwrap(),
        );
        let socket = ControlSocket::open(&instance, &folder.path().join("s"), Vec::new()).unwrap();
        Self {
            folder,
            instance,
            socket,
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, request: &Request) -> Answer {
        let mut client = ControlClient::ask(self.socket.path(), request).unwrap();
        client.last_answer(|_| {}).unwrap()
    }

    fn backup(&self, to: &str, throttle: Option<u64>) -> Request {
        Request::Backup {
            to: self.at(to),
            kind: SetKind::Full,
            throttle,
        }
    }

    fn status(&self) -> Status {
        match self.ask(&Request::Status {}) {
            Answer::Ok(Done::Status(status)) => status,
            other => panic!("{other:?}"),
        }
    }

    fn until(&self, what: &str, is: impl Fn(&Status) -> bool) {
        let start = Instant::now();
        while !is(&self.status()) {
            assert!(start.elapsed() < Duration::from_secs(60), "never {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn end(self) {
        drop(self.socket);
        self.instance.term(TermKind::Clean).unwrap();
    }
}

fn is_complete(dir: &Path) -> bool {
    let set = Set::open(&RealFileSystem, dir).unwrap();
    match set.check_complete(&RealFileSystem) {
        Ok(()) => true,
        Err(SetError::Incomplete(_)) => false,
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn a_backup_from_outside() {
    let program = Program::new();
    let mode = std::fs::metadata(program.socket.path())
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert_eq!(program.status(), Status::default());
    match program.ask(&program.backup("set", None)) {
        Answer::Ok(Done::Backup { files, bytes, .. }) => assert!(files >= 2 && bytes > 16 << 20),
        other => panic!("{other:?}"),
    }
    assert!(is_complete(&program.at("set")));
    // The same folder again, and one that is named from nowhere.
    let failed = |answer| match answer {
        Answer::Error(failed) => JetErr(failed.jet_error),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        failed(program.ask(&program.backup("set", None))),
        JetErr::FILE_ALREADY_EXISTS
    );
    let relative = Request::Backup {
        to: "set".into(),
        kind: SetKind::Full,
        throttle: None,
    };
    assert_eq!(failed(program.ask(&relative)), JetErr::INVALID_PATH);
    let path = program.socket.path().to_path_buf();
    program.end();
    assert!(!path.exists(), "the socket is left behind");
}

#[test]
fn a_stop_from_outside_and_a_second_backup_meanwhile() {
    let program = Program::new();
    let mut first =
        ControlClient::ask(program.socket.path(), &program.backup("one", Some(1 << 20))).unwrap();
    program.until("running", |s| s.running && s.done > 0);
    match program.ask(&program.backup("two", None)) {
        Answer::Error(e) => assert_eq!(JetErr(e.jet_error), JetErr::BACKUP_IN_PROGRESS),
        other => panic!("{other:?}"),
    }
    assert!(!program.at("two").exists());
    let asked = Instant::now();
    match program.ask(&Request::Stop {}) {
        Answer::Ok(Done::Status(s)) => assert!(s.running && s.stopped),
        other => panic!("{other:?}"),
    }
    match first.last_answer(|_| {}).unwrap() {
        Answer::Error(e) => assert_eq!(JetErr(e.jet_error), JetErr::BACKUP_ABORT_BY_SERVER),
        other => panic!("{other:?}"),
    }
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "it waited for the throttle"
    );
    assert!(!is_complete(&program.at("one")));
    assert_eq!(program.status(), Status::default());
    program.end();
}

#[test]
fn a_stop_reaches_backups_of_the_programs_own() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance::start(Env::real(), InstanceParams::new(folder.path())).unwrap();
    let flag = StopFlag::new();
    let path = folder.path().join("s");
    let socket = ControlSocket::open(&instance, &path, vec![flag.handle()]).unwrap();
    let mut client = ControlClient::ask(&path, &Request::Stop {}).unwrap();
    client.last_answer(|_| {}).unwrap();
    assert!(flag.is_stopped());
    drop(socket);
    instance.term(TermKind::Clean).unwrap();
}

#[test]
fn a_client_that_vanishes_stops_its_backup() {
    let program = Program::new();
    let client =
        ControlClient::ask(program.socket.path(), &program.backup("set", Some(1 << 20))).unwrap();
    program.until("running", |s| s.running && s.done > 0);
    drop(client);
    program.until("over", |s| !s.running);
    assert!(!is_complete(&program.at("set")));
    program.end();
}

/// Sends bytes and reads what comes, up to the end.
fn say(socket: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // Who is refused early does not read the rest.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8(said).unwrap()
}

#[test]
fn what_is_no_request_is_refused() {
    let program = Program::new();
    let socket = program.socket.path();
    for garbled in [
        &b"\n"[..],
        b"{}\n",
        b"{\"op\":\"rm\"}\n",
        b"{\"op\":\"stop\",\"x\":1}\n",
        b"\xff\xfe\x00\n",
        b"[[[[[[[[[[[[[[[[[[[[[\n",
    ] {
        let said = say(socket, garbled);
        assert!(said.contains("error"), "{garbled:?}: {said}");
    }
    // Longer than a request may be: nobody reads on.
    let long = vec![b' '; 4 << 20];
    let start = Instant::now();
    say(socket, &long);
    assert!(start.elapsed() < Duration::from_secs(9));
    assert_eq!(program.status(), Status::default());
    program.end();
}

#[test]
fn a_hundred_clients_at_once_and_slow_ones_among_them() {
    let program = Program::new();
    let socket = program.socket.path();
    // Twenty that say nothing.
    let silent: Vec<UnixStream> = (0..20)
        .map(|_| UnixStream::connect(socket).unwrap())
        .collect();
    std::thread::scope(|scope| {
        for n in 0..100 {
            let program = &program;
            scope.spawn(move || match n % 3 {
                0 => drop(program.ask(&Request::Progress {})),
                1 => drop(program.ask(&Request::Stop {})),
                _ => assert!(say(socket, b"what?\n").contains("error")),
            });
        }
    });
    // The engine was not kept waiting, and a backup goes as ever.
    match program.ask(&program.backup("set", None)) {
        Answer::Ok(Done::Backup { .. }) => {}
        other => panic!("{other:?}"),
    }
    drop(silent);
    let start = Instant::now();
    program.end();
    assert!(start.elapsed() < Duration::from_secs(15));
}

/// Not a test of its own: what `another_user_is_refused` runs as that user.
const ASKS_AS_ANOTHER: &str = "ESE_TEST_ASKS_AS_ANOTHER";

#[test]
fn another_user_is_refused() {
    if let Some(socket) = std::env::var_os(ASKS_AS_ANOTHER) {
        println!("told: {}", say(Path::new(&socket), b"{\"op\":\"stop\"}\n"));
        return;
    }
    if !rustix::process::geteuid().is_root() {
        return testkit::skip("a client of another user: only root can start one");
    }
    let program = Program::new();
    let open = |path: &Path, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).unwrap();
    };
    // Where the folder and the socket would let it: who asks is looked at all the same.
    open(program.folder.path(), 0o755);
    open(program.socket.path(), 0o666);
    let client = program.at("client");
    std::fs::copy(std::env::current_exe().unwrap(), &client).unwrap();
    open(&client, 0o755);
    let ask = |uid: u32| {
        let done = Command::new(&client)
            .args(["--exact", "another_user_is_refused", "--nocapture"])
            .env(ASKS_AS_ANOTHER, program.socket.path())
            .current_dir("/")
            .uid(uid)
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    let (theirs, ours) = (ask(65_534), ask(0));
    assert!(
        theirs.contains("told: ") && theirs.contains("may ask"),
        "{theirs}"
    );
    assert!(
        ours.contains("told: ") && !ours.contains("may ask"),
        "{ours}"
    );
    program.end();
}

#[test]
fn names_that_are_taken() {
    let program = Program::new();
    let again = ControlSocket::open(&program.instance, program.socket.path(), Vec::new());
    assert!(again.is_err(), "somebody listens there");
    let file = program.at("file");
    std::fs::write(&file, b"mine").unwrap();
    assert!(ControlSocket::open(&program.instance, &file, Vec::new()).is_err());
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    // What a killed program left is replaced.
    let stale = program.at("stale");
    drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
    let socket = ControlSocket::open(&program.instance, &stale, Vec::new()).unwrap();
    drop(socket);
    program.end();
}

#[test]
fn a_path_that_was_lost_hinders_no_end_and_what_lies_there_now_stays() {
    let program = Program::new();
    let path = program.socket.path().to_path_buf();
    std::fs::remove_file(&path).unwrap();
    let other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let Program {
            folder,
            instance,
            socket,
        } = program;
        drop(socket);
        instance.term(TermKind::Clean).unwrap();
        let _ = done.send(folder);
    });
    let folder = ended.recv_timeout(Duration::from_secs(60));
    let folder = folder.expect("the end waits for a client");
    assert!(path.exists(), "the other's socket is gone");
    drop((other, folder));
}

#[test]
fn the_end_of_the_socket_stops_its_backup() {
    let program = Program::new();
    let request = program.backup("set", Some(1 << 20));
    let client = ControlClient::ask(program.socket.path(), &request).unwrap();
    program.until("running", |s| s.running && s.done > 0);
    let set = program.at("set");
    let Program {
        folder,
        instance,
        socket,
    } = program;
    drop(socket);
    instance.term(TermKind::Clean).unwrap();
    assert!(!is_complete(&set));
    drop((client, folder));
}
