//! The project's own Python environment: `target/venv`, made once, with the independent readers.
//!
//! Invariants: nothing is installed outside `target/`; what could not be made is one sentence that
//! says what to install ([`Missing`]), never a half-made folder that the next run believes in.
#![forbid(unsafe_code)]

use crate::process::{Failure, output, root, run, target, works};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Independent readers of the same files, by the versions the goldens were made with where it matters.
const READERS: &[&str] = &["libesedb-python", "dissect.esedb==3.18", "impacket"];

/// Why there is no Python environment.
pub(crate) struct Missing(pub(crate) String);

/// The system's Python 3.
pub(crate) fn system() -> Result<PathBuf, Missing> {
    ["python3", "python"]
        .into_iter()
        .find(|p| {
            works(Command::new(p).args(["-c", "import sys; assert sys.version_info[0] == 3"]))
        })
        .map(PathBuf::from)
        .ok_or_else(|| {
            Missing(
                "there is no Python 3: install it (Debian, Ubuntu: `apt install python3`)".into(),
            )
        })
}

/// The Python of `target/venv`, made when it is not there.
pub(crate) fn environment() -> Result<PathBuf, Missing> {
    let dir = target().join("venv");
    let python = dir.join("bin").join("python3");
    if works(Command::new(&python).args(["-m", "pip", "--version"])) {
        return Ok(python);
    }
    let system = system()?;
    let _ = fs::remove_dir_all(&dir);
    println!("making a Python environment in {}", dir.display());
    let made = works(Command::new(system).args(["-m", "venv"]).arg(&dir))
        && works(Command::new(&python).args(["-m", "pip", "--version"]));
    if made {
        return Ok(python);
    }
    let _ = fs::remove_dir_all(&dir);
    Err(Missing(
        "`python3 -m venv` does not work here: install the package python3-venv \
         (Debian, Ubuntu: `apt install python3-venv`)"
            .into(),
    ))
}

/// The environment with the independent readers in it.
pub(crate) fn with_readers() -> Result<PathBuf, Missing> {
    let python = environment()?;
    // The list is written when everything is in: another list installs again.
    let mark = target().join("venv").join("readers.txt");
    let list = READERS.join("\n");
    if fs::read_to_string(&mark).is_ok_and(|have| have == list) {
        return Ok(python);
    }
    println!(
        "installing {} into {}",
        READERS.join(", "),
        target().join("venv").display()
    );
    let pip = run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(READERS));
    match pip {
        Ok(()) => {
            let _ = fs::write(mark, list);
            Ok(python)
        }
        Err(_) => Err(Missing(
            "the independent readers could not be installed: they come from PyPI, and \
             libesedb-python needs a C compiler and the headers of Python (python3-dev) \
             where it has no ready-made wheel"
                .into(),
        )),
    }
}

/// Runs one of the project's scripts and returns what it prints.
pub(crate) fn script(
    python: &std::path::Path,
    rel: &str,
    args: &[&std::ffi::OsStr],
) -> Result<String, Failure> {
    output(Command::new(python).arg(root().join(rel)).args(args))
}
