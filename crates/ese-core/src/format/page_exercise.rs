//! Every question that this layer can be asked about arbitrary bytes, in one call: what fuzzing and the
//! mutation campaigns run.
//!
//! Invariant: [`exercise_page`] returns for any input, in time linear in its length.
#![forbid(unsafe_code)]

use super::checksum::{self, PageVerdict};
use super::db_header::DbHeader;
use super::flush_map::{FlushMapHeader, FlushMapPage};
use super::header_page::{file_kind, may_attach, select_header};
use super::ids::{PageSize, Pgno};
use super::node::NodeFlags;
use super::page::{PageFlags, PageView};
use super::page_check::{check_nodes, check_page};
use super::page_edit::{PageEdit, Space};
use super::page_mut::PageBuf;
use super::space::{Extent, RootHeader, SplitBuffer};
use super::trailer::Trailer;

/// Takes the first byte as a choice of page size, cuts or fills the rest to it, and asks all
/// questions: as a page unsigned and signed, as a header, as a trailer, as a flush map. Returns how
/// many structures were understood.
#[must_use]
pub fn exercise_page(data: &[u8]) -> usize {
    let (choice, bytes) = data.split_first().map_or((0, data), |(&c, rest)| (c, rest));
    let size = PageSize::ALL
        .into_iter()
        .nth(usize::from(choice) % PageSize::ALL.len())
        .unwrap_or(PageSize::K4);
    let mut page = PageBuf::zeroed(size);
    for (slot, &b) in page.as_mut_slice().iter_mut().zip(bytes) {
        *slot = b;
    }
    let pgno = Pgno(u32::from(choice) + 1);
    let mut understood = exercise_headers(bytes) + exercise_headers(&page);
    understood += usize::from(checksum::correct(&mut page, pgno) == PageVerdict::Good);
    understood += exercise_lines(&page);
    understood += exercise_edits(&mut page, choice);
    if checksum::stamp(&mut page, pgno).is_ok() {
        understood += usize::from(checksum::verify(&page, pgno) == PageVerdict::Good);
    }
    understood
}

fn exercise_headers(bytes: &[u8]) -> usize {
    let _ = file_kind(bytes);
    let header = select_header(bytes)
        .ok()
        .map(|s| s.header)
        .or_else(|| DbHeader::parse(bytes));
    let mut understood = usize::from(FlushMapHeader::open(bytes).is_ok());
    if let Some(mut header) = header {
        understood += usize::from(may_attach(&header).is_ok());
        understood += header
            .values()
            .iter()
            .map(|(_, value)| value.to_string().len())
            .sum::<usize>()
            .min(1);
        let _ = (
            header.version().efv(),
            header.os_version(),
            header.last_time(),
        );
        if let Some(trailer) = Trailer::parse(bytes) {
            let _ = trailer.apply(&mut header);
        }
    }
    understood += usize::from(Trailer::open(bytes).is_ok());
    if let Some(map) = FlushMapPage::new(bytes) {
        understood += usize::from(map.verify(map.number()) == PageVerdict::Good);
        understood += usize::from(map.state(map.number()) > 3);
    }
    understood
}

fn exercise_lines(page: &[u8]) -> usize {
    let Ok(view) = PageView::new(page) else {
        return 0;
    };
    let checked = check_page(&view).is_ok();
    let mut problems = 0usize;
    check_nodes(&view, &mut |problem| problems += problem.to_string().len());
    let mut understood = usize::from(checked);
    for itag in 0..view.tag_count() {
        understood += usize::from(view.line(itag).is_ok());
    }
    for iline in 0..view.node_count() {
        let node = view.node(iline);
        // What passed the test decodes.
        debug_assert!(node.is_ok() || !checked);
        if let Ok(node) = node {
            understood += usize::from(node.child().is_some());
            understood += usize::from(Extent::from_node(&node).is_ok());
        }
    }
    let _ = view.partition_nodes(|n| n.cmp_key(b"key").is_lt());
    if let Ok(header) = view.external_header() {
        if let Ok(root) = RootHeader::parse(header) {
            debug_assert_eq!(
                root.to_bytes(),
                header.get(..root.to_bytes().len()).unwrap_or(&[])
            );
            understood += root.space.single_free_pages(Pgno(u32::MAX - 5)).count();
        }
        if let Ok(Some(buffer)) = SplitBuffer::parse(header) {
            understood += buffer.extents().count();
        }
    }
    understood
}

fn exercise_edits(page: &mut PageBuf, choice: u8) -> usize {
    let before_ok = PageView::new(page).is_ok_and(|v| check_page(&v).is_ok());
    let Ok(mut edit) = PageEdit::new(page) else {
        return 0;
    };
    let nodes = edit.view().node_count();
    let at = usize::from(choice) % (nodes + 1);
    let data = [choice; 40];
    let taken = usize::from(choice) % data.len() + 1;
    let some = data.get(..taken).unwrap_or(&data);
    let done = [
        edit.insert_node(at, b"some key", some, NodeFlags::VERSION, Space::Committed),
        edit.replace_data(at, &data, Space::Reserved),
        edit.flag_delete(at),
        edit.delete_node(at / 2),
        edit.reorganise(),
        edit.set_flush_type(choice),
    ];
    // A sound page stays one. A freed page's content has no meaning, so nothing is promised for it.
    let flags = edit.view().flags();
    let alive = !flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT);
    debug_assert!(!before_ok || !alive || check_page(&edit.view()).is_ok());
    done.iter().filter(|d| d.is_ok()).count()
}
