//! `cargo xtask codegen`: everything that is written from the tables of `crates/ese-ffi/api/`.
//!
//! Invariant: the output depends on the tables, on which functions have a body, and on rustfmt
//! alone, so that `--check` can demand equality byte for byte.
#![forbid(unsafe_code)]

mod bodies;
mod constants;
mod ctype;
mod errors;
mod functions;
mod header;
mod layout;
mod params;
mod structs;

pub(crate) use bodies::{Body, bodies};
pub(crate) use functions::Function;

use crate::process::{Args, Failure, Outcome, cargo, output, root, target, write_or_check};
use crate::tsv::Table;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) fn run(args: &mut Args) -> Outcome {
    let check = args.flag("--check");
    args.done()?;
    let put = |path: &str, text: &str| write_or_check(&root().join(path), text, check, "codegen");
    let rust = |path: &str, text: String| put(path, &rustfmt(&text)?);

    let error_table = api("errors.tsv")?;
    rust(
        "crates/ese-core/src/error/table.rs",
        errors::rust(&error_table)?,
    )?;

    let known_errors = errors::numbers(&error_table)?;
    let functions = functions::read(
        &api("functions.tsv")?,
        &api("summaries.tsv")?,
        &known_errors,
    )?;
    let structs = structs::read(&crate::process::read(&api_path("structs.md"))?)?;
    let constants = constants::read(&api("constants.tsv")?)?;
    let params = params::read(&api("params.tsv")?)?;
    let bodies = bodies()?;

    let src = "crates/ese-ffi/src";
    rust(&format!("{src}/structs.rs"), structs::rust(&structs))?;
    rust(&format!("{src}/constants.rs"), constants::rust(&constants))?;
    rust(&format!("{src}/params/table.rs"), params::rust(&params))?;
    let exports = rustfmt(&functions::rust(&functions, &bodies)?)?;
    put(&format!("{src}/exports.rs"), &exports)?;
    rust(
        &format!("{src}/function_table.rs"),
        functions::table(&functions),
    )?;

    // The prototypes come from what the library exports, so cbindgen reads the Rust text; the rest
    // (anonymous unions, bit fields, UTF-16) it can't say, so it comes from the tables.
    let work = target().join("codegen");
    fs::create_dir_all(&work).map_err(|e| Failure::failed(format!("{}: {e}", work.display())))?;
    let keep = |name: &str, text: &str| -> Result<PathBuf, Failure> {
        let path = work.join(name);
        fs::write(&path, text).map_err(|e| Failure::failed(format!("{}: {e}", path.display())))?;
        Ok(path)
    };
    let head = keep(
        "head.h",
        &header::head(&structs, &constants, &params, &error_table)?,
    )?;
    let tail = keep("tail.h", &header::tail(&functions, &structs))?;
    let source = keep("exports.rs", &exports)?;
    let text = output(
        cargo()
            .args(["run", "--quiet", "--package", "esent-header", "--"])
            .args([head, source, tail]),
    )?;
    put("crates/ese-ffi/include/esent.h", &text)?;
    put(
        "crates/ese-ffi/tests/c/layout.c",
        &layout::c(&structs, &constants, &params, &error_table)?,
    )
}

fn api_path(name: &str) -> PathBuf {
    root().join("crates/ese-ffi/api").join(name)
}

fn api(name: &str) -> Result<Table, Failure> {
    Table::read(&api_path(name))
}

/// The functions of the API with what is said about them.
pub(crate) fn functions() -> Result<Vec<Function>, Failure> {
    let numbers = errors::numbers(&api("errors.tsv")?)?;
    functions::read(&api("functions.tsv")?, &api("summaries.tsv")?, &numbers)
}

/// The text as `cargo fmt` would leave it.
fn rustfmt(text: &str) -> Result<String, Failure> {
    let hint = |e: std::io::Error| {
        Failure::failed(format!(
            "rustfmt could not be run ({e}): `rustup component add rustfmt`"
        ))
    };
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(hint)?;
    // rustfmt reads everything before it prints, so that one after the other can't block.
    child
        .stdin
        .take()
        .map_or(Ok(()), |mut pipe| pipe.write_all(text.as_bytes()))
        .map_err(hint)?;
    let out = child.wait_with_output().map_err(hint)?;
    if !out.status.success() {
        return Err(Failure::failed("rustfmt refuses the generated text"));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
