//! What every task needs: its arguments, its failures, folders, and starting other programs.
//!
//! Invariant: a program that can't be started or fails is reported with its whole command line.
#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Why a task ended early; the sentence says what to do next.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Called wrongly: exit 2.
    Usage(String),
    /// Did not work: exit 1.
    Failed(String),
}

impl Failure {
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }
}

/// What a task answers.
pub(crate) type Outcome = Result<(), Failure>;

/// The words behind `cargo xtask`.
#[derive(Default)]
pub(crate) struct Args(VecDeque<String>);

impl Args {
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Words of a task that another one runs.
    pub(crate) fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|w| (*w).to_owned()).collect())
    }

    /// The next word that is no option.
    pub(crate) fn word(&mut self) -> Option<String> {
        let at = self
            .0
            .iter()
            .position(|w| !w.starts_with("--") || w == "--help")?;
        self.0.remove(at)
    }

    /// `true` when the option is there (and takes it).
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|w| w == name);
        at.is_some_and(|i| self.0.remove(i).is_some())
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let joined = format!("{name}=");
        let Some(at) = self
            .0
            .iter()
            .position(|w| w == name || w.starts_with(&joined))
        else {
            return Ok(None);
        };
        let word = self.0.remove(at).unwrap_or_default();
        let text = match word.strip_prefix(&joined) {
            Some(v) => v.to_owned(),
            None => self
                .0
                .remove(at)
                .ok_or_else(|| Failure::Usage(format!("{name} needs a value")))?,
        };
        text.parse()
            .map(Some)
            .map_err(|_| Failure::Usage(format!("{name} {text}: not a value it can take")))
    }

    /// Everything that is left, for a program that understands it.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0).into()
    }

    /// An error when something was not understood.
    pub(crate) fn done(&self) -> Outcome {
        match self.0.front() {
            None => Ok(()),
            Some(w) => Err(Failure::Usage(format!("{w:?} is not understood here"))),
        }
    }
}

/// Root of the checkout.
pub(crate) fn root() -> PathBuf {
    // What `cargo run` says holds: a build folder shared by checkouts keeps the program of another.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// The build folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `true` where whatever can't be tested is a failure.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|v| v == "true" || v == "1")
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    let mut c = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    c.current_dir(root());
    c
}

/// A command line as one would type it.
pub(crate) fn shown(c: &Command) -> String {
    let quote = |s: &OsStr| {
        let s = s.to_string_lossy();
        if s.contains(' ') {
            format!("'{s}'")
        } else {
            s.into_owned()
        }
    };
    let name = Path::new(c.get_program())
        .file_name()
        .map_or_else(|| quote(c.get_program()), quote);
    std::iter::once(name)
        .chain(c.get_args().map(quote))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a command with its output going through.
pub(crate) fn run(c: &mut Command) -> Outcome {
    let status = c
        .status()
        .map_err(|e| Failure::failed(format!("`{}` could not be started: {e}", shown(c))))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::failed(format!("`{}` failed ({status})", shown(c))))
    }
}

/// Runs a command and returns what it prints; its standard error goes through.
pub(crate) fn output(c: &mut Command) -> Result<String, Failure> {
    let out = c
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|e| Failure::failed(format!("`{}` could not be started: {e}", shown(c))))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(Failure::failed(format!(
            "`{}` failed ({})",
            shown(c),
            out.status
        )))
    }
}

/// `true` when the program can be started at all.
pub(crate) fn works(c: &mut Command) -> bool {
    c.stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Builds `eseutil` optimised and returns its path.
pub(crate) fn eseutil() -> Result<PathBuf, Failure> {
    run(cargo().args(["build", "--release", "--package", "ese-cli"]))?;
    Ok(target().join("release").join("eseutil"))
}

/// Text of a file, or a failure that names it.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|e| Failure::failed(format!("{}: {e}", in_root(path).display())))
}

/// The path as seen from the root of the checkout.
pub(crate) fn in_root(path: &Path) -> PathBuf {
    path.strip_prefix(root()).unwrap_or(path).to_path_buf()
}

/// Writes a generated file, or, with `check`, fails when it would change.
pub(crate) fn write_or_check(path: &Path, text: &str, check: bool, task: &str) -> Outcome {
    let name = in_root(path);
    let old = std::fs::read_to_string(path).unwrap_or_default();
    if old == text {
        println!("{} is up to date", name.display());
        return Ok(());
    }
    if check {
        let line = old
            .lines()
            .zip(text.lines())
            .position(|(a, b)| a != b)
            .unwrap_or_else(|| old.lines().count().min(text.lines().count()));
        return Err(Failure::failed(format!(
            "{}:{}: not what it is generated from says; run `cargo xtask {task}` and commit the result",
            name.display(),
            line + 1
        )));
    }
    std::fs::write(path, text).map_err(|e| Failure::failed(format!("{}: {e}", name.display())))?;
    println!("{} written", name.display());
    Ok(())
}

/// Runs one named step and says how long it took.
pub(crate) fn step(name: &str, body: impl FnOnce() -> Outcome) -> Outcome {
    println!("==> {name}");
    let start = Instant::now();
    let outcome = body();
    let word = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!("==> {name}: {word} in {}", seconds(start.elapsed()));
    outcome
}

/// `12.3 s`, `4 min 05 s`.
pub(crate) fn seconds(d: Duration) -> String {
    let s = d.as_secs();
    if s < 60 {
        format!("{:.1} s", d.as_secs_f64())
    } else {
        format!("{} min {:02} s", s / 60, s % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, seconds};
    use std::time::Duration;

    #[test]
    fn arguments_are_taken_once() {
        let mut a = Args::of(&["read", "--runs", "3", "--json", "--seed=9", "left"]);
        assert_eq!(a.word().as_deref(), Some("read"));
        assert_eq!(a.value::<u32>("--runs").unwrap(), Some(3));
        assert_eq!(a.value::<u64>("--seed").unwrap(), Some(9));
        assert_eq!(a.value::<u64>("--missing").unwrap(), None);
        assert!(a.flag("--json") && !a.flag("--json"));
        assert!(a.done().is_err());
        assert_eq!(a.word().as_deref(), Some("left"));
        let mut b = Args::of(&["--growth", "--to", "9"]);
        assert_eq!(b.rest(), ["--growth", "--to", "9"]);
        assert!(b.done().is_ok());
        assert!(a.done().is_ok());
    }

    #[test]
    fn a_wrong_or_missing_value_is_refused() {
        assert!(
            Args::of(&["--runs", "many"])
                .value::<u32>("--runs")
                .is_err()
        );
        assert!(Args::of(&["--runs"]).value::<u32>("--runs").is_err());
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(65)), "1 min 05 s");
    }
}
