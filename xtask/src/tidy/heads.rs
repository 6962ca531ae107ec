//! Rules about whole files: an opening `//!`, a length one can read, nothing unfinished, no path of
//! somebody's machine.
#![forbid(unsafe_code)]

use super::text::{line_of, words};
use super::{Finding, Source};

/// A file longer than this wants to be several rooms.
const LINES_MAX: usize = 1000;

/// The first lines must say what the file is for.
const HEAD_LINES: usize = 5;

pub(super) fn head(source: &Source) -> Vec<Finding> {
    let said = source
        .text
        .lines()
        .take(HEAD_LINES)
        .any(|l| l.starts_with("//! ") && l.len() > "//! ".len());
    if said {
        Vec::new()
    } else {
        vec![Finding::new(
            1,
            "no `//!` in the first lines: what is this file for, what always holds in it?",
        )]
    }
}

pub(super) fn length(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    if lines <= LINES_MAX || source.text.starts_with("//! Generated ") {
        return Vec::new();
    }
    vec![Finding::new(
        LINES_MAX + 1,
        format!("{lines} lines: split it into rooms ({LINES_MAX} at most)"),
    )]
}

pub(super) fn unfinished(source: &Source) -> Vec<Finding> {
    ["todo", "unimplemented", "dbg"]
        .iter()
        .flat_map(|name| {
            words(&source.code, name)
                .filter(|&at| source.code[at + name.len()..].starts_with('!'))
                .map(move |at| {
                    Finding::new(
                        line_of(&source.code, at),
                        format!("{name}! is not finished code"),
                    )
                })
        })
        .collect()
}

/// Absolute paths that mean something on one machine only.
pub(super) fn machine_paths(text: &str) -> Vec<Finding> {
    // In two pieces, so that this file does not find itself.
    let folders = ["work", "root", "home"].map(|f| format!("/{f}"));
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        for folder in &folders {
            let b = line.as_bytes();
            let hit = line.match_indices(folder.as_str()).any(|(at, _)| {
                let before = at.checked_sub(1).map(|j| b[j]);
                let after = b.get(at + folder.len()).copied();
                let starts =
                    before.is_none_or(|c| !(c.is_ascii_alphanumeric() || b"._-/~}>$".contains(&c)));
                starts && after == Some(b'/')
            });
            if hit {
                found.push(Finding::new(
                    i + 1,
                    format!("a path of somebody's machine ({folder}/…)"),
                ));
            }
        }
    }
    found
}

/// What an unfinished merge leaves.
pub(super) fn conflicts(text: &str) -> Vec<Finding> {
    // Made here, so that this file does not find itself.
    let marks = ['<', '>'].map(|c| format!("{} ", String::from(c).repeat(7)));
    let hit = |line: &&str| marks.iter().any(|m| line.starts_with(m.as_str()));
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| hit(line))
        .map(|(i, _)| Finding::new(i + 1, "a merge was not finished here"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::{conflicts, head, length, machine_paths, unfinished};

    #[test]
    fn a_head_says_something_early() {
        let said = |t: &str| head(&Source::new("x/src/a.rs", t)).is_empty();
        assert!(said("//! Purpose.\n"));
        assert!(!said("//!\nfn f() {}\n"));
        assert!(!said("fn f() {}\n"));
        assert!(!said("\n\n\n\n\n\n//! Late.\n"));
    }

    #[test]
    fn long_files_are_found_unless_generated() {
        let lines = |head: &str, n: usize| {
            length(&Source::new(
                "x/src/a.rs",
                &format!("{head}\n{}", "a\n".repeat(n)),
            ))
            .len()
        };
        assert_eq!(lines("//! x", 999), 0);
        assert_eq!(lines("//! x", 1000), 1);
        assert_eq!(lines("//! Generated from a table", 5000), 0);
    }

    #[test]
    fn unfinished_code_is_found_comments_are_not() {
        let text = "// todo!\nfn f() { todo!() }\nfn g() { unimplemented!() }\nlet todo = 1;\n";
        let lines: Vec<usize> = unfinished(&Source::new("x/src/a.rs", text))
            .iter()
            .map(|f| f.line)
            .collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn paths_of_machines_are_found() {
        let of = |folder: &str| format!("see `/{folder}/x`\n");
        for folder in ["work", "root", "home"] {
            assert_eq!(machine_paths(&of(folder)).len(), 1, "{folder}");
        }
        assert!(machine_paths("docs/work/x ~/home/x a/root/b /rooted /home\n").is_empty());
    }

    #[test]
    fn unfinished_merges_are_found() {
        let text = format!(
            "a\n{} HEAD\nb\n=======\nc\n{} x\n",
            "<".repeat(7),
            ">".repeat(7)
        );
        let lines: Vec<usize> = conflicts(&text).iter().map(|f| f.line).collect();
        assert_eq!(lines, [2, 6]);
    }
}
