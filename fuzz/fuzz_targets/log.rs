//! A log file: header, every segment, every record, whatever its checksums say.
//!
//! The bytes are read as they are, and once more with header and segments signed, so that the fuzzer
//! gets behind the checksums.
#![no_main]

use ese_core::format::log_header::LogHeader;
use ese_core::format::log_record::LogRecord;
use ese_core::format::log_segment::{SEGMENT_BYTES, SegmentHeader, seal};
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::LogFile;
use ese_core::log::report::FileReport;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fn read(bytes: &[u8]) {
    let fs = MemoryFileSystem::default();
    let file = fs
        .open(Path::new("/edb.log"), OpenMode::CreateNew)
        .expect("memory");
    file.write_all_at(bytes, 0).expect("memory");
    let Ok(log) = LogFile::open(file) else {
        return;
    };
    log.header().show(&mut |_, value| drop(value.to_string()));
    if let Ok(report) = FileReport::read(&log) {
        assert!(report.records <= bytes.len() as u64);
        let _ = report.end.to_string();
    }
    let Ok(mut records) = log.records() else {
        return;
    };
    let mut out = Vec::new();
    while let Some((_, record)) = records.next() {
        out.clear();
        record.write(&mut out).expect("what parses is written again");
        assert_eq!(LogRecord::parse(&out), Ok((record, out.len())));
        let _ = record.line();
    }
}

fuzz_target!(|data: &[u8]| {
    read(data);
    let mut bytes = data.to_vec();
    let Some(mut header) = LogHeader::unchecked(&bytes) else {
        let _ = LogRecord::parse(data);
        return;
    };
    header.seal();
    let generation = header.generation();
    for (i, segment) in bytes.chunks_exact_mut(SEGMENT_BYTES).enumerate() {
        if i == 0 {
            segment.copy_from_slice(header.as_bytes());
        } else if let (Some(head), Ok(isec)) = (SegmentHeader::read(segment), u16::try_from(i)) {
            let mut lgpos = head.lgpos;
            if lgpos.isec == isec {
                lgpos.generation = generation;
                seal(segment, lgpos, head.time);
            }
        }
    }
    read(&bytes);
});
