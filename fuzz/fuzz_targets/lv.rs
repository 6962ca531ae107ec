//! Stored values: decompression of every scheme, and chunks of long values.
#![no_main]

use ese_core::format::compress::{decompress_into, decompressed_len};
use ese_core::format::lv::append_chunk;
use libfuzzer_sys::fuzz_target;

/// No chunk is longer than a page.
const PLAIN_MAX: usize = 32 << 10;

fuzz_target!(|data: &[u8]| {
    let mut out = Vec::new();
    if decompress_into(data, &mut out, PLAIN_MAX).is_ok() {
        assert!(out.len() <= PLAIN_MAX);
    }
    if let Ok(len) = decompressed_len(data) {
        out.clear();
        let _ = append_chunk(data, len.min(PLAIN_MAX), &mut out);
    }
});
