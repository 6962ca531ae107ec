//! C programs under tests/c, linked with the library of this build and run; each ends with 0.
//!
//! They run under the address and undefined-behaviour sanitizers where the compiler has them, in a
//! folder of their own.
#![forbid(unsafe_code)]

mod common;

use common::{C11, CPP17, Language, compile, expect_success, has, here, libraries};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

fn run(language: Language, name: &str) {
    run_linked(language, name, &["-lesent", "-lpthread"]);
}

fn run_linked(language: Language, name: &str, libraries_of: &[&str]) {
    if !has(language.compiler) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let source = here().join("tests/c").join(name);
    let libraries = libraries();
    let search = format!("-L{}", libraries.display());
    let flags = [
        "-g",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsanitize=address,undefined",
    ];
    let link: Vec<&str> = std::iter::once(search.as_str())
        .chain(libraries_of.iter().copied())
        .collect();
    let said = compile(language, &flags, &source, &program, &link);
    expect_success(name, &said);
    let said = Command::new(&program)
        .current_dir(folder.path())
        .env("LD_LIBRARY_PATH", &libraries)
        .env("ASAN_OPTIONS", "detect_leaks=1")
        .env("ESE_CONTROL_SOCKET", folder.path().join("control"))
        .output()
        .unwrap();
    expect_success(name, &said);
}

#[test]
fn before_any_engine() {
    run(C11, "before_engine.c");
}

#[test]
fn before_any_engine_in_cpp() {
    run(CPP17, "before_engine.c");
}

#[test]
fn a_whole_program() {
    run(C11, "with_engine.c");
}

#[test]
fn a_whole_program_in_cpp() {
    run(CPP17, "with_engine.c");
}

#[test]
fn wrong_arguments_of_records() {
    run(C11, "conform_records.c");
}

#[test]
fn wrong_arguments_of_cursors() {
    run(C11, "conform_cursors.c");
}

#[test]
fn wrong_arguments_of_the_schema() {
    run(C11, "conform_schema.c");
}

#[test]
fn wrong_arguments_of_temporary_tables() {
    run(C11, "conform_temp.c");
}

/// The compiler of this build: what it says of types is a GNU word, and only this program needs it.
#[test]
fn forks_other_processes_and_unloading() {
    let gnu = Language {
        compiler: "gcc",
        arguments: &["-x", "c", "-std=gnu11"],
    };
    run_linked(gnu, "processes.c", &["-ldl", "-lpthread"]);
}

#[test]
fn what_clients_do() {
    run(C11, "clients.c");
}

#[test]
fn a_backup_is_stopped_in_the_middle_of_a_read() {
    run(C11, "stop_backup.c");
}

#[test]
fn wrong_arguments_of_sessions_databases_and_backups() {
    run(C11, "conform_sessions.c");
}

#[test]
fn deleted_rows_are_in_no_backup_and_a_restore_lets_none_begin() {
    run(C11, "restore_states.c");
}

#[test]
fn recovery_told_of_names_and_stops() {
    run(C11, "conform_recovery.c");
}

#[test]
fn calls_out_of_callbacks() {
    run(C11, "from_callbacks.c");
}

#[test]
fn wrong_arguments_of_the_rest() {
    run(C11, "conform_rest.c");
}

#[test]
fn upkeep() {
    run(C11, "upkeep.c");
}

/// Goal: every function of an ordinary application or of backup and upkeep (tiers 1 and 2) is called by
/// one of the programs above. Method: its name, in any form, is looked for in their sources.
#[test]
fn no_function_is_left_out() {
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    let mut sources = String::new();
    for entry in std::fs::read_dir(here().join("tests/c")).unwrap() {
        let path = entry.unwrap().path();
        // Sizes of structures, no calls.
        if !path.ends_with("layout.c") {
            sources += &read(path);
        }
    }
    let called = |name: &str| {
        sources.match_indices(name).any(|(at, _)| {
            let before = sources[..at].chars().next_back();
            let rest = &sources[at + name.len()..];
            let rest = rest.strip_prefix(['A', 'W']).unwrap_or(rest);
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && rest.starts_with('(')
        })
    };
    let table = read(here().join("api/functions.tsv"));
    let mut lines = table.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let column = |name: &str| head.iter().position(|c| *c == name).unwrap();
    let (base, tier) = (column("base_name"), column("tier"));
    let wanted = lines.filter(|l| l[base].starts_with("Jet") && ["1", "2"].contains(&l[tier]));
    let wanted: BTreeSet<String> = wanted.map(|l| l[base].to_owned()).collect();
    assert!(wanted.len() > 100, "the table was not read");
    let left_out: Vec<_> = wanted.iter().filter(|name| !called(name)).collect();
    assert!(left_out.is_empty(), "no program calls {left_out:?}");
}
