//! The control socket: a running program is backed up, and its backup stopped, from outside.
//!
//! A program opts in with [`ControlSocket::open`]; `eseutil backup --live SOCKET` and
//! `eseutil stop-backup --live SOCKET` speak to it through [`ControlClient`].
//!
//! ```text
//! client ──one line of JSON──▶ server          {"op":"backup","to":"/backups/monday","kind":"full"}
//!        ◀──lines of JSON────                  {"progress":{…}} …, then {"ok":true,…} or {"error":…}
//! ```
//! | room | purpose |
//! |---|---|
//! | here | [`ControlSocket`]: the socket's life, who may speak |
//! | `words` | requests and answers |
//! | `serve` | one client |
//! | `wire` | lines through a socket: bounded, in time, without signals |
//! | `client` | [`ControlClient`] |
//!
//! Invariants:
//! * the socket's mode is 0600, and a client of another user (but root) is refused whatever the mode;
//! * a request has at most 64 KiB and ten seconds; there are at most 128 clients at a time; what a client
//!   does or does not do never keeps the engine waiting;
//! * a client that vanishes while its backup runs stops that backup;
//! * the name goes when the socket does.
#![forbid(unsafe_code)]

mod client;
mod serve;
mod wire;
mod words;

pub use client::ControlClient;
pub use words::{Answer, Done, Failed, Request, Status};

use crate::stop::StopHandle;
use ese_core::backup_port::BackupPort;
use ese_core::instance::Instance;
use parking_lot::Mutex;
use serve::{Running, serve};
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Clients at a time.
const CLIENTS_MOST: usize = 128;
/// Mode of the socket.
const MODE: u32 = 0o600;
/// How long the end waits for clients that are being served, in steps.
const FAREWELL_STEPS: u32 = 200;
/// One of those steps.
const FAREWELL_STEP: Duration = Duration::from_millis(10);
/// Wait after an accept that failed (no descriptors left, say).
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// What all clients share.
pub(crate) struct Shared {
    port: BackupPort,
    running: Mutex<Option<Running>>,
    /// Backups of the program's own that a `stop` reaches too.
    others: Vec<StopHandle>,
    clients: AtomicUsize,
    /// What is spoken through, to be cut off at the end.
    streams: Mutex<Vec<(u64, UnixStream)>>,
    ending: AtomicBool,
}

/// A control socket of a running instance, until it is dropped. A backup that runs through it is
/// stopped then.
pub struct ControlSocket {
    path: PathBuf,
    /// What lies at the path since the bind: device and inode.
    lies: Option<(u64, u64)>,
    listener: Arc<UnixListener>,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl fmt::Debug for ControlSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ControlSocket").field(&self.path).finish()
    }
}

impl ControlSocket {
    /// Listens at `path`. A socket that nobody listens to any more is replaced; `stops` are backups of
    /// the program's own, which a `stop` from outside reaches as well.
    ///
    /// # Errors
    /// `ErrorKind::AddrInUse` where somebody listens, or something else lies there; the system's.
    pub fn open(instance: &Instance, path: &Path, stops: Vec<StopHandle>) -> io::Result<Self> {
        let listener = Arc::new(bind(path)?);
        let lies = lies_at(path);
        let owned = std::fs::set_permissions(path, std::fs::Permissions::from_mode(MODE));
        let shared = Arc::new(Shared {
            port: instance.backup_port(),
            running: Mutex::new(None),
            others: stops,
            clients: AtomicUsize::new(0),
            streams: Mutex::new(Vec::new()),
            ending: AtomicBool::new(false),
        });
        let (accepts, listens) = (Arc::clone(&shared), Arc::clone(&listener));
        let accepting = owned.and_then(|()| {
            Builder::new()
                .name("ese-control".to_owned())
                .spawn(move || accept(&listens, &accepts))
        });
        match accepting {
            Ok(accepting) => Ok(Self {
                path: path.to_path_buf(),
                lies,
                listener,
                shared,
                accepting: Some(accepting),
            }),
            Err(e) => {
                let _ = std::fs::remove_file(path);
                Err(e)
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::Release);
        if let Some(running) = &*self.shared.running.lock() {
            running.stop.stop();
        }
        // Wakes who accepts, whatever has become of the path.
        let _ = rustix::net::shutdown(&self.listener, rustix::net::Shutdown::Both);
        if lies_at(&self.path) == self.lies {
            let _ = std::fs::remove_file(&self.path);
        }
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for (_, stream) in &*self.shared.streams.lock() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Threads of clients hold the instance: they get the time to see that it is over.
        for _ in 0..FAREWELL_STEPS {
            if self.shared.clients.load(Ordering::Acquire) == 0 {
                break;
            }
            std::thread::sleep(FAREWELL_STEP);
        }
    }
}

/// Device and inode of what lies at a path.
fn lies_at(path: &Path) -> Option<(u64, u64)> {
    let found = std::fs::symlink_metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(e) if e.kind() == ErrorKind::AddrInUse => {
            let is_socket = std::fs::symlink_metadata(path)?.file_type().is_socket();
            let dead = matches!(UnixStream::connect(path),
                Err(e) if e.kind() == ErrorKind::ConnectionRefused);
            if !is_socket || !dead {
                return Err(e);
            }
            std::fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        bound => bound,
    }
}

fn accept(listener: &UnixListener, shared: &Arc<Shared>) {
    for number in 0.. {
        let accepted = listener.accept();
        if shared.ending.load(Ordering::Acquire) {
            return;
        }
        let Ok((stream, _)) = accepted else {
            std::thread::sleep(ACCEPT_AGAIN);
            continue;
        };
        let place = Place::take(shared, number, &stream);
        let Some(place) = place else {
            wire::refuse(&stream, "too many clients at a time");
            continue;
        };
        let spawned = Builder::new()
            .name("ese-control-client".to_owned())
            .spawn(move || serve(&place.shared, &stream));
        // Without a thread the client is let go of.
        drop(spawned);
    }
}

/// A client's place among those that there may be.
struct Place {
    shared: Arc<Shared>,
    number: u64,
}

impl Place {
    fn take(shared: &Arc<Shared>, number: u64, stream: &UnixStream) -> Option<Self> {
        let before = shared.clients.fetch_add(1, Ordering::AcqRel);
        let place = Self {
            shared: Arc::clone(shared),
            number,
        };
        if before >= CLIENTS_MOST {
            return None;
        }
        let same = stream.try_clone().ok()?;
        shared.streams.lock().push((number, same));
        Some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared
            .streams
            .lock()
            .retain(|(n, _)| *n != self.number);
        self.shared.clients.fetch_sub(1, Ordering::AcqRel);
    }
}
