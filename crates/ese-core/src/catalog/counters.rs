//! Numbers that a table gives to its records while the engine runs.
//!
//! Invariant: of a table that anybody uses there is one value, whoever opened it and however often its
//! schema changed: no number is given twice.
#![forbid(unsafe_code)]

use parking_lot::Mutex;

/// No record number reaches this.
const SERIAL_END: u32 = 0x7FFF_FF00;

/// What is known of a table's auto-increment column while the engine runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers {
    /// The next number; 0 when nobody has asked yet.
    pub next: u64,
    /// Up to which number the table's root says that they are reserved; `None` when it says nothing.
    pub reserved: Option<u64>,
    /// How many were reserved last.
    pub batch: u64,
}

/// What all sessions share of a table, whatever becomes of its schema.
#[derive(Debug, Default)]
pub struct Counters {
    /// Of a table without a primary index: the highest record number given out, once it is known.
    serial: Mutex<Option<u32>>,
    numbers: Mutex<Numbers>,
}

impl Counters {
    /// Of the auto-increment column. Locked with no page latched.
    #[must_use]
    pub fn numbers(&self) -> &Mutex<Numbers> {
        &self.numbers
    }

    /// The next record number; `highest` finds the highest in use when it is asked for the first
    /// time. `None` when there are no more.
    ///
    /// # Errors
    /// Those of `highest`.
    pub fn next_serial<E>(
        &self,
        highest: impl FnOnce() -> Result<u32, E>,
    ) -> Result<Option<u32>, E> {
        let mut serial = self.serial.lock();
        let last = match *serial {
            Some(last) => last,
            None => highest()?,
        };
        *serial = Some(last);
        let next = last.saturating_add(1);
        if next >= SERIAL_END {
            return Ok(None);
        }
        *serial = Some(next);
        Ok(Some(next))
    }
}
