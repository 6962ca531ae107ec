//! Which functions of the API have a body: `fn jet_…` in `crates/ese-ffi/src/calls/`.
//!
//! Invariant: what is generated says "yes" only for a function whose body stands there.
#![forbid(unsafe_code)]

use crate::fixtures::walk;
use crate::process::{Failure, read, root};
use std::collections::BTreeMap;

/// One body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Written once for both forms, over the type of a character.
    pub(crate) generic: bool,
    /// What is missing: the text of a line `// PARTLY: …` above the function.
    pub(crate) partly: Option<String>,
}

/// All bodies by their name in Rust (`jet_create_instance2`).
pub(crate) fn bodies() -> Result<BTreeMap<String, Body>, Failure> {
    let mut out = BTreeMap::new();
    let calls = root().join("crates/ese-ffi/src/calls");
    for path in walk(&calls)? {
        if path.extension().is_some_and(|x| x == "rs") {
            out.extend(of(&read(&path)?));
        }
    }
    Ok(out)
}

fn of(source: &str) -> Vec<(String, Body)> {
    let mut out = Vec::new();
    let mut partly = None;
    for line in source.lines() {
        let line = line.trim();
        if let Some(why) = line.strip_prefix("// PARTLY: ") {
            partly = Some(why.to_owned());
            continue;
        }
        if line.starts_with("//") || line.starts_with("#[") {
            continue;
        }
        let is_fn = ["pub(crate) fn ", "pub(crate) unsafe fn "]
            .iter()
            .find_map(|p| line.strip_prefix(p))
            .filter(|rest| rest.starts_with("jet_"));
        let partly = partly.take();
        let Some(rest) = is_fn else { continue };
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let generic = rest[end..].starts_with('<');
        out.push((rest[..end].to_owned(), Body { generic, partly }));
    }
    out
}

/// `JetCreateInstance2` → `jet_create_instance2`, `JetOSSnapshotEnd` → `jet_os_snapshot_end`.
pub(super) fn snake(name: &str) -> String {
    let name: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in name.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| name[j]);
        let after = name.get(i + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|b| {
                !b.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{of, snake};

    #[test]
    fn names_in_rust() {
        for (c, rust) in [
            ("JetInit", "jet_init"),
            ("JetCreateInstance2", "jet_create_instance2"),
            ("JetOSSnapshotEnd", "jet_os_snapshot_end"),
            ("JetGetLS", "jet_get_ls"),
            ("JetDBUtilities", "jet_db_utilities"),
            ("JetRBSExecuteRevert", "jet_rbs_execute_revert"),
        ] {
            assert_eq!(snake(c), rust);
        }
    }

    #[test]
    fn only_what_has_a_body_counts() {
        let source = "pub(crate) unsafe fn jet_init(p: *mut u8) -> Answer {\n\
                      // pub(crate) fn jet_term(\n\
                      fn jet_inside() {}\n\
                      // PARTLY: half of it\n\
                      #[inline]\n\
                      pub(crate) fn jet_seek<C: Char>(\n\
                      pub(crate) fn jet_move(\n";
        let found = of(source);
        let names: Vec<&str> = found.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["jet_init", "jet_seek", "jet_move"]);
        assert!(!found[0].1.generic && found[1].1.generic);
        assert_eq!(found[1].1.partly.as_deref(), Some("half of it"));
        assert_eq!((&found[0].1.partly, &found[2].1.partly), (&None, &None));
    }
}
