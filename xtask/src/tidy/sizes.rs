//! Rule: what describes bytes outside this process is held by the compiler to its size.
//!
//! * A `repr(C)` struct needs `const _: () = assert!(… size_of::<Name>() …)` in its file.
//! * A module of `format` that names offsets (`const OFF_…`) needs a `const _: () = assert!(…)`
//!   that ties one of them to another or to the structure's size: a shifted table does not build.
#![forbid(unsafe_code)]

use super::text::{line_of, word_at, words};
use super::{Finding, Source};

pub(super) fn unasserted(source: &Source) -> Vec<Finding> {
    let code = &source.shipped;
    let format = source.path.starts_with("crates/ese-core/src/format/");
    if !format && !source.path.starts_with("crates/ese-ffi/src/") {
        return Vec::new();
    }
    let assertions: Vec<&str> = words(code, "const _")
        .map(|at| &code[at..])
        .filter(|rest| {
            rest.trim_start_matches("const _")
                .trim_start()
                .starts_with(": () =")
        })
        .map(statement)
        .filter(|s| s.contains("assert!"))
        .collect();
    let mut found = Vec::new();
    for at in words(code, "repr").filter(|&at| code[at..].starts_with("repr(C")) {
        let Some(name) = words(&code[at..], "struct")
            .next()
            .map(|s| word_at(code, at + s + "struct ".len()))
        else {
            continue;
        };
        // A generic one is asserted for the types it is used with.
        let wanted = [format!("size_of::<{name}>"), format!("size_of::<{name}<")];
        let held = |a: &&str| wanted.iter().any(|w| a.contains(w.as_str()));
        if !assertions.iter().any(held) {
            found.push(Finding::new(
                line_of(code, at),
                format!("struct {name} has no `const _: () = assert!(size_of::<{name}>() == …)`"),
            ));
        }
    }
    if format && !assertions.iter().any(|a| a.contains("OFF_")) {
        let first = code.find("const OFF_");
        found.extend(first.map(|at| {
            Finding::new(
                line_of(code, at),
                "offsets of an on-disk structure (OFF_…) without a `const _: () = assert!(…)` \
                 that holds them to its size",
            )
        }));
    }
    found
}

/// Up to the semicolon outside all braces.
fn statement(rest: &str) -> &str {
    let mut depth = 0_i32;
    let end = rest.bytes().position(|b| {
        depth += i32::from(b == b'{') - i32::from(b == b'}');
        b == b';' && depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::unasserted;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        unasserted(&Source::new(path, text))
            .iter()
            .map(|f| f.line)
            .collect()
    }

    const FORMAT: &str = "crates/ese-core/src/format/x.rs";

    #[test]
    fn a_struct_needs_its_own_assertion() {
        let with =
            "#[repr(C)]\npub struct A { x: u32 }\nconst _: () = assert!(size_of::<A>() == 4);\n";
        assert_eq!(lines(FORMAT, with), [0; 0]);
        let other = with.replace("<A>", "<B>");
        assert_eq!(lines(FORMAT, &other), [1]);
        assert_eq!(lines("crates/ese-ffi/src/structs.rs", &other), [1]);
        assert_eq!(lines("crates/ese-core/src/cache.rs", &other), [0; 0]);
        let generic = with.replace("A {", "A<C> {").replace("<A>", "<A<u8>>");
        assert_eq!(lines(FORMAT, &generic), [0; 0]);
    }

    #[test]
    fn offsets_need_an_assertion_that_names_one() {
        let table = "//! x\npub const OFF_A: usize = 0;\n";
        assert_eq!(lines(FORMAT, table), [2]);
        let idle = format!("{table}const _: () = assert!(true);\n");
        assert_eq!(lines(FORMAT, &idle), [2]);
        let held = format!("{table}const _: () = {{ assert!(OFF_A + 8 == BYTES); }};\n");
        assert_eq!(lines(FORMAT, &held), [0; 0]);
    }
}
