//! What the unit tests of this room share: heads of records, small pages.
#![forbid(unsafe_code)]

use crate::format::ids::{Dbtime, Objid, PageSize, Pgno};
use crate::format::log_record::{LrFlags, LrNode, LrPage};
use crate::format::node::NodeFlags;
use crate::format::page::{PageFlags, PageView};
use crate::format::page_check::check_page;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageBuf;

/// dbtime of every record.
pub(super) const AFTER: Dbtime = Dbtime(0x200);
/// dbtime of every page before.
pub(super) const BEFORE: Dbtime = Dbtime(0x100);
/// Number of the page that records speak of first.
pub(super) const PGNO: Pgno = Pgno(50);

/// A node: key, data, flags.
pub(super) type Entry<'a> = (&'a [u8], &'a [u8], NodeFlags);

pub(super) const LIVE: NodeFlags = NodeFlags::empty();
pub(super) const DELETED: NodeFlags = NodeFlags::DELETED;

pub(super) fn head(iline: u16, flags: LrFlags) -> LrPage {
    LrPage {
        procid: 3,
        dbid: 1,
        pgno: PGNO,
        dbtime: AFTER,
        dbtime_before: BEFORE,
        trx_begin0: 8,
        level: 1,
        iline,
        flags,
    }
}

pub(super) fn node() -> LrNode {
    LrNode {
        rceid: 7,
        pgno_fdp: Pgno(40),
        objid_fdp: Objid(9),
    }
}

/// A page with an external header and nodes.
pub(super) fn page(
    size: PageSize,
    pgno: Pgno,
    flags: PageFlags,
    header: &[u8],
    nodes: &[Entry<'_>],
) -> PageBuf {
    let mut page = PageBuf::zeroed(size);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags,
        objid: Objid(9),
        dbtime: BEFORE,
        pgno,
        reserved_tags: 1,
    })
    .unwrap();
    edit.set_external_header(header).unwrap();
    for (i, (key, data, flags)) in nodes.iter().enumerate() {
        edit.insert_node(i, key, data, *flags, Space::Reserved)
            .unwrap();
    }
    page
}

/// A leaf that is no root, without a prefix.
pub(super) fn leaf(size: PageSize, nodes: &[Entry<'_>]) -> PageBuf {
    page(size, PGNO, PageFlags::LEAF, &[], nodes)
}

/// Number and bytes of a page's nodes; the page must be sound and, unless freed, changed by the record.
pub(super) fn nodes(page: &PageBuf) -> Vec<(Vec<u8>, Vec<u8>, NodeFlags)> {
    let view = PageView::new(page).unwrap();
    check_page(&view).unwrap();
    assert_eq!(view.dbtime(), AFTER);
    (0..view.node_count())
        .map(|i| view.node(i).unwrap())
        .map(|n| (n.key(), n.data.to_vec(), n.flags - NodeFlags::COMPRESSED))
        .collect()
}

/// Keys of a page's nodes as text.
pub(super) fn keys(page: &PageBuf) -> Vec<String> {
    nodes(page)
        .into_iter()
        .map(|(k, _, _)| String::from_utf8(k).unwrap())
        .collect()
}
