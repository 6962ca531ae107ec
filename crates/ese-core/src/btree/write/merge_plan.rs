//! Which merge a leaf gets, and what it does to the pages above.
//!
//! | | leaf | parent |
//! |---|---|---|
//! | empty tree | the only leaf, no live node | all pages below the root go |
//! | empty page | no live node | its pointer goes |
//! | full right, left | all live nodes fit the neighbour at the tree's density | its pointer goes; to the left, the neighbour's takes its place |
//! | partial right, left | some fit | the separator between the two moves |
//!
//! Source: docs/format/database-btree-space.md §4.5, docs/format/log-records.md §5.4.
//!
//! Invariant: a plan changes nothing, and what it plans fits.
#![forbid(unsafe_code)]

use super::db::fault;
use super::lines::{LineOper, Lines, common_len, saving};
use super::merge::{MergePages, Side};
use super::path::Held;
use super::record::short;
use super::{TreeWriter, WriteError, WriteTree};
use crate::format::log_record::{MergeFlags, MergeType};
use crate::format::node::Node;
use crate::format::page_edit::node_line_len;

/// Bytes of a pointer to a child.
const POINTER: usize = 4;

/// Which neighbours a leaf has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbours {
    pub(super) left: bool,
    pub(super) right: bool,
}

/// A merge.
pub(super) struct MergePlan {
    pub(super) merge_type: MergeType,
    /// First line that goes to the right, or last that goes to the left.
    pub(super) iline_merge: usize,
    /// Bytes of the nodes that move, uncompressed.
    pub(super) size: usize,
    /// The same with what their undo may need.
    pub(super) size_max: usize,
    pub(super) unc_dest: u16,
    /// New separator of partial merges; else the one that goes up when a page loses its last pointer.
    pub(super) separator: Vec<u8>,
    /// What happens to the pages above, in the order of the path; nothing where empty.
    pub(super) above: Vec<MergeFlags>,
}

impl MergePlan {
    fn new(merge_type: MergeType) -> Self {
        Self {
            merge_type,
            iline_merge: 0,
            size: 0,
            size_max: 0,
            unc_dest: 0,
            separator: Vec::new(),
            above: Vec::new(),
        }
    }

    /// The page stays in the tree.
    pub(super) fn is_partial(&self) -> bool {
        matches!(
            self.merge_type,
            MergeType::PARTIAL_RIGHT | MergeType::PARTIAL_LEFT
        )
    }

    /// Nodes go to a neighbour.
    pub(super) fn moves_nodes(&self) -> bool {
        self.merge_type != MergeType::EMPTY_PAGE
    }
}

impl TreeWriter<'_> {
    /// Plans the merge of a leaf; `None` when there is none to be made.
    pub(super) fn plan_merge(
        &self,
        tree: &WriteTree,
        pages: &MergePages<'_>,
        side: Side,
        partly: bool,
    ) -> Result<Option<MergePlan>, WriteError> {
        let has = pages.neighbours();
        let Some(parent) = pages.above.last() else {
            return Ok(None);
        };
        let siblings = parent.page.view()?.node_count();
        if has.left && !has.right && siblings == 1 {
            // The pointer to the left neighbour lies elsewhere, and could not get the empty key.
            return Ok(None);
        }
        if side == Side::Left && parent.iline == 0 {
            // The left neighbour's separator lies elsewhere.
            return Ok(None);
        }
        let view = pages.page.view()?;
        let at = |e| fault(pages.page.pgno(), e);
        let mut empty = true;
        for iline in 0..view.node_count() {
            let node = view.node(iline).map_err(at)?;
            empty &= node.is_deleted();
            if node.is_deleted() && self.is_active(tree, &node) {
                // The next clean-up will see.
                return Ok(None);
            }
        }
        let mut plan = match empty {
            true if !has.left && !has.right => {
                return Ok(Some(MergePlan::new(MergeType::EMPTY_TREE)));
            }
            true => MergePlan::new(MergeType::EMPTY_PAGE),
            false => match self.plan_moves(tree, pages, side)? {
                Some(plan) if partly || !plan.is_partial() => plan,
                _ => return Ok(None),
            },
        };
        Ok(plan_above(&mut plan, &pages.above)?.then_some(plan))
    }

    /// How many nodes fit the neighbour; `None` when none does.
    fn plan_moves(
        &self,
        tree: &WriteTree,
        pages: &MergePages<'_>,
        side: Side,
    ) -> Result<Option<MergePlan>, WriteError> {
        let dest = match side {
            Side::Left => &pages.left,
            Side::Right => &pages.right,
        };
        let Some(dest) = dest else {
            return Ok(None);
        };
        let (view, dest_view) = (pages.page.view()?, dest.view()?);
        let at = |e| fault(pages.page.pgno(), e);
        let at_dest = |e| fault(dest.pgno(), e);
        let reserve = |n: &Node<'_>| self.reserve_of(tree, n);
        let lines = Lines::of(&view, LineOper::Nothing, &reserve).map_err(at)?;
        let prefix = dest_view.prefix().map_err(at_dest)?;
        let room = self.available(tree, &dest_view).map_err(at_dest)?;
        let density = tree.density_reserve(view.size());
        let count = lines.len();

        let mut plan = MergePlan::new(match side {
            Side::Left => MergeType::FULL_LEFT,
            Side::Right => MergeType::FULL_RIGHT,
        });
        let (mut need, mut moved) = (density, 0);
        for step in 0..count {
            let i = match side {
                Side::Left => step,
                Side::Right => count - 1 - step,
            };
            if !view.node(i).map_err(at)?.is_deleted() {
                let (size, most) = (lines.size(i), lines.size_max(i..i + 1));
                let more = most.saturating_sub(saving(common_len(prefix, lines.key(i))));
                if need + more > room {
                    plan.merge_type = match side {
                        Side::Left => MergeType::PARTIAL_LEFT,
                        Side::Right => MergeType::PARTIAL_RIGHT,
                    };
                    break;
                }
                need += more;
                moved += 1;
                plan.size += size;
                plan.size_max += most;
            }
            plan.iline_merge = i;
        }
        if moved == 0 {
            return Ok(None);
        }
        match plan.merge_type {
            MergeType::PARTIAL_RIGHT => plan.separator = lines.separator(plan.iline_merge),
            MergeType::PARTIAL_LEFT => plan.separator = lines.separator(plan.iline_merge + 1),
            _ => {}
        }
        let kept = usize::from(dest_view.cb_free()).saturating_sub(room);
        plan.unc_dest = short(kept + plan.size_max - plan.size);
        Ok(Some(plan))
    }
}

/// Plans the pages above, from the parent upwards; `false` when a key does not fit where it must go.
fn plan_above(plan: &mut MergePlan, above: &[Held<'_>]) -> Result<bool, WriteError> {
    plan.above = vec![MergeFlags::empty(); above.len()];
    // What the level below does.
    let mut child_empty = !plan.is_partial();
    let mut child_last_changes = false;
    let mut key_goes_up = false;
    for (i, held) in above.iter().enumerate().rev() {
        let view = held.page.view()?;
        let count = view.node_count();
        let iline = held.iline;
        let is_last = iline + 1 == count;
        let is_parent = i + 1 == above.len();
        let flags = match plan.merge_type {
            MergeType::FULL_LEFT => MergeFlags::KEY_CHANGE | MergeFlags::DELETE_NODE,
            MergeType::PARTIAL_LEFT => {
                if !key_fits(held, iline.saturating_sub(1), &plan.separator)? {
                    return Ok(false);
                }
                MergeFlags::KEY_CHANGE
            }
            MergeType::PARTIAL_RIGHT => {
                if !is_parent && !child_last_changes {
                    return Ok(true);
                }
                if !key_fits(held, iline, &plan.separator)? {
                    return Ok(false);
                }
                MergeFlags::KEY_CHANGE
            }
            _ if count == 1 && child_empty => MergeFlags::EMPTY_PAGE,
            _ if count > 1 && is_last && !key_goes_up => {
                // The last pointer goes; the one before ends the page now, and its key does so above.
                let before = iline.checked_sub(1);
                let Some(before) = before else {
                    return Ok(false);
                };
                let node = view.node(before);
                plan.separator = node.map_err(|e| fault(held.pgno(), e))?.key();
                key_goes_up = true;
                MergeFlags::DELETE_NODE
            }
            _ if key_goes_up && child_last_changes => {
                if !key_fits(held, iline, &plan.separator)? {
                    return Ok(false);
                }
                MergeFlags::KEY_CHANGE
            }
            _ if child_empty => MergeFlags::DELETE_NODE,
            _ => return Ok(true),
        };
        if let Some(place) = plan.above.get_mut(i) {
            *place = flags;
        }
        if flags == MergeFlags::EMPTY_PAGE && held.page.view()?.is_root() {
            return Ok(false);
        }
        child_empty = flags == MergeFlags::EMPTY_PAGE;
        child_last_changes = is_last && !child_empty;
        let null_key = is_last && {
            let node = view.node(iline).map_err(|e| fault(held.pgno(), e))?;
            node.key_len() == 0
        };
        let done = match plan.merge_type {
            MergeType::FULL_LEFT | MergeType::PARTIAL_LEFT => true,
            // Rightmost of its level: nothing above has a key for it.
            _ if flags == MergeFlags::DELETE_NODE && null_key => true,
            _ => !is_last,
        };
        if done {
            return Ok(true);
        }
    }
    // More levels would have to change than are held: the root does not end like that.
    Ok(false)
}

/// Whether a pointer may get another key.
fn key_fits(held: &Held<'_>, iline: usize, key: &[u8]) -> Result<bool, WriteError> {
    let view = held.page.view()?;
    let at = |e| fault(held.pgno(), e);
    let need = node_line_len(view.prefix().map_err(at)?, key, POINTER);
    let has = view.tag(iline + view.reserved_tags()).map_err(at)?.cb;
    Ok(need <= has + usize::from(view.cb_free()))
}
