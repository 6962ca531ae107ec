//! `esent-header HEAD EXPORTS TAIL`: prints the header of the C library.
//!
//! The prototypes are what cbindgen reads from the Rust text EXPORTS; HEAD and TAIL, which
//! `cargo xtask codegen` writes from the tables, go around them. A program of its own, so that
//! neither xtask nor the library depends on cbindgen. Invariant: a plain name that is a macro in
//! TAIL (`#define JetSeek JetSeekA`) has no prototype.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [head, exports, tail] = &files[..] else {
        return Err("usage: esent-header HEAD EXPORTS TAIL".into());
    };
    let (head, tail) = (fs::read_to_string(head)?, fs::read_to_string(tail)?);
    let macros: Vec<String> = tail
        .lines()
        .filter_map(|l| l.strip_prefix("#define Jet"))
        .filter_map(|l| l.split(' ').next())
        .map(|name| format!("Jet{name}"))
        .collect();
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        no_includes: true,
        documentation_style: cbindgen::DocumentationStyle::C,
        style: cbindgen::Style::Type,
        line_length: 100,
        tab_width: 4,
        ..Default::default()
    };
    config.function.prefix = None;
    config.export.exclude = macros;
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src(exports)
        .generate()?;
    let mut prototypes = Vec::new();
    bindings.write(&mut prototypes);
    print!(
        "{head}{}{tail}",
        String::from_utf8(prototypes)?.trim_start()
    );
    Ok(())
}
