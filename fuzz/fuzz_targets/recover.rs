//! Whole sets: logs, checkpoint and database, changed as the input says, then recovered.
//!
//! The input is a list of changes to a set of the fixtures, not a set: so that a few bytes get deep.
//! What is asked of recovery stands at the head of `mutate.rs`, which the tests use too.
#![no_main]

#[path = "../../crates/ese-core/tests/recovery_support/mutate.rs"]
#[allow(dead_code, unreachable_pub)]
mod mutate;

use libfuzzer_sys::fuzz_target;
use mutate::{Base, judge};
use std::sync::LazyLock;

/// Two databases of 8 KiB pages, DDL on 4 KiB pages, a database whose creation was cut.
static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let base = |name: &str| {
        let dir = testkit::unpack_set("crashes", name).expect("fixtures are there");
        let files = std::fs::read_dir(dir).expect("an unpacked set can be read");
        let files = files.map(|entry| {
            let path = entry.expect("an unpacked set can be read").path();
            let name = path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
            (name, std::fs::read(&path).expect("a file of a set can be read"))
        });
        Base::new(files.collect())
    };
    ["two-dbs-end", "ddl-end-4k", "create-cut-4k"].map(base).into()
});

fuzz_target!(|data: &[u8]| {
    let Some((first, changes)) = data.split_first() else {
        return;
    };
    let base = &BASES[usize::from(*first) % BASES.len()];
    if let Err(why) = judge(&base.mutated(changes)) {
        panic!("{why}");
    }
});
