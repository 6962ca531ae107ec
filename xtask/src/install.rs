//! `cargo xtask install --prefix DIR`: builds and installs what people run.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, eseutil};
use std::fs;
use std::path::PathBuf;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let prefix: PathBuf = args
        .value("--prefix")?
        .ok_or_else(|| Failure::Usage("where to? --prefix /usr/local, say".into()))?;
    args.done()?;
    let built = eseutil()?;
    let bin = prefix.join("bin");
    let target = bin.join("eseutil");
    let say = |e: std::io::Error| {
        Failure::failed(format!(
            "{}: {e}; choose a prefix you may write to (--prefix ~/.local)",
            target.display()
        ))
    };
    fs::create_dir_all(&bin).map_err(say)?;
    // Beside the target first: an eseutil that runs can't be overwritten, but it can be replaced.
    let new = bin.join(".eseutil.new");
    fs::copy(&built, &new).map_err(say)?;
    fs::rename(&new, &target).map_err(say)?;
    println!("{}", target.display());
    Ok(())
}
