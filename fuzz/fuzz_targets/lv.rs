//! A compressed value, a chunk, a key and a root of a long-value tree.
#![no_main]

use ese_core::format::record_exercise::exercise_stored;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(promise) = exercise_stored(data) {
        panic!("broken: {promise}");
    }
});
