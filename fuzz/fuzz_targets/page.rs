<<<<<<< HEAD
//! Any bytes as a page, a header, a trailer, a flush map.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = ese_core::format::page_exercise::exercise_page(data);
=======
//! A page: every tag, node and key of it.
#![no_main]

use ese_core::format::page::PageView;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(page) = PageView::new(data) else {
        return;
    };
    let _ = page.external_header();
    for iline in 0..page.node_count() {
        if let Ok(node) = page.node(iline) {
            assert_eq!(node.key().len(), node.key_len());
        }
    }
>>>>>>> tools
});
