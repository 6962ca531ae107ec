//! Sequences of calls of the C interface, with arguments that may be wrong, in a folder of memory.
//!
//! What is asked of the library, and how bytes become calls, stands at the head of
//! `calls_support/mod.rs`, which the test of seeds uses too.
#![no_main]

#[path = "../../crates/ese-ffi/tests/calls_support/mod.rs"]
#[allow(dead_code, unreachable_pub)]
mod calls_support;

use libfuzzer_sys::fuzz_target;

/// A file system in memory, where there is one.
const MEMORY: &str = "/dev/shm";

fuzz_target!(|data: &[u8]| {
    let folder = if std::path::Path::new(MEMORY).is_dir() {
        MEMORY
    } else {
        "."
    };
    let folder = tempfile::tempdir_in(folder).expect("a folder can be made");
    let before = std::env::current_dir().expect("there is a current folder");
    std::env::set_current_dir(folder.path()).expect("it was just made");
    let said = calls_support::run(data);
    std::env::set_current_dir(before).expect("it is still there");
    if let Err(why) = said {
        panic!("{why}");
    }
});
