//! Constants that are neither errors nor system parameters: bits, types, levels, limits.
//!
//! Invariant: a name that had several values over time has its newest one.
#![forbid(unsafe_code)]

use crate::process::Failure;
use crate::tsv::Table;
use std::fmt::Write as _;

/// One constant.
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) group: String,
    pub(super) meaning: String,
}

/// A value with its type.
pub(super) enum Value {
    Text(String),
    Signed(i32),
    Unsigned(u32, /* hexadecimal */ bool),
    Wide(u64),
    /// All bits of a handle of this type.
    Nil(String),
    /// By the width of a character: A, W.
    ByForm(u32, u32),
}

pub(super) fn read(table: &Table) -> Result<Vec<Constant>, Failure> {
    let mut out: Vec<Constant> = Vec::new();
    for [name, value, group, applies, meaning] in
        table.select(["name", "value", "group", "applies_to", "meaning"])?
    {
        let bad = || Failure::failed(format!("constants.tsv: {name} = {value}"));
        let number = |digits: &str, radix| u64::from_str_radix(digits, radix).map_err(|_| bad());
        let signed = ["error category", "relational operator"].contains(&group);
        let value = if let Some(text) = value.strip_prefix('"') {
            Value::Text(text.trim_end_matches('"').to_owned())
        } else if group == "nil handle" {
            Value::Nil(applies.to_owned())
        } else if value.starts_with('-') || signed {
            Value::Signed(value.parse().map_err(|_| bad())?)
        } else {
            let (n, hex) = match value.strip_prefix("0x") {
                Some(digits) => (number(digits, 16)?, true),
                None => (number(value, 10)?, false),
            };
            match u32::try_from(n) {
                // Rows to move are signed: the first row is the most negative number.
                Ok(n) if group == "move offset" => Value::Signed(n.cast_signed()),
                Ok(n) => Value::Unsigned(n, hex),
                Err(_) => Value::Wide(n),
            }
        };
        let constant = Constant {
            name: name.to_owned(),
            value,
            group: group.to_owned(),
            meaning: meaning.to_owned(),
        };
        match out.iter_mut().find(|c| c.name == name) {
            None => out.push(constant),
            Some(old) => match (&old.value, &constant.value) {
                (Value::Unsigned(a, _), Value::Unsigned(w, _))
                    if meaning.contains("JET_UNICODE") =>
                {
                    old.value = Value::ByForm(*a, *w);
                }
                _ => *old = constant,
            },
        }
    }
    Ok(out)
}

const HEAD: &str = "\
//! Generated from `api/constants.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Bits, types, levels and limits of the API under the names that C programs use.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use crate::types::*;

";

pub(super) fn rust(constants: &[Constant]) -> String {
    let mut out = HEAD.to_owned();
    for c in constants {
        let _ = writeln!(
            out,
            "/// {}: {}.",
            c.group,
            c.meaning.replace(['[', ']'], "|")
        );
        let name = &c.name;
        let _ = match &c.value {
            Value::Text(t) => writeln!(out, "pub const {name}: &str = {t:?};"),
            Value::Signed(n) => writeln!(out, "pub const {name}: i32 = {n};"),
            Value::Unsigned(n, true) => writeln!(out, "pub const {name}: u32 = {n:#x};"),
            Value::Unsigned(n, false) => writeln!(out, "pub const {name}: u32 = {n};"),
            Value::Wide(n) => writeln!(out, "pub const {name}: u64 = {n:#x};"),
            Value::Nil(t) => writeln!(out, "pub const {name}: {t} = {t}::MAX;"),
            Value::ByForm(a, _) => writeln!(out, "pub const {name}: u32 = {a};"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Value, read, rust};
    use crate::tsv::Table;

    #[test]
    fn values_have_their_types() {
        let text = "name\tvalue\tgroup\tapplies_to\tmeaning\n\
                    JET_bitA\t0x80000000\tx\t-\ta\n\
                    JET_MoveFirst\t0x80000000\tmove offset\t-\tb\n\
                    JET_sesidNil\t0xFFFFFFFFFFFFFFFF\tnil handle\tJET_SESID\tc\n\
                    JET_cb\t64\tlimit\t-\tbytes (ANSI build)\n\
                    JET_cb\t128\tlimit\t-\tbytes (JET_UNICODE build)\n\
                    JET_col\t13\tx\t-\told\nJET_col\t19\tx\t-\tnew\n";
        let found = read(&Table::parse(text, "t").unwrap()).unwrap();
        assert_eq!(found.len(), 5);
        assert!(matches!(found[3].value, Value::ByForm(64, 128)));
        let out = rust(&found);
        for wanted in [
            "JET_bitA: u32 = 0x80000000;",
            "JET_MoveFirst: i32 = -2147483648;",
            "JET_sesidNil: JET_SESID = JET_SESID::MAX;",
            "JET_col: u32 = 19;",
        ] {
            assert!(out.contains(wanted), "{wanted}\n{out}");
        }
    }
}
