//! C programs under tests/c, linked with the library of this build and run; each ends with 0.
//!
//! They run under the address and undefined-behaviour sanitizers where the compiler has them, in a
//! folder of their own.
#![forbid(unsafe_code)]

mod common;

use common::{C11, CPP17, Language, compile, expect_success, has, here, libraries};
use std::process::Command;

fn run(language: Language, name: &str) {
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
    let link = [search.as_str(), "-lesent", "-lpthread"];
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
