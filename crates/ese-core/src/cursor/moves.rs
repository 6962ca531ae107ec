//! Moves, and counting.
//!
//! Source: jet-api behaviour of cursors §2, §4, §9.
//!
//! Invariant: a move that fails leaves both places off the end it went to; one that meets damage leaves
//! them before the first entry.
#![forbid(unsafe_code)]

use super::{CursorError, Eyes, TableCursor};
use crate::btree::Share;
use crate::work::Place;

/// Where to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// The first entry of the index.
    First,
    /// The last.
    Last,
    /// So many entries on, back when negative; 0 asks whether the entry is there.
    By(i32),
}

impl TableCursor {
    /// Moves in the current index. `key_ne`: each step goes to the neighbour with another key
    /// (JET_bitMoveKeyNE).
    ///
    /// # Errors
    /// JET_errNoCurrentRecord; the cursor is behind the last entry then, before the first after a move
    /// backwards. By 0: JET_errNoCurrentRecord, JET_errRecordDeleted, and it stays.
    pub fn move_to(&mut self, eyes: &Eyes<'_>, to: Move, key_ne: bool) -> Result<(), CursorError> {
        let forward = match to {
            Move::First => false,
            Move::Last => true,
            Move::By(n) => n > 0,
        };
        let moved = match to {
            Move::By(0) => return self.stay(eyes),
            Move::First => self.first(eyes),
            Move::Last => self.last(eyes),
            Move::By(n) => self.steps(eyes, n.unsigned_abs(), forward, key_ne),
        };
        match moved {
            Ok(true) => Ok(()),
            Ok(false) => Err(CursorError::NoCurrentRecord),
            Err(e) => {
                // What a page that can't be read leaves of a place is the beginning of the index.
                self.leave(forward && !matches!(e, CursorError::Work(_)));
                Err(e)
            }
        }
    }

    /// Moves to the next entry of the primary index where that asks for nothing but a step on a leaf that is
    /// at hand; `false`: it was not done, [`TableCursor::move_to`] does it.
    #[inline]
    pub fn next_at_hand(&mut self, eyes: &Eyes<'_>) -> bool {
        let at_hand = self.current.is_none()
            && !self.deferred
            && !self.record_deferred
            && self.primary.range().is_none()
            && self.primary.walker.next_at_hand(&eyes.look);
        if at_hand {
            self.levels = (eyes.level, eyes.level);
        }
        at_hand
    }

    fn stay(&mut self, eyes: &Eyes<'_>) -> Result<(), CursorError> {
        self.settle(eyes)?;
        Self::record_at(self.side_mut(), eyes)
    }

    fn first(&mut self, eyes: &Eyes<'_>) -> Result<bool, CursorError> {
        let side = self.side_mut();
        side.set_range(None);
        let found = side.walker.first(&eyes.look)?;
        self.moved(eyes);
        Ok(found)
    }

    fn last(&mut self, eyes: &Eyes<'_>) -> Result<bool, CursorError> {
        let side = self.side_mut();
        side.set_range(None);
        let found = side.walker.last(&eyes.look)?;
        self.moved(eyes);
        Ok(found)
    }

    fn steps(
        &mut self,
        eyes: &Eyes<'_>,
        count: u32,
        forward: bool,
        key_ne: bool,
    ) -> Result<bool, CursorError> {
        let mut found = true;
        if self.deferred {
            let side = self.side_mut();
            found = side.walker.first(&eyes.look)?;
            if !found {
                side.leave(forward);
            }
        }
        for _ in 0..count {
            if !found {
                break;
            }
            found = self.side_mut().step(&eyes.look, forward, key_ne)?;
        }
        self.moved(eyes);
        Ok(found)
    }

    /// Where the entry lies among all of the current index, estimated (JetGetRecordPosition).
    ///
    /// # Errors
    /// JET_errNoCurrentRecord off the ends.
    pub fn position(&mut self, eyes: &Eyes<'_>) -> Result<Share, CursorError> {
        self.settle(eyes)?;
        let walker = &self.side().walker;
        match walker.place() {
            Place::On | Place::Between => Ok(walker.share(&eyes.look)?),
            Place::BeforeFirst | Place::AfterLast => Err(CursorError::NoCurrentRecord),
        }
    }

    /// Goes to the entry at a share of the current index (JetGotoPosition). The range is gone then, and
    /// in the primary index the key is used up.
    ///
    /// # Errors
    /// JET_errRecordNotFound in an empty index; the cursor is before the first entry then.
    pub fn goto_position(&mut self, eyes: &Eyes<'_>, share: Share) -> Result<(), CursorError> {
        let primary = self.current.is_none();
        let side = self.side_mut();
        side.set_range(None);
        if primary {
            side.use_up_key();
        }
        match side.walker.goto_share(&eyes.look, share) {
            Ok(true) => {
                self.moved(eyes);
                Ok(())
            }
            Ok(false) => {
                self.leave(false);
                Err(CursorError::RecordNotFound)
            }
            Err(e) => {
                self.leave(false);
                Err(e.into())
            }
        }
    }

    /// Counts entries from the current one on, that one included, up to the range's limit or `most`
    /// (0: all). The range is gone then; the cursor stays (JetIndexRecordCount).
    ///
    /// # Errors
    /// JET_errNoCurrentRecord, JET_errRecordDeleted; but an index without entries whose first was not
    /// looked for yet has 0.
    pub fn count(&mut self, eyes: &Eyes<'_>, most: u64) -> Result<u64, CursorError> {
        if self.deferred && !self.settled(eyes)? {
            return Ok(0);
        }
        let side = self.side_mut();
        if side.walker.place() != Place::On {
            return Err(CursorError::NoCurrentRecord);
        }
        let stays = side.walker.clone();
        if !side.walker.again(&eyes.look)? {
            return Err(CursorError::RecordDeleted);
        }
        let range = side.range();
        let counted = (|| {
            let mut count = 1;
            while count != most && side.step(&eyes.look, true, false)? {
                count += 1;
            }
            Ok(count)
        })();
        side.walker = stays;
        side.set_range(match counted {
            Ok(_) => None,
            Err(_) => range,
        });
        counted
    }
}
