//! What is said through a control socket.
//!
//! Invariant: what is not understood is refused, never guessed: unknown fields and words are errors.
#![forbid(unsafe_code)]

use crate::set::SetKind;
use ese_core::{HasJetErr, JetErr};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// One request: the only line of a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase", deny_unknown_fields)]
pub enum Request {
    /// Make a backup, and tell how far it is until it is done.
    Backup {
        /// The set's folder, absolute, as the program sees it: new or empty.
        to: PathBuf,
        /// What kind of backup.
        kind: SetKind,
        /// Bytes a second at most.
        #[serde(default)]
        throttle: Option<u64>,
    },
    /// Stop the backup that runs.
    Stop {},
    /// How far the backup is that runs.
    Progress {},
    /// What the program is doing.
    Status {},
}

/// How far a backup is, or that none runs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Status {
    /// Whether a backup runs through the socket.
    pub running: bool,
    /// It was stopped, and is about to end.
    pub stopped: bool,
    /// The set's folder.
    pub to: Option<PathBuf>,
    /// Bytes that were handed on.
    pub done: u64,
    /// Bytes of the files that are known by now.
    pub total: u64,
}

/// One line of an answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// How far it is; more lines follow.
    Progress(Status),
    /// The last line: done. What a backup came to, or the status that was asked for.
    Ok(Done),
    /// The last line: not done.
    Error(Failed),
}

/// What was done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Done {
    /// A backup.
    Backup {
        /// Files of the set.
        files: usize,
        /// Bytes of all of them.
        bytes: u64,
        /// How long it took, in seconds.
        seconds: f64,
        /// First and last generation of the set's logs.
        generations: Option<(i32, i32)>,
    },
    /// Status, progress; after a stop the status then.
    Status(Status),
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failed {
    /// In words.
    pub what: String,
    /// The error of the API.
    pub jet_error: i32,
}

impl Failed {
    pub(super) fn of(e: &(impl HasJetErr + fmt::Display)) -> Self {
        Self {
            what: e.to_string(),
            jet_error: e.jet_err().0,
        }
    }

    pub(super) fn refused(err: JetErr, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            jet_error: err.0,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn requests_are_what_they_say() {
        let backup: Request =
            serde_json::from_str(r#"{"op":"backup","to":"/b","kind":"full"}"#).unwrap();
        assert_eq!(
            backup,
            Request::Backup {
                to: "/b".into(),
                kind: SetKind::Full,
                throttle: None
            }
        );
        for line in [
            r#"{"op":"stop"}"#,
            r#"{"op":"progress"}"#,
            r#"{"op":"status"}"#,
        ] {
            let said: Request = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&said).unwrap(), line);
        }
        for bad in [
            r#"{"op":"delete"}"#,
            r#"{"op":"stop","now":true}"#,
            r#"{"op":"backup","to":"/b","kind":"full","more":1}"#,
            r#"{"to":"/b"}"#,
            "[]",
            "",
        ] {
            assert!(serde_json::from_str::<Request>(bad).is_err(), "{bad}");
        }
    }
}
