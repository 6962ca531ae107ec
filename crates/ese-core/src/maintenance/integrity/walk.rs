//! One tree from its root to its leaves: levels, links, separators, depth, ownership.
//!
//! Internal pages are kept while their subtree is walked; leaves are read in runs, many at a time,
//! and handed to a [`LeafSink`] in tree order.
//!
//! Invariants:
//! * no page is entered twice, so every walk ends;
//! * what lies below an unusable page is not guessed: the walk says that it is not complete.
#![forbid(unsafe_code)]

use super::context::{Context, rule_of_node};
use super::finding::Object;
use super::rule::Rule;
use super::space::Extents;
use crate::btree::DEPTH_MOST;
use crate::format::bytes::u32_at;
use crate::format::ids::{Objid, Pgno};
use crate::format::node::Node;
use crate::format::page::{OFF_FLAGS, PageFlags, PageView};
use crate::format::page_check::{NodeProblem, check_nodes, check_page};
use std::cmp::Ordering;
use std::sync::Arc;

/// Bytes of leaves read at a time.
const BATCH_BYTES: usize = 512 * 1024;
/// Children that are asked when a parent and its first child disagree about their level.
const ASKED: usize = 9;

/// What a walk needs to know of its tree.
pub(super) struct TreeRef<'t> {
    pub(super) root: Pgno,
    pub(super) objid: Objid,
    /// The type flags of its pages ([`PageFlags::NON_UNIQUE`] apart).
    pub(super) kind: PageFlags,
    pub(super) unique: bool,
    pub(super) object: Arc<Object>,
    /// What the tree owns; `None` while that is not known yet (space trees).
    pub(super) extents: Option<&'t Extents>,
}

/// Takes the leaves of a tree.
pub(super) trait LeafSink {
    /// A leaf that is sound in structure; leaves come in tree order.
    fn leaf(&mut self, pgno: Pgno, page: &PageView<'_>);
    /// Leaves are missing here.
    fn gap(&mut self) {}
}

/// How a walk ended.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// `false` when a page could not be used: entries are missing.
    pub(super) complete: bool,
    /// Pages entered.
    pub(super) pages: u64,
    /// The pages themselves, where they were asked for (space trees).
    pub(super) list: Vec<Pgno>,
}

/// What is known of the leaf before the next one.
enum Before {
    /// There is none.
    Start,
    /// Its number and the number of its right sibling.
    Leaf(Pgno, Pgno),
    /// It could not be used.
    Lost,
}

struct Walk<'w, 'c> {
    cx: &'w Context<'c>,
    tree: &'w TreeRef<'w>,
    sink: &'w mut dyn LeafSink,
    before: Before,
    leaf_depth: Option<usize>,
    list: bool,
    out: Walked,
    buf: Vec<u8>,
}

/// A bound of a subtree: `None` is open.
type Bound<'b> = Option<&'b [u8]>;

/// Walks a tree.
pub(super) fn walk(
    cx: &Context<'_>,
    tree: &TreeRef<'_>,
    list: bool,
    sink: &mut dyn LeafSink,
) -> Walked {
    let mut walk = Walk {
        cx,
        tree,
        sink,
        before: Before::Start,
        leaf_depth: None,
        list,
        out: Walked {
            complete: true,
            ..Walked::default()
        },
        buf: Vec::new(),
    };
    walk.root();
    walk.out
}

impl Walk<'_, '_> {
    fn add(&self, rule: Rule, pgno: Pgno, detail: impl std::fmt::Display) {
        self.cx.findings.add(rule, pgno, &self.tree.object, detail);
    }

    fn lose(&mut self) {
        self.out.complete = false;
        self.before = Before::Lost;
        self.sink.gap();
    }

    fn root(&mut self) {
        let pgno = self.tree.root;
        let Some(page) = self.fetch(pgno) else {
            return self.lose();
        };
        if !self.claim(pgno, &page, None) || !self.sound(pgno, &page, true) {
            return self.lose();
        }
        let Ok(view) = PageView::new(&page) else {
            return self.lose();
        };
        if view.is_leaf() {
            self.leaf(pgno, &view, 0);
        } else {
            self.internal(pgno, &view, 0, (None, None));
        }
        if let Before::Leaf(last, next) = self.before
            && !next.is_null()
        {
            self.add(
                Rule::TreeLink,
                last,
                format!("the last leaf has a right sibling, page {next}"),
            );
        }
    }

    /// Reads and proves one page.
    fn fetch(&self, pgno: Pgno) -> Option<Vec<u8>> {
        if pgno.is_null() || pgno > self.cx.last {
            return None;
        }
        let mut page = vec![0u8; self.cx.size.bytes()];
        let whole = self.cx.read_run(pgno, &mut page, &self.tree.object) == 1;
        (whole && self.cx.prove(pgno, &mut page, &self.tree.object)).then_some(page)
    }

    /// Takes a page into the tree: right object, in no other place, owned and not available.
    fn claim(&mut self, pgno: Pgno, page: &[u8], parent: Option<(Pgno, usize)>) -> bool {
        let Ok(view) = PageView::new(page) else {
            return false;
        };
        if view.objid() != self.tree.objid {
            let from = parent.map_or_else(String::new, |(p, i)| {
                format!(" (line {i} of page {p} leads here)")
            });
            let detail = format!(
                "the page belongs to object {}, the tree to {}{from}",
                view.objid().0,
                self.tree.objid.0
            );
            self.add(Rule::TreeObject, pgno, detail);
            return false;
        }
        if !self.cx.used.insert(pgno) {
            let (at, detail) = match parent {
                Some((p, i)) => (
                    p,
                    format!("line {i} leads to page {pgno}, which is in use in another place"),
                ),
                None => (
                    pgno,
                    "the root is in use in another place already".to_owned(),
                ),
            };
            self.add(Rule::TreeChild, at, detail);
            return false;
        }
        self.out.pages += 1;
        if self.list {
            self.out.list.push(pgno);
        }
        if let Some(extents) = self.tree.extents {
            if !extents.contains(pgno) {
                self.add(
                    Rule::SpaceUsedNotOwned,
                    pgno,
                    "the page is in the tree, but the tree does not own it",
                );
            }
            if self.cx.available.contains(pgno) {
                self.add(
                    Rule::SpaceUsedAvailable,
                    pgno,
                    "the page is in the tree and available at once",
                );
            }
        }
        true
    }

    /// Structure, nodes and flags of a page; `false` when it can't be used.
    fn sound(&self, pgno: Pgno, page: &[u8], root: bool) -> bool {
        let Ok(view) = PageView::new(page) else {
            return false;
        };
        let flags = view.flags();
        let mut usable = true;
        if flags.contains(PageFlags::EMPTY) {
            self.add(
                Rule::TreeFreedPage,
                pgno,
                "the page is in use, but flagged as freed",
            );
            if let Err(e) = check_page(&view) {
                self.add(rule_of_node(&NodeProblem::Page(e)), pgno, e);
                return false;
            }
        } else {
            check_nodes(&view, &mut |problem| {
                usable &= !matches!(problem, NodeProblem::Page(_));
                self.add(rule_of_node(&problem), pgno, problem);
            });
        }
        if flags.contains(PageFlags::ROOT) != root {
            let detail = if root {
                "the root is not flagged as root"
            } else {
                "a page below the root is flagged as root"
            };
            self.add(Rule::TreeRoot, pgno, detail);
            // Its prefix can't be told.
            usable = false;
        }
        let types = PageFlags::INDEX | PageFlags::LONG_VALUE | PageFlags::SPACE_TREE;
        let space = self.tree.kind.contains(PageFlags::SPACE_TREE);
        let unique = !flags.contains(PageFlags::NON_UNIQUE);
        if flags & types != self.tree.kind || (!space && unique != self.tree.unique) {
            let wanted = self.tree.kind.bits()
                | if self.tree.unique {
                    0
                } else {
                    PageFlags::NON_UNIQUE.bits()
                };
            let detail = format!("page flags {:#x}, the tree's are {wanted:#x}", flags.bits());
            self.add(Rule::TreeType, pgno, detail);
        }
        if flags.contains(PageFlags::FDP_DELETE) {
            self.add(Rule::TreeDeleting, pgno, "the tree is marked for deletion");
        }
        usable
    }

    /// The children of an internal page, each once, none outside the file. `None`: a lost child.
    fn children(&self, pgno: Pgno, view: &PageView<'_>) -> Vec<Option<Pgno>> {
        let prefix = view.prefix().unwrap_or(&[]);
        (0..view.node_count())
            .map(|iline| {
                let child = view.node_with_prefix(iline, prefix).ok()?.child()?;
                if child.is_null() {
                    // Reported with the nodes.
                    return None;
                }
                if child > self.cx.last {
                    let detail = format!(
                        "line {iline} leads to page {child}, the file ends with page {}",
                        self.cx.last
                    );
                    self.add(Rule::TreeChild, pgno, detail);
                    return None;
                }
                Some(child)
            })
            .collect()
    }

    /// Whether the children are leaves: as the parent says, unless most children say otherwise.
    fn children_are_leaves(
        &self,
        pgno: Pgno,
        view: &PageView<'_>,
        children: &[Option<Pgno>],
    ) -> bool {
        let says = view.flags().contains(PageFlags::PARENT_OF_LEAF);
        let is_leaf = |&child: &Pgno| {
            let mut head = vec![0u8; self.cx.size.bytes()];
            self.cx.file.read_raw(child, &mut head).ok()?;
            let flags = PageFlags::from_bits_retain(u32_at(&head, OFF_FLAGS)?);
            let ours = u32_at(&head, crate::format::page::OFF_OBJID)? == self.tree.objid.0;
            ours.then(|| flags.contains(PageFlags::LEAF))
        };
        let mut known = children.iter().flatten();
        if known
            .next()
            .and_then(is_leaf)
            .is_none_or(|leaf| leaf == says)
        {
            return says;
        }
        let asked: Vec<bool> = children
            .iter()
            .flatten()
            .filter_map(is_leaf)
            .take(ASKED)
            .collect();
        let against = asked.iter().filter(|&&leaf| leaf != says).count();
        if against * 2 <= asked.len() {
            return says;
        }
        let detail = if says {
            "flagged as parent of leaves, but its children are none"
        } else {
            "not flagged as parent of leaves, but its children are leaves"
        };
        self.add(Rule::TreeParentFlag, pgno, detail);
        !says
    }

    fn internal(
        &mut self,
        pgno: Pgno,
        view: &PageView<'_>,
        depth: usize,
        bounds: (Bound<'_>, Bound<'_>),
    ) {
        if depth >= DEPTH_MOST {
            self.add(
                Rule::TreeDepth,
                pgno,
                format!("the tree is deeper than {DEPTH_MOST}"),
            );
            return self.lose();
        }
        let prefix = view.prefix().unwrap_or(&[]);
        let keys: Vec<Vec<u8>> = (0..view.node_count())
            .filter_map(|i| Some(view.node_with_prefix(i, prefix).ok()?.key()))
            .collect();
        let children = self.children(pgno, view);
        self.check_separators(pgno, &keys, bounds);
        let leaves = self.children_are_leaves(pgno, view, &children);
        // The bounds of child i; an empty separator is the parent's own upper bound.
        let bound_of = |i: usize| -> (Bound<'_>, Bound<'_>) {
            let lower = match i.checked_sub(1).and_then(|i| keys.get(i)) {
                Some(key) => Some(key.as_slice()),
                None => bounds.0,
            };
            let upper = keys.get(i).map(Vec::as_slice).filter(|k| !k.is_empty());
            (lower, upper.or(bounds.1))
        };
        if leaves {
            let most = (BATCH_BYTES / self.cx.size.bytes()).max(1);
            for (n, batch) in children.chunks(most).enumerate() {
                self.leaves(pgno, batch, n * most, depth + 1, &bound_of);
            }
            return;
        }
        for (iline, child) in children.iter().enumerate() {
            let Some(child) = *child else {
                self.lose();
                continue;
            };
            let Some(page) = self.fetch(child) else {
                self.lose();
                continue;
            };
            if !self.claim(child, &page, Some((pgno, iline))) || !self.sound(child, &page, false) {
                self.lose();
                continue;
            }
            let Ok(below) = PageView::new(&page) else {
                continue;
            };
            if below.is_leaf() {
                self.add(
                    Rule::TreeLeafFlag,
                    child,
                    format!("a leaf below page {pgno}, which is above internal pages"),
                );
                self.lose();
                continue;
            }
            self.internal(child, &below, depth + 1, bound_of(iline));
        }
    }

    /// Separators against the bounds of their own page.
    fn check_separators(&self, pgno: Pgno, keys: &[Vec<u8>], bounds: (Bound<'_>, Bound<'_>)) {
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
            return;
        };
        match (bounds.1, last.is_empty()) {
            (None, true) => {}
            (None, false) => self.add(
                Rule::TreeLastKey,
                pgno,
                "the rightmost page of its level does not end with an empty key",
            ),
            (Some(_), true) => self.add(
                Rule::TreeLastKey,
                pgno,
                "the page is not the rightmost of its level, but ends with an empty key",
            ),
            (Some(upper), false) if last != upper => self.add(
                Rule::TreeLastKey,
                pgno,
                format!(
                    "the last key is {}, the separator in the parent {}",
                    Hex(last),
                    Hex(upper)
                ),
            ),
            _ => {}
        }
        if let Some(lower) = bounds.0
            && !first.is_empty()
            && first.as_slice() <= lower
        {
            self.add(
                Rule::TreeSeparator,
                pgno,
                format!(
                    "the first separator {} is not above the page's own lower bound {}",
                    Hex(first),
                    Hex(lower)
                ),
            );
        }
    }

    /// A batch of leaves below `parent`, read in page order, looked at in tree order.
    fn leaves<'b>(
        &mut self,
        parent: Pgno,
        batch: &[Option<Pgno>],
        first_line: usize,
        depth: usize,
        bound_of: &dyn Fn(usize) -> (Bound<'b>, Bound<'b>),
    ) {
        let size = self.cx.size.bytes();
        let mut order: Vec<(Pgno, usize)> = batch
            .iter()
            .enumerate()
            .filter_map(|(i, &child)| Some((child?, i)))
            .collect();
        order.sort_unstable();
        let mut buf = std::mem::take(&mut self.buf);
        buf.resize(order.len() * size, 0);
        // Slot of each child in the buffer; a run of pages that follow each other is one read.
        let mut slots: Vec<Option<usize>> = vec![None; batch.len()];
        let mut at = 0;
        while let Some(&(first, _)) = order.get(at) {
            let len = order
                .iter()
                .skip(at)
                .zip(first.0..)
                .take_while(|((pgno, _), want)| pgno.0 == *want)
                .count()
                .max(1);
            let run = buf.get_mut(at * size..(at + len) * size).unwrap_or(&mut []);
            let whole = self.cx.read_run(first, run, &self.tree.object);
            for slot in at..at + len.min(whole) {
                if let Some(place) = order.get(slot).and_then(|&(_, i)| slots.get_mut(i)) {
                    *place = Some(slot);
                }
            }
            at += len;
        }
        for (i, (&child, slot)) in batch.iter().zip(&slots).enumerate() {
            let (Some(child), Some(slot)) = (child, *slot) else {
                self.lose();
                continue;
            };
            let Some(page) = buf.get_mut(slot * size..(slot + 1) * size) else {
                continue;
            };
            let iline = first_line + i;
            if !self.cx.prove(child, page, &self.tree.object)
                || !self.claim(child, page, Some((parent, iline)))
                || !self.sound(child, page, false)
            {
                self.lose();
                continue;
            }
            let Ok(view) = PageView::new(page) else {
                continue;
            };
            if !view.is_leaf() {
                self.add(
                    Rule::TreeLeafFlag,
                    child,
                    format!("no leaf, but below page {parent}, which is a parent of leaves"),
                );
                self.lose();
                continue;
            }
            self.check_bounds(parent, iline, child, &view, bound_of(iline));
            self.leaf(child, &view, depth);
        }
        self.buf = buf;
    }

    fn check_bounds(
        &self,
        parent: Pgno,
        iline: usize,
        child: Pgno,
        view: &PageView<'_>,
        bounds: (Bound<'_>, Bound<'_>),
    ) {
        let Some(last) = view.node_count().checked_sub(1) else {
            return;
        };
        let Ok(prefix) = view.prefix() else { return };
        let by_data = !self.tree.unique && !self.tree.kind.contains(PageFlags::SPACE_TREE);
        if let (Some(lower), Ok(first)) = (bounds.0, view.node_with_prefix(0, prefix))
            && cmp_bound(&first, by_data, lower) == Ordering::Less
        {
            let detail = format!(
                "the first key {} of page {child} (line {iline}) is less than the separator before it, {}",
                Hex(&first.key()),
                Hex(lower)
            );
            self.add(Rule::TreeSeparator, parent, detail);
        }
        if let (Some(upper), Ok(last)) = (bounds.1, view.node_with_prefix(last, prefix))
            && cmp_bound(&last, by_data, upper) != Ordering::Less
        {
            let detail = format!(
                "the last key {} of page {child} (line {iline}) is not less than its separator {}",
                Hex(&last.key()),
                Hex(upper)
            );
            self.add(Rule::TreeSeparator, parent, detail);
        }
    }

    fn leaf(&mut self, pgno: Pgno, view: &PageView<'_>, depth: usize) {
        let wanted = *self.leaf_depth.get_or_insert(depth);
        if wanted != depth {
            self.add(
                Rule::TreeDepth,
                pgno,
                format!("the leaf lies at depth {depth}, others at {wanted}"),
            );
        }
        let (prev, next) = (view.pgno_prev(), view.pgno_next());
        match self.before {
            Before::Start if !prev.is_null() => self.add(
                Rule::TreeLink,
                pgno,
                format!("the first leaf has a left sibling, page {prev}"),
            ),
            Before::Leaf(left, left_next) => {
                if left_next != pgno {
                    self.add(
                        Rule::TreeLink,
                        left,
                        format!("the next leaf is page {pgno}, the page says {left_next}"),
                    );
                }
                if prev != left {
                    self.add(
                        Rule::TreeLink,
                        pgno,
                        format!("the leaf before is page {left}, the page says {prev}"),
                    );
                }
            }
            Before::Start | Before::Lost => {}
        }
        self.before = Before::Leaf(pgno, next);
        self.sink.leaf(pgno, view);
    }
}

/// A node's key (and its data, where that takes part) against a separator.
fn cmp_bound(node: &Node<'_>, by_data: bool, bound: &[u8]) -> Ordering {
    let data: &[u8] = if by_data { node.data } else { &[] };
    let mut rest = bound;
    for part in [node.prefix, node.suffix, data] {
        let n = part.len().min(rest.len());
        let (head, tail) = rest.split_at(n);
        match part.get(..n).unwrap_or(&[]).cmp(head) {
            Ordering::Equal => {}
            other => return other,
        }
        if n < part.len() {
            return Ordering::Greater;
        }
        rest = tail;
    }
    if rest.is_empty() {
        Ordering::Equal
    } else {
        Ordering::Less
    }
}

/// Bytes as hex, long ones cut.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MOST: usize = 40;
        if self.0.is_empty() {
            return f.write_str("(empty)");
        }
        for b in self.0.iter().take(MOST) {
            write!(f, "{b:02x}")?;
        }
        if self.0.len() > MOST {
            write!(f, "... ({} bytes)", self.0.len())?;
        }
        Ok(())
    }
}
