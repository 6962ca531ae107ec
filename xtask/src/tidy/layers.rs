//! Rule: in `ese-core`, imports go down only.
//!
//! The list is that of docs/architecture.md, lowest first; the names of one row may know each
//! other. `lib.rs` stands above all of them.
#![forbid(unsafe_code)]

use super::text::{line_of, word_at, words};
use super::{Finding, Source};

/// Layers of `ese-core`, lowest first.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["sync"],
    &["io"],
    &["format"],
    &["cache"],
    &["log"],
    &["dbfile"],
    &["trx"],
    &["btree"],
    &["space"],
    &["rollback"],
    &["work"],
    &["record", "lv", "catalog", "index"],
    &["recovery"],
    &[
        "cursor",
        "session",
        "transaction",
        "database",
        "params",
        "instance",
        "engine",
    ],
    &["reader"],
    &["maintenance"],
    &["backup_port"],
];

const ROOT: &str = "crates/ese-core/src/";

fn height(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

/// Names that `lib.rs` passes on, with the layer they come from (`pub use error::{JetErr}`).
pub(super) fn reexports(lib: &str) -> Vec<(String, String)> {
    let code = super::text::Code::of(lib).into_text();
    let mut out = Vec::new();
    for at in words(&code, "pub use") {
        let path = code[at + "pub use".len()..].split(';').next().unwrap_or("");
        let path = path
            .trim()
            .trim_start_matches("crate::")
            .trim_start_matches("self::");
        let layer = word_at(path, 0).to_owned();
        let names = path
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|n| n.chars().next().is_some_and(char::is_uppercase));
        out.extend(names.map(|n| (n.to_owned(), layer.clone())));
    }
    out
}

/// Paths into the crate that lead to a higher layer.
pub(super) fn upward(source: &Source, reexports: &[(String, String)]) -> Vec<Finding> {
    let Some(inside) = source.path.strip_prefix(ROOT) else {
        return Vec::new();
    };
    let parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    let own = parts[0];
    if own == "lib" || parts.last() == Some(&"tests") {
        return Vec::new();
    }
    let Some(mine) = height(own) else {
        return vec![Finding::new(
            1,
            format!("layer `{own}` is not in the list of xtask/src/tidy/layers.rs"),
        )];
    };
    // `super` of a top-level module is the crate: how many of them lead there from this file.
    let depth = parts.iter().filter(|p| **p != "mod").count();
    let code = &source.shipped;
    let mut found = Vec::new();
    let mut starts: Vec<usize> = words(code, "crate")
        .filter(|&at| code[at..].starts_with("crate::"))
        .map(|at| at + "crate::".len())
        .collect();
    let chain = "super::".repeat(depth);
    starts.extend(
        words(code, "super")
            .filter(|&at| code[at..].starts_with(&chain) && !code[..at].ends_with("::"))
            .map(|at| at + chain.len())
            .filter(|&at| word_at(code, at) != "super"),
    );
    for at in starts {
        for (at, name) in first_names(code, at) {
            let layer = reexports
                .iter()
                .find(|(n, _)| n == name)
                .map_or(name, |(_, layer)| layer);
            if height(layer).is_some_and(|theirs| theirs > mine) {
                found.push(Finding::new(
                    line_of(code, at),
                    format!("`{own}` imports `{layer}`, a layer above it"),
                ));
            }
        }
    }
    found
}

/// The first names of a path: one, or those of a group `{a::b, c}`.
fn first_names(code: &str, at: usize) -> Vec<(usize, &str)> {
    let name = word_at(code, at);
    if !name.is_empty() {
        return vec![(at, name)];
    }
    if code.as_bytes().get(at) != Some(&b'{') {
        return Vec::new();
    }
    let mut out = Vec::new();
    let (mut depth, mut fresh) = (0, false);
    for (i, c) in code.bytes().enumerate().skip(at) {
        match c {
            b'{' => {
                depth += 1;
                fresh = depth == 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b',' => fresh = depth == 1,
            c if c.is_ascii_whitespace() => {}
            _ if fresh => {
                out.push((i, word_at(code, i)));
                fresh = false;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::{reexports, upward};

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let lib = reexports("pub use error::JetErr;\npub use reader::{Database, open};\n");
        upward(&Source::new(path, text), &lib)
            .iter()
            .map(|f| f.line)
            .collect()
    }

    #[test]
    fn down_and_level_are_allowed() {
        let text = "use crate::format::{page, ids::Pgno};\nuse crate::{JetErr, io};\nuse crate::catalog;\n";
        assert_eq!(lines("crates/ese-core/src/record/x.rs", text), [0; 0]);
    }

    #[test]
    fn up_is_found_in_every_form() {
        let up = "use crate::log;\nuse crate::{io, cache::{self, Frame}, error};\n\nfn f() { crate::reader::open() }\n";
        assert_eq!(lines("crates/ese-core/src/format/x.rs", up), [1, 2, 4]);
        assert_eq!(
            lines("crates/ese-core/src/io/mod.rs", "use super::log;\n"),
            [1]
        );
        assert_eq!(
            lines("crates/ese-core/src/cache.rs", "use super::log;\n"),
            [1]
        );
        assert_eq!(
            lines(
                "crates/ese-core/src/cache/latch.rs",
                "use super::log;\nuse super::super::log;\n"
            ),
            [2]
        );
        // By a name that the root passes on.
        assert_eq!(
            lines("crates/ese-core/src/io/mod.rs", "use crate::Database;\n"),
            [1]
        );
    }

    #[test]
    fn tests_comments_and_other_crates_may() {
        let text = "// crate::log\n#[cfg(test)]\nmod tests { use crate::log; }\n";
        assert_eq!(lines("crates/ese-core/src/format/x.rs", text), [0; 0]);
        assert_eq!(
            lines("crates/ese-backup/src/x.rs", "use crate::log;\n"),
            [0; 0]
        );
    }

    #[test]
    fn an_unknown_layer_is_named() {
        assert_eq!(lines("crates/ese-core/src/helpers.rs", "//! x\n"), [1]);
    }
}
