//! A place in a tree, as a snapshot sees the tree: seek, first, last, next, previous, while others
//! insert, delete, split and merge.
//!
//! Between two calls a walker holds nothing: it keeps a copy of its bookmark, and where the node lay.
//! If the page is still the same the node still lies there, else the bookmark is sought.
//!
//! Flag-deleted nodes that the snapshot still sees are entries like others, nodes that it does not see
//! are none.
//!
//! Source: design §4.5, docs/format/versioning.md §3.
//!
//! Invariants:
//! * no latch outlives a call; a call takes them as [`crate::btree`] says;
//! * a move visits every node that the snapshot sees between the old place and the new one: none;
//! * after an error the place is as before.
#![forbid(unsafe_code)]

use super::bookmark::{Gap, Marked};
use super::{Look, Seen};
use crate::btree::write::{KnownNode, WriteTree};
use crate::btree::{Descent, Seek, Share};
use crate::cache::{DbNo, DbPages, FrameAt, PageFault, PageFaultKind, SharedPage};
use crate::format::ids::Pgno;
use crate::format::node::Node;
use crate::trx::Snapshot;
use std::sync::Arc;

mod at_hand;
mod loose;

use at_hand::{AtHand, Bytes};

/// How often neighbours may turn out to be none before that is damage.
const TRIES: usize = 10_000;
/// Leaves with nothing but entries of one key that are read before a descent passes them by.
const LEAVES_OF_KEY: usize = 2;
/// Leaves that a walk forward steps over before it copies those that it enters.
const LEAVES_OF_LONG: u32 = 1;

/// Where a walker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Place {
    /// Before the first entry, or nowhere yet.
    #[default]
    BeforeFirst,
    /// On an entry; it may be gone by now.
    On,
    /// At a key that no entry had: the next move goes to a neighbour.
    Between,
    /// Behind the last entry.
    AfterLast,
}

/// What a seek found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// An entry with the key.
    Exact,
    /// The nearest entry on the side that was asked for.
    Other,
    /// No entry.
    None,
}

/// What a look forward met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ahead {
    /// An entry, on which the walker stands now.
    Entry,
    /// A node that is not wanted.
    Refused,
    /// The end of the tree.
    End,
}

/// Where a node lay.
#[derive(Clone, Copy, Debug)]
struct Hint {
    pgno: Pgno,
    at: FrameAt,
    iline: usize,
    /// Whose eyes the data was read by; `None` when it was not.
    snapshot: Option<Snapshot>,
}

/// A leaf, and the line behind a gap on it.
type Spot<'p> = (SharedPage<'p>, usize);

/// A walker over one tree. Its buffers grow to what was once needed; a move allocates nothing then.
#[derive(Clone, Debug)]
pub struct Walker {
    db: DbNo,
    tree: Arc<WriteTree>,
    place: Place,
    mark: Marked,
    /// Of trees of unique keys: what the snapshot saw as the entry's data.
    data: Vec<u8>,
    /// Where that lies in the leaf at hand instead.
    lent: Option<Bytes>,
    /// In a tree of unique keys: where the key lies there, and not in `mark`.
    lent_key: Option<Bytes>,
    hint: Option<Hint>,
    /// Every node that is not deleted and committed is an entry, with its data on the page.
    all: bool,
    before: Vec<u8>,
    /// The first node of a leaf that is left to the left.
    edge: Marked,
    /// The leaf that it is on, and the row.
    hand: AtHand,
    /// Leaves that were entered since it went forward from where it was put.
    crossed: u32,
}

impl Walker {
    /// A walker over a tree of database `db`, before the first entry.
    #[must_use]
    pub fn new(db: DbNo, tree: Arc<WriteTree>) -> Self {
        Self {
            db,
            tree,
            place: Place::BeforeFirst,
            mark: Marked::default(),
            data: Vec::new(),
            lent: None,
            lent_key: None,
            hint: None,
            all: false,
            before: Vec::new(),
            edge: Marked::default(),
            hand: AtHand::default(),
            crossed: 0,
        }
    }

    /// As it was made, before the first entry, with its buffers.
    pub fn begin_again(&mut self) {
        self.put(&[], &[]);
        self.off(Place::BeforeFirst);
        self.hand.forget();
        (self.all, self.crossed) = (false, 0);
    }

    /// The same, for whom every node is an entry, with its data as it lies on the page: what others
    /// have not committed, and what is deleted, as long as somebody may see it or take that back.
    #[must_use]
    pub fn seeing_all(self) -> Self {
        Self { all: true, ..self }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Arc<WriteTree> {
        &self.tree
    }

    /// The page where it found its entry; perhaps no longer the entry's.
    #[must_use]
    pub fn leaf(&self) -> Option<Pgno> {
        self.hint.as_ref().map(|hint| hint.pgno)
    }

    /// Where it saw the entry that it stands on, for who changes it.
    pub(crate) fn known(&self) -> Option<KnownNode> {
        let hint = self.hint.filter(|_| self.place == Place::On)?;
        Some(KnownNode {
            pgno: hint.pgno,
            at: hint.at,
            iline: hint.iline,
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// Key of the entry that it stands on, or between whose neighbours it stands; empty elsewhere.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self.place {
            Place::On | Place::Between => match self.lent_key {
                Some(lent) => self.hand.bytes(lent),
                None => self.mark.key(),
            },
            Place::BeforeFirst | Place::AfterLast => &[],
        }
    }

    /// Data of the entry that it stands on, as it was last seen; empty elsewhere.
    #[inline]
    #[must_use]
    pub fn data(&self) -> &[u8] {
        // Lent are only the data of what it stands on, in a tree of unique keys.
        if let Some(lent) = self.lent {
            return self.hand.bytes(lent);
        }
        match (self.place, self.tree.is_unique()) {
            (Place::On, true) => &self.data,
            (Place::On, false) => self.mark.parts().1,
            _ => &[],
        }
    }

    /// Moves before the first entry.
    pub fn before_first(&mut self) {
        self.off(Place::BeforeFirst);
    }

    /// Moves behind the last entry.
    pub fn after_last(&mut self) {
        self.off(Place::AfterLast);
    }

    fn off(&mut self, place: Place) -> bool {
        self.place = place;
        self.hint = None;
        self.lent = None;
        false
    }

    /// Takes the place of a bookmark without looking whether there is such an entry. `data` is that
    /// of the bookmark, empty in a tree of unique keys.
    pub fn put(&mut self, key: &[u8], data: &[u8]) {
        self.lent_key = None;
        self.mark.set_parts(key, data);
        self.lent = None;
        self.data.clear();
        self.hint = None;
        self.place = Place::On;
    }

    /// Takes the place of a key that no entry has, or of a bookmark.
    pub fn put_between(&mut self, key: &[u8], data: &[u8]) {
        self.put(key, data);
        self.place = Place::Between;
    }

    /// Moves to the first entry; `false`, and before the first, when there is none.
    pub fn first(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        self.crossed = 0;
        let leaf = self.tree.tree().shared_leaf(look.pages(), Descent::First)?;
        let found = self.forward(look, (leaf, 0))?;
        Ok(found || self.off(Place::BeforeFirst))
    }

    /// Moves to the last entry; `false`, and behind the last, when there is none.
    pub fn last(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        let spot = self.end(look.pages())?;
        let found = self.backward(look, spot)?;
        Ok(found || self.off(Place::AfterLast))
    }

    /// The last leaf, and the line behind its last node.
    fn end<'p>(&self, pages: &'p DbPages) -> Result<Spot<'p>, PageFault> {
        let leaf = self.tree.tree().shared_leaf(pages, Descent::Last)?;
        let count = leaf.view()?.node_count();
        Ok((leaf, count))
    }

    /// Moves to the next entry; `false`, and behind the last, when there is none.
    pub fn next(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        if self.next_at_hand(look) {
            return Ok(true);
        }
        let spot = match self.place {
            Place::AfterLast => return Ok(false),
            Place::BeforeFirst => (
                self.tree.tree().shared_leaf(look.pages(), Descent::First)?,
                0,
            ),
            Place::On => self.here(look.pages(), true)?,
            Place::Between => self.locate(look.pages(), self.mark.gap(true))?,
        };
        let found = self.forward_while(look, spot, true, |_| true)?;
        Ok(found == Ahead::Entry || self.off(Place::AfterLast))
    }

    /// Moves to the previous entry; `false`, and before the first, when there is none.
    pub fn prev(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        let spot = match self.place {
            Place::BeforeFirst => return Ok(false),
            Place::AfterLast => self.end(look.pages())?,
            Place::On => self.here(look.pages(), false)?,
            Place::Between => self.locate(look.pages(), self.mark.gap(false))?,
        };
        self.backward(look, spot)
    }

    /// Moves to the first entry of the next key, as [`Walker::next`].
    pub fn next_key(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        if self.tree.is_unique() || self.place != Place::On {
            return self.next(look);
        }
        let gap = Gap::of_key(self.mark.key(), true);
        let spot = self.locate(look.pages(), gap)?;
        self.forward(look, spot)
    }

    /// Moves to the last entry of the previous key, as [`Walker::prev`].
    pub fn prev_key(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        if self.tree.is_unique() || self.place != Place::On {
            return self.prev(look);
        }
        let gap = Gap::of_key(self.mark.key(), false);
        let spot = self.locate(look.pages(), gap)?;
        self.backward(look, spot)
    }

    /// Seeks by key. Of several entries with the key, `Eq` and `Ge` find the first, `Le` the last.
    /// Where nothing is found: between the neighbours (`Eq`), behind the last (`Ge`, `Gt`), before the
    /// first (`Le`, `Lt`).
    pub fn seek(&mut self, look: &Look<'_>, key: &[u8], seek: Seek) -> Result<Sought, PageFault> {
        self.crossed = 0;
        if let Some(sought) = self.seek_loose(look, key, seek) {
            return Ok(sought);
        }
        let gap = Gap::of_key(key, matches!(seek, Seek::Gt | Seek::Le));
        if seek == Seek::Eq {
            return self.exact(look, gap);
        }
        let spot = self.locate(look.pages(), gap)?;
        let found = match seek {
            Seek::Eq | Seek::Ge | Seek::Gt => self.forward(look, spot)?,
            Seek::Le | Seek::Lt => self.backward(look, spot)?,
        };
        Ok(match found {
            true if self.mark.key() == key => Sought::Exact,
            true => Sought::Other,
            false => Sought::None,
        })
    }

    /// Only entries of the key count.
    fn exact(&mut self, look: &Look<'_>, gap: Gap<'_>) -> Result<Sought, PageFault> {
        let (key, pages) = (gap.bytes, look.pages());
        let leaf = self.tree.tree().leaf_of(pages, key)?;
        let (iline, first) = gap.find(&leaf)?;
        if let Some(node) = first
            && self.land(look, &leaf, (iline, &node))
        {
            return Ok(Sought::Exact);
        }
        // Not there, not seen, or behind the end of the leaf.
        match self.forward_while(look, (leaf, iline), false, |n| n.cmp_key(key).is_eq())? {
            Ahead::Entry => return Ok(Sought::Exact),
            // As the original does, and only there.
            Ahead::End if !self.tree.is_unique() => {
                self.off(Place::AfterLast);
                return Ok(Sought::None);
            }
            Ahead::End | Ahead::Refused => {}
        }
        self.none_of(key);
        Ok(Sought::None)
    }

    /// Stands where the entries of a key would be, of which there are none.
    fn none_of(&mut self, key: &[u8]) {
        self.lent_key = None;
        self.lent = None;
        self.mark.set_parts(key, &[]);
        self.hint = None;
        self.place = Place::Between;
    }

    /// Moves to the entry of a bookmark (`data` is empty in a tree of unique keys); `false`, and where
    /// it was, when there is none.
    pub fn goto(&mut self, look: &Look<'_>, key: &[u8], data: &[u8]) -> Result<bool, PageFault> {
        let mut edge = std::mem::take(&mut self.edge);
        edge.set_parts(key, data);
        let gap = edge.gap(false);
        let found = self
            .locate(look.pages(), gap)
            .and_then(|spot| self.forward_while(look, spot, false, |n| gap.cmp(n).is_eq()));
        self.edge = edge;
        Ok(found? == Ahead::Entry)
    }

    /// It stands on an entry, and what it saw of it is what these eyes see.
    #[inline]
    #[must_use]
    pub fn is_as_seen(&self, look: &Look<'_>) -> bool {
        // The same eyes at an unchanged page: what they see is what they saw.
        self.place == Place::On
            && self.hint.as_ref().is_some_and(|hint| {
                hint.snapshot == Some(look.snapshot()) && look.pages().is_at(hint.at)
            })
    }

    /// Looks again at the entry that it stands on; `false` when the snapshot sees none there. The
    /// place does not change.
    pub fn again(&mut self, look: &Look<'_>) -> Result<bool, PageFault> {
        if self.is_as_seen(look) {
            return Ok(true);
        }
        if self.place != Place::On {
            return Ok(false);
        }
        let (leaf, iline) = self.here(look.pages(), false)?;
        let view = leaf.view()?;
        if iline >= view.node_count() {
            return Ok(false);
        }
        let node = view.node(iline).map_err(|e| leaf.fault(e))?;
        if self.gap(false).cmp(&node).is_ne() {
            return Ok(false);
        }
        let seen = self.seen(look, &leaf, &node);
        if seen == Seen::Absent {
            return Ok(false);
        }
        self.take(&node, seen);
        self.note(look, &leaf, iline);
        Ok(true)
    }

    /// Where the place lies among all entries, estimated ([`Tree::share_of`](crate::btree::Tree)); off
    /// the ends it is the share of the nearest entry.
    ///
    /// # Errors
    /// A page can't be had.
    pub fn share(&self, look: &Look<'_>) -> Result<Share, PageFault> {
        let gap = self.gap(false);
        let line = |page: &SharedPage<'_>| gap.line(page);
        self.tree.tree().share_of(look.pages(), gap.bytes, line)
    }

    /// Goes to the entry at a share, or the nearest that the snapshot sees; `false`, and off the end,
    /// when there is none.
    ///
    /// # Errors
    /// A page can't be had.
    pub fn goto_share(&mut self, look: &Look<'_>, share: Share) -> Result<bool, PageFault> {
        let Some((key, data)) = self.tree.tree().entry_at(look.pages(), share)? else {
            return Ok(self.off(Place::BeforeFirst));
        };
        let data = if self.tree.is_unique() {
            &[]
        } else {
            &data[..]
        };
        if self.goto(look, &key, data)? {
            return Ok(true);
        }
        self.put_between(&key, data);
        if self.next(look)? {
            return Ok(true);
        }
        self.put_between(&key, data);
        if self.prev(look)? {
            return Ok(true);
        }
        Ok(self.off(Place::BeforeFirst))
    }

    /// Whether the node behind the one that it stands on has another key, visible or not; also when
    /// there is none.
    pub fn is_last_of_key(&self, look: &Look<'_>) -> Result<bool, PageFault> {
        if self.tree.is_unique() || self.place != Place::On {
            return Ok(true);
        }
        let (mut leaf, mut iline) = self.here(look.pages(), true)?;
        if iline >= leaf.view()?.node_count() {
            match self.tree.tree().right_leaf(look.pages(), &leaf)? {
                Some(right) => (leaf, iline) = (right, 0),
                None => return Ok(true),
            }
        }
        let view = leaf.view()?;
        if iline >= view.node_count() {
            return Ok(true);
        }
        let node = view.node(iline).map_err(|e| leaf.fault(e))?;
        Ok(node.cmp_key(self.mark.key()).is_ne())
    }

    /// The gap before or behind the node that it stands on, or stood on.
    fn here<'p>(&self, pages: &'p DbPages, behind: bool) -> Result<Spot<'p>, PageFault> {
        if let Some(hint) = &self.hint
            && let Some(leaf) = pages.shared_at(hint.at, hint.pgno)
        {
            return Ok((leaf, hint.iline + usize::from(behind)));
        }
        self.locate(pages, self.gap(behind))
    }

    /// The gap before or behind its bookmark.
    fn gap(&self, behind: bool) -> Gap<'_> {
        match self.lent_key {
            Some(lent) => Gap::of_key(self.hand.bytes(lent), behind),
            None => self.mark.gap(behind),
        }
    }

    /// Descends to a gap.
    fn locate<'p>(&self, pages: &'p DbPages, gap: Gap<'_>) -> Result<Spot<'p>, PageFault> {
        let tree = self.tree.tree();
        let mut leaf = tree.leaf_of(pages, gap.bytes)?;
        let mut iline = gap.line(&leaf)?;
        if !gap.behind || gap.has_data() || self.tree.is_unique() {
            return Ok((leaf, iline));
        }
        // The entries of a key may fill many leaves.
        for _ in 0..LEAVES_OF_KEY {
            if iline < leaf.view()?.node_count() {
                return Ok((leaf, iline));
            }
            match tree.right_leaf(pages, &leaf)? {
                Some(right) => leaf = right,
                None => return Ok((leaf, iline)),
            }
            iline = gap.line(&leaf)?;
        }
        if iline < leaf.view()?.node_count() {
            return Ok((leaf, iline));
        }
        drop(leaf);
        let leaf = tree.shared_leaf(pages, Descent::Past(gap.bytes))?;
        let iline = gap.line(&leaf)?;
        Ok((leaf, iline))
    }

    /// Moves to the first entry behind a gap.
    fn forward(&mut self, look: &Look<'_>, spot: Spot<'_>) -> Result<bool, PageFault> {
        let found = self.forward_while(look, spot, false, |_| true)?;
        Ok(found == Ahead::Entry || self.off(Place::AfterLast))
    }

    /// Moves to the first entry behind a gap, if no node up to it, itself included, is refused. A walk that
    /// goes on and `on` copies the leaves that it enters.
    fn forward_while(
        &mut self,
        look: &Look<'_>,
        (mut leaf, mut iline): Spot<'_>,
        on: bool,
        wanted: impl Fn(&Node<'_>) -> bool,
    ) -> Result<Ahead, PageFault> {
        let tree = self.tree.tree();
        loop {
            let view = leaf.view()?;
            let prefix = view.prefix().map_err(|e| leaf.fault(e))?;
            for iline in iline..view.node_count() {
                let node = view.node_with_prefix(iline, prefix);
                let node = node.map_err(|e| leaf.fault(e))?;
                if !wanted(&node) {
                    return Ok(Ahead::Refused);
                }
                if self.land(look, &leaf, (iline, &node)) {
                    return Ok(Ahead::Entry);
                }
            }
            match tree.right_leaf(look.pages(), &leaf)? {
                Some(right) => leaf = right,
                None => return Ok(Ahead::End),
            }
            iline = 0;
            if on && self.place == Place::On && !self.all {
                if self.crossed >= LEAVES_OF_LONG {
                    self.copy_leaf(look, &leaf)?;
                }
                self.crossed = self.crossed.saturating_add(1);
            }
        }
    }

    /// Moves to the last entry before a gap.
    fn backward(
        &mut self,
        look: &Look<'_>,
        (mut leaf, mut iline): Spot<'_>,
    ) -> Result<bool, PageFault> {
        let tree = self.tree.tree();
        let mut tries = TRIES;
        loop {
            let view = leaf.view()?;
            let prefix = view.prefix().map_err(|e| leaf.fault(e))?;
            for iline in (0..iline.min(view.node_count())).rev() {
                let node = view.node_with_prefix(iline, prefix);
                let node = node.map_err(|e| leaf.fault(e))?;
                if self.land(look, &leaf, (iline, &node)) {
                    return Ok(true);
                }
            }
            if view.pgno_prev().is_null() {
                return Ok(self.off(Place::BeforeFirst));
            }
            let has_edge = view.node_count() > 0;
            if has_edge {
                let first = view.node_with_prefix(0, prefix);
                let first = first.map_err(|e| leaf.fault(e))?;
                self.edge.set(&first, self.tree.is_unique());
            }
            let (pgno, prev) = (leaf.pgno(), view.pgno_prev());
            let broken = PageFaultKind::BadLink {
                left: prev,
                left_next: Pgno::NULL,
                right: pgno,
                right_prev: prev,
            };
            let edge = self.edge.gap(false);
            match tree.left_leaf(look.pages(), leaf)? {
                // Still nothing between the neighbour and what was looked at.
                Some((left, right)) if !has_edge || edge.line(&right)? == 0 => {
                    iline = left.view()?.node_count();
                    leaf = left;
                }
                _ if has_edge && tries > 0 => {
                    tries -= 1;
                    (leaf, iline) = self.locate(look.pages(), edge)?;
                }
                _ => return Err(PageFault::new(pgno, broken)),
            }
        }
    }

    #[inline]
    fn seen(&mut self, look: &Look<'_>, leaf: &SharedPage<'_>, node: &Node<'_>) -> Seen {
        if !self.all {
            return look.seen_on(self.db, &self.tree, leaf, node, &mut self.before);
        }
        let id = look.id(self.db, &self.tree, node);
        match node.is_deleted() && !look.store().is_active(&id) {
            true => Seen::Absent,
            false => Seen::AsOnPage,
        }
    }

    /// Stands on a node if the snapshot sees it.
    #[inline]
    fn land(
        &mut self,
        look: &Look<'_>,
        leaf: &SharedPage<'_>,
        (iline, node): (usize, &Node<'_>),
    ) -> bool {
        let seen = self.seen(look, leaf, node);
        if seen == Seen::Absent {
            return false;
        }
        self.lent_key = None;
        self.mark.set(node, self.tree.is_unique());
        self.take(node, seen);
        self.note(look, leaf, iline);
        self.place = Place::On;
        true
    }

    /// Notes where it found its entry.
    #[inline]
    fn note(&mut self, look: &Look<'_>, leaf: &SharedPage<'_>, iline: usize) {
        self.hint = leaf.frame_at().map(|at| Hint {
            pgno: leaf.pgno(),
            at,
            iline,
            snapshot: Some(look.snapshot()).filter(|_| !self.all),
        });
    }

    /// Copies an entry's data.
    fn take(&mut self, node: &Node<'_>, seen: Seen) {
        if !self.tree.is_unique() {
            return;
        }
        self.lent = None;
        if seen == Seen::Before {
            std::mem::swap(&mut self.data, &mut self.before);
        } else {
            self.data.clear();
            self.data.extend_from_slice(node.data);
        }
    }
}
