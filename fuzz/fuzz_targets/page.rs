//! Any bytes as a page, a header, a trailer, a flush map.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = ese_core::format::page_exercise::exercise_page(data);
});
