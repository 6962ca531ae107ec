//! A backup of a running program, through its control socket.
//!
//! Invariant: Ctrl-C asks the program to stop, and waits for its answer.
#![forbid(unsafe_code)]

use super::{Made, kind};
use crate::cli::{Backup, StopBackup};
use crate::error::CliError;
use crate::output::{Output, Verdict, progress};
use crate::text::size;
use ese_backup::socket::{Answer, ControlClient, Request, Status};
use ese_core::JetErr;
use serde_json::json;
use std::io::ErrorKind;
use std::path::Path;

pub(super) fn backup(args: &Backup, socket: &Path) -> Result<Made, CliError> {
    let to = std::path::absolute(&args.to).map_err(|e| CliError::io(&args.to, &e))?;
    let request = Request::Backup {
        to,
        kind: kind(args),
        throttle: args.throttle,
    };
    let stops = socket.to_path_buf();
    ctrlc::set_handler(move || {
        // The answer of the backup tells what became of it.
        let _ = ControlClient::ask(&stops, &Request::Stop {}).map(|mut c| c.next_answer());
    })
    .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let bar = progress(0, "backing up");
    let mut client = ControlClient::ask(socket, &request).map_err(|e| unheard(socket, &e))?;
    let answer = client.last_answer(|status| {
        bar.set_length(status.total);
        bar.set_position(status.done);
    });
    bar.finish_and_clear();
    match answer.map_err(|e| unheard(socket, &e))? {
        Answer::Ok(ese_backup::socket::Done::Backup {
            files,
            bytes,
            seconds,
            generations,
        }) => Ok(Made {
            files,
            bytes,
            seconds,
            generations,
        }),
        other => Err(refusal(other, socket)),
    }
}

pub(crate) fn stop(args: &StopBackup, out: &mut Output) -> Result<Verdict, CliError> {
    let socket = &args.live;
    let mut client =
        ControlClient::ask(socket, &Request::Stop {}).map_err(|e| unheard(socket, &e))?;
    match client.next_answer().map_err(|e| unheard(socket, &e))? {
        Answer::Ok(ese_backup::socket::Done::Status(status)) => say(&status, out),
        other => Err(refusal(other, socket)),
    }
}

fn say(status: &Status, out: &mut Output) -> Result<Verdict, CliError> {
    if out.is_json() {
        out.json(&json!({
            "running": status.running,
            "stopped": status.stopped,
            "to": status.to.as_ref().map(|p| p.display().to_string()),
            "done": status.done,
            "total": status.total,
        }))?;
    } else if let Some(to) = status.to.as_ref().filter(|_| status.running) {
        out.line(format!(
            "stopped: the backup into {} after {} of {}",
            to.display(),
            size(status.done),
            size(status.total)
        ))?;
    } else {
        out.line("no backup runs through this socket; one of the program's own was told to stop")?;
    }
    Ok(Verdict::Good)
}

/// Nobody answers.
fn unheard(socket: &Path, e: &std::io::Error) -> CliError {
    let error = CliError::io(socket, e);
    match e.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => error.next(
            "no program listens there: it opens the socket with ese_backup::ControlSocket, or, where it \
             uses libesent, when ESE_CONTROL_SOCKET is set",
        ),
        ErrorKind::UnexpectedEof => error.next("the program ended; its set is not complete"),
        _ => error,
    }
}

fn refusal(answer: Answer, socket: &Path) -> CliError {
    match answer {
        Answer::Error(failed) => CliError::refused(JetErr(failed.jet_error), failed.what),
        _ => CliError::new(format!(
            "{}: an answer that goes with no request",
            socket.display()
        )),
    }
}
