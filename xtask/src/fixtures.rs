//! `cargo xtask fixtures`: copies the choice of `fixtures/choice.txt` from the recordings.
//!
//! Invariants: what lies in `fixtures/` is what the list says, a JSON file without its blanks and
//! everything else byte for byte; all together stay under [`BYTES_MAX`].
#![forbid(unsafe_code)]

use crate::process::{Args, Failure, Outcome, read, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a clone may carry.
const BYTES_MAX: u64 = 6 << 20;

pub(crate) fn run(args: &mut Args) -> Outcome {
    let shared = root().join("../shared");
    let folder = |given: Option<String>, variable: &str, name: &str| {
        given
            .map(PathBuf::from)
            .or_else(|| std::env::var_os(variable).map(PathBuf::from))
            .unwrap_or_else(|| shared.join(name))
    };
    let witness = folder(args.value("--witness")?, "ESE_WITNESS", "witness");
    let samples = folder(args.value("--samples")?, "ESE_SAMPLES", "samples");
    args.done()?;

    let fixtures = root().join("fixtures");
    let mut kept: BTreeSet<PathBuf> = ["README.md", "choice.txt"].map(PathBuf::from).into();
    for line in read(&fixtures.join("choice.txt"))?.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (source, name) = line
            .split_once(':')
            .ok_or_else(|| Failure::failed(format!("fixtures/choice.txt: {line}")))?;
        let from = match source {
            "witness" => &witness,
            "samples" => &samples,
            _ => return Err(Failure::failed(format!("fixtures/choice.txt: {line}"))),
        };
        for name in files_of(name) {
            copy(&from.join(&name), &fixtures.join(&name))?;
            kept.insert(PathBuf::from(name));
        }
    }
    let mut bytes = 0;
    for path in walk(&fixtures)? {
        let rel = path.strip_prefix(&fixtures).unwrap_or(&path);
        bytes += fs::metadata(&path).map_or(0, |m| m.len());
        if !kept.contains(rel) {
            return Err(Failure::failed(format!(
                "fixtures/{} is not in fixtures/choice.txt: add it there or remove it",
                rel.display()
            )));
        }
    }
    println!("fixtures: {} files, {} KiB", kept.len(), bytes >> 10);
    if bytes > BYTES_MAX {
        return Err(Failure::failed(format!(
            "{} KiB are more than a clone may carry ({} KiB): shorten fixtures/choice.txt",
            bytes >> 10,
            BYTES_MAX >> 10
        )));
    }
    Ok(())
}

/// A name without a suffix is a set: the packed files and what is known of them.
fn files_of(name: &str) -> Vec<String> {
    if Path::new(name).extension().is_some() {
        vec![name.to_owned()]
    } else {
        vec![format!("{name}.tar.xz"), format!("{name}.json")]
    }
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let say = |p: &Path, e: std::io::Error| Failure::failed(format!("{}: {e}", p.display()));
    let bytes = fs::read(from).map_err(|e| say(from, e))?;
    let bytes = if from.extension().is_some_and(|x| x == "json") {
        without_blanks(&bytes)
    } else {
        bytes
    };
    if let Some(dir) = to.parent() {
        fs::create_dir_all(dir).map_err(|e| say(dir, e))?;
    }
    fs::write(to, bytes).map_err(|e| say(to, e))
}

/// JSON without the blanks outside its strings.
fn without_blanks(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for &b in json {
        if in_string {
            in_string = escaped || b != b'"';
            escaped = !escaped && b == b'\\';
        } else if b.is_ascii_whitespace() {
            continue;
        } else {
            in_string = b == b'"';
        }
        out.push(b);
    }
    out.push(b'\n');
    out
}

/// Every file below a folder.
pub(crate) fn walk(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        let entries =
            fs::read_dir(&dir).map_err(|e| Failure::failed(format!("{}: {e}", dir.display())))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{files_of, without_blanks};

    #[test]
    fn blanks_go_but_not_those_of_strings() {
        let json = b"{ \"a \\\" b\" : [ 1,\n 2 ], \"c\\\\\": \" \" }\n";
        assert_eq!(
            without_blanks(json),
            b"{\"a \\\" b\":[1,2],\"c\\\\\":\" \"}\n"
        );
    }

    #[test]
    fn a_set_is_two_files() {
        assert_eq!(files_of("a/b-4k"), ["a/b-4k.tar.xz", "a/b-4k.json"]);
        assert_eq!(files_of("keys.tsv"), ["keys.tsv"]);
    }
}
