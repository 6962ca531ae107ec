//! How much: what a tree asks for, what it is given, where freed pages go, how the file grows.
//!
//! Pure functions on extents and numbers. A reader takes any choice; these are those of the original,
//! so that the same changes get the same pages (docs/format/database-btree-space.md §5.6, §5.7, §7,
//! §8, and database-header.md §4.2).
//!
//! Invariant: what is asked for is never less than what is needed, and never overflows; what is given
//! lies inside the run that it is taken from.
#![forbid(unsafe_code)]

use crate::format::ids::{PageSize, Pgno};
use crate::format::space::{BITMAP_PAGES, Extent, Pool, SpaceFlags, SpaceHeader};

/// A tree that owns at most as many pages is small, and grows by little.
pub const SMALL_TREE: u32 = 16;
/// Least growth of a small tree, and what must be left of a run of the database's root.
const SMALL_GROWTH: u32 = 4;
/// Least growth of any other tree.
pub const GROWTH_LEAST: u32 = 16;
/// Part of the first extent that the next one is at least.
const GROWTH_PART: u32 = 4;
/// A rest of a run that is not cut off for the sake of fewer pages (JET_paramPageFragment).
const FRAGMENT: u32 = 8;
/// While the database is smaller, new trees at its start are cut to size.
const SMALL_DATABASE: u32 = 254;
/// Where the start of a small database ends.
const SMALL_DATABASE_START: Pgno = Pgno(128);
/// Pages that the two roots of a tree's new space trees take.
pub const SPACE_ROOTS: u32 = 2;
/// Pages of a tree that is created with space trees.
pub const MULTIPLE_LEAST: u32 = 1 + SPACE_ROOTS;
/// Pages of the smallest database, by what it is created with.
const DATABASE_LEAST: u32 = 30;
/// Most that the file extension adds to the smallest database.
const DATABASE_MORE_MOST: u32 = 224;
/// The two copies of the header count where the file's length is rounded.
const HEADER_PAGES: u32 = 2;
/// Bytes that a root of a space tree keeps free before it needs no pages for a split.
pub const SPACE_ROOT_ROOM: u16 = 100;

/// How an application wants a tree to grow (JET_SPACEHINTS); all 0 is no wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GrowthHints {
    /// Size of the next extent in percent of the last.
    pub percent: u32,
    /// Smallest extent in pages.
    pub least: u32,
    /// Largest extent in pages.
    pub most: u32,
}

impl GrowthHints {
    /// Size of the extent after one of `last` pages.
    #[must_use]
    pub fn next(self, last: u32) -> u32 {
        if self.most != 0 && self.least == self.most {
            return self.most;
        }
        let mut next = last;
        if self.percent > 0 {
            let grown = u64::from(last) * u64::from(self.percent) / 100;
            let grown = u32::try_from(grown).unwrap_or(u32::MAX);
            next = grown.max(last.saturating_add(1));
        }
        if self.most != 0 {
            next = next.min(self.most);
        }
        next.max(self.least)
    }
}

/// Size of the extent that a tree asks its parent for when it needs `needed` pages and has none.
///
/// `small`: the tree owns at most [`SMALL_TREE`] pages and is not deeper than two levels of few
/// pages.
#[must_use]
pub fn growth(header: &SpaceHeader, needed: u32, small: bool, hints: GrowthHints) -> u32 {
    let last = header.cpg;
    let v2 = header.flags.contains(SpaceFlags::V2);
    let asked = if small && !v2 && last < SMALL_TREE {
        needed.max(SMALL_GROWTH)
    } else {
        let least = if v2 { last } else { last / GROWTH_PART };
        needed.max(least).max(GROWTH_LEAST)
    };
    asked.max(hints.next(last))
}

/// Size of the extent with which a tree of one extent of `first` pages gets its space trees, and the
/// least that will do. `needed`: pages behind those of their roots.
#[must_use]
pub fn conversion(first: u32, asked: u32, needed: u32, hints: GrowthHints) -> (u32, u32) {
    let least = needed.saturating_add(SPACE_ROOTS);
    (least.max(asked).max(hints.next(first)), least)
}

/// What an extent is taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A new tree.
    NewTree,
    /// A tree that grows.
    Growth,
    /// Exactly this many pages.
    Exact,
}

/// Who gives the extent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Giver {
    /// The database's root; the last page of the database.
    Database(Pgno),
    /// Another tree.
    Tree,
}

/// How many pages of `run` are given to who asks for `asked`: those at its front, or all.
#[must_use]
pub fn given(run: Extent, asked: u32, giver: Giver, purpose: Purpose) -> u32 {
    let len = run.cpg;
    if len <= asked {
        return len;
    }
    let cut = match giver {
        _ if purpose == Purpose::Exact => true,
        Giver::Database(last) => {
            let small = last.0 < SMALL_DATABASE && run.first() < SMALL_DATABASE_START;
            (purpose == Purpose::NewTree && small) || len - asked >= SMALL_GROWTH
        }
        Giver::Tree => asked < FRAGMENT || len - asked >= FRAGMENT,
    };
    if cut { asked } else { len }
}

/// Takes `n` pages from the front of a run: those, and what is left of it.
#[must_use]
pub fn split_front(run: Extent, n: u32) -> Option<(Extent, Option<Extent>)> {
    let rest = run.cpg.checked_sub(n)?;
    let front = Extent::new(Pgno(run.last.0.checked_sub(rest)?), n, Pool::General)?;
    let left = (rest > 0).then_some(Extent { cpg: rest, ..run });
    Some((front, left))
}

/// Pages that a database is created with (`extension`: JET_paramDbExtensionSize in pages).
#[must_use]
pub fn database_pages(page_size: PageSize, extension: u32) -> u32 {
    let least = DATABASE_LEAST + u32::from(page_size == PageSize::K2);
    least + extension.min(DATABASE_MORE_MOST)
}

/// Pages by which the file grows when its last page is `last`: `asked` are wanted, `least` will do;
/// `header` is that of the database's root.
#[must_use]
pub fn file_growth(
    header: &SpaceHeader,
    last: Pgno,
    asked: u32,
    least: u32,
    extension: u32,
) -> u32 {
    let extension = extension.max(1);
    let grown = match header.flags.contains(SpaceFlags::V2) {
        true => header.cpg,
        false => header.cpg / GROWTH_PART,
    };
    let asked = asked.max(least).max(extension).max(grown);
    let asked = asked.checked_next_multiple_of(extension).unwrap_or(asked);
    match last.0.saturating_add(HEADER_PAGES) % extension {
        0 => asked,
        // The file's end is brought to a multiple again: down where that is enough.
        over if asked - over >= least => asked - over,
        over => asked.saturating_add(extension - over),
    }
}

/// As [`file_growth`], of a temporary database: no multiples.
#[must_use]
pub fn temporary_growth(header: &SpaceHeader, needed: u32) -> u32 {
    let least = match header.flags.contains(SpaceFlags::V2) {
        true => header.cpg,
        false => header.cpg / GROWTH_PART,
    };
    needed.max(GROWTH_LEAST).max(least)
}

/// What becomes of pages that are freed inside an owned extent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coalesced {
    /// The free run that they are part of afterwards.
    pub run: Extent,
    /// The run before them is part of it.
    pub left: bool,
    /// The run behind them is part of it.
    pub right: bool,
    /// The run is the whole owned extent.
    pub whole: bool,
}

/// Joins freed pages with the free runs around them, as far as these lie in the same owned extent.
/// `None` when the pages do not lie in `owned`, or are free already.
#[must_use]
pub fn coalesce(
    owned: Extent,
    freed: Extent,
    before: Option<Extent>,
    behind: Option<Extent>,
) -> Option<Coalesced> {
    if freed.cpg == 0 || freed.first() < owned.first() || freed.last > owned.last {
        return None;
    }
    if [before, behind]
        .into_iter()
        .flatten()
        .any(|run| run.overlaps(freed))
    {
        return None;
    }
    let mut run = freed;
    let left = before.filter(|b| b.cpg > 0 && b.last.0.checked_add(1) == Some(freed.first().0));
    let left = left.filter(|b| b.first() >= owned.first());
    if let Some(b) = left {
        run.cpg = run.cpg.checked_add(b.cpg)?;
    }
    let right = behind.filter(|b| b.cpg > 0 && freed.last.0.checked_add(1) == Some(b.first().0));
    let right = right.filter(|b| b.last <= owned.last);
    if let Some(b) = right {
        run.cpg = run.cpg.checked_add(b.cpg)?;
        run.last = b.last;
    }
    Some(Coalesced {
        run,
        left: left.is_some(),
        right: right.is_some(),
        whole: run.last == owned.last && run.cpg == owned.cpg,
    })
}

/// The front of a tree's single extent that a bitmap speaks of: pages behind the root.
#[must_use]
pub fn mapped(header: &SpaceHeader) -> u32 {
    header.cpg.saturating_sub(1).min(BITMAP_PAGES)
}

/// The lowest `n` consecutive free pages of a single extent, as bits of its bitmap.
#[must_use]
pub fn free_bits(header: &SpaceHeader, n: u32) -> Option<(u32, u32)> {
    if n == 0 || n > BITMAP_PAGES || header.is_multiple() {
        return None;
    }
    let mask = bits(0, n)?;
    let last = mapped(header).checked_sub(n)?;
    (0..=last)
        .find(|&at| header.bitmap_or_oe >> at & mask == mask)
        .map(|at| (at, mask << at))
}

/// The bits of `n` pages from the `at`th behind the root on; `None` when the bitmap has none for
/// them.
#[must_use]
pub fn bits(at: u32, n: u32) -> Option<u32> {
    let end = at.checked_add(n).filter(|&end| end <= BITMAP_PAGES)?;
    let below = |n: u32| 1u32.checked_shl(n).map_or(u32::MAX, |bit| bit - 1);
    Some(below(end) & !below(at))
}

/// Where a space tree stands: what a split of it may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpaceDepth {
    /// The root is a leaf with so many bytes free.
    Leaf(u16),
    /// The root is the parent of leaves.
    ParentOfLeaf,
    /// Deeper.
    Deep,
}

impl SpaceDepth {
    /// Pages that one insert may need for its splits.
    #[must_use]
    pub fn pages_of_split(self) -> u32 {
        match self {
            Self::Leaf(free) if free >= SPACE_ROOT_ROOM => 0,
            Self::Leaf(_) => 2,
            Self::ParentOfLeaf => 3,
            Self::Deep => 4,
        }
    }

    /// Pages that are asked for when there are less than `required`.
    #[must_use]
    pub fn pages_wanted(self, required: u32) -> u32 {
        let usual = match self {
            Self::Leaf(_) => 2,
            Self::ParentOfLeaf => 8,
            Self::Deep => 16,
        };
        match required > usual {
            true => required.checked_next_power_of_two().unwrap_or(required),
            false => usual,
        }
    }
}

#[cfg(test)]
mod tests;
