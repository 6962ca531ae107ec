//! When two pages are equal, "page for page" (witness/histories/README.md).
#![forbid(unsafe_code)]

use super::Outcome;
use super::database::Database;
use ese_core::format::header_page::select_header;
use ese_core::format::ids::Pgno;
use ese_core::format::page::{PageFlags, PageView};
use std::path::Path;

/// Node keys, data, delete flags, prefix compression, external header, links, object id, dbtime and
/// flags; of a freed page, whose content has no meaning, the header.
pub fn same_page(a: &[u8], b: &[u8]) -> Outcome {
    let (a, b) = (PageView::new(a)?, PageView::new(b)?);
    let transient = PageFlags::NEW_CHECKSUM | PageFlags::FLUSH_TYPE;
    let header = |p: &PageView<'_>| (p.flags() - transient, p.objid(), p.dbtime(), p.own_pgno());
    if header(&a) != header(&b) {
        return Err(format!("header {:?}, {:?}", header(&a), header(&b)).into());
    }
    if a.flags().contains(PageFlags::EMPTY) {
        return Ok(());
    }
    let links = |p: &PageView<'_>| (p.pgno_prev(), p.pgno_next());
    if links(&a) != links(&b) {
        return Err(format!("links {:?}, {:?}", links(&a), links(&b)).into());
    }
    if a.tag_count() != b.tag_count() || a.reserved_tags() != b.reserved_tags() {
        return Err(format!("{} tags, {}", a.tag_count(), b.tag_count()).into());
    }
    if a.tag_count() == 0 {
        return Ok(());
    }
    if a.external_header()? != b.external_header()? {
        return Err("external header".into());
    }
    for i in 0..a.node_count() {
        let (x, y) = (a.node(i)?, b.node(i)?);
        let key = (x.prefix, x.suffix) == (y.prefix, y.suffix);
        if !key || x.data != y.data || x.is_deleted() != y.is_deleted() {
            return Err(format!("node {i}: {x:02x?}, {y:02x?}").into());
        }
    }
    Ok(())
}

/// How a database compares with a file.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    pub same: usize,
    /// Page and what differs.
    pub different: Vec<(Pgno, String)>,
}

/// Compares every page of a file that was ever written, and every page of the database.
pub fn compare_with_file(database: &Database, path: &Path) -> Outcome<Compared> {
    compare_with_bytes(database, &std::fs::read(path)?)
        .map_err(|e| format!("{}: {e}", path.display()).into())
}

/// As [`compare_with_file`], of a file that is at hand as bytes.
pub fn compare_with_bytes(database: &Database, bytes: &[u8]) -> Outcome<Compared> {
    let header = select_header(bytes)?;
    if header.page_size != database.page_size || header.header.sign_db != database.sign {
        return Err("another database".into());
    }
    let zeros = vec![0u8; database.page_size.bytes()];
    let mut out = Compared::default();
    let in_file = |pgno: Pgno| {
        let at = usize::try_from(pgno.offset(database.page_size)).unwrap_or(usize::MAX);
        let page = bytes.get(at..)?.get(..database.page_size.bytes())?;
        (page != zeros).then_some(page)
    };
    let last = bytes.len() / database.page_size.bytes();
    let last = Pgno(u32::try_from(last)?).max(*database.pages.keys().last().unwrap_or(&Pgno(0)));
    for pgno in (1..=last.0).map(Pgno) {
        let made = database.pages.get(&pgno);
        let why = match (made, in_file(pgno)) {
            (None, None) => continue,
            (Some(a), Some(b)) => same_page(a, b).err().map(|e| e.to_string()),
            (Some(_), None) => Some("it is not in the file".to_owned()),
            (None, Some(_)) => Some("no record made it".to_owned()),
        };
        match why {
            None => out.same += 1,
            Some(why) => out.different.push((pgno, why)),
        }
    }
    Ok(out)
}
