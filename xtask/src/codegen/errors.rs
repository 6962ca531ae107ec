//! Error numbers: the table of `ese-core` and what other generated files look up.
#![forbid(unsafe_code)]

use crate::process::Failure;
use crate::tsv::Table;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The numbers by full name (`JET_errDiskFull`).
pub(super) fn numbers(table: &Table) -> Result<BTreeMap<String, i32>, Failure> {
    let rows = table.select(["name", "value"])?;
    rows.iter()
        .map(|[name, value]| {
            let value = value
                .parse()
                .map_err(|_| Failure::failed(format!("errors.tsv: {name} = {value}")))?;
            Ok(((*name).to_owned(), value))
        })
        .collect()
}

const HEAD: &str = "\
//! Generated from `crates/ese-ffi/api/errors.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Invariant: one constant per name of the API, one table row per number (an alias has no row).
#![forbid(unsafe_code)]

use super::{JetErr, JetErrInfo};

impl JetErr {
";

pub(super) fn rust(table: &Table) -> Result<String, Failure> {
    let rows = table.select(["name", "value", "category", "alias_of", "meaning"])?;
    let mut out = String::from(HEAD);
    for [full, value, _, _, meaning] in &rows {
        let _ = writeln!(
            out,
            "    /// `{full}`: {meaning}.\n    pub const {}: Self = Self({value});",
            constant(full)
        );
    }
    out.push_str("}\n\n");
    out.push_str("pub(super) static TABLE: &[JetErrInfo] = &[\n");
    for [full, value, category, alias_of, meaning] in &rows {
        if *alias_of != "-" {
            continue;
        }
        let _ = writeln!(
            out,
            "JetErrInfo {{ value: {value}, name: {:?}, full_name: {full:?}, category: {category:?}, meaning: {meaning:?}, }},",
            short(full)
        );
    }
    out.push_str("];\n");
    Ok(out)
}

/// `JET_errDiskFull` → `DiskFull`.
fn short(full: &str) -> &str {
    ["JET_err", "JET_wrn", "err", "wrn"]
        .iter()
        .find_map(|p| full.strip_prefix(p))
        .unwrap_or(full)
}

/// `JET_errDiskFull` → `DISK_FULL`, `JET_wrnUniqueKey` → `WRN_UNIQUE_KEY`.
pub(super) fn constant(full: &str) -> String {
    let name: Vec<char> = short(full).chars().collect();
    let mut out = String::new();
    if full.contains("wrn") {
        out.push_str("WRN_");
    }
    for (i, c) in name.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| name[j]);
        let after = name.get(i + 1);
        // A word begins at a capital behind a small letter or digit, or before a small letter.
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|b| {
                !b.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Table, constant, rust};

    #[test]
    fn names_become_constants() {
        for (full, name) in [
            ("JET_errDiskFull", "DISK_FULL"),
            ("JET_errDiskIO", "DISK_IO"),
            ("JET_errFileIOBeyondEOF", "FILE_IO_BEYOND_EOF"),
            (
                "JET_errInvalidLCMapStringFlags",
                "INVALID_LC_MAP_STRING_FLAGS",
            ),
            ("JET_wrnNyi", "WRN_NYI"),
            ("errBackupAbortByCaller", "BACKUP_ABORT_BY_CALLER"),
        ] {
            assert_eq!(constant(full), name);
        }
    }

    #[test]
    fn an_alias_is_a_constant_but_no_row() {
        let text = "name\tvalue\tcategory\talias_of\tmeaning\n\
                    JET_errNew\t-5\tusage\t-\tso\n\
                    JET_errOld\t-5\tusage\tJET_errNew\told name\n";
        let out = rust(&Table::parse(text, "t").unwrap()).unwrap();
        assert!(out.contains("pub const OLD: Self = Self(-5);"));
        assert_eq!(out.matches("full_name").count(), 1);
    }
}
