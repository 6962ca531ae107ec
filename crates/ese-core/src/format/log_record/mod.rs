//! Log records: every LRTYP with its fields, read, written and printed from one table.
//!
//! * [`LogRecord::parse`] gives a typed record that borrows the log's bytes, and its length;
//! * [`LogRecord::write`] gives the same bytes again;
//! * [`LogRecord::show`] hands out name and text of each field;
//! * [`RECORD_TABLE`] is the table as data.
//!
//! Rooms: `macros` (what a row means), `table` (the rows), `common` (heads, flags, enumerations),
//! `parts` (variable parts), `access` (what records have in common), [`diff`] (ReplaceD).
//!
//! Invariants: a record is parsed only when all its bytes are there and its lengths agree; records of
//! the family 67-75 and 82-91, whose head says their length, are never an error: what is not
//! understood comes as [`Ignored`].
//!
//! Source: docs/format/log-records.md. How records lie in segments: docs/format/log-files.md §4.3.
#![forbid(unsafe_code)]

mod access;
mod common;
pub mod diff;
mod macros;
mod parts;
mod table;

use super::log_fields::{FieldInfo, Hex, Sink, put};
use crate::error::{HasJetErr, JetErr};
pub use common::*;
use parts::Length;
pub use parts::{Bytes, CreateVersion, EmptyPage, EmptyPages, Pgnos, Tail, Text};
use std::fmt;
pub use table::*;

/// Bytes of the head (type, u32 length) of a record that may be skipped.
pub const IGNORED_BYTES: usize = 5;

/// Length of the longest record that is read, in bytes. The longest that an engine writes holds two
/// keys and the image of a 32 KiB page; a length beyond this limit is damage.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// A row of [`RECORD_TABLE`].
#[derive(Clone, Copy, Debug)]
pub struct RecordInfo {
    /// The type: number and name.
    pub typ: LrTyp,
    /// Bytes of the fixed part, type byte included.
    pub fixed: usize,
    /// Fields and lengths of the fixed part (the type byte is not among them).
    pub fields: &'static [FieldInfo],
    /// Name and formula of the length of each variable part, in their order.
    pub tail: &'static [(&'static str, &'static str)],
}

/// Why bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// No byte is there.
    #[error("no bytes where a record is expected")]
    Empty,
    /// A number from [`LRTYP_MAX`] on.
    #[error("record type {0} does not exist")]
    UnknownType(u8),
    /// A type of an ancient version, whose layout nobody reads any more.
    #[error("records of type {} are no longer read", .typ.name())]
    Unsupported {
        /// The type.
        typ: LrTyp,
    },
    /// The record is longer than the bytes that are there.
    #[error("a record {} of {need} bytes, but only {have} are there", .typ.name())]
    Short {
        /// The type.
        typ: LrTyp,
        /// Length by its own words, in bytes.
        need: usize,
        /// Bytes that are there.
        have: usize,
    },
    /// Lengths inside the record contradict each other, or are too long to be written.
    #[error("the lengths inside a record {} contradict each other", .typ.name())]
    Length {
        /// The type.
        typ: LrTyp,
    },
}

impl HasJetErr for RecordError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Unsupported { .. } => JetErr::BAD_LOG_VERSION,
            Self::Empty | Self::UnknownType(_) | Self::Short { .. } | Self::Length { .. } => {
                JetErr::LOG_FILE_CORRUPT
            }
        }
    }
}

impl LrTyp {
    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// `true` for the family whose head says its length and that older engines skip.
    #[must_use]
    pub fn is_skippable(self) -> bool {
        matches!(self.number(), 67..=75 | 82..=91)
    }
}

impl fmt::Display for LrTyp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A record that may be skipped: a reserved number, or a known one of a layout that is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ignored<'a> {
    /// The type.
    pub typ: LrTyp,
    /// What follows the head.
    pub body: &'a [u8],
}

impl<'a> Ignored<'a> {
    fn size(b: &[u8]) -> usize {
        u32::read(b, 1).saturating_add(IGNORED_BYTES)
    }

    fn parse(typ: LrTyp, b: &'a [u8]) -> Result<Self, RecordError> {
        match b.get(IGNORED_BYTES..) {
            Some(body) if Self::size(b) == b.len() => Ok(Self { typ, body }),
            _ => Err(RecordError::Length { typ }),
        }
    }

    /// Appends the record's bytes to `out`; on an error nothing is appended.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), RecordError> {
        let typ = self.typ;
        let cb = u32::try_from(self.body.len()).map_err(|_| RecordError::Length { typ })?;
        let mut head = [typ.number(), 0, 0, 0, 0];
        put(head.get_mut(1..).unwrap_or_default(), &cb.to_le_bytes());
        out.extend_from_slice(&head);
        out.extend_from_slice(self.body);
        Ok(())
    }

    /// Hands the body to `sink`.
    pub fn show(&self, sink: &mut Sink<'_>) {
        sink("body", &Hex(self.body));
    }
}

impl<'a> LogRecord<'a> {
    /// Type and length in bytes of the record at the front of `b`, by its own words; the bytes need
    /// not all be there, but the fixed part must.
    pub fn measure(b: &'a [u8]) -> Result<(LrTyp, usize), RecordError> {
        let &number = b.first().ok_or(RecordError::Empty)?;
        let typ = LrTyp::from_u8(number).ok_or(RecordError::UnknownType(number))?;
        let need = if typ.is_skippable() {
            IGNORED_BYTES
        } else {
            typ.fixed_bytes().ok_or(RecordError::Unsupported { typ })?
        };
        let have = b.len();
        if have < need {
            return Err(RecordError::Short { typ, need, have });
        }
        Ok((
            typ,
            if typ.is_skippable() {
                Ignored::size(b)
            } else {
                Self::size_typed(typ, b)
            },
        ))
    }

    /// The record at the front of `b` and its length in bytes.
    pub fn parse(b: &'a [u8]) -> Result<(Self, usize), RecordError> {
        let (typ, need) = Self::measure(b)?;
        let whole = b.get(..need).ok_or(RecordError::Short {
            typ,
            need,
            have: b.len(),
        })?;
        Ok((Self::of_measured(typ, whole)?, need))
    }

    /// The record that fills `whole`, as [`LogRecord::measure`] found it.
    pub(crate) fn of_measured(typ: LrTyp, whole: &'a [u8]) -> Result<Self, RecordError> {
        let parsed = Self::parse_typed(typ, whole);
        if typ.is_skippable() && matches!(parsed, Err(RecordError::Length { .. })) {
            return Ignored::parse(typ, whole).map(Self::Ignored);
        }
        parsed
    }

    /// The fields as `name=value`, blank between them: one line of `eseutil logs --records`.
    #[must_use]
    pub fn line(&self) -> String {
        use std::fmt::Write as _;
        let mut out = self.typ().name().to_owned();
        self.show(&mut |name, value| {
            let _ = write!(out, " {name}={value}");
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::{Dbtime, Objid, Pgno};
    use super::*;
    use crate::io::rng::{Rng, SeededRng};

    pub(super) fn page() -> LrPage {
        LrPage {
            procid: 3,
            dbid: 1,
            pgno: Pgno(77),
            dbtime: Dbtime(0x1234),
            dbtime_before: DBTIME_NIL,
            trx_begin0: 8,
            level: 1,
            iline: 5,
            flags: LrFlags::VERSIONED | LrFlags::UNIQUE,
        }
    }

    fn node() -> LrNode {
        LrNode {
            rceid: 7,
            pgno_fdp: Pgno(70),
            objid_fdp: Objid(9),
        }
    }

    fn bytes(r: &LogRecord<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        r.write(&mut out).unwrap();
        out
    }

    #[test]
    fn numbers_and_names_are_complete() {
        for n in 0..LRTYP_MAX {
            let typ = LrTyp::from_u8(n).unwrap_or_else(|| panic!("{n}"));
            assert_eq!(typ.number(), n);
        }
        for n in LRTYP_MAX..=u8::MAX {
            assert_eq!(LrTyp::from_u8(n), None);
        }
        assert_eq!(LrTyp::ALL.len(), usize::from(LRTYP_MAX));
        let mut names: Vec<_> = LrTyp::ALL.iter().map(|t| t.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), LrTyp::ALL.len());
        assert_eq!(RECORD_TABLE.len() + 11 + 6, LrTyp::ALL.len());
        assert!(size_of::<LogRecord<'_>>() <= 256);
    }

    #[test]
    fn insert_by_hand() {
        let r = LogRecord::Insert(Insert {
            page: page(),
            node: node(),
            prefix: b"ab",
            suffix: b"cde",
            data: b"data!",
        });
        let b = bytes(&r);
        assert_eq!(b.len(), 50 + 2 + 3 + 5);
        assert_eq!(b[44..50], [3, 0, 2, 0, 5, 0]);
        assert_eq!(&b[50..], b"abcdedata!");
        assert_eq!(LogRecord::parse(&b), Ok((r, b.len())));
        assert_eq!(
            LogRecord::parse(&b[..b.len() - 1]),
            Err(RecordError::Short {
                typ: LrTyp::Insert,
                need: 60,
                have: 59
            })
        );
        assert!(r.line().contains(" pgno=77 "), "{}", r.line());
        assert!(
            r.line().contains("flags=VERSIONED | UNIQUE"),
            "{}",
            r.line()
        );
    }

    #[test]
    fn texts_know_their_coding() {
        let path = b"H\0:\0\\\0x\0\0\0";
        for (flags, version) in [
            (DbFlags::UNICODE, CreateVersion::NONE),
            (DbFlags::UNICODE | DbFlags::VERSION, CreateVersion::LOGGED),
        ] {
            let r = LogRecord::CreateDb(CreateDb {
                procid: 1,
                dbid: 1,
                grbit: 0,
                cpg_size_max: 0,
                sign_db: super::super::ids::Signature([1; 28]),
                flags,
                version,
                path: Text::utf16(path),
            });
            let b = bytes(&r);
            let (back, n) = LogRecord::parse(&b).unwrap();
            assert_eq!((back, n), (r, b.len()));
            assert!(r.line().contains(r"path=H:\x"), "{}", r.line());
        }
        // Flag and version must say the same.
        let r = CreateDb {
            procid: 1,
            dbid: 1,
            grbit: 0,
            cpg_size_max: 0,
            sign_db: super::super::ids::Signature::NONE,
            flags: DbFlags::VERSION,
            version: CreateVersion::NONE,
            path: Text::ansi(b"x\0"),
        };
        assert!(r.write(&mut Vec::new()).is_err());
    }

    #[test]
    fn what_may_be_skipped_is_never_an_error() {
        for n in [67, 68, 69, 70, 72, 73, 74, 75, 82, 91] {
            for cb in [0u8, 1, 4, 5, 6, 9, 10, 39, 45, 100] {
                let mut b = vec![n, cb, 0, 0, 0];
                b.resize(5 + usize::from(cb), 0xEE);
                let (r, len) = LogRecord::parse(&b).unwrap_or_else(|e| panic!("{n} {cb}: {e}"));
                assert_eq!(len, b.len());
                assert_eq!(r.typ().number(), n);
                assert_eq!(bytes(&r), b, "{n} {cb}");
            }
        }
    }

    #[test]
    fn lengths_too_long_are_refused() {
        let data = vec![0u8; 0x1_0000];
        let r = SetExternalHeader {
            page: page(),
            node: node(),
            data: &data,
        };
        let mut out = vec![1];
        assert!(r.write(&mut out).is_err());
        assert_eq!(out, [1]);
        let r = Replace {
            page: page(),
            node: node(),
            cb: DiffSize::new(4, false).unwrap(),
            cb_old: 1,
            cb_new: 5,
            data: b"abcde",
        };
        assert!(r.write(&mut Vec::new()).is_err(), "cb and data disagree");
        assert_eq!(DiffSize::new(0x8000, false), None);
    }

    #[test]
    fn random_bytes_of_every_type_come_back() {
        let mut rng = SeededRng::new(testkit::first_seed());
        let mut parsed = 0;
        for round in 0..testkit::rounds(20_000, 200_000) {
            let len = rng.below(700) as usize + 1;
            let mut b: Vec<u8> = (0..len).map(|_| rng.next_u64() as u8).collect();
            b[0] = (round % 110) as u8;
            // Lengths are mostly small: clear the high bytes of some random places.
            for _ in 0..rng.below(60) {
                let at = rng.below(120) as usize;
                if let Some(x) = b.get_mut(1 + at) {
                    *x = 0;
                }
            }
            if let Ok((r, n)) = LogRecord::parse(&b) {
                parsed += 1;
                assert_eq!(bytes(&r), b[..n], "{}", r.line());
                assert_eq!(LogRecord::parse(&b[..n]), Ok((r, n)));
                assert!(!r.line().is_empty());
                let _ = (r.page(), r.procid(), r.dbid());
            }
        }
        assert!(parsed > 1000, "{parsed}");
    }
}
