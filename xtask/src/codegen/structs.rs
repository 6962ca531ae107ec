//! Structures: read from structs.md, written as Rust with assertions of every size and offset.
//!
//! Invariant: one structure per layout: the A and the W form are one generic type, `X<C>`.
#![forbid(unsafe_code)]

use super::ctype::CType;
use crate::process::Failure;
use std::fmt::Write as _;

/// One structure of the API.
pub(super) struct Struct {
    /// Without `_A` or `_W`: `JET_INDEXCREATE`.
    pub(super) name: String,
    /// Has an A and a W form.
    pub(super) wide: bool,
    pub(super) about: String,
    pub(super) packed: bool,
    /// Size and alignment of the A form.
    pub(super) size: (u32, u32),
    /// Size of the W form.
    pub(super) size_w: u32,
    pub(super) fields: Vec<Field>,
}

/// One field, which may be a union or a structure of its own.
pub(super) struct Field {
    /// Empty for an anonymous one.
    pub(super) name: String,
    /// Offset in the A form, and in the W form.
    pub(super) offset: (u32, u32),
    pub(super) size: u32,
    pub(super) what: What,
}

pub(super) enum What {
    Plain {
        ctype: CType,
        count: Option<u32>,
    },
    /// So many bits of a unit of this type, from this bit on.
    Bits {
        ctype: CType,
        from: u32,
        count: u32,
    },
    Struct(Vec<Field>),
    Union(Vec<Field>),
}

/// One row of a table of fields: depth, name, type, offset, size.
type Row<'a> = (usize, &'a str, &'a str, &'a str, u32);

pub(super) fn read(text: &str) -> Result<Vec<Struct>, Failure> {
    let mut out: Vec<Struct> = Vec::new();
    for section in text.split("\n### ").skip(1) {
        let one = parse(section)?;
        // Layouts that differ by the characters they hold stand in the table twice.
        if let Some(base) = one.name.strip_suffix("_W")
            && let Some(a) = out.iter_mut().find(|s| s.name == format!("{base}_A"))
        {
            a.name = base.to_owned();
            a.wide = true;
            a.size_w = one.size.0;
            for (mine, theirs) in a.fields.iter_mut().zip(&one.fields) {
                mine.offset.1 = theirs.offset.0;
                if let What::Plain { ctype, .. } = &mut mine.what
                    && ctype.base() == "char"
                {
                    *ctype = CType::parse("char8/char16")?;
                }
            }
            continue;
        }
        out.push(one);
    }
    Ok(out)
}

fn parse(section: &str) -> Result<Struct, Failure> {
    let bad = |why: &str| {
        let title = section.lines().next().unwrap_or_default();
        Failure::failed(format!("structs.md: {title}: {why}"))
    };
    let mut lines = section.lines();
    let title = lines.next().unwrap_or_default().trim();
    let (name, wide) = match title.strip_suffix("_A/_W") {
        Some(base) => (base, true),
        None => (title, false),
    };
    let prose = lines
        .find(|l| !l.trim().is_empty())
        .ok_or_else(|| bad("no text"))?;
    let number = |after: &str| -> Option<u32> {
        let at = prose.find(after)? + after.len();
        let digits: String = prose[at..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    let size = number("Size ").ok_or_else(|| bad("no size"))?;
    let align = number("alignment ").ok_or_else(|| bad("no alignment"))?;
    let about = prose.split(" Introduced:").next().unwrap_or(prose);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines.filter(|l| l.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, ctype, offset, size] = cells[..] else {
            return Err(bad("a row has four cells"));
        };
        if name == "field" || name.starts_with("---") {
            continue;
        }
        let depth = name.matches("&nbsp;").count() / 2;
        let name = name.rsplit("&nbsp;").next().unwrap_or(name).trim();
        rows.push((depth, name, ctype, offset, size.parse().unwrap_or(0)));
    }
    let mut rest = &rows[..];
    let fields = fields(&mut rest, 0).map_err(|why| bad(&why))?;
    Ok(Struct {
        name: name.to_owned(),
        wide,
        about: about.to_owned(),
        packed: prose.contains("pack 1"),
        size: (size, align),
        size_w: size,
        fields,
    })
}

fn fields(rows: &mut &[Row<'_>], depth: usize) -> Result<Vec<Field>, String> {
    let mut out = Vec::new();
    while let Some(&(d, name, ctype, offset, size)) = rows.first() {
        if d < depth {
            break;
        }
        if d > depth {
            return Err(format!("{name} stands too deep"));
        }
        *rows = &rows[1..];
        let at = offset
            .split(',')
            .next()
            .and_then(|o| o.parse().ok())
            .ok_or_else(|| format!("{name}: offset {offset}"))?;
        let kind = |text: &str| {
            let text = if text.contains('(') {
                text.split(' ').next().unwrap_or(text)
            } else {
                text
            };
            CType::parse(text).map_err(|_| format!("{name}: type {text}"))
        };
        let what = if ctype == "union" {
            What::Union(fields(rows, depth + 1)?)
        } else if ctype == "struct" {
            What::Struct(fields(rows, depth + 1)?)
        } else if let Some((unit, bits)) = ctype.split_once(" : ") {
            let digits = |t: &str| t.split(' ').next().and_then(|n| n.parse().ok());
            let from = offset
                .split("bit ")
                .nth(1)
                .and_then(digits)
                .ok_or_else(|| format!("{name}: bits of {offset}"))?;
            What::Bits {
                ctype: kind(unit)?,
                from,
                count: digits(bits).ok_or_else(|| format!("{name}: {bits}"))?,
            }
        } else if let Some((base, count)) = ctype.split_once(" [") {
            let count = count.trim_end_matches(']').parse();
            What::Plain {
                ctype: kind(base)?,
                count: Some(count.map_err(|_| format!("{name}: {ctype}"))?),
            }
        } else {
            What::Plain {
                ctype: kind(ctype)?,
                count: None,
            }
        };
        let anonymous = name.starts_with('(');
        out.push(Field {
            name: if anonymous {
                String::new()
            } else {
                name.to_owned()
            },
            offset: (at, at),
            size,
            what,
        });
    }
    Ok(out)
}

/// A union that gives one number and its bits is that number in Rust.
fn only_bits(members: &[Field]) -> Option<&Field> {
    let (mut plain, mut others) = (None, 0);
    for m in members {
        match &m.what {
            What::Plain { count: None, .. } => {
                others += usize::from(plain.is_some());
                plain = Some(m);
            }
            What::Struct(f) if f.iter().all(|f| matches!(f.what, What::Bits { .. })) => {}
            _ => others += 1,
        }
    }
    plain.filter(|_| others == 0)
}

fn uses_characters(fields: &[Field]) -> bool {
    fields.iter().any(|f| match &f.what {
        What::Plain { ctype, .. } => ctype.base() == "char8/char16" || ctype.base().ends_with("_A"),
        What::Bits { .. } => false,
        What::Struct(f) | What::Union(f) => uses_characters(f),
    })
}

/// The type's name in Rust; a form of its own refers to `C`.
fn rust_name(base: &str) -> String {
    if base == "char8/char16" {
        return "C".to_owned();
    }
    match base.strip_suffix("_A") {
        Some(name) => format!("{name}<C>"),
        None => base.to_owned(),
    }
}

const HEAD: &str = "\
//! Generated from `api/structs.md` by `cargo xtask codegen`; not edited by hand.
//!
//! Every structure of the API, in the layout of 64-bit Windows. The A and the W form of one are one
//! type over its characters, so that one body serves both. Invariant: sizes and offsets are those
//! of the table, or this file does not compile.
#![allow(non_snake_case, non_camel_case_types, missing_docs)]

use crate::types::*;
use std::ffi::{c_char, c_void};
use std::mem::{align_of, offset_of, size_of};

";

/// What [`rust`] has written so far.
struct Writer {
    types: String,
    asserts: String,
    /// Structures that hold a union, which nothing can print.
    silent: Vec<String>,
}

pub(super) fn rust(structs: &[Struct]) -> String {
    let mut w = Writer {
        types: HEAD.to_owned(),
        asserts: String::new(),
        silent: Vec::new(),
    };
    for s in structs {
        w.one(s);
    }
    let mut out = w.types;
    let _ = write!(
        out,
        "\n#[cfg(target_pointer_width = \"64\")]\nconst _: () = {{\n{}}};\n",
        w.asserts
    );
    out
}

impl Writer {
    fn one(&mut self, s: &Struct) {
        let generic = s.wide;
        let doc = format!("`{}`: {}", s.name, s.about);
        self.aggregate(&s.name, &doc, "struct", &s.fields, 0, s.packed, generic);
        if generic {
            for (form, what) in [("A", "c_char"), ("W", "JET_WCHAR")] {
                let _ = writeln!(
                    self.types,
                    "/// The {form} form of [`{n}`].\npub type {n}_{form} = {n}<{what}>;",
                    n = s.name
                );
            }
        }
        let forms: &[(&str, u32, bool)] = if generic {
            &[
                ("<c_char>", s.size.0, false),
                ("<JET_WCHAR>", s.size_w, true),
            ]
        } else {
            &[("", s.size.0, false)]
        };
        for (of, size, wide) in forms {
            let name = format!("{}{of}", s.name);
            let _ = writeln!(self.asserts, "assert!(size_of::<{name}>() == {size});");
            let _ = writeln!(
                self.asserts,
                "assert!(align_of::<{name}>() == {});",
                s.size.1
            );
            self.offsets(&s.name, of, &s.fields, 0, *wide);
        }
    }

    /// Writes a structure or union with those inside it.
    #[allow(clippy::too_many_arguments)]
    fn aggregate(
        &mut self,
        name: &str,
        doc: &str,
        word: &str,
        members: &[Field],
        level: usize,
        packed: bool,
        generic: bool,
    ) {
        let parameter = if generic { "<C: Char>" } else { "" };
        let mut body = String::new();
        let mut inner: Vec<(String, &'static str, &[Field])> = Vec::new();
        for (field, text) in named(members) {
            match &field.what {
                What::Plain { ctype, count } => {
                    let t = ctype.rust(rust_name);
                    let t = count.map_or(t.clone(), |n| format!("[{t}; {n}]"));
                    let _ = writeln!(body, "pub {text}: {t},");
                }
                What::Bits { ctype, .. } => {
                    let of: Vec<String> = members
                        .iter()
                        .filter(|m| m.offset == field.offset)
                        .filter_map(|m| match m.what {
                            What::Bits { from, count, .. } => {
                                Some(format!("`{}` {from}..{}", m.name, from + count))
                            }
                            _ => None,
                        })
                        .collect();
                    let _ = writeln!(
                        body,
                        "/// Bits: {}.\npub {text}: {},",
                        of.join(", "),
                        ctype.rust(rust_name)
                    );
                }
                What::Struct(f) | What::Union(f) => {
                    if let (What::Union(_), Some(number)) = (&field.what, only_bits(f))
                        && let What::Plain { ctype, .. } = &number.what
                    {
                        let _ = writeln!(body, "pub {}: {},", number.name, ctype.rust(rust_name));
                        continue;
                    }
                    let t = format!("{name}_{text}");
                    let wide = if uses_characters(f) { "<C>" } else { "" };
                    let _ = writeln!(body, "pub {text}: {t}{wide},");
                    let word = match field.what {
                        What::Union(_) => "union",
                        _ => "struct",
                    };
                    inner.push((t, word, f));
                }
            }
        }
        let repr = if packed { "C, packed" } else { "C" };
        let holds_silent = members.iter().any(|m| match &m.what {
            What::Plain { ctype, .. } => {
                !ctype.is_pointer() && self.silent.iter().any(|s| s == ctype.base())
            }
            _ => false,
        });
        let debug = if word == "union" || !inner.is_empty() || level > 0 || holds_silent {
            self.silent.push(name.to_owned());
            ""
        } else {
            ", Debug"
        };
        let _ = write!(
            self.types,
            "/// {doc}\n#[repr({repr})]\n#[derive(Clone, Copy{debug})]\npub {word} {name}{parameter} {{\n{body}}}\n\n",
        );
        for (t, word, f) in inner {
            let generic = uses_characters(f);
            self.aggregate(
                &t,
                &format!("Inside [`{name}`]."),
                word,
                f,
                level + 1,
                packed,
                generic,
            );
        }
    }

    fn offsets(&mut self, name: &str, of: &str, members: &[Field], base: u32, wide: bool) {
        for (field, text) in named(members) {
            let at = if wide { field.offset.1 } else { field.offset.0 } - base;
            let (text, inside) = match &field.what {
                What::Union(f) => match only_bits(f) {
                    Some(number) => (number.name.clone(), None),
                    None => (text, Some(f)),
                },
                What::Struct(f) => (text, Some(f)),
                _ => (text, None),
            };
            let _ = writeln!(
                self.asserts,
                "assert!(offset_of!({name}{of}, {text}) == {at});"
            );
            if let Some(f) = inside {
                let inner = format!("{name}_{text}");
                let of = if uses_characters(f) { of } else { "" };
                let _ = writeln!(
                    self.asserts,
                    "assert!(size_of::<{inner}{of}>() == {});",
                    field.size
                );
                let base = if wide { field.offset.1 } else { field.offset.0 };
                self.offsets(&inner, of, f, base, wide);
            }
        }
    }
}

/// The fields that exist in Rust, with their names there: anonymous ones get `u1`, `s1`, …, and
/// bits of one unit become one field.
fn named(members: &[Field]) -> Vec<(&Field, String)> {
    let (mut unions, mut structs, mut units) = (0, 0, Vec::new());
    let mut out = Vec::new();
    for f in members {
        let name = match &f.what {
            What::Bits { .. } => {
                if units.contains(&f.offset) {
                    continue;
                }
                units.push(f.offset);
                format!("bits{}", units.len())
            }
            What::Union(_) if f.name.is_empty() => {
                unions += 1;
                format!("u{unions}")
            }
            What::Struct(_) if f.name.is_empty() => {
                structs += 1;
                format!("s{structs}")
            }
            _ => f.name.clone(),
        };
        out.push((f, name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{read, rust};

    const TEXT: &str = "# x\n\n### JET_A_A/_W\n\nSomething. Introduced: Windows 2000. Size 24, alignment 8.\n\n\
        | field | type | offset | size |\n|---|---|---|---|\n\
        | cbStruct | uint32 | 0 | 4 |\n\
        | szName | const char8/char16* | 8 | 8 |\n\
        | (union) | union | 16 | 8 |\n\
        | &nbsp;&nbsp;lcid | uint32 | 16 | 4 |\n\
        | &nbsp;&nbsp;pidx | JET_B* | 16 | 8 |\n\n\
        ### JET_T\n\nTime. Introduced: x. Size 1, alignment 1, pack 1.\n\n\
        | field | type | offset | size |\n|---|---|---|---|\n\
        | (union) | union | 0 | 1 |\n\
        | &nbsp;&nbsp;bFiller | char | 0 | 1 |\n\
        | &nbsp;&nbsp;(struct) | struct | 0 | 1 |\n\
        | &nbsp;&nbsp;&nbsp;&nbsp;fUtc | uint8 : 1 bit(s) | 0, from bit 0 | - |\n";

    #[test]
    fn both_forms_are_one_type_and_offsets_are_held() {
        let text = rust(&read(TEXT).unwrap());
        for wanted in [
            "pub struct JET_A<C: Char> {",
            "pub szName: *const C,",
            "pub u1: JET_A_u1,",
            "pub union JET_A_u1 {",
            "pub type JET_A_W = JET_A<JET_WCHAR>;",
            "assert!(offset_of!(JET_A<JET_WCHAR>, u1) == 16);",
            "assert!(offset_of!(JET_A_u1, pidx) == 0);",
            "#[repr(C, packed)]",
            "pub bFiller: c_char,",
        ] {
            assert!(text.contains(wanted), "{wanted}\n{text}");
        }
    }

    #[test]
    fn a_table_without_size_is_refused() {
        assert!(read("\n### JET_A\n\nSomething.\n").is_err());
        let deep = TEXT.replace("&nbsp;&nbsp;lcid", "&nbsp;&nbsp;&nbsp;&nbsp;lcid");
        assert!(read(&deep).is_err());
    }
}
