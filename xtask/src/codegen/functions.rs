//! Functions: the exports in Rust, and what is known about each.
//!
//! Invariant: one real function per exported name, plain, A and W, whose body is one `gate!`.
#![forbid(unsafe_code)]

use super::bodies::{Body, snake};
use super::ctype::CType;
use crate::process::Failure;
use crate::tsv::Table;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One exported name.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Without A or W.
    pub(crate) base: String,
    pub(crate) form: Form,
    pub(crate) group: String,
    pub(crate) tier: String,
    /// One sentence, without its full stop.
    pub(super) summary: String,
    /// Names of the errors its page lists.
    pub(super) errors: Vec<String>,
    parameters: Vec<(CType, String)>,
}

/// Which characters a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// None, or always the same.
    Only,
    /// The exported name without A or W of a function that has both: it is the A form.
    Plain,
    A,
    W,
}

impl Function {
    /// Name of its body in Rust.
    pub(crate) fn body(&self) -> String {
        snake(&self.base)
    }
}

pub(super) fn read(
    table: &Table,
    summaries: &Table,
    errors: &BTreeMap<String, i32>,
) -> Result<Vec<Function>, Failure> {
    let mut said = BTreeMap::new();
    for [base, summary] in summaries.select(["base_name", "summary"])? {
        said.insert(base.to_owned(), summary.to_owned());
    }
    let rows = table.select([
        "name",
        "base_name",
        "variants",
        "prototype_original",
        "group",
        "tier",
        "documented_return_codes",
        "other_codes_named_on_page",
    ])?;
    let mut out = Vec::new();
    for [name, base, variants, prototype, group, tier, codes, more] in rows {
        if !name.starts_with("Jet") {
            continue; // no JET API
        }
        let form = match name.strip_prefix(base) {
            Some("A") => Form::A,
            Some("W") => Form::W,
            _ if variants.starts_with("A/W") => Form::Plain,
            _ => Form::Only,
        };
        let mut listed: Vec<String> = codes
            .split(';')
            .chain(more.split(';'))
            .filter(|c| errors.get(*c).is_some_and(|n| *n != 0))
            .map(str::to_owned)
            .collect();
        listed.dedup();
        let summary = said
            .get(base)
            .cloned()
            .ok_or_else(|| Failure::failed(format!("api/summaries.tsv: {base} has no sentence")))?;
        out.push(Function {
            name: name.to_owned(),
            base: base.to_owned(),
            form,
            group: group.to_owned(),
            tier: tier.to_owned(),
            summary,
            errors: listed,
            parameters: parameters(name, prototype)?,
        });
    }
    Ok(out)
}

fn parameters(name: &str, prototype: &str) -> Result<Vec<(CType, String)>, Failure> {
    let bad = || Failure::failed(format!("functions.tsv: {name}: prototype {prototype:?}"));
    let inside = prototype
        .strip_prefix("JET_ERR ")
        .and_then(|p| p.strip_prefix(name))
        .and_then(|p| p.strip_prefix('('))
        .and_then(|p| p.strip_suffix(')'))
        .ok_or_else(bad)?;
    if inside.is_empty() || inside == "void" {
        return Ok(Vec::new());
    }
    inside
        .split(", ")
        .map(|one| {
            let at = one.rfind([' ', '*']).ok_or_else(bad)? + 1;
            let (ctype, parameter) = one.split_at(at);
            if parameter.is_empty() {
                return Err(bad());
            }
            Ok((CType::parse(ctype.trim())?, parameter.to_owned()))
        })
        .collect()
}

const HEAD: &str = "\
//! Generated from `api/functions.tsv` and the bodies in `calls/` by `cargo xtask codegen`; not
//! edited by hand.
//!
//! Every name that a program can link against. Invariant: nothing happens here but the gate.
#![allow(non_snake_case)]
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments)]

use crate::calls;
use crate::gate::gate;
use crate::structs::*;
use crate::types::*;
use std::ffi::{c_char, c_void};

";

pub(super) fn rust(
    functions: &[Function],
    bodies: &BTreeMap<String, Body>,
) -> Result<String, Failure> {
    let mut out = HEAD.to_owned();
    for name in bodies.keys() {
        if !functions.iter().any(|f| f.body() == *name) {
            return Err(Failure::failed(format!(
                "crates/ese-ffi/src/calls: {name} is the body of no function of the API"
            )));
        }
    }
    for f in functions {
        let body = bodies.get(&f.body());
        let names: Vec<&str> = f.parameters.iter().map(|(_, n)| n.as_str()).collect();
        let all = names.join(", ");
        let typed: Vec<String> = f
            .parameters
            .iter()
            .map(|(t, n)| format!("{n}: {}", t.rust(str::to_owned)))
            .collect();
        let aligned: Vec<&str> = f
            .parameters
            .iter()
            .filter(|(t, _)| t.can_be_misaligned())
            .map(|(_, n)| n.as_str())
            .collect();
        let call = match body {
            None => "calls::not_available()".to_owned(),
            Some(b) => {
                let turbofish = match (b.generic, f.form) {
                    (false, _) => "",
                    (true, Form::W) => "::<JET_WCHAR>",
                    (true, _) => "::<c_char>",
                };
                format!("unsafe {{ calls::{}{turbofish}({all}) }}", f.body())
            }
        };
        let _ = writeln!(out, "{}", doc(f, body));
        let _ = write!(
            out,
            "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn {}({}) -> JET_ERR {{\n",
            f.name,
            typed.join(", "),
        );
        if body.is_some() {
            out.push_str("// SAFETY: the caller keeps the contract of the C function.\n");
        }
        let _ = write!(
            out,
            "gate!({}({all}) aligned({}) => {call})\n}}\n\n",
            f.name,
            aligned.join(", "),
        );
    }
    Ok(out)
}

/// The comment of a function, for Rust and for C.
fn doc(f: &Function, body: Option<&Body>) -> String {
    let mut out = format!("/// {}.", f.summary);
    if f.form == Form::Plain {
        out.push_str(" The A form under its plain name.");
    }
    match body {
        None => out.push_str("\n///\n/// Not available yet: answers JET_errFeatureNotAvailable."),
        Some(Body {
            partly: Some(missing),
            ..
        }) => {
            let _ = write!(out, "\n///\n/// Partly: {missing}.");
        }
        Some(_) => {}
    }
    if !f.errors.is_empty() {
        out.push_str("\n///\n/// Errors named by its page:");
        let mut room = 0;
        for (i, e) in f.errors.iter().enumerate() {
            if room < e.len() + 2 {
                out.push_str("\n///");
                room = 92;
            }
            room -= e.len() + 2;
            let end = if i + 1 == f.errors.len() { "." } else { "," };
            let _ = write!(out, " {e}{end}");
        }
    }
    out
}

const TABLE_HEAD: &str = "\
//! Generated from `api/functions.tsv` by `cargo xtask codegen`; not edited by hand.
//!
//! What is known about each exported name. Invariant: one row per name, in the table's order.
#![forbid(unsafe_code)]

use ese_core::JetErr;

/// One exported name.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// As exported: `JetSeek`, `JetOpenTableW`.
    pub name: &'static str,
    /// 1 ordinary applications, 2 backup and tools, 3 rare, 4 obsolete or private.
    pub tier: u8,
    /// Errors and warnings that its page lists; other errors may come all the same.
    pub errors: &'static [JetErr],
}

";

pub(super) fn table(functions: &[Function]) -> String {
    let mut out = TABLE_HEAD.to_owned();
    out.push_str("/// All exported names.\npub static FUNCTIONS: &[Function] = &[\n");
    for f in functions {
        let errors: Vec<String> = f
            .errors
            .iter()
            .map(|e| format!("JetErr::{}", super::errors::constant(e)))
            .collect();
        let _ = writeln!(
            out,
            "Function {{ name: {:?}, tier: {}, errors: &[{}] }},",
            f.name,
            f.tier,
            errors.join(", ")
        );
    }
    out.push_str("];\n");
    out
}

#[cfg(test)]
mod tests {
    use super::{Form, read, rust};
    use crate::codegen::bodies::Body;
    use crate::tsv::Table;

    const TABLE: &str = "name\tbase_name\tvariants\tprototype_original\tgroup\ttier\tdocumented_return_codes\tother_codes_named_on_page\n\
        JetX\tJetX\tA/W + unsuffixed alias of A\tJET_ERR JetX(JET_SESID sesid, JET_PCSTR szName, unsigned long* pcb)\tg\t1\tJET_errSuccess;JET_errA;JET_errGone (?)\tJET_errA\n\
        JetXW\tJetX\tA/W + unsuffixed alias of A\tJET_ERR JetXW(JET_SESID sesid, JET_PCWSTR szName, unsigned long* pcb)\tg\t1\t-\t-\n\
        ese\tese\tnone\t-\tg\t4\t-\t-\n";

    fn functions() -> Vec<super::Function> {
        let errors = [
            ("JET_errSuccess".to_owned(), 0),
            ("JET_errA".to_owned(), -5),
        ]
        .into();
        let said = Table::parse("base_name\tsummary\nJetX\tDoes x\n", "s").unwrap();
        read(&Table::parse(TABLE, "t").unwrap(), &said, &errors).unwrap()
    }

    #[test]
    fn every_name_is_a_function_with_a_gate() {
        let f = functions();
        assert_eq!(f.len(), 2);
        assert_eq!((f[0].form, f[1].form), (Form::Plain, Form::W));
        assert_eq!(f[0].errors, ["JET_errA"]);
        let none = rust(&f, &[].into()).unwrap();
        assert!(
            none.contains("gate!(JetX(sesid, szName, pcb) aligned(pcb) => calls::not_available())")
        );
        let body = Body {
            generic: true,
            partly: None,
        };
        let some = rust(&f, &[("jet_x".to_owned(), body.clone())].into()).unwrap();
        assert!(some.contains("calls::jet_x::<JET_WCHAR>(sesid, szName, pcb)"));
        assert!(some.contains("aligned(szName, pcb)"));
        assert!(rust(&f, &[("jet_y".to_owned(), body)].into()).is_err());
    }

    #[test]
    fn a_function_without_a_sentence_is_refused() {
        let said = Table::parse("base_name\tsummary\n", "s").unwrap();
        let table = Table::parse(TABLE, "t").unwrap();
        assert!(read(&table, &said, &[].into()).is_err());
    }
}
