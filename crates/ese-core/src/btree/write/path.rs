//! Pages of a path, latched exclusively from some level down to the leaf.
//!
//! Levels above are latched shared, and let go when the level below is held. How high a tree is, is
//! asked first; a tree that grew meanwhile is asked again.
//!
//! Invariant: no page is on a path twice, whatever the pointers say.
#![forbid(unsafe_code)]

use super::place::check_own;
use super::{TreeWriter, WriteError, WriteTree};
use crate::btree::DEPTH_MOST;
use crate::btree::descend::{child_line_of, child_of};
use crate::cache::{ExclusivePage, PageFault, PageFaultKind, Pages, SharedPage};
use crate::format::ids::Pgno;
use crate::format::page::{PageError, PageFlags, PageView};

/// How often a tree may change its height while a path is latched.
const TRIES: usize = 64;

/// One page of a path.
pub(super) struct Held<'p> {
    pub(super) page: ExclusivePage<'p>,
    /// Line of the pointer to the next page; 0 on the leaf.
    pub(super) iline: usize,
}

impl Held<'_> {
    pub(super) fn pgno(&self) -> Pgno {
        self.page.pgno()
    }
}

/// Pages from some level down to the leaf of a bookmark.
pub(super) struct Path<'p> {
    /// From the highest down.
    pub(super) levels: Vec<Held<'p>>,
}

impl<'p> Path<'p> {
    pub(super) fn leaf(&mut self) -> Result<&mut ExclusivePage<'p>, WriteError> {
        let last = self.levels.last_mut();
        last.map(|l| &mut l.page)
            .ok_or_else(|| WriteError::tree(Pgno::NULL, "a path without pages"))
    }

    pub(super) fn holds(&self, pgno: Pgno) -> bool {
        self.levels.iter().any(|l| l.pgno() == pgno)
    }
}

/// Line and page of the child that a key belongs to.
pub(super) fn child(
    view: &PageView<'_>,
    pgno: Pgno,
    key: &[u8],
) -> Result<(usize, Pgno), PageFault> {
    let fault = |e| PageFault::new(pgno, PageFaultKind::Structure(e));
    if view.node_count() == 0 {
        return Err(fault(PageError::NoSuchTag(view.reserved_tags())));
    }
    let iline = child_line_of(view, key).map_err(fault)?;
    Ok((iline, child_of(view, pgno, iline)?))
}

impl<'a> TreeWriter<'a> {
    /// Latches the lowest `keep` levels of the path of the joined bookmark exclusively.
    pub(super) fn path(&self, tree: &WriteTree, keep: usize) -> Result<Path<'a>, WriteError> {
        for _ in 0..TRIES {
            let height = self.height(tree)?;
            if let Some(path) = self.latch_path(tree, height, height.saturating_sub(keep))? {
                return Ok(path);
            }
        }
        Err(WriteError::Restless(tree.root()))
    }

    /// Levels of the tree, leaves included. Pages above leaves say so: no leaf is looked at, and no page
    /// searched for one.
    fn height(&self, tree: &WriteTree) -> Result<usize, WriteError> {
        let pages = self.db.pages();
        let mut page = tree.tree().root(pages)?;
        for height in 1..=DEPTH_MOST {
            let view = page.view()?;
            if view.is_leaf() {
                return Ok(height);
            }
            if view.flags().contains(PageFlags::PARENT_OF_LEAF) {
                return Ok(height + 1);
            }
            let (_, next) = child(&view, page.pgno(), &self.scratch.bookmark)?;
            page = tree.tree().page(pages, next, None)?;
        }
        Err(WriteError::tree(
            tree.root(),
            "the tree is deeper than trees are",
        ))
    }

    /// `None` when the tree is not as high as was said.
    fn latch_path(
        &self,
        tree: &WriteTree,
        height: usize,
        shared: usize,
    ) -> Result<Option<Path<'a>>, WriteError> {
        let db = self.db;
        let mut levels: Vec<Held<'a>> = Vec::with_capacity(height - shared.min(height));
        let mut above: Option<SharedPage<'a>> = None;
        let mut pgno = tree.root();
        for depth in 0..height {
            let is_last = depth + 1 == height;
            let key = &self.scratch.bookmark;
            if depth < shared {
                let page = db.pages().shared(pgno)?;
                if page.view()?.is_leaf() {
                    return Ok(None);
                }
                let page = match depth {
                    0 => tree.tree().root(db.pages())?,
                    _ => page,
                };
                let (_, next) = child(&page.view()?, pgno, key)?;
                pgno = next;
                above = Some(page);
                continue;
            }
            if levels.iter().any(|l| l.pgno() == pgno) {
                return Err(WriteError::tree(pgno, "a page is below itself"));
            }
            let page = db.pages().exclusive(pgno)?;
            above = None;
            check_own(tree, &page)?;
            let view = page.view()?;
            if view.is_leaf() != is_last {
                return Ok(None);
            }
            let (iline, next) = match is_last {
                true => (0, Pgno::NULL),
                false => child(&view, pgno, key)?,
            };
            levels.push(Held { page, iline });
            pgno = next;
        }
        drop(above);
        Ok(Some(Path { levels }))
    }
}
