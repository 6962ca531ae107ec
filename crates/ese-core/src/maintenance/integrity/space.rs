//! Who owns which pages: space headers, owned and available extents, against each other and against
//! their parents.
//!
//! Source: docs/format/database-btree-space.md §5, §6.
//!
//! Invariant: a page beyond the end of the file is never walked over, whatever an extent says.
#![forbid(unsafe_code)]

use super::context::Context;
use super::finding::Object;
use super::objects::{TreeInfo, TreeKind};
use super::rule::Rule;
use super::walk::{LeafSink, TreeRef, Walked, walk};
use crate::format::ids::Pgno;
use crate::format::page::{PageFlags, PageView};
use crate::format::space::{
    BITMAP_PAGES, Extent, Pool, RootHeader, SpaceFlags, SpaceHeader, SplitBuffer,
};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Extents by first page, those that touch joined: to ask whether a page is in one.
#[derive(Debug, Default)]
pub(super) struct Extents(Vec<(u32, u32)>);

impl Extents {
    fn of(extents: &[Extent]) -> Self {
        let mut runs: Vec<(u32, u32)> = extents.iter().map(|e| (e.first().0, e.last.0)).collect();
        runs.sort_unstable();
        runs.dedup_by(|next, run| {
            let joined = next.0 <= run.1.saturating_add(1);
            if joined {
                run.1 = run.1.max(next.1);
            }
            joined
        });
        Self(runs)
    }

    fn run_of(&self, pgno: Pgno) -> Option<(u32, u32)> {
        let after = self.0.partition_point(|run| run.0 <= pgno.0);
        let run = *self.0.get(after.checked_sub(1)?)?;
        (pgno.0 <= run.1).then_some(run)
    }

    /// `true` when the page lies in one of them.
    pub(super) fn contains(&self, pgno: Pgno) -> bool {
        self.run_of(pgno).is_some()
    }

    /// `true` when all pages of the extent do.
    fn covers(&self, e: Extent) -> bool {
        self.run_of(e.first())
            .is_some_and(|(_, last)| e.last.0 <= last)
    }

    fn pages(&self) -> impl Iterator<Item = Pgno> {
        self.0.iter().flat_map(|&(a, b)| (a..=b).map(Pgno))
    }
}

/// What a tree has.
#[derive(Debug, Default)]
pub(super) struct TreeSpace {
    /// Owned, to ask for pages.
    pub(super) extents: Extents,
    owned: Vec<Extent>,
    available: Vec<Extent>,
    buffers: Vec<Extent>,
    /// Pages of the space trees themselves.
    pages: Vec<Pgno>,
    /// `false` when something of it could not be read: nothing is said about leaks.
    pub(super) complete: bool,
    /// The one extent of a tree without space trees.
    single: bool,
    root: Pgno,
}

impl TreeSpace {
    /// Last page owned.
    pub(super) fn last_owned(&self) -> Pgno {
        self.owned.iter().map(|e| e.last).max().unwrap_or(Pgno::MAX)
    }

    /// Pages owned.
    pub(super) fn cpg_owned(&self) -> u64 {
        self.owned.iter().map(|e| u64::from(e.cpg)).sum()
    }
}

/// Collects the extents of a space tree.
struct ExtentSink<'s, 'c> {
    cx: &'s Context<'c>,
    object: Arc<Object>,
    available: bool,
    out: Vec<Extent>,
    buffer: Option<SplitBuffer>,
}

impl LeafSink for ExtentSink<'_, '_> {
    fn leaf(&mut self, pgno: Pgno, page: &PageView<'_>) {
        let Ok(prefix) = page.prefix() else { return };
        for iline in 0..page.node_count() {
            let Ok(node) = page.node_with_prefix(iline, prefix) else {
                continue;
            };
            // A node flagged deleted keeps its last count and means nothing.
            if node.is_deleted() {
                continue;
            }
            match Extent::from_node(&node) {
                Ok(e) if e.pool != Pool::General && !self.available => self.cx.findings.add(
                    Rule::NodeExtent,
                    pgno,
                    &self.object,
                    format!("line {iline}: an owned extent in a pool"),
                ),
                Ok(e) if e.cpg == 0 => {}
                Ok(e) => self.out.push(e),
                Err(e) => self.cx.findings.add(
                    Rule::NodeExtent,
                    pgno,
                    &self.object,
                    format!("line {iline}: {e}"),
                ),
            }
        }
    }
}

/// Reads the space of one tree.
fn read_space(cx: &Context<'_>, info: &TreeInfo, parent: Option<&TreeInfo>) -> TreeSpace {
    let mut out = TreeSpace {
        root: info.root,
        ..TreeSpace::default()
    };
    let Some(header) = root_header(cx, info, parent) else {
        return out;
    };
    if let Some(e) = header.single_extent(info.root) {
        single(cx, info, header, e, &mut out);
        return out;
    }
    let Some((oe, ae)) = header.oe_and_ae() else {
        cx.findings.add(
            Rule::SpaceHeader,
            info.root,
            &info.object,
            format!("no extent has {} pages", header.cpg),
        );
        return out;
    };
    out.complete = true;
    for (root, available) in [(oe, false), (ae, true)] {
        let object = info.object.with(if available {
            "available extents"
        } else {
            "owned extents"
        });
        if root.is_null() || root > cx.last {
            let detail = format!("the space header names page {root}, which is not in the file");
            cx.findings
                .add(Rule::SpaceHeader, info.root, &info.object, detail);
            out.complete = false;
            continue;
        }
        let (walked, sink) = space_tree(cx, info, root, object, available);
        out.complete &= walked.complete;
        out.pages.extend(walked.list);
        out.buffers
            .extend(sink.buffer.into_iter().flat_map(SplitBuffer::extents));
        if available {
            out.available = sink.out;
        } else {
            out.owned = sink.out;
        }
    }
    out.extents = Extents::of(&out.owned);
    out
}

fn space_tree<'s, 'c>(
    cx: &'s Context<'c>,
    info: &TreeInfo,
    root: Pgno,
    object: Arc<Object>,
    available: bool,
) -> (Walked, ExtentSink<'s, 'c>) {
    let mut sink = ExtentSink {
        cx,
        object: Arc::clone(&object),
        available,
        out: Vec::new(),
        buffer: None,
    };
    let tree = TreeRef {
        root,
        objid: info.objid,
        kind: info.page_kind() | PageFlags::SPACE_TREE,
        unique: true,
        object: Arc::clone(&object),
        extents: None,
    };
    let walked = walk(cx, &tree, true, &mut sink);
    if let Ok(page) = crate::cache::Pages::shared(&cx.pages, root)
        && let Ok(head) = page.view().map(|v| v.external_header().unwrap_or(&[]))
    {
        match SplitBuffer::parse(head) {
            Ok(buffer) => sink.buffer = buffer,
            Err(e) => cx.findings.add(Rule::SpaceSplitBuffer, root, &object, e),
        }
    }
    (walked, sink)
}

/// The space header of a root, checked against what the catalog says of the tree.
fn root_header(
    cx: &Context<'_>,
    info: &TreeInfo,
    parent: Option<&TreeInfo>,
) -> Option<SpaceHeader> {
    // What is wrong with the root itself is said when the tree is walked.
    let page = crate::cache::Pages::shared(&cx.pages, info.root).ok()?;
    let view = page.view().ok()?;
    if view.objid() != info.objid || !view.is_root() {
        return None;
    }
    let add = |rule: Rule, detail: String| {
        cx.findings.add(rule, info.root, &info.object, detail);
    };
    let header = match RootHeader::parse(view.external_header().ok()?) {
        Ok(h) => h.space,
        Err(e) => {
            add(Rule::SpaceHeader, e.to_string());
            return None;
        }
    };
    let wanted = parent.map_or(Pgno::NULL, |p| p.root);
    if header.parent != wanted {
        add(
            Rule::SpaceParent,
            format!(
                "the parent is page {wanted}, the header says {}",
                header.parent
            ),
        );
    }
    if header.flags.contains(SpaceFlags::NON_UNIQUE) == info.unique {
        add(
            Rule::SpaceHeader,
            format!(
                "space flags {:#x} do not say what the catalog says about unique keys",
                header.flags.bits()
            ),
        );
    }
    Some(header)
}

fn single(
    cx: &Context<'_>,
    info: &TreeInfo,
    header: SpaceHeader,
    extent: Extent,
    out: &mut TreeSpace,
) {
    out.complete = true;
    out.single = true;
    out.owned.push(extent);
    out.extents = Extents::of(&out.owned);
    for pgno in header.single_free_pages(info.root) {
        match Extent::new(pgno, 1, Pool::General) {
            Some(free) if extent.contains(pgno) => out.available.push(free),
            _ => cx.findings.add(
                Rule::SpaceAvailableOutside,
                info.root,
                &info.object,
                format!(
                    "the bitmap has page {pgno}, the extent ends with {}",
                    extent.last
                ),
            ),
        }
    }
}

/// Reads the space of all trees and checks it.
pub(super) fn check_space(cx: &Context<'_>, trees: &[TreeInfo]) -> Vec<TreeSpace> {
    let spaces: Vec<TreeSpace> = trees
        .iter()
        .map(|info| read_space(cx, info, info.parent.and_then(|p| trees.get(p))))
        .collect();
    check_coverage(cx, &spaces);
    // Level by level: first what each tree owns against what lies available above, then what it has
    // available itself.
    let level = |info: &TreeInfo| match info.kind {
        TreeKind::Database => 0,
        TreeKind::Table => 1,
        TreeKind::Index(_) | TreeKind::LongValues => 2,
    };
    for now in 0..3 {
        let of_level = || {
            trees
                .iter()
                .zip(&spaces)
                .filter(|(info, _)| level(info) == now)
        };
        for (info, space) in of_level() {
            if let Some(parent) = info.parent.and_then(|p| spaces.get(p)) {
                check_owned(cx, info, space, parent);
            }
        }
        for (info, space) in of_level() {
            check_available(cx, info, space);
        }
    }
    for (info, space) in trees.iter().zip(&spaces) {
        check_own_pages(cx, info, space);
    }
    spaces
}

/// Pages of an extent as far as the file has them.
fn in_file(cx: &Context<'_>, e: Extent) -> impl Iterator<Item = Pgno> {
    (e.first().0..=e.last.0.min(cx.last.0)).map(Pgno)
}

/// Page 1 owns everything, without a hole.
fn check_coverage(cx: &Context<'_>, spaces: &[TreeSpace]) {
    let Some(root) = spaces.first().filter(|s| s.complete) else {
        return;
    };
    let add = |rule: Rule, pgno: Pgno, detail: String| {
        cx.findings.add(rule, pgno, &cx.database, detail);
    };
    let mut owned = root.owned.clone();
    owned.sort_unstable_by_key(|e| e.first());
    let mut next = 1;
    for e in &owned {
        if e.first().0 > next {
            let detail = format!("pages {next} to {} are owned by nobody", e.first().0 - 1);
            add(Rule::SpaceCoverage, Pgno(next), detail);
        } else if e.first().0 < next {
            let detail = format!("the database owns pages from {} on twice", e.first());
            add(Rule::SpaceOwnedTwice, e.first(), detail);
        }
        next = next.max(e.last.0.saturating_add(1));
    }
    let end = next - 1;
    if end == 0 {
        add(
            Rule::SpaceCoverage,
            Pgno::SYSTEM_OE,
            "the database owns no page".to_owned(),
        );
    } else if cx.last.0 < end {
        let detail = format!(
            "the database owns {end} pages, the file has {} whole ones",
            cx.last.0
        );
        add(Rule::FileShort, Pgno(cx.last.0 + 1), detail);
    } else if cx.last.0 - end > owned.iter().map(|e| e.cpg).max().unwrap_or(0) {
        // The engine lengthens the file ahead of need, by what it then owns as one extent.
        let detail = format!(
            "the file has {} pages behind the last owned one, {end}",
            cx.last.0 - end
        );
        add(Rule::FileLong, Pgno(end + 1), detail);
    }
}

/// What a tree owns against its parent and against all others of its level.
fn check_owned(cx: &Context<'_>, info: &TreeInfo, space: &TreeSpace, parent: &TreeSpace) {
    let taken = if info.kind == TreeKind::Table {
        &cx.owned
    } else {
        &cx.owned_below
    };
    let add = |rule: Rule, pgno: Pgno, e: Extent, detail: &str| {
        let detail = format!("pages {} to {}: {detail}", e.first(), e.last);
        cx.findings.add(rule, pgno, &info.object, detail);
    };
    for &e in &space.owned {
        if parent.complete && !parent.extents.covers(e) {
            add(
                Rule::SpaceOutsideParent,
                e.first(),
                e,
                "owned by the tree, but not (all) by the one above it",
            );
        }
        let (mut twice, mut free) = (None, None);
        for pgno in in_file(cx, e) {
            if !taken.insert(pgno) {
                twice.get_or_insert(pgno);
            }
            if cx.available.contains(pgno) {
                free.get_or_insert(pgno);
            }
        }
        if let Some(pgno) = twice {
            add(
                Rule::SpaceOwnedTwice,
                pgno,
                e,
                "owned by the tree, and a second time",
            );
        }
        if let Some(pgno) = free {
            add(
                Rule::SpaceParentAvailable,
                pgno,
                e,
                "owned by the tree, but available in the one above it",
            );
        }
    }
}

/// What a tree has available against what it owns.
fn check_available(cx: &Context<'_>, info: &TreeInfo, space: &TreeSpace) {
    let mut sum = 0;
    for &e in &space.available {
        let add = |rule: Rule, pgno: Pgno, detail: &str| {
            let detail = format!("pages {} to {}: {detail}", e.first(), e.last);
            cx.findings.add(rule, pgno, &info.object, detail);
        };
        // Pages behind the end of a shrunk file are kept in a pool of their own.
        if e.pool != Pool::Shelved && !space.extents.covers(e) {
            add(
                Rule::SpaceAvailableOutside,
                e.first(),
                "available, but not (all) owned",
            );
        }
        let mut twice = None;
        for pgno in in_file(cx, e) {
            sum += 1;
            if !cx.available.insert(pgno) {
                twice.get_or_insert(pgno);
            }
        }
        if let Some(pgno) = twice {
            add(
                Rule::SpaceAvailableTwice,
                pgno,
                "available, and a second time",
            );
        }
    }
    cx.counters
        .pages_available
        .fetch_add(sum, Ordering::Relaxed);
}

/// Pages of the space trees.
fn check_own_pages(cx: &Context<'_>, info: &TreeInfo, space: &TreeSpace) {
    for &pgno in &space.pages {
        if !space.extents.contains(pgno) {
            cx.findings.add(
                Rule::SpaceUsedNotOwned,
                pgno,
                &info.object,
                "a page of the space trees, but the tree does not own it",
            );
        }
        if cx.available.contains(pgno) {
            cx.findings.add(
                Rule::SpaceUsedAvailable,
                pgno,
                &info.object,
                "a page of the space trees, and available at once",
            );
        }
    }
}

/// Pages of the split buffers, after all trees were walked.
pub(super) fn check_buffers(cx: &Context<'_>, trees: &[TreeInfo], spaces: &[TreeSpace]) {
    for (info, space) in trees.iter().zip(spaces) {
        for pgno in space.buffers.iter().flat_map(|&e| in_file(cx, e)) {
            let detail = if !space.extents.contains(pgno) {
                "held for splits, but not owned"
            } else if cx.available.contains(pgno) {
                "held for splits, and available at once"
            } else if !cx.used.insert(pgno) {
                "held for splits, and in use at once"
            } else {
                continue;
            };
            cx.findings
                .add(Rule::SpaceSplitBuffer, pgno, &info.object, detail);
        }
    }
}

/// Owned pages that nobody uses, after all trees were walked. `complete` says for each tree whether
/// all of it could be walked.
pub(super) fn check_leaks(
    cx: &Context<'_>,
    trees: &[TreeInfo],
    spaces: &[TreeSpace],
    complete: &[bool],
) {
    // A tree whose children are not all known can't be asked.
    let mut certain: Vec<bool> = complete
        .iter()
        .zip(spaces)
        .map(|(walked, space)| *walked && space.complete)
        .collect();
    for (place, info) in trees.iter().enumerate().rev() {
        if let Some(parent) = info.parent
            && !certain.get(place).copied().unwrap_or(false)
            && let Some(flag) = certain.get_mut(parent)
        {
            *flag = false;
        }
    }
    for ((info, space), certain) in trees.iter().zip(spaces).zip(&certain) {
        if !certain {
            continue;
        }
        let below = match info.kind {
            TreeKind::Database => Some(&cx.owned),
            TreeKind::Table => Some(&cx.owned_below),
            TreeKind::Index(_) | TreeKind::LongValues => None,
        };
        // Pages that the bitmap of a single extent can't name are out of use, not leaked.
        let named = if space.single {
            space.root.0.saturating_add(BITMAP_PAGES)
        } else {
            u32::MAX
        };
        let mut leaked = space
            .extents
            .pages()
            .take_while(|p| *p <= cx.last)
            .filter(|p| p.0 <= named)
            .filter(|&p| !cx.used.contains(p) && !cx.available.contains(p))
            .filter(|&p| below.is_none_or(|set| !set.contains(p)));
        if let Some(first) = leaked.next() {
            let count = 1 + leaked.count() as u64;
            cx.counters.pages_leaked.fetch_add(count, Ordering::Relaxed);
            let detail = format!("{count} pages are owned, but neither in use nor available");
            cx.findings
                .add(Rule::SpaceLeaked, first, &info.object, detail);
        }
    }
}
