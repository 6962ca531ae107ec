//! One client of the control socket.
//!
//! Invariants: one request a client; the backup runs on a thread of its own, so that a client which does
//! not listen only loses its answers; whatever happens to the client, the backup is ended.
#![forbid(unsafe_code)]

use super::words::{Answer, Done, Failed, Request, Status};
use super::{Shared, wire};
use crate::live::{Backup, BackupReport, DirectorySink, LiveError};
use crate::set::SetKind;
use crate::stop::StopHandle;
use ese_core::JetErr;
use std::num::NonZeroU64;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Time between two reports.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// The backup that runs through the socket.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) stop: StopHandle,
    to: PathBuf,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

impl Running {
    fn status(&self) -> Status {
        Status {
            running: true,
            stopped: self.stop.is_stopped(),
            to: Some(self.to.clone()),
            done: self.counts.done.load(Ordering::Relaxed),
            total: self.counts.total.load(Ordering::Relaxed),
        }
    }
}

impl Shared {
    fn status(&self) -> Status {
        let running = self.running.lock();
        running.as_ref().map(Running::status).unwrap_or_default()
    }

    fn stop(&self) -> Status {
        for other in &self.others {
            other.stop();
        }
        let running = self.running.lock();
        if let Some(running) = &*running {
            running.stop.stop();
        }
        running.as_ref().map(Running::status).unwrap_or_default()
    }

    /// Makes `running` the backup that runs; `false` when there is one.
    fn begin(&self, running: &Running) -> bool {
        let mut slot = self.running.lock();
        if slot.is_some() {
            return false;
        }
        *slot = Some(running.clone());
        true
    }
}

/// Who may speak: the user that the program runs as, and root.
fn may_speak(stream: &UnixStream) -> bool {
    let me = rustix::process::geteuid();
    rustix::net::sockopt::socket_peercred(stream)
        .is_ok_and(|peer| peer.uid == me || peer.uid.is_root())
}

/// Serves one client.
pub(super) fn serve(shared: &Shared, stream: &UnixStream) {
    if !may_speak(stream) {
        wire::refuse(stream, "only the user that the program runs as may ask");
        return;
    }
    let line = wire::read_line(stream, Some(wire::REQUEST_MOST), &mut Vec::new());
    let Ok(line) = line else {
        wire::refuse(stream, "no request came");
        return;
    };
    let answer = match serde_json::from_slice(&line) {
        Ok(Request::Backup { to, kind, throttle }) => backup(shared, stream, to, kind, throttle),
        Ok(Request::Stop {}) => Answer::Ok(Done::Status(shared.stop())),
        Ok(Request::Progress {} | Request::Status {}) => Answer::Ok(Done::Status(shared.status())),
        Err(e) => Answer::Error(Failed::refused(
            JetErr::INVALID_PARAMETER,
            format!("this is no request: {e}"),
        )),
    };
    // A client that is gone needs no answer.
    let _ = wire::answer(stream, &answer);
}

fn backup(
    shared: &Shared,
    stream: &UnixStream,
    to: PathBuf,
    kind: SetKind,
    throttle: Option<u64>,
) -> Answer {
    if !to.is_absolute() {
        return Answer::Error(Failed::refused(
            JetErr::INVALID_PATH,
            "the folder of a set is named from the root on",
        ));
    }
    let counts = Arc::new(Counts::default());
    let seen = Arc::clone(&counts);
    let mut backup = Backup::of_port(shared.port.clone())
        .kind(kind)
        .on_progress(move |p| {
            seen.done.store(p.all_done, Ordering::Relaxed);
            seen.total.store(p.all_total, Ordering::Relaxed);
        });
    if let Some(rate) = throttle.and_then(NonZeroU64::new) {
        backup = backup.throttle(rate);
    }
    let running = Running {
        stop: backup.stop_handle(),
        to: to.clone(),
        counts,
    };
    if !shared.begin(&running) {
        return Answer::Error(Failed::refused(
            JetErr::BACKUP_IN_PROGRESS,
            "a backup runs through this socket",
        ));
    }
    // The socket may have begun to end before it could know of this one.
    if shared.ending.load(Ordering::Acquire) {
        running.stop.stop();
    }
    let answer = watch(shared, stream, &running, backup, &to);
    *shared.running.lock() = None;
    match answer {
        Ok(report) => Answer::Ok(Done::Backup {
            files: report.manifest.files.len(),
            bytes: report.bytes,
            seconds: report.elapsed.as_secs_f64(),
            generations: report.manifest.generations,
        }),
        Err(failed) => Answer::Error(failed),
    }
}

/// Runs the backup on a thread of its own and tells the client how far it is.
fn watch(
    shared: &Shared,
    stream: &UnixStream,
    running: &Running,
    backup: Backup<'_>,
    to: &Path,
) -> Result<BackupReport, Failed> {
    let fs = Arc::clone(&shared.port.env().fs);
    std::thread::scope(|scope| {
        let work = scope.spawn(move || backup.run(&mut DirectorySink::new(fs, to)));
        while !work.is_finished() {
            std::thread::park_timeout(REPORT_EVERY);
            let said = wire::answer(stream, &Answer::Progress(running.status()));
            if said.is_err() || wire::is_gone(stream) {
                running.stop.stop();
                break;
            }
        }
        match work.join() {
            Ok(done) => done.map_err(|e: LiveError| Failed::of(&e)),
            Err(_) => Err(Failed::refused(
                JetErr::INTERNAL_ERROR,
                "the backup ended unexpectedly",
            )),
        }
    })
}
