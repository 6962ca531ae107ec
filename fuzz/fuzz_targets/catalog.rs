//! A row of the catalog: bit 0 of the first byte chooses the rules of small or large pages.
#![no_main]

use ese_core::format::record_exercise::exercise_catalog_row;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(promise) = exercise_catalog_row(data) {
        panic!("broken: {promise}");
    }
});
