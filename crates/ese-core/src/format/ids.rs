//! The small types that everything else is written in: page numbers, positions, times, signatures.
//!
//! Source: docs/format/database-header.md §2.1-2.4, log-files.md §1. Each is a type of its own, so
//! that a page number cannot be taken for an object id.
#![forbid(unsafe_code)]

use super::bytes::{array, i32_at, u16_at, u32_at};
use crate::io::clock::UtcTime;
use std::cmp::Ordering;
use std::fmt;

/// Page number, from 1. Page `n` lies at file offset `(n + 1) * page size`; 0 means "none".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pgno(pub u32);

impl Pgno {
    /// "No page" (end of a sibling chain).
    pub const NULL: Self = Self(0);
    /// Root of the database's own space (docs/format/database-header.md §4.1).
    pub const SYSTEM_ROOT: Self = Self(1);
    /// Root of the database's owned extents.
    pub const SYSTEM_OE: Self = Self(2);
    /// Root of the database's available extents.
    pub const SYSTEM_AE: Self = Self(3);
    /// Root of MSysObjects.
    pub const FDP_MSO: Self = Self(4);
    /// Root of MSysObjectsShadow.
    pub const FDP_MSO_SHADOW: Self = Self(24);
    /// Highest legal page number.
    pub const MAX: Self = Self(0x7FEF_FFFF);

    /// `true` for 0.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Byte offset of this page in its file.
    #[must_use]
    pub fn offset(self, page_size: PageSize) -> u64 {
        (u64::from(self.0) + 1) * page_size.bytes() as u64
    }
}

impl fmt::Debug for Pgno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pgno {}", self.0)
    }
}

impl fmt::Display for Pgno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Object id of a tree (table, secondary index, long values), from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Objid(pub u32);

impl Objid {
    /// The database root's own object.
    pub const SYSTEM_ROOT: Self = Self(1);
    /// MSysObjects.
    pub const MSO: Self = Self(2);
    /// MSysObjectsShadow.
    pub const MSO_SHADOW: Self = Self(3);
}

impl fmt::Display for Objid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The per-database change counter that is stamped on every modified page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Dbtime(pub u64);

/// Column id inside a table: 1-127 fixed, 128-255 variable, 256 and up tagged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Fid(pub u16);

impl Fid {
    /// Highest fixed column.
    pub const FIXED_MOST: Self = Self(127);
    /// Lowest variable column.
    pub const VAR_LEAST: Self = Self(128);
    /// Highest variable column.
    pub const VAR_MOST: Self = Self(255);
    /// Lowest tagged column.
    pub const TAGGED_LEAST: Self = Self(256);

    /// `true` for 1-127.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        (1..=127).contains(&self.0)
    }

    /// `true` for 128-255.
    #[must_use]
    pub fn is_var(self) -> bool {
        (128..=255).contains(&self.0)
    }

    /// `true` from 256 on.
    #[must_use]
    pub fn is_tagged(self) -> bool {
        self.0 >= 256
    }
}

/// Size of a database page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PageSize {
    /// 2,048 bytes (historic).
    K2,
    /// 4,096 bytes.
    K4,
    /// 8,192 bytes.
    K8,
    /// 16,384 bytes.
    K16,
    /// 32,768 bytes.
    K32,
}

impl PageSize {
    /// All of them, small to large.
    pub const ALL: [Self; 5] = [Self::K2, Self::K4, Self::K8, Self::K16, Self::K32];

    /// From a number of bytes, `None` for a size that the format does not know.
    #[inline]
    #[must_use]
    pub fn from_bytes(bytes: u32) -> Option<Self> {
        match bytes {
            2048 => Some(Self::K2),
            4096 => Some(Self::K4),
            8192 => Some(Self::K8),
            16384 => Some(Self::K16),
            32768 => Some(Self::K32),
            _ => None,
        }
    }

    /// Size in bytes.
    #[inline]
    #[must_use]
    pub const fn bytes(self) -> usize {
        // They double from one to the next: no table to look into.
        2048 << self as u32
    }

    /// `true` for 16 and 32 KiB pages, which have the longer header, node flags in the first word
    /// of a line, and four checksums (docs/format/database-pages.md §1).
    #[inline]
    #[must_use]
    pub const fn is_large(self) -> bool {
        matches!(self, Self::K16 | Self::K32)
    }

    /// Bytes of the page header.
    #[inline]
    #[must_use]
    pub const fn header_bytes(self) -> usize {
        if self.is_large() { 80 } else { 40 }
    }
}

/// Position in the log: generation, segment ("sector"), byte. Compares in log order
/// (docs/format/log-files.md §1.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Lgpos {
    /// Log generation, from 1.
    pub generation: i32,
    /// Segment inside the file, header segments included.
    pub isec: u16,
    /// Byte inside the segment.
    pub ib: u16,
}

impl Lgpos {
    /// "Not set".
    pub const MIN: Self = Self {
        generation: 0,
        isec: 0,
        ib: 0,
    };
    /// Bytes on disk.
    pub const BYTES: usize = 8;

    /// A position from its three numbers.
    #[must_use]
    pub fn new(generation: i32, isec: u16, ib: u16) -> Self {
        Self {
            generation,
            isec,
            ib,
        }
    }

    /// Reads the eight bytes at `off`.
    #[must_use]
    pub fn read(b: &[u8], off: usize) -> Option<Self> {
        Some(Self {
            ib: u16_at(b, off)?,
            isec: u16_at(b, off.checked_add(2)?)?,
            generation: i32_at(b, off.checked_add(4)?)?,
        })
    }

    /// The eight bytes on disk.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        let [a, b] = self.ib.to_le_bytes();
        let [c, d] = self.isec.to_le_bytes();
        let [e, f, g, h] = self.generation.to_le_bytes();
        [a, b, c, d, e, f, g, h]
    }

    /// `true` for all zero.
    #[must_use]
    pub fn is_min(self) -> bool {
        self == Self::MIN
    }

    /// All three as one number of the same order.
    #[inline]
    fn rank(self) -> i64 {
        i64::from(self.generation) << 32 | i64::from(self.isec) << 16 | i64::from(self.ib)
    }

    /// A position of a log as one word of the same order; below [`u64::MAX`], and what no log has (a negative
    /// generation) as the lowest.
    #[inline]
    pub(crate) fn to_word(self) -> u64 {
        u64::try_from(self.rank()).unwrap_or(0)
    }

    /// The position of such a word.
    #[inline]
    pub(crate) fn of_word(word: u64) -> Self {
        Self {
            generation: (word >> 32) as i32,
            isec: (word >> 16) as u16,
            ib: word as u16,
        }
    }
}

impl Ord for Lgpos {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Lgpos {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Lgpos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}:{:04X}:{:04X}", self.generation, self.isec, self.ib)
    }
}

impl fmt::Debug for Lgpos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A point in time as the files hold it (docs/format/database-header.md §2.2): the eight raw bytes,
/// so that what was read is written again, unused bits included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LogTime(pub [u8; 8]);

/// The fields of a [`LogTime`], in people's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogTimeParts {
    /// Year (1900 and up).
    pub year: u16,
    /// Month 1-12.
    pub month: u8,
    /// Day 1-31.
    pub day: u8,
    /// Hour 0-23.
    pub hour: u8,
    /// Minute 0-59.
    pub minute: u8,
    /// Second 0-60.
    pub second: u8,
    /// Millisecond 0-999 (up to 1,023 in a damaged file).
    pub millisecond: u16,
    /// `true` when the time is UTC, `false` for the local time of an old engine.
    pub utc: bool,
}

impl LogTime {
    /// "No time".
    pub const NONE: Self = Self([0; 8]);

    /// Reads the eight bytes at `off`.
    #[must_use]
    pub fn read(b: &[u8], off: usize) -> Option<Self> {
        array(b, off).map(Self)
    }

    /// `true` when not set.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == [0; 8]
    }

    /// The fields; unused bits (4-7 of byte 7) are masked.
    #[must_use]
    pub fn parts(self) -> LogTimeParts {
        let [second, minute, hour, day, month, year, b6, b7] = self.0;
        LogTimeParts {
            year: 1900 + u16::from(year),
            month,
            day,
            hour,
            minute,
            second,
            millisecond: u16::from(b6 >> 1) | (u16::from((b7 >> 1) & 7) << 7),
            utc: b6 & 1 != 0,
        }
    }

    /// A UTC time from its fields.
    #[must_use]
    pub fn from_parts(p: LogTimeParts) -> Self {
        let ms = p.millisecond.to_le_bytes();
        let low7 = ms.first().copied().unwrap_or(0) & 0x7F;
        let high3 = u8::try_from((p.millisecond >> 7) & 7).unwrap_or(0);
        Self([
            p.second,
            p.minute,
            p.hour,
            p.day,
            p.month,
            u8::try_from(p.year.saturating_sub(1900)).unwrap_or(u8::MAX),
            (low7 << 1) | u8::from(p.utc),
            high3 << 1,
        ])
    }
}

impl LogTime {
    /// `true` when both are set and this is the later one, to the millisecond. Times are compared as
    /// they stand: UTC and local time are not told apart.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        let key = |t: Self| {
            let p = t.parts();
            let day = (p.year, p.month, p.day);
            (day, p.hour, p.minute, p.second, p.millisecond)
        };
        !self.is_none() && !other.is_none() && key(self) > key(other)
    }
}

impl From<UtcTime> for LogTime {
    fn from(t: UtcTime) -> Self {
        Self::from_parts(LogTimeParts {
            year: t.year,
            month: t.month,
            day: t.day,
            hour: t.hour,
            minute: t.minute,
            second: t.second,
            millisecond: t.millisecond,
            utc: true,
        })
    }
}

impl fmt::Display for LogTime {
    /// ISO 8601 with milliseconds; `-` when not set. A local time carries no `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("-");
        }
        let p = self.parts();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}",
            p.year,
            p.month,
            p.day,
            p.hour,
            p.minute,
            p.second,
            p.millisecond,
            if p.utc { "Z" } else { "" }
        )
    }
}

impl fmt::Debug for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `JET_SIGNATURE`: a random number, a time and a computer name that tell one database or log
/// sequence from another (docs/format/database-header.md §2.1). Compared bytewise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Signature(pub [u8; 28]);

impl Signature {
    /// Bytes on disk.
    pub const BYTES: usize = 28;
    /// "Not set".
    pub const NONE: Self = Self([0; 28]);

    /// Reads the 28 bytes at `off`.
    #[must_use]
    pub fn read(b: &[u8], off: usize) -> Option<Self> {
        array(b, off).map(Self)
    }

    /// A new signature; the computer's name is not told (as the original's public builds do).
    #[must_use]
    pub fn new(random: u32, time: LogTime) -> Self {
        let mut b = [0; 28];
        let (head, rest) = b.split_at_mut(4);
        head.copy_from_slice(&random.to_le_bytes());
        for (to, from) in rest.iter_mut().zip(time.0) {
            *to = from;
        }
        Self(b)
    }

    /// `true` when not set.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0 == [0; 28]
    }

    /// The random number.
    #[must_use]
    pub fn random(&self) -> u32 {
        u32_at(&self.0, 0).unwrap_or(0)
    }

    /// When it was made.
    #[must_use]
    pub fn time(&self) -> LogTime {
        LogTime::read(&self.0, 4).unwrap_or_default()
    }

    /// The computer name, mostly empty; bytes that are no ASCII come as `?`.
    #[must_use]
    pub fn computer(&self) -> String {
        self.0
            .iter()
            .skip(12)
            .take_while(|&&c| c != 0)
            .map(|&c| {
                if c.is_ascii_graphic() {
                    char::from(c)
                } else {
                    '?'
                }
            })
            .collect()
    }
}

impl fmt::Display for Signature {
    /// `random/time`, the random number in hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("-");
        }
        write!(f, "{:x}/{}", self.random(), self.time())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `BKINFO` (24 bytes): what a header remembers of a backup (docs/format/database-header.md §2.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct BkInfo {
    /// Log position of the mark.
    pub mark: Lgpos,
    /// Time of the mark.
    pub time: LogTime,
    /// First generation of the set.
    pub gen_low: u32,
    /// Last generation of the set.
    pub gen_high: u32,
}

impl BkInfo {
    /// Bytes on disk.
    pub const BYTES: usize = 24;

    /// Reads the 24 bytes at `off`.
    #[must_use]
    pub fn read(b: &[u8], off: usize) -> Option<Self> {
        Some(Self {
            mark: Lgpos::read(b, off)?,
            time: LogTime::read(b, off.checked_add(8)?)?,
            gen_low: u32_at(b, off.checked_add(16)?)?,
            gen_high: u32_at(b, off.checked_add(20)?)?,
        })
    }

    /// The 24 bytes on disk.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 24] {
        let mut out = [0u8; 24];
        let parts = self
            .mark
            .to_bytes()
            .into_iter()
            .chain(self.time.0)
            .chain(self.gen_low.to_le_bytes())
            .chain(self.gen_high.to_le_bytes());
        for (dst, src) in out.iter_mut().zip(parts) {
            *dst = src;
        }
        out
    }

    /// `true` when no backup is recorded.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Column type (`JET_coltyp`, docs/format/database-records.md §2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Coltyp {
    /// Deleted column.
    Nil = 0,
    /// One byte, 0 or not.
    Bit = 1,
    /// u8.
    UnsignedByte = 2,
    /// i16.
    Short = 3,
    /// i32.
    Long = 4,
    /// i64 (value times 10,000 by convention).
    Currency = 5,
    /// f32.
    IeeeSingle = 6,
    /// f64.
    IeeeDouble = 7,
    /// f64, days since 1899-12-30.
    DateTime = 8,
    /// Up to 255 bytes.
    Binary = 9,
    /// Up to 255 bytes of text.
    Text = 10,
    /// Up to 2^31-1 bytes.
    LongBinary = 11,
    /// Up to 2^31-1 bytes of text.
    LongText = 12,
    /// Withdrawn.
    Slv = 13,
    /// u32.
    UnsignedLong = 14,
    /// i64.
    LongLong = 15,
    /// 16 bytes.
    Guid = 16,
    /// u16.
    UnsignedShort = 17,
    /// u64.
    UnsignedLongLong = 18,
}

impl Coltyp {
    /// From its number.
    #[must_use]
    pub fn from_u32(v: u32) -> Option<Self> {
        Some(match v {
            0 => Self::Nil,
            1 => Self::Bit,
            2 => Self::UnsignedByte,
            3 => Self::Short,
            4 => Self::Long,
            5 => Self::Currency,
            6 => Self::IeeeSingle,
            7 => Self::IeeeDouble,
            8 => Self::DateTime,
            9 => Self::Binary,
            10 => Self::Text,
            11 => Self::LongBinary,
            12 => Self::LongText,
            13 => Self::Slv,
            14 => Self::UnsignedLong,
            15 => Self::LongLong,
            16 => Self::Guid,
            17 => Self::UnsignedShort,
            18 => Self::UnsignedLongLong,
            _ => return None,
        })
    }

    /// Bytes of a value, `None` for Binary, Text and the long types.
    #[must_use]
    pub fn fixed_bytes(self) -> Option<usize> {
        Some(match self {
            Self::Bit | Self::UnsignedByte => 1,
            Self::Short | Self::UnsignedShort => 2,
            Self::Long | Self::UnsignedLong | Self::IeeeSingle => 4,
            Self::Currency
            | Self::IeeeDouble
            | Self::DateTime
            | Self::LongLong
            | Self::UnsignedLongLong => 8,
            Self::Guid => 16,
            Self::Nil
            | Self::Binary
            | Self::Text
            | Self::LongBinary
            | Self::LongText
            | Self::Slv => return None,
        })
    }

    /// `true` for LongBinary and LongText.
    #[must_use]
    pub fn is_long(self) -> bool {
        matches!(self, Self::LongBinary | Self::LongText)
    }

    /// `true` for Text and LongText.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::LongText)
    }

    /// The name people know it by, as in `JET_coltypLongText`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nil => "Nil",
            Self::Bit => "Bit",
            Self::UnsignedByte => "UnsignedByte",
            Self::Short => "Short",
            Self::Long => "Long",
            Self::Currency => "Currency",
            Self::IeeeSingle => "IEEESingle",
            Self::IeeeDouble => "IEEEDouble",
            Self::DateTime => "DateTime",
            Self::Binary => "Binary",
            Self::Text => "Text",
            Self::LongBinary => "LongBinary",
            Self::LongText => "LongText",
            Self::Slv => "SLV",
            Self::UnsignedLong => "UnsignedLong",
            Self::LongLong => "LongLong",
            Self::Guid => "GUID",
            Self::UnsignedShort => "UnsignedShort",
            Self::UnsignedLongLong => "UnsignedLongLong",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logtime_of_the_worked_header() {
        // docs/format/database-header.md §6: byte 7 of logtimeAttach is 0x0e, ms = 0x38 + 7 * 128.
        let t = LogTime([0x20, 0x2e, 0x0b, 0x13, 0x08, 0x7a, 0x71, 0x0e]);
        assert_eq!(t.to_string(), "2022-08-19T11:46:32.952Z");
        assert_eq!(LogTime::from_parts(t.parts()), t);
        // Garbage in bits 4-7 of byte 7 is masked.
        let g = LogTime([0x20, 0x2e, 0x0b, 0x13, 0x08, 0x7a, 0x71, 0xFE]);
        assert_eq!(g.parts(), t.parts());
    }

    #[test]
    fn lgpos_sorts_as_the_u64_on_disk() {
        let a = Lgpos::new(1, 0x16, 0);
        assert_eq!(a.to_bytes(), [0, 0, 0x16, 0, 1, 0, 0, 0]);
        assert_eq!(Lgpos::read(&a.to_bytes(), 0), Some(a));
        assert!(Lgpos::new(1, 0xFFFF, 0xFFFF) < Lgpos::new(2, 0, 0));
        assert!(Lgpos::new(1, 1, 0xFFFF) < Lgpos::new(1, 2, 0));
    }
}
