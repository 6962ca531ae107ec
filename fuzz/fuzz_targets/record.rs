//! A record, as a row of a small and of a large page: every tagged value of it.
#![no_main]

use ese_core::format::record::RecordView;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for large in [false, true] {
        let Ok(record) = RecordView::new(data, large) else {
            continue;
        };
        for column in record.tagged() {
            let Ok(column) = column else { continue };
            for value in column.values() {
                let _ = value;
            }
        }
    }
});
