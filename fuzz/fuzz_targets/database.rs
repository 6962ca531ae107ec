//! A whole database: opened, every column of every record of every table decoded and dumped, the
//! space of every tree audited.
//!
//! Checksums are set right first: otherwise the fuzzer would only ever meet the checksum's refusal.
#![no_main]

use ese_core::format::checksum::stamp;
use ese_core::format::header_page::stamp_header;
use ese_core::format::ids::{PageSize, Pgno};
use ese_core::format::page_mut::PageBuf;
use ese_core::io::FileSystem as _;
use ese_core::io::OpenMode;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::reader::canonical::CanonicalWriter;
use ese_core::reader::{OpenOptions, RowEvent};
use ese_core::space::audit::Audit;
use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;
use std::path::Path;

/// Offset of the page size in the header (u32).
const OFF_PAGE_SIZE: usize = 236;
/// Rows and bytes of one input: a tree may name the same page many times.
const ROWS_MAX: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let size = data
        .get(OFF_PAGE_SIZE..OFF_PAGE_SIZE + 4)
        .and_then(|b| PageSize::from_bytes(u32::from_le_bytes(b.try_into().ok()?)));
    let mut bytes = Vec::with_capacity(data.len());
    let step = size.map_or(4096, PageSize::bytes);
    for (i, page) in data.chunks(step).enumerate() {
        let mut page = PageBuf::from_slice(page);
        if let Some(pgno) = u32::try_from(i).ok().and_then(|i| i.checked_sub(1))
            && pgno > 0
        {
            let _ = stamp(&mut page, Pgno(pgno));
            bytes.extend_from_slice(&page);
        } else {
            let mut header = page.to_vec();
            stamp_header(&mut header);
            bytes.extend_from_slice(&header);
        }
    }
    let fs = MemoryFileSystem::new();
    let path = Path::new("/x.edb");
    fs.put(path, bytes);
    let Ok(file) = fs.open(path, OpenMode::Read) else {
        return;
    };
    let options = OpenOptions::new().cache_bytes(1 << 20).flush_map(false);
    let Ok(db) = options.open_file(file) else {
        return;
    };
    let mut rows = 0;
    let mut canonical = CanonicalWriter::default();
    let mut audit = Audit::new(db.pages(), db.file_pages());
    for table in db.tables() {
        table.scan(|event| {
            if let RowEvent::Row(row) = event {
                for column in row.schema().columns() {
                    let _ = row.bytes(column);
                }
                let _ = canonical.record(&row, &|_| true);
            }
            rows += 1;
            if rows < ROWS_MAX {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        let parent = table.schema().pgno_fdp;
        audit.tree(table.schema().tree(), Pgno::SYSTEM_ROOT, &mut |_| {});
        for index in &table.schema().indexes {
            audit.tree(index.tree(), parent, &mut |_| {});
        }
    }
});
