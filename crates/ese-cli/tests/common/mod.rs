//! How the tests run the built binary.
#![forbid(unsafe_code)]
// Each test file uses its own part of this.
#![allow(dead_code)]

use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("text is UTF-8")
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}\n{}", self.text(), self.stderr))
    }

    /// Ends the test unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.text(), self.stderr);
        self
    }
}

/// Runs `eseutil`.
pub(crate) fn eseutil<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    let out = Command::new(env!("CARGO_BIN_EXE_eseutil"))
        .args(args)
        .output()
        .expect("the binary runs");
    Ran {
        code: out.status.code().expect("the program ends by itself"),
        stdout: out.stdout,
        stderr: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

/// Runs `eseutil` with something on standard input.
pub(crate) fn eseutil_fed<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, input: &[u8]) -> Ran {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_eseutil"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // A program that ends early does not read everything.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let out = child.wait_with_output().expect("the binary ends");
    feeder.join().expect("the feeder ends");
    Ran {
        code: out.status.code().expect("the program ends by itself"),
        stdout: out.stdout,
        stderr: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

/// Runs `eseutil VERB PATH ARGS`.
pub(crate) fn run(verb: &str, path: &std::path::Path, args: &[&str]) -> Ran {
    let mut all = vec![OsStr::new(verb), path.as_os_str()];
    all.extend(args.iter().map(OsStr::new));
    eseutil(all)
}

/// A database of the witness and its golden.
pub(crate) fn database(name: &str) -> (PathBuf, Value) {
    let dir = testkit::unpack_set("databases", name)
        .unwrap_or_else(|| panic!("{name} is among the fixtures"));
    let golden = testkit::set_json("databases", name).expect("a set has its golden");
    (dir.join(golden["file"].as_str().expect("file")), golden)
}

/// A database of this kind, whatever its page size and version.
pub(crate) fn kind(kind: &str) -> (PathBuf, Value) {
    let name = testkit::sets("databases")
        .into_iter()
        .find(|n| n.split('-').next() == Some(kind))
        .unwrap_or_else(|| panic!("a database of kind {kind} is among the fixtures"));
    database(&name)
}

/// A copy of a file in a folder of its own, to be changed.
pub(crate) fn copy(path: &std::path::Path) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let to = dir.path().join(path.file_name().expect("a file"));
    std::fs::copy(path, &to).expect("a file can be copied");
    (dir, to)
}
