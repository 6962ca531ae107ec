//! A checkpoint file: what kind it is by its head.
#![no_main]

use ese_core::format::header_page::file_kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = file_kind(data);
});
