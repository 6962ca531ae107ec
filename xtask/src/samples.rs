//! `cargo xtask samples`: ten real databases of Windows, from the source distribution of
//! `dissect.esedb` on PyPI, into `target/samples/dissect-esedb/`.
//!
//! Invariants: only an archive with the known checksum is opened; a file appears under its name
//! whole; running it again does nothing.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, root, run as run_command, target};
use crate::python;
use std::path::PathBuf;
use std::process::Command;

/// The ten databases, packed as they lie in the archive.
pub(crate) const NAMES: [&str; 10] = [
    "Current.mdb",
    "SRUDB.dat",
    "Windows.edb",
    "basic.edb",
    "binary.edb",
    "default.edb",
    "index.edb",
    "large.edb",
    "multi.edb",
    "text.edb",
];

pub(crate) fn run(args: &mut Args) -> Outcome {
    args.done()?;
    fetch().map(|_| ())
}

/// Makes the samples be there and returns their folder.
pub(crate) fn fetch() -> Result<PathBuf, Failure> {
    let dir = target().join("samples").join("dissect-esedb");
    if NAMES.iter().all(|n| dir.join(format!("{n}.gz")).is_file()) {
        println!("samples: all {} are in {}", NAMES.len(), dir.display());
        return Ok(dir);
    }
    let failed = |why: String| {
        Failure::failed(format!(
            "{why}\nThe samples come from PyPI. Without a network: get dissect_esedb-3.18.tar.gz \
             elsewhere (`pip download --no-deps --no-binary dissect.esedb dissect.esedb==3.18`), put \
             it into {} and run `cargo xtask samples` again.",
            target().join("samples").display()
        ))
    };
    // pip of the project's own environment; where that can't be made, the system's may do.
    let python = python::environment()
        .or_else(|_| python::system())
        .map_err(|m| failed(m.0))?;
    println!("samples: fetching the source distribution of dissect.esedb 3.18 (8.6 MB) from PyPI");
    run_command(
        Command::new(python)
            .arg(root().join("xtask/python/samples.py"))
            .arg(target().join("samples"))
            .args(NAMES),
    )
    .map_err(|_| failed("the samples could not be fetched.".into()))?;
    println!(
        "samples: {} databases are in {}",
        NAMES.len(),
        dir.display()
    );
    Ok(dir)
}
