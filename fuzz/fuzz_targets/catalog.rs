//! The data of a catalog row.
#![no_main]

use ese_core::format::record::RecordView;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = RecordView::new(data, false);
});
