//! A checkpoint file: both copies, all fields, the attachment list, whatever its checksum says.
#![no_main]

use ese_core::format::checkpoint::Checkpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = Checkpoint::parse_file(data) {
        assert_eq!(file.checkpoint.rebuilt(), file.checkpoint);
    }
    if let Some(mut copy) = Checkpoint::unchecked(data) {
        copy.seal();
        copy.show(&mut |_, value| drop(value.to_string()));
        assert_eq!(copy.rebuilt(), copy);
        for entry in copy.attachments().entries().flatten() {
            let _ = entry.path_text();
        }
        let _ = Checkpoint::parse_file(&copy.to_file_bytes());
    }
});
