//! `cargo xtask tidy`: the rules of the code that the compiler does not know.
//!
//! Every rule is a function from one file to findings and has a test with a planted defect.
//! Invariants: a finding names file and line; a rule looks at code, not at comments and strings
//! (but for the rules about text), and not at test code where that may know more.
#![forbid(unsafe_code)]

mod heads;
mod layers;
mod links;
mod rooms;
mod sizes;
mod text;

use crate::process::{Args, Failure, Outcome, in_root, root};
use std::fs;
use std::path::{Path, PathBuf};
use text::Code;

/// One broken rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    line: usize,
    what: String,
}

impl Finding {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
        }
    }
}

/// A source file as the rules see it.
pub(crate) struct Source {
    /// Path from the root, `/` between its parts.
    path: String,
    /// As it is.
    text: String,
    /// Without comments and the insides of strings, lines kept.
    code: String,
    /// The same without `#[cfg(test)]` modules.
    shipped: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let code = Code::of(text);
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            shipped: code.without_tests(),
            code: code.into_text(),
        }
    }

    /// `true` for a module of a crate: not an integration test, a bench or a fuzz target.
    fn is_module(&self) -> bool {
        self.path.contains("/src/") && !self.path.starts_with("fuzz/")
    }
}

/// Folders that hold no text of ours.
const SKIPPED: &[&str] = &["target", "fixtures", "corpus", "artifacts", ".git"];

pub(crate) fn run(args: &mut Args) -> Outcome {
    args.done()?;
    let mut findings = Vec::new();
    let mut files = 0;
    let lib = fs::read_to_string(root().join("crates/ese-core/src/lib.rs")).unwrap_or_default();
    let reexports = layers::reexports(&lib);
    for path in walk(&root()) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue; // binary tables
        };
        files += 1;
        let name = in_root(&path).to_string_lossy().replace('\\', "/");
        let mut found = heads::machine_paths(&text);
        found.extend(heads::conflicts(&text));
        if name.ends_with(".md") {
            found.extend(links::broken(
                &text,
                path.parent().unwrap_or(Path::new(".")),
            ));
        }
        if name.ends_with(".rs") {
            found.extend(check(&Source::new(&name, &text), &reexports));
        }
        findings.extend(found.into_iter().map(|f| (name.clone(), f)));
    }
    for (name, f) in &findings {
        println!("{name}:{}: {}", f.line, f.what);
    }
    if files == 0 {
        return Err(Failure::failed(format!(
            "there is nothing to look at in {}",
            root().display()
        )));
    }
    if findings.is_empty() {
        println!("tidy: {files} files, nothing to say");
        Ok(())
    } else {
        Err(Failure::failed(format!(
            "{} rules broken; the rules and their reasons: docs/architecture.md, xtask/src/tidy",
            findings.len()
        )))
    }
}

/// All rules about one Rust file.
fn check(source: &Source, reexports: &[(String, String)]) -> Vec<Finding> {
    let mut found = heads::head(source);
    found.extend(heads::length(source));
    found.extend(heads::unfinished(source));
    found.extend(layers::upward(source, reexports));
    found.extend(rooms::unsafe_code(source));
    found.extend(sizes::unasserted(source));
    found.sort_by_key(|f| f.line);
    found
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let skipped = entry
                .file_name()
                .to_str()
                .is_none_or(|n| SKIPPED.contains(&n));
            if skipped {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    /// What tidy says about a file: `line: sentence` each.
    pub(super) fn said(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text), &[])
            .into_iter()
            .map(|f| format!("{}: {}", f.line, f.what))
            .collect()
    }

    #[test]
    fn a_clean_file_is_silent() {
        let text = "//! Purpose.\n#![forbid(unsafe_code)]\nuse crate::io::File;\n";
        assert_eq!(said("crates/ese-core/src/format/x.rs", text), [""; 0]);
    }

    #[test]
    fn defects_are_found_together_and_in_order() {
        let text = "use crate::log::Writer;\nfn f() { unsafe { g() } }\nfn h() { todo!() }\n";
        let said = said("crates/ese-core/src/format/x.rs", text);
        let lines: Vec<&str> = said.iter().map(|s| &s[..2]).collect();
        assert_eq!(lines, ["1:", "1:", "1:", "2:", "3:"], "{said:?}");
    }
}
