//! The header is valid C11 and C++17, alone and with JET_UNICODE, and agrees with the tables.
#![forbid(unsafe_code)]

mod common;

use common::{C11, CPP17, Language, compile, expect_success, has, here};
use std::fs;
use std::process::Command;

const STRICT: &[&str] = &["-Wall", "-Wextra", "-pedantic", "-Werror", "-c"];

/// A program that uses both forms, plain names, and every way a constant is written.
const PROGRAM: &str = r#"
#include "esent.h"
#include "esent.h"
JET_ERR use(JET_INSTANCE instance, JET_SESID sesid, JET_TABLEID tableid);
JET_ERR use(JET_INSTANCE instance, JET_SESID sesid, JET_TABLEID tableid)
{
    JET_INDEXCREATE plain = { 0 };
    JET_INDEXCREATE_A a = { 0 };
    JET_INDEXCREATE_W w = { 0 };
    JET_LOGTIME t = { 0 };
    a.lcid = 1033;
    w.pidxunicode = NULL;
    t.fTimeIsUTC = 1;
    plain.cbStruct = sizeof plain;
    (void)a; (void)w; (void)t;
    if (instance == JET_instanceNil || tableid == JET_tableidNil) return JET_errInvalidParameter;
    if (JetMove(sesid, tableid, JET_MoveFirst, JET_bitNil) < JET_errSuccess) return JET_errNoCurrentRecord;
#ifdef JET_UNICODE
    return JetSetCurrentIndex(sesid, tableid, u"name");
#else
    return JetSetCurrentIndex(sesid, tableid, "name") + JetSetCurrentIndexW(sesid, tableid, u"name");
#endif
}
"#;

#[test]
fn compiles_as_c_and_as_cpp_with_either_form() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("use.c");
    for language in [C11, CPP17] {
        if !has(language.compiler) {
            continue;
        }
        let program = match language.compiler {
            "gcc" => PROGRAM.to_owned(),
            _ => PROGRAM.replace("{ 0 }", "{}"),
        };
        fs::write(&source, program).unwrap();
        for form in [None, Some("-DJET_UNICODE")] {
            let mut flags = STRICT.to_vec();
            flags.extend(form);
            let object = folder.path().join("use.o");
            let said = compile(language, &flags, &source, &object, &[]);
            expect_success(&format!("{language:?} {form:?}"), &said);
        }
    }
}

fn layout(language: Language) {
    if !has(language.compiler) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("layout");
    let source = here().join("tests/c/layout.c");
    let said = compile(language, &["-Wall", "-Werror"], &source, &program, &[]);
    expect_success("layout.c", &said);
    expect_success("the bits", &Command::new(&program).output().unwrap());
}

#[test]
fn layouts_and_values_hold_in_c() {
    layout(C11);
}

#[test]
fn layouts_and_values_hold_in_cpp() {
    layout(CPP17);
}

#[test]
fn a_wrong_offset_does_not_compile() {
    if !has(C11.compiler) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let wrong = fs::read_to_string(here().join("tests/c/layout.c")).unwrap();
    let wrong = wrong.replacen(
        "offsetof(JET_COLUMNDEF, cp) == 16",
        "offsetof(JET_COLUMNDEF, cp) == 12",
        1,
    );
    let source = folder.path().join("wrong.c");
    fs::write(&source, wrong).unwrap();
    let said = compile(C11, &["-c"], &source, &folder.path().join("wrong.o"), &[]);
    assert!(!said.status.success());
    assert!(String::from_utf8_lossy(&said.stderr).contains("JET_COLUMNDEF"));
}
