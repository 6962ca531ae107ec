//! Redo reads the pages that it is about to change before it comes to them, many with one read.
#![forbid(unsafe_code)]

mod recovery_support;
mod replay_support;

use ese_core::format::ids::PageSize;
use ese_core::io::hooked::{HookedFileSystem, Op, When};
use parking_lot::Mutex;
use recovery_support::sets::{Set, crash};
use recovery_support::world::{memory, recover_in};
use std::sync::Arc;

/// Length of every read of a database during a recovery, headers left out.
fn reads_of_pages(set: &Set) -> Vec<usize> {
    let reads: Arc<Mutex<Vec<usize>>> = Arc::default();
    let seen = Arc::clone(&reads);
    let head = 2 * PageSize::K32.bytes() as u64;
    let hook = move |when: When, op: Op<'_>| {
        if let (When::Before, Op::Read { path, offset, len }) = (when, op)
            && path.extension().is_some_and(|e| e == "edb")
            && offset >= head
        {
            seen.lock().push(len);
        }
        Ok(())
    };
    let fs = HookedFileSystem::new(Arc::new(memory(&set.files)), hook);
    recover_in(Arc::new(fs), &set.options).unwrap_or_else(|e| panic!("{}: {e}", set.name));
    let reads = reads.lock();
    reads.clone()
}

#[test]
fn pages_come_in_runs() {
    let (mut sets, mut reads, mut bytes, mut pages) = (0, 0, 0, 0);
    for name in testkit::sets("crashes") {
        let Some(set) = crash(&name) else { continue };
        let all = reads_of_pages(&set);
        let Some(&page) = all.iter().min() else {
            // Made again from its logs: nothing to read.
            continue;
        };
        sets += 1;
        reads += all.len();
        bytes += all.iter().sum::<usize>();
        pages += all.iter().sum::<usize>() / page;
    }
    eprintln!("{sets} sets: {reads} reads for {pages} pages, {bytes} bytes");
    assert!(sets > 5, "hardly any set has a file to read");
    assert!(reads * 2 < pages, "{reads} reads for {pages} pages");
}
