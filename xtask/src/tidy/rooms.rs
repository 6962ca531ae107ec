//! Rule: `unsafe` lives in few rooms, and everybody else forbids it.
//!
//! A module that has a room below it can't say `forbid` (the room could not lift it): those deny
//! it at the root of the crate.
#![forbid(unsafe_code)]

use super::text::{line_of, words};
use super::{Finding, Source};

/// Files (or folders, with a `/` at the end) that may hold `unsafe`.
const ROOMS: &[&str] = &[
    "crates/ese-core/src/format/checksum/simd.rs",
    "crates/ese-core/src/io/real.rs",
    "crates/ese-core/src/cache/moves.rs",
    "crates/ese-core/src/cache/page_memory.rs",
    "crates/ese-ffi/src/",
    "crates/ese-ffi/tests/calls_support/",
    "crates/ese-ffi/tests/threads.rs",
    "benches/benches/paths/ffi_call.rs",
    "benches/src/bin/ffi.rs",
    "benches/src/engine/lmdb.rs",
    "benches/src/engine/through_c.rs",
    "testkit/src/counting.rs",
];

pub(super) fn unsafe_code(source: &Source) -> Vec<Finding> {
    let path = source.path.as_str();
    if ROOMS
        .iter()
        .any(|r| path == *r || (r.ends_with('/') && path.starts_with(r)))
    {
        return Vec::new();
    }
    let mut found: Vec<Finding> = words(&source.code, "unsafe")
        .map(|at| {
            Finding::new(
                line_of(&source.code, at),
                "`unsafe` outside its rooms (xtask/src/tidy/rooms.rs)",
            )
        })
        .collect();
    if is_ancestor(path) || !source.is_module() {
        return found;
    }
    found.extend(words(&source.code, "allow(unsafe_code)").map(|at| {
        Finding::new(
            line_of(&source.code, at),
            "allow(unsafe_code) outside the rooms of `unsafe`",
        )
    }));
    if !source.code.contains("#![forbid(unsafe_code)]") {
        found.push(Finding::new(1, "#![forbid(unsafe_code)] is missing"));
    }
    found
}

/// `true` for a file whose module contains a room.
fn is_ancestor(path: &str) -> bool {
    let module = path
        .trim_end_matches(".rs")
        .trim_end_matches("lib")
        .trim_end_matches("mod")
        .trim_end_matches('/');
    ROOMS.iter().any(|r| {
        r.strip_prefix(module)
            .is_some_and(|rest| rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::{is_ancestor, unsafe_code};

    fn count(path: &str, text: &str) -> usize {
        unsafe_code(&Source::new(path, text)).len()
    }

    #[test]
    fn rooms_may_others_not() {
        let text = "//! x\n#![forbid(unsafe_code)]\n// unsafe\nfn f() { unsafe {} }\n";
        assert_eq!(count("crates/ese-core/src/io/real.rs", text), 0);
        assert_eq!(count("crates/ese-ffi/src/exports.rs", text), 0);
        assert_eq!(count("crates/ese-core/src/io/memory.rs", text), 1);
        assert_eq!(count("crates/ese-core/tests/x.rs", text), 1);
        assert_eq!(count("crates/ese-core/src/io/memory.rs", "//! x\n"), 1);
        let lifted = "#![forbid(unsafe_code)]\n#[allow(unsafe_code)]\nmod x;\n";
        assert_eq!(count("crates/ese-core/src/btree/mod.rs", lifted), 1);
    }

    #[test]
    fn only_ancestors_of_rooms_may_do_without_forbid() {
        for path in [
            "crates/ese-core/src/lib.rs",
            "crates/ese-core/src/format/mod.rs",
            "crates/ese-core/src/format/checksum/mod.rs",
            "crates/ese-core/src/cache.rs",
            "crates/ese-core/src/io/mod.rs",
        ] {
            assert!(is_ancestor(path), "{path}");
        }
        for path in [
            "crates/ese-core/src/log.rs",
            "crates/ese-core/src/format/checksum/portable.rs",
            "crates/ese-backup/src/lib.rs",
            "crates/ese-core/src/cache/latch.rs",
        ] {
            assert!(!is_ancestor(path), "{path}");
        }
    }
}
