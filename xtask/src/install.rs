//! `cargo xtask install --prefix DIR`: builds and installs what people run and link.
//!
//! Invariant: a file that is there already is replaced as a whole, so that a program that runs keeps
//! the one it has opened.
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, cargo, eseutil, root, run as run_command, target};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &mut Args) -> Outcome {
    let prefix: PathBuf = args
        .value("--prefix")?
        .ok_or_else(|| Failure::Usage("where to? --prefix /usr/local, say".into()))?;
    args.done()?;
    let prefix = std::path::absolute(&prefix).unwrap_or(prefix);
    let built = eseutil()?;
    run_command(cargo().args(["build", "--release", "--package", "ese-ffi"]))?;
    let release = target().join("release");
    let bytes = fs::read(&built).map_err(|e| say(&built, &e))?;
    place(&bytes, &prefix.join("bin/eseutil"), true)?;
    for name in ["libesent.so", "libesent.a"] {
        let from = release.join(name);
        let bytes = fs::read(&from).map_err(|e| say(&from, &e))?;
        place(
            &bytes,
            &prefix.join("lib").join(name),
            name.ends_with(".so"),
        )?;
    }
    let header = root().join("crates/ese-ffi/include/esent.h");
    let bytes = fs::read(&header).map_err(|e| say(&header, &e))?;
    place(&bytes, &prefix.join("include/esent.h"), false)?;
    place(
        pkg_config(&prefix).as_bytes(),
        &prefix.join("lib/pkgconfig/esent.pc"),
        false,
    )
}

/// The version of the workspace: xtask's own says nothing.
fn version() -> String {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap_or_default();
    let line = manifest.lines().find_map(|l| l.strip_prefix("version = "));
    line.unwrap_or("0.0.0").trim_matches('"').to_owned()
}

/// What `pkg-config --cflags --libs esent` answers from; `--static` for the archive.
fn pkg_config(prefix: &Path) -> String {
    format!(
        "prefix={}\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include\n\n\
         Name: esent\n\
         Description: The JET API of the Extensible Storage Engine\n\
         Version: {}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -lesent\n\
         Libs.private: -lpthread -ldl -lm\n",
        prefix.display(),
        version()
    )
}

fn say(path: &Path, e: &std::io::Error) -> Failure {
    Failure::failed(format!(
        "{}: {e}; choose a prefix you may write to (--prefix ~/.local)",
        path.display()
    ))
}

fn place(bytes: &[u8], to: &Path, executable: bool) -> Outcome {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| say(folder, &e))?;
    // Beside the target first: a file that runs can't be overwritten, but it can be replaced.
    let mut new = to.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    fs::write(&new, bytes).map_err(|e| say(&new, &e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if executable { 0o755 } else { 0o644 };
        let _ = fs::set_permissions(&new, fs::Permissions::from_mode(mode));
    }
    fs::rename(&new, to).map_err(|e| say(to, &e))?;
    println!("{}", to.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{pkg_config, place};
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_prefix_stands_in_the_pkg_config_file() {
        let text = pkg_config(Path::new("/opt/ese"));
        assert!(
            text.starts_with("prefix=/opt/ese\n") && text.contains("\nLibs: -L${libdir} -lesent\n")
        );
        let version = text
            .lines()
            .find_map(|l| l.strip_prefix("Version: "))
            .unwrap();
        assert_eq!(version.split('.').count(), 3);
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = crate::process::target().join("install-test");
        let _ = fs::remove_dir_all(&folder);
        let to = folder.join("lib/x");
        place(b"one", &to, false).unwrap();
        place(b"two", &to, true).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.join("lib")).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
