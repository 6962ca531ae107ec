//! Which key of a page makes the best prefix for all of them
//! (docs/format/database-btree-space.md §4.4).
//!
//! Keys are sorted, so what a node has in common with the prefix is the least of what neighbours have
//! in common on the way between the two. What a prefix saves: that of each node, less the two bytes
//! that the second length word of the node whose key it is costs.
//!
//! Invariant: what is said to be saved is saved.
#![forbid(unsafe_code)]

use super::lines::Line;
use crate::format::page_edit::PREFIX_NOT_WORTH;

/// The prefix of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Prefix {
    /// Line whose key it is, from the first of the page; `None`: no prefix.
    pub(super) iline: Option<usize>,
    /// Bytes that it saves.
    pub(super) saves: usize,
}

impl Prefix {
    /// The line as records say it: -1 for none.
    pub(super) fn logged(&self) -> i32 {
        let iline = self.iline.and_then(|i| i32::try_from(i).ok());
        iline.unwrap_or(-1)
    }
}

/// The best prefix for a page of these lines. Of equally good ones the original's choice: of two
/// lines the second, else the first that is not at an end of the page.
pub(super) fn best(lines: &[Line<'_>]) -> Prefix {
    let count = lines.len();
    // What line `i` saves with the line before it on the same page.
    let saves = |i: usize| match lines.get(i) {
        Some(line) if i > 0 => line.saves,
        _ => 0,
    };
    if count < 3 {
        return match saves(1).checked_sub(PREFIX_NOT_WORTH) {
            Some(saves @ 1..) if count == 2 => Prefix {
                iline: Some(1),
                saves,
            },
            _ => Prefix::default(),
        };
    }
    let before = runs((0..count).map(saves));
    // The same from the last line on: what line `i` and those behind it save with the line before `i`.
    let mut behind = runs((0..count).rev().map(saves));
    behind.reverse();
    let mut best = Prefix::default();
    for i in 1..count - 1 {
        let (left, right) = (saves(i), saves(i + 1));
        let at_end = i == 1 || i == count - 2;
        // A neighbour does at least as well.
        if !at_end && (right >= left || saves(i - 1) > left) {
            continue;
        }
        let of = |sums: &[usize], i: usize| sums.get(i).copied().unwrap_or(0);
        let sum = of(&before, i) + of(&behind, i + 1);
        if let Some(sum) = sum.checked_sub(PREFIX_NOT_WORTH)
            && sum > best.saves
        {
            best = Prefix {
                iline: Some(i),
                saves: sum,
            };
        }
    }
    best
}

/// For each number the sum, over all runs that end with it, of the least number of the run: what the lines
/// up to here save with the key of this one. Each number is looked at once.
fn runs(saves: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut sums: Vec<usize> = Vec::with_capacity(saves.size_hint().0);
    // Numbers that rise, and where they are: a run's least one is the first of them that it holds.
    let mut rising: Vec<(usize, usize)> = Vec::new();
    for (i, least) in saves.enumerate() {
        while rising.pop_if(|(_, before)| *before >= least).is_some() {}
        // Runs that begin behind the last lower number have this one as their least.
        let (from, sum) = match rising.last() {
            Some(&(at, _)) => (at + 1, sums.get(at).copied().unwrap_or(0)),
            None => (0, 0),
        };
        sums.push(sum + least * (i + 1 - from));
        rising.push((i, least));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::lines::{LineOper, Lines, common_len, saving};
    use super::*;
    use crate::format::ids::{Dbtime, Objid, PageSize, Pgno};
    use crate::format::node::NodeFlags;
    use crate::format::page::{PageFlags, PageView};
    use crate::format::page_edit::{NewPage, PageEdit, Space};
    use crate::format::page_mut::PageBuf;
    use proptest::prelude::*;

    fn page(keys: &[Vec<u8>]) -> PageBuf {
        let mut page = PageBuf::zeroed(PageSize::K32);
        let mut edit = PageEdit::new(&mut page).unwrap();
        let new = NewPage {
            flags: PageFlags::LEAF,
            objid: Objid(3),
            dbtime: Dbtime(1),
            pgno: Pgno(9),
            reserved_tags: 0,
        };
        edit.format(new).unwrap();
        for (i, key) in keys.iter().enumerate() {
            let flags = NodeFlags::empty();
            edit.insert_node(i, key, &[1], flags, Space::Reserved)
                .unwrap();
        }
        page
    }

    /// The most that any key saves, each tried.
    fn by_trying(keys: &[Vec<u8>]) -> usize {
        let saved = |prefix: &Vec<u8>| {
            let all = keys.iter().map(|k| saving(common_len(prefix, k)));
            all.sum::<usize>().saturating_sub(prefix.len())
        };
        keys.iter().map(saved).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn runs_are_summed(numbers in proptest::collection::vec(0usize..5, 0..30)) {
            let sums = runs(numbers.iter().copied());
            let of = |i: usize| -> usize {
                let least = |from: usize| numbers[from..=i].iter().min().copied().unwrap_or(0);
                (0..=i).map(least).sum()
            };
            prop_assert_eq!(sums, (0..numbers.len()).map(of).collect::<Vec<_>>());
        }

        #[test]
        fn nothing_saves_more(
            keys in proptest::collection::btree_set(
                (0u8..3, 0u8..3, proptest::collection::vec(0u8..2, 0..9))
                    .prop_map(|(a, b, c)| [&[a, a, a, b, b][..], &c, &[9]].concat()),
                1..40,
            ),
        ) {
            let keys: Vec<Vec<u8>> = keys.into_iter().collect();
            let page = page(&keys);
            let view = PageView::new(&page).unwrap();
            let lines = Lines::of(&view, LineOper::Nothing, &|_| 0).unwrap();
            let best = best(lines.as_slice());
            prop_assert_eq!(best.saves, by_trying(&keys));
            if let Some(i) = best.iline {
                // What is said to be saved is saved.
                let all = keys.iter().map(|k| saving(common_len(&keys[i], k)));
                prop_assert_eq!(all.sum::<usize>() - keys[i].len(), best.saves);
            }
            // Separators: above what is left of them, not above what is right, as short as can be.
            for at in 1..keys.len() {
                let separator = lines.separator(at);
                prop_assert!(keys[at - 1] < separator && separator <= keys[at]);
                let shorter = &separator[..separator.len() - 1];
                prop_assert!(keys[at - 1].as_slice() >= shorter);
            }
        }
    }
}
