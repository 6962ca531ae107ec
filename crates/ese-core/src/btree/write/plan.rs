//! The levels of a split, from the leaf up to the page that has room for one more pointer.
//!
//! Source: docs/format/database-btree-space.md §4.3, docs/format/log-records.md §5.3.
//!
//! Invariant: a plan changes nothing, and what it plans fits: once it is in the log it can be done.
#![forbid(unsafe_code)]

use super::choose::{Cut, Pattern, append, cut_at, downwards, pattern_of_insert, to_the_right};
use super::db::fault;
use super::lines::{LineOper, Lines};
use super::path::{Held, Path};
use super::record::short;
use super::step::{Op, Step};
use super::{TreeWriter, WriteError, WriteTree};
use crate::format::ids::Pgno;
use crate::format::log_record::{SplitOper, SplitType};
use crate::format::node::Node;
use crate::format::page::{PageFlags, PageView, TAG_BYTES};
use crate::format::page_edit::node_line_len;

/// Bytes of a pointer to a child.
const POINTER: usize = 4;

/// One page of the path that changes.
pub(super) struct LevelPlan {
    /// Which of the path.
    pub(super) depth: usize,
    /// How it splits; `None`: it only gets a pointer, at the line of its child.
    pub(super) split: Option<PageSplit>,
}

/// How one page splits, as its record says it.
pub(super) struct PageSplit {
    pub(super) cut: Cut,
    pub(super) oper: SplitOper,
    pub(super) iline_oper: usize,
    pub(super) clines: usize,
    pub(super) new_flags: PageFlags,
    pub(super) old_flags: PageFlags,
    pub(super) unc_src: u16,
    pub(super) unc_dest: u16,
    pub(super) prefix_old: Vec<u8>,
    pub(super) prefix_new: Vec<u8>,
    pub(super) separator: Vec<u8>,
}

impl PageSplit {
    /// Whether the new page gets nodes that were on the old one: then the log must hold an image of
    /// the old one.
    pub(super) fn moves_nodes(&self) -> bool {
        let alone = self.oper == SplitOper::INSERT
            && self.cut.at == self.iline_oper
            && self.iline_oper + 1 == self.clines;
        match self.cut.split_type {
            SplitType::APPEND => false,
            SplitType::RIGHT => !alone,
            _ => true,
        }
    }

    pub(super) fn is_downwards(&self) -> bool {
        self.cut.split_type == SplitType::VERTICAL
    }
}

/// A whole split.
pub(super) struct Plan {
    /// From the highest down.
    pub(super) levels: Vec<LevelPlan>,
    /// The operation is done with it; else the split only makes room for the next try.
    pub(super) performs: bool,
}

impl Plan {
    /// Pages that it takes.
    pub(super) fn new_pages(&self) -> usize {
        self.levels.iter().filter(|l| l.split.is_some()).count()
    }
}

/// How a page splits, without the lines.
struct Chosen {
    cut: Cut,
    oper: SplitOper,
    iline_oper: usize,
}

impl TreeWriter<'_> {
    /// Plans the split that an operation needs which does not fit its leaf; `None` when more levels of
    /// the path have to be held.
    pub(super) fn plan(
        &self,
        tree: &WriteTree,
        path: &Path<'_>,
        op: &Op<'_>,
        step: Step,
    ) -> Result<Option<Plan>, WriteError> {
        let (leaf, above) = split_last(path)?;
        let view = leaf.page.view()?;
        let at = |e| fault(leaf.pgno(), e);
        // Mostly nothing is kept for anybody's undo.
        let kept = view.cb_uncommitted_free() > 0;
        let reserve = |n: &Node<'_>| if kept { self.reserve_of(tree, n) } else { 0 };
        let (splitting, oper) = match step {
            Step::Insert(iline) => {
                let (key, data) = (op.key(), op.data());
                (SplitOper::INSERT, LineOper::Insert { iline, key, data })
            }
            Step::Replace(iline) | Step::Revive(iline) => {
                let node = view.node(iline).map_err(at)?;
                let most = node.data.len() + reserve(&node);
                let oper = LineOper::Replace {
                    iline,
                    data: op.data(),
                    len_most: most.max(op.data().len()),
                };
                match step {
                    Step::Replace(_) => (SplitOper::REPLACE, oper),
                    _ => (SplitOper::FLAG_INSERT_AND_REPLACE_DATA, oper),
                }
            }
            Step::FlagInsert(_) => {
                return Err(WriteError::tree(leaf.pgno(), "a flag that does not fit"));
            }
        };
        let iline = step.iline();
        let pattern = match step {
            Step::Insert(_) if !view.is_root() => pattern_of_insert(&view, iline).map_err(at)?,
            _ => Pattern::None,
        };
        if let (Pattern::Append, LineOper::Insert { key, data, .. }, false) = (pattern, oper, kept)
            && let Some(two) = Lines::last_two(&view, (key, data)).map_err(at)?
        {
            let split = append_split(leaf, &two)?;
            return self.plan_above(above, leaf.pgno(), (split, true), true);
        }
        let lines = Lines::of(&view, oper, &reserve).map_err(at)?;
        let in_front = pattern == Pattern::HotPoint && iline + 1 < lines.len();
        let cut = match pattern {
            _ if view.is_root() => downwards(&lines, view.size()),
            Pattern::Append => Some(append(&lines, view.size())),
            // Nodes come behind the hot point: they go first, the operation follows.
            Pattern::HotPoint if in_front => None,
            Pattern::HotPoint => cut_at(&lines, iline, view.size()),
            pattern => to_the_right(&lines, pattern, view.size()),
        };
        let chosen = cut.map(|cut| Chosen {
            cut,
            oper: splitting,
            iline_oper: iline,
        });
        let performs = chosen.is_some();
        let split = match chosen {
            Some(chosen) => page_split(leaf, &lines, chosen)?,
            None => {
                let lines = Lines::of(&view, LineOper::Nothing, &reserve).map_err(at)?;
                let cut = match in_front {
                    true => cut_at(&lines, iline, view.size()),
                    false => None,
                };
                self.split_alone(leaf, &lines, cut)?
            }
        };
        let appends = pattern == Pattern::Append;
        self.plan_above(above, leaf.pgno(), (split, performs), appends)
    }

    /// Plans the downward split of a root that needs room for its external header; the root is the
    /// whole path.
    pub(super) fn plan_root(&self, tree: &WriteTree, path: &Path<'_>) -> Result<Plan, WriteError> {
        let (root, _) = split_last(path)?;
        let view = root.page.view()?;
        let reserve = |n: &Node<'_>| self.reserve_of(tree, n);
        let lines = Lines::of(&view, LineOper::Nothing, &reserve);
        let lines = lines.map_err(|e| fault(root.pgno(), e))?;
        if lines.len() == 0 {
            let data = view.size().bytes();
            return Err(WriteError::node_length(0, data));
        }
        let level = LevelPlan {
            depth: 0,
            split: Some(self.split_alone(root, &lines, None)?),
        };
        Ok(Plan {
            levels: vec![level],
            performs: false,
        })
    }

    /// The split of a page without an operation.
    fn split_alone(
        &self,
        held: &Held<'_>,
        lines: &Lines<'_>,
        cut: Option<Cut>,
    ) -> Result<PageSplit, WriteError> {
        let view = held.page.view()?;
        let cut = match cut {
            Some(cut) => Some(cut),
            None if view.is_root() => downwards(lines, view.size()),
            None => to_the_right(lines, Pattern::None, view.size()),
        };
        let what = "a page whose nodes don't fit two pages";
        let cut = cut.ok_or_else(|| WriteError::tree(held.pgno(), what))?;
        let chosen = Chosen {
            cut,
            oper: SplitOper::NONE,
            iline_oper: 0,
        };
        page_split(held, lines, chosen)
    }

    /// Goes on upwards from a page that splits: each level gets a pointer, and may split for that.
    fn plan_above(
        &self,
        mut above: &[Held<'_>],
        mut child: Pgno,
        (mut split, mut performs): (PageSplit, bool),
        appends: bool,
    ) -> Result<Option<Plan>, WriteError> {
        let mut levels = Vec::new();
        loop {
            let depth = above.len();
            let done = split.is_downwards();
            levels.push(LevelPlan {
                depth,
                split: Some(split),
            });
            if done {
                break;
            }
            let Some((parent, higher)) = above.split_last() else {
                return Ok(None);
            };
            above = higher;
            let depth = above.len();
            let (view, iline) = (parent.page.view()?, parent.iline);
            let at = |e| fault(parent.pgno(), e);
            if view.node(iline).map_err(at)?.child() != Some(child) {
                return Err(WriteError::tree(parent.pgno(), "a pointer that was there"));
            }
            let separator = match levels.last() {
                Some(LevelPlan { split: Some(s), .. }) => &s.separator,
                _ => return Err(WriteError::NotHere),
            };
            let need = node_line_len(view.prefix().map_err(at)?, separator, POINTER) + TAG_BYTES;
            if need <= usize::from(view.cb_free()) {
                levels.push(LevelPlan { depth, split: None });
                break;
            }
            let pointer = child.0.to_le_bytes();
            let oper = LineOper::Insert {
                iline,
                key: separator,
                data: &pointer,
            };
            let lines = Lines::of(&view, oper, &|_| 0).map_err(at)?;
            let pattern = match appends {
                true => Pattern::BehindAppend,
                false => Pattern::None,
            };
            let cut = match view.is_root() {
                true => downwards(&lines, view.size()),
                false => to_the_right(&lines, pattern, view.size()),
            };
            let next = match cut {
                Some(cut) => {
                    let chosen = Chosen {
                        cut,
                        oper: SplitOper::INSERT,
                        iline_oper: iline,
                    };
                    page_split(parent, &lines, chosen)?
                }
                None => {
                    // No room here for what comes from below: this level splits alone, and all is
                    // tried again.
                    let lines = Lines::of(&view, LineOper::Nothing, &|_| 0).map_err(at)?;
                    let alone = self.split_alone(parent, &lines, None)?;
                    levels.clear();
                    performs = false;
                    alone
                }
            };
            split = next;
            child = parent.pgno();
        }
        levels.reverse();
        Ok(Some(Plan { levels, performs }))
    }
}

fn split_last<'x, 'p>(path: &'x Path<'p>) -> Result<(&'x Held<'p>, &'x [Held<'p>]), WriteError> {
    let what = "a path without pages";
    path.levels
        .split_last()
        .ok_or_else(|| WriteError::tree(Pgno::NULL, what))
}

/// Everything that the record of a split page says.
fn page_split(held: &Held<'_>, lines: &Lines<'_>, chosen: Chosen) -> Result<PageSplit, WriteError> {
    let view = held.page.view()?;
    let at = |e| fault(held.pgno(), e);
    let (cut, count) = (chosen.cut, lines.len());
    let is_leaf = view.is_leaf();
    let downwards = cut.split_type == SplitType::VERTICAL;
    let (new_flags, old_flags) = flags(&view, downwards);
    let key_of = |line: Option<usize>| line.map_or_else(Vec::new, |i| lines.key(i).to_vec());
    Ok(PageSplit {
        cut,
        oper: chosen.oper,
        iline_oper: chosen.iline_oper,
        clines: count,
        new_flags,
        old_flags,
        unc_src: short(lines.reserve(0..cut.at)),
        unc_dest: short(lines.reserve(cut.at..count)),
        prefix_old: view.prefix().map_err(at)?.to_vec(),
        prefix_new: key_of(cut.old.iline),
        separator: match (downwards, is_leaf) {
            (true, _) => Vec::new(),
            (false, true) => lines.separator(cut.at),
            (false, false) => key_of(cut.at.checked_sub(1)),
        },
    })
}

/// The split of a rightmost leaf that keeps nothing for anybody's undo, for the second of these lines, which
/// comes behind its last node: nothing else of the leaf matters.
fn append_split(held: &Held<'_>, two: &Lines<'_>) -> Result<PageSplit, WriteError> {
    let view = held.page.view()?;
    let before = view.node_count();
    let chosen = Chosen {
        cut: append(two, view.size()),
        oper: SplitOper::INSERT,
        iline_oper: before,
    };
    let mut split = page_split(held, two, chosen)?;
    split.cut.at = before;
    split.clines = before + 1;
    Ok(split)
}

/// Flags of the new page and of the old one.
fn flags(view: &PageView<'_>, downwards: bool) -> (PageFlags, PageFlags) {
    let flags = view.flags();
    if !downwards {
        return (flags, flags);
    }
    let mut old = flags - PageFlags::LEAF;
    old.set(PageFlags::PARENT_OF_LEAF, flags.contains(PageFlags::LEAF));
    (flags - PageFlags::ROOT, old)
}
