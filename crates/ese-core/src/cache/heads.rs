//! Key heads: what leads to a line of a page without a look at the page.
//!
//! Beside each frame lie words that say, of one version of its page, whose page it is, how many nodes
//! it has, and the first eight bytes of their keys behind those that all of them share. A search counts
//! heads; only equal ones have to be told apart on the page. Of an internal page the children lie
//! beside them, each with the frame where it was last.
//!
//! ```text
//! word 0     stamp: the frame's version that the rest belongs to; 0 for none
//!      1     objid << 32 | nodes << 16 | step
//!      2     page flags << 32 | reserved tags << 24 | heads << 8 | shared bytes
//!      3-7   the shared bytes, big-endian, zeros behind
//!      8-    heads, big-endian: of every `step`th node; of the last node of an internal page all ones
//! half-      children (wide blocks only): frame + 1 << 32 | pgno
//! ```
//! A page is told in words when it is looked through the second time without a change in between: what
//! is read once, or changed all the time, costs nothing here. Redo never looks through pages. Who puts
//! a node in has the words follow (`keep`).
//!
//! Source: design §4.1; what was measured for it, performance design §2.
//!
//! Invariants:
//! * words are filled under the frame's shared latch, from nothing but the page: two who do so at a
//!   time store the same; under the exclusive latch they change for the version to come;
//! * what is read here counts only if the frame's version is that of the stamp, before and after;
//! * a word of the children's half is never anything else: a hint that comes late changes no head.
#![forbid(unsafe_code)]

mod keep;

pub(crate) use keep::Followed;

use super::page_memory::FrameNo;
use crate::format::bytes::common_len;
use crate::format::ids::{Objid, PageSize, Pgno};
use crate::format::node::Node;
use crate::format::page::{PageError, PageFlags, PageView};
use crate::sync::{AtomicU64, Ordering, fence};

const STAMP: usize = 0;
const IDENTITY: usize = 1;
const SHAPE: usize = 2;
const SHARED: usize = 3;
const FIRST: usize = 8;
/// Bytes that a head and each word of the shared bytes hold.
const HEAD_BYTES: usize = 8;
/// Shared bytes that are kept: keys that share more begin with these.
const SHARED_MOST: usize = (FIRST - SHARED) * HEAD_BYTES;
/// Equal heads that are counted one by one.
const EQUAL_FEW: usize = 4;

/// Words of a block that lies beside every frame: a sixteenth of the page.
pub(super) const fn narrow_words(page_size: PageSize) -> usize {
    if cfg!(loom) {
        FIRST + 2
    } else {
        page_size.bytes() / 128
    }
}

/// Words of a block for an internal page, lent to a frame while it holds one: twice the page.
pub(super) const fn wide_words(page_size: PageSize) -> usize {
    if cfg!(loom) {
        2 * (FIRST + 2)
    } else {
        page_size.bytes() / 4
    }
}

/// The words of one block.
#[derive(Clone, Copy)]
pub(crate) struct Heads<'c>(&'c [AtomicU64]);

/// What a page is, as its words say.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    /// The object that it belongs to.
    pub(crate) objid: Objid,
    /// Its flags.
    pub(crate) flags: PageFlags,
    /// Nodes that it has.
    pub(crate) nodes: usize,
    /// Tags before that of the first node.
    pub(crate) reserved: usize,
    step: usize,
    heads: usize,
    shared: usize,
}

impl Told {
    /// Lines of the nodes that are keys' neighbours: the first node that is not lower lies at one of
    /// them, ends included.
    fn lines(&self, lower: usize, not_higher: usize) -> (usize, usize) {
        let low = match lower {
            0 => 0,
            n => (n - 1) * self.step + 1,
        };
        (
            low.min(self.nodes),
            (not_higher * self.step).min(self.nodes),
        )
    }
}

/// The child that a key belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Child {
    /// At this line.
    At(usize),
    /// Its pointer lies at one of these lines, ends included: heads are equal.
    Among(usize, usize),
}

/// Up to eight bytes as a number that orders as they do; zeros stand for those that are missing.
#[inline]
fn head_of(bytes: &[u8]) -> u64 {
    if let Some(&all) = bytes.first_chunk::<HEAD_BYTES>() {
        return u64::from_be_bytes(all);
    }
    let mut all = [0; HEAD_BYTES];
    for (to, from) in all.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_be_bytes(all)
}

/// The same of a node's key, behind its first `skip` bytes.
#[inline]
fn head_of_node(node: &Node<'_>, skip: usize) -> u64 {
    let Some(prefix) = node.prefix.get(skip..).filter(|p| !p.is_empty()) else {
        let past = skip.saturating_sub(node.prefix.len());
        return head_of(node.suffix.get(past..).unwrap_or(&[]));
    };
    let head = head_of(prefix);
    match prefix.len() {
        // Zeros stand where the suffix begins.
        n @ ..HEAD_BYTES => head | head_of(node.suffix) >> (u8::BITS as usize * n),
        _ => head,
    }
}

/// The first bytes of a node's key, as many as may be shared, and how many they are.
#[inline]
fn beginning_of(node: &Node<'_>) -> ([u8; SHARED_MOST], usize) {
    let mut all = [0; SHARED_MOST];
    let mut len = 0;
    for piece in [node.prefix, node.suffix] {
        let n = piece.len().min(SHARED_MOST - len);
        if let (Some(to), Some(from)) = (all.get_mut(len..len + n), piece.get(..n)) {
            to.copy_from_slice(from);
        }
        len += n;
    }
    (all, len)
}

fn shared_by(a: &Node<'_>, b: &Node<'_>) -> usize {
    let ((a, a_len), (b, b_len)) = (beginning_of(a), beginning_of(b));
    let (a, b) = (a.get(..a_len), b.get(..b_len));
    common_len(a.unwrap_or(&[]), b.unwrap_or(&[]))
}

impl<'c> Heads<'c> {
    pub(super) fn new(words: &'c [AtomicU64]) -> Self {
        Self(words)
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        self.0.get(at).map_or(0, |w| w.load(Ordering::Relaxed))
    }

    fn set(&self, at: usize, value: u64) {
        if let Some(word) = self.0.get(at) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// The frame's version that the words belong to.
    #[inline]
    pub(super) fn stamp(&self) -> u64 {
        self.0.first().map_or(0, |w| w.load(Ordering::Acquire))
    }

    /// What the page is.
    #[inline]
    pub(crate) fn told(&self) -> Told {
        let (identity, shape) = (self.word(IDENTITY), self.word(SHAPE));
        Told {
            objid: Objid((identity >> 32) as u32),
            flags: PageFlags::from_bits_retain((shape >> 32) as u32),
            nodes: usize::from((identity >> 16) as u16),
            reserved: usize::from((shape >> 24) as u8),
            step: usize::from(identity as u16),
            heads: usize::from((shape >> 8) as u16),
            shared: usize::from(shape as u8).min(SHARED_MOST),
        }
    }

    /// Lines between which the first node lies whose key is not lower than `key`, and the first that is
    /// higher: ends included. Nodes between them have to be compared.
    #[inline]
    pub(crate) fn lines(&self, told: &Told, key: &[u8]) -> (usize, usize) {
        let (lower, not_higher) = self.count(told, key);
        told.lines(lower, not_higher)
    }

    /// The child that a key belongs to, of an internal page.
    #[inline]
    pub(crate) fn child_line(&self, told: &Told, key: &[u8]) -> Child {
        let (lower, not_higher) = self.count(told, key);
        let last = told.nodes.saturating_sub(1);
        let (low, high) = (lower.min(last), not_higher.min(last));
        match low == high {
            true => Child::At(low),
            false => Child::Among(low, high),
        }
    }

    /// How many heads are lower than that of a key, and how many are not higher.
    #[inline]
    fn count(&self, told: &Told, key: &[u8]) -> (usize, usize) {
        let heads = self.0.get(FIRST..).unwrap_or(&[]);
        let heads = heads.get(..told.heads).unwrap_or(heads);
        match self.cmp_shared(told.shared, key) {
            std::cmp::Ordering::Less => return (0, 0),
            std::cmp::Ordering::Greater => return (heads.len(), heads.len()),
            std::cmp::Ordering::Equal => {}
        }
        let head = head_of(key.get(told.shared..).unwrap_or(&[]));
        let lower = count_lower(heads, head);
        let mut not_higher = lower;
        while let Some(word) = heads.get(not_higher)
            && word.load(Ordering::Relaxed) == head
        {
            not_higher += 1;
            if not_higher - lower == EQUAL_FEW {
                let rest = heads.get(not_higher..).unwrap_or(&[]);
                let more = head.checked_add(1);
                return (
                    lower,
                    not_higher + more.map_or(rest.len(), |h| count_lower(rest, h)),
                );
            }
        }
        (lower, not_higher)
    }

    /// How a key lies to the bytes that all keys of the page share: equal when it begins with them.
    #[inline]
    fn cmp_shared(&self, shared: usize, key: &[u8]) -> std::cmp::Ordering {
        let mut at = 0;
        while at < shared {
            let mask = match shared - at {
                n @ 1..HEAD_BYTES => u64::MAX << (u64::BITS - 8 * n as u32),
                _ => u64::MAX,
            };
            let ours = head_of(key.get(at..).unwrap_or(&[])) & mask;
            let order = ours.cmp(&self.word(SHARED + at / HEAD_BYTES));
            if order.is_ne() {
                return order;
            }
            at += HEAD_BYTES;
        }
        match key.len() < shared {
            true => std::cmp::Ordering::Less,
            false => std::cmp::Ordering::Equal,
        }
    }

    fn children(&self) -> &'c [AtomicU64] {
        self.0.get(self.0.len() / 2..).unwrap_or(&[])
    }

    /// A child, and the frame where it may be.
    #[inline]
    pub(crate) fn child(&self, line: usize) -> Option<(Pgno, Option<FrameNo>)> {
        let word = self.children().get(line)?.load(Ordering::Relaxed);
        Some((Pgno(word as u32), ((word >> 32) as u32).checked_sub(1)))
    }

    /// Says where a child is, unless the word has become another's.
    pub(crate) fn child_is_in(&self, line: usize, child: (Pgno, Option<FrameNo>), frame: FrameNo) {
        let word = |frame: Option<FrameNo>| {
            u64::from(frame.map_or(0, |f| f.wrapping_add(1))) << 32 | u64::from(child.0.0)
        };
        if let Some(entry) = self.children().get(line) {
            // Lost to somebody else, it is no more than a hint that is missing.
            let _ = entry.compare_exchange(
                word(child.1),
                word(Some(frame)),
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
        }
    }

    /// Tells a page that is latched shared and has this version. `false`: it is one that can't be told,
    /// or has no node.
    pub(super) fn tell(&self, version: u64, pgno: Pgno, view: &PageView<'_>) -> bool {
        self.set(STAMP, 0);
        // Who sees one of the words to come sees that the old stamp is gone.
        fence(Ordering::Release);
        let told = self.tell_words(pgno, view).unwrap_or(false);
        if told && let Some(stamp) = self.0.first() {
            stamp.store(version, Ordering::Release);
        }
        told
    }

    fn tell_words(&self, pgno: Pgno, view: &PageView<'_>) -> Result<bool, PageError> {
        let leaf = view.is_leaf();
        let nodes = view.node_count();
        // A leaf may have been an internal page before: its block has a half for children then.
        let narrow = self.0.len() <= narrow_words(view.size());
        let room = match narrow {
            true if !leaf => return Ok(false),
            true => self.0.len(),
            false => self.0.len() / 2,
        };
        let room = room.saturating_sub(FIRST);
        let (Some(last), true) = (nodes.checked_sub(1), room > 0) else {
            return Ok(false);
        };
        let step = match leaf {
            true => nodes.div_ceil(room),
            false if nodes <= room && nodes <= self.children().len() => 1,
            false => return Ok(false),
        };
        let prefix = view.prefix()?;
        let node = |line| view.node_with_prefix(line, prefix);
        let is_end = |line: usize, node: &Node<'_>| !leaf && line == last && node.key_len() == 0;
        let first = node(0)?;
        let shared = match last.checked_sub(usize::from(is_end(last, &node(last)?))) {
            Some(last) => shared_by(&first, &node(last)?),
            None => 0,
        };
        for at in (0..SHARED_MOST).step_by(HEAD_BYTES) {
            let n = shared.saturating_sub(at).min(HEAD_BYTES) as u32;
            let mask = u64::MAX.unbounded_shl(u64::BITS - 8 * n);
            self.set(SHARED + at / HEAD_BYTES, head_of_node(&first, at) & mask);
        }
        let mut heads = 0;
        for line in (0..nodes).step_by(step) {
            let node = node(line)?;
            let head = match is_end(line, &node) {
                true => u64::MAX,
                false => head_of_node(&node, shared),
            };
            self.set(FIRST + heads, head);
            heads += 1;
            if leaf {
                continue;
            }
            let child = node.child().unwrap_or(Pgno::NULL);
            if child.is_null() || child == pgno || child > Pgno::MAX {
                return Ok(false);
            }
            if let Some(entry) = self.children().get(line) {
                entry.store(u64::from(child.0), Ordering::Relaxed);
            }
        }
        let (Ok(nodes), Ok(step)) = (u16::try_from(nodes), u16::try_from(step)) else {
            return Ok(false);
        };
        let identity = u64::from(view.objid().0) << 32 | u64::from(nodes) << 16 | u64::from(step);
        self.set(IDENTITY, identity);
        let flags = u64::from(view.flags().bits()) << 32;
        // Three bits say how many are reserved.
        let flags = flags | (view.reserved_tags() as u64) << 24;
        self.set(SHAPE, flags | (heads as u64) << 8 | shared as u64);
        Ok(true)
    }
}

/// How many heads are lower: they rise, so halving finds the place; without a branch on what is found.
#[inline]
fn count_lower(heads: &[AtomicU64], head: u64) -> usize {
    let is_lower = |at: usize| {
        let word = heads
            .get(at)
            .map_or(u64::MAX, |w| w.load(Ordering::Relaxed));
        usize::from(word < head)
    };
    let (mut before, mut left) = (0, heads.len());
    while left > 1 {
        let half = left / 2;
        before += half * is_lower(before + half - 1);
        left -= half;
    }
    before + left * is_lower(before)
}

#[cfg(all(test, not(loom)))]
mod tests;
