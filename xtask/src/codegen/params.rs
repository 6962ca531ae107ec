//! System parameters: the table that `ese-ffi` keeps its values by.
#![forbid(unsafe_code)]

use crate::process::Failure;
use crate::tsv::Table;
use std::fmt::Write as _;

/// One system parameter, as the table has it.
pub(super) struct Param {
    pub(super) name: String,
    pub(super) id: u32,
    pub(super) meaning: String,
    /// Another name of an id that stands in the table already.
    pub(super) alias: bool,
    kind: &'static str,
    default: Option<Value>,
    low: Option<Value>,
    range: (u64, u64),
    global: bool,
    settable: bool,
    advanced: bool,
    handling: &'static str,
}

enum Value {
    Number(u64),
    Text(String),
}

/// Stands for the largest value that fits a pointer.
const MAX: u64 = u64::MAX;

pub(super) fn read(table: &Table) -> Result<Vec<Param>, Failure> {
    let mut out: Vec<Param> = Vec::new();
    for [
        name,
        id,
        kind,
        default,
        low,
        min,
        max,
        scope,
        settable,
        advanced,
        handling,
        meaning,
    ] in table.select([
        "name",
        "id",
        "type",
        "default",
        "default_low_memory",
        "min",
        "max",
        "scope",
        "settable_after_init",
        "advanced",
        "handling",
        "meaning",
    ])? {
        let bad = |what: &str| Failure::failed(format!("params.tsv: {name}: {what}"));
        let id = id.parse().map_err(|_| bad(id))?;
        let kind = match kind {
            "string (folder)" => "Folder",
            "string (path)" => "Path",
            "string" => "Text",
            "bool" => "Bool",
            "int" | "int (grbit)" => "Number",
            "int (block size)" => "BlockSize",
            "pointer" => "Pointer",
            "user-defined" => "Other",
            "-" => "End",
            _ => return Err(bad(kind)),
        };
        let handling = match handling {
            "normal" | "custom" => "Normal",
            "ignored (stored only)" => "Ignored",
            "read-only" => "ReadOnly",
            _ => return Err(bad(handling)),
        };
        let read_only = settable.contains("read-only");
        out.push(Param {
            alias: out.iter().any(|p| p.id == id),
            name: name.to_owned(),
            id,
            meaning: meaning.to_owned(),
            kind,
            default: value(default),
            low: value(low),
            range: (number(min).unwrap_or(0), number(max).unwrap_or(MAX)),
            global: scope == "global",
            settable: settable == "y",
            advanced: advanced == "y",
            handling: if read_only { "ReadOnly" } else { handling },
        });
    }
    Ok(out)
}

/// A default: a quoted text, a number (the first of several is that of esent), or nothing.
fn value(text: &str) -> Option<Value> {
    if let Some(rest) = text.strip_prefix('"') {
        return Some(Value::Text(rest.trim_end_matches('"').to_owned()));
    }
    number(text).map(Value::Number)
}

fn number(text: &str) -> Option<u64> {
    let first = text.split(' ').next()?;
    if first == "max" {
        return Some(MAX);
    }
    if first == "null" {
        return Some(0);
    }
    match first.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => first.parse().ok(),
    }
}

const HEAD: &str = "\
//! Generated from `api/params.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! Every system parameter with its default, range and scope. Invariant: sorted by id, one row per
//! id.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use super::{Default, Handling, Kind, Param, Scope};

";

pub(super) fn rust(params: &[Param]) -> String {
    let mut out = HEAD.to_owned();
    for p in params {
        let _ = writeln!(
            out,
            "/// {}.\npub const {}: u32 = {};",
            p.meaning, p.name, p.id
        );
    }
    out.push_str("\npub(crate) static PARAMS: &[Param] = &[\n");
    let mut rows: Vec<&Param> = params
        .iter()
        .filter(|p| !p.alias && p.kind != "End")
        .collect();
    rows.sort_by_key(|p| p.id);
    for p in rows {
        let _ = writeln!(
            out,
            "Param {{ id: {}, name: {:?}, kind: Kind::{}, default: {}, low_memory: {}, min: {}, max: {}, \
             scope: Scope::{}, settable_late: {}, advanced: {}, handling: Handling::{} }},",
            p.id,
            p.name,
            p.kind,
            shown(p.default.as_ref()),
            shown(p.low.as_ref().or(p.default.as_ref())),
            limit(p.range.0),
            limit(p.range.1),
            if p.global { "Global" } else { "Instance" },
            p.settable,
            p.advanced,
            p.handling,
        );
    }
    out.push_str("];\n");
    out
}

fn limit(n: u64) -> String {
    if n == MAX {
        "usize::MAX".to_owned()
    } else {
        n.to_string()
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "Default::None".to_owned(),
        Some(Value::Number(n)) => format!("Default::Number({})", limit(*n)),
        Some(Value::Text(t)) => format!("Default::Text({t:?})"),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, rust};
    use crate::tsv::Table;

    #[test]
    fn defaults_and_ranges_are_read() {
        let text = "name\tid\ttype\tdefault\tdefault_low_memory\tmin\tmax\tscope\tsettable_after_init\tadvanced\thandling\tmeaning\n\
            JET_paramB\t3\tstring\t\"edb\"\t-\t3\t3\tinstance\tn\tn\tnormal\tb\n\
            JET_paramA\t2\tint\t0x800000 (esent); 0 (other)\t1\t0x1\tmax\tglobal\ty\ty\tcustom\ta\n\
            JET_paramOld\t2\tint\t0\t-\t0\tmax\tglobal\ty\ty\tcustom\told\n\
            JET_paramR\t4\tint\t-\t-\t-\t-\tinstance\tn (read-only)\tn\tcustom\tr\n";
        let out = rust(&read(&Table::parse(text, "t").unwrap()).unwrap());
        assert!(out.contains("default: Default::Number(8388608), low_memory: Default::Number(1), min: 1, max: usize::MAX, scope: Scope::Global, settable_late: true"));
        assert!(out.contains("default: Default::Text(\"edb\")"));
        assert!(out.contains("handling: Handling::ReadOnly"));
        assert_eq!(out.matches("id: 2,").count(), 1);
        assert!(out.contains("pub const JET_paramOld: u32 = 2;"));
    }
}
