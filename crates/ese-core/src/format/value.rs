//! A column value, typed: numbers as numbers, text by its code page, GUIDs and times with their
//! canonical text.
//!
//! Source: docs/format/database-records.md §2. Values are little-endian; a Bit is true when its
//! byte is not 0; a DateTime is an OLE date, but many programs keep a FILETIME in its eight bytes,
//! which is the caller's to guess ([`DateTime::bits`]).
//!
//! Invariant: borrowing only; nothing is allocated before text is asked for.
#![forbid(unsafe_code)]

use super::bytes::array;
use super::ids::Coltyp;
use crate::error::{HasJetErr, JetErr};
use std::fmt;

/// Code page of UTF-16LE text.
pub const CODE_PAGE_UNICODE: u16 = 1200;
/// Code page of Western text.
pub const CODE_PAGE_WESTERN: u16 = 1252;

/// Why bytes are no value of a column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The type has no values (deleted column, withdrawn type).
    #[error("a column of type {} has no values", .0.name())]
    Coltyp(Coltyp),
    /// The wrong number of bytes.
    #[error("{len} bytes are no {}", coltyp.name())]
    Length {
        /// The column's type.
        coltyp: Coltyp,
        /// Bytes given.
        len: usize,
    },
}

impl HasJetErr for ValueError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Coltyp(_) => JetErr::INVALID_COLUMN_TYPE,
            Self::Length { .. } => JetErr::DATABASE_CORRUPTED,
        }
    }
}

/// A typed value. Long and short forms of text and binary are one here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Bit.
    Bit(bool),
    /// UnsignedByte.
    UnsignedByte(u8),
    /// Short.
    Short(i16),
    /// Long.
    Long(i32),
    /// Currency, in ten-thousandths.
    Currency(i64),
    /// IEEESingle.
    IeeeSingle(f32),
    /// IEEEDouble.
    IeeeDouble(f64),
    /// DateTime.
    DateTime(DateTime),
    /// Binary and LongBinary.
    Binary(&'a [u8]),
    /// Text and LongText.
    Text(Text<'a>),
    /// UnsignedLong.
    UnsignedLong(u32),
    /// LongLong.
    LongLong(i64),
    /// GUID.
    Guid(Guid),
    /// UnsignedShort.
    UnsignedShort(u16),
    /// UnsignedLongLong.
    UnsignedLongLong(u64),
}

impl<'a> Value<'a> {
    /// The value that `bytes` (plain: decompressed, joined) are in a column of this type.
    /// `code_page` matters to text only.
    ///
    /// # Errors
    /// A wrong length, or a type without values.
    pub fn new(coltyp: Coltyp, code_page: u16, bytes: &'a [u8]) -> Result<Self, ValueError> {
        let length = ValueError::Length {
            coltyp,
            len: bytes.len(),
        };
        Ok(match coltyp {
            Coltyp::Bit => Self::Bit(u8::from_le_bytes(exact(bytes).ok_or(length)?) != 0),
            Coltyp::UnsignedByte => {
                Self::UnsignedByte(u8::from_le_bytes(exact(bytes).ok_or(length)?))
            }
            Coltyp::Short => Self::Short(i16::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::Long => Self::Long(i32::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::Currency => Self::Currency(i64::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::IeeeSingle => Self::IeeeSingle(f32::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::IeeeDouble => Self::IeeeDouble(f64::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::DateTime => Self::DateTime(DateTime {
                bits: u64::from_le_bytes(exact(bytes).ok_or(length)?),
            }),
            Coltyp::Binary | Coltyp::LongBinary => Self::Binary(bytes),
            Coltyp::Text | Coltyp::LongText => Self::Text(Text::new(bytes, code_page)),
            Coltyp::UnsignedLong => {
                Self::UnsignedLong(u32::from_le_bytes(exact(bytes).ok_or(length)?))
            }
            Coltyp::LongLong => Self::LongLong(i64::from_le_bytes(exact(bytes).ok_or(length)?)),
            Coltyp::Guid => Self::Guid(Guid(exact(bytes).ok_or(length)?)),
            Coltyp::UnsignedShort => {
                Self::UnsignedShort(u16::from_le_bytes(exact(bytes).ok_or(length)?))
            }
            Coltyp::UnsignedLongLong => {
                Self::UnsignedLongLong(u64::from_le_bytes(exact(bytes).ok_or(length)?))
            }
            Coltyp::Nil | Coltyp::Slv => return Err(ValueError::Coltyp(coltyp)),
        })
    }
}

/// `N` bytes that are all there is.
#[inline]
fn exact<const N: usize>(b: &[u8]) -> Option<[u8; N]> {
    if b.len() == N { array(b, 0) } else { None }
}

/// A GUID in memory order: u32, u16, u16 little-endian, then eight bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Guid(pub [u8; 16]);

impl fmt::Display for Guid {
    /// `00000001-57ee-1e5c-00b4-d0000bb1e11e`, lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i, rest @ ..] = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-",
            u32::from_le_bytes([a, b, c, d]),
            u16::from_le_bytes([e, g]),
            u16::from_le_bytes([h, i])
        )?;
        for (n, byte) in rest.into_iter().enumerate() {
            if n == 2 {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The eight bytes of a DateTime.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// As stored, for programs that keep something else than an OLE date.
    pub bits: u64,
}

/// Days from 1899-12-30 (day 0 of OLE dates) to 1970-01-01.
const OLE_TO_UNIX_DAYS: i64 = 25_569;
/// Range of OLE dates: the years 100 to 9999.
const OLE_DAYS: std::ops::Range<f64> = -657_434.0..2_958_466.0;
/// Less than this part of a day is no time of day but another kind of number (a FILETIME's bits
/// look like a tiny double).
const OLE_SMALLEST: f64 = 1e-9;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

impl DateTime {
    /// As an OLE date: days since 1899-12-30, the fraction is the time of day.
    #[must_use]
    pub fn ole(self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// ISO 8601 with milliseconds and no zone, when the number is a plausible OLE date.
    #[must_use]
    pub fn to_iso(self) -> Option<String> {
        let ole = self.ole();
        // A NaN is in no range.
        if !OLE_DAYS.contains(&ole) || (ole != 0.0 && ole.abs() < OLE_SMALLEST) {
            return None;
        }
        let whole = ole.trunc();
        // Before day 0 the fraction still counts forwards.
        let ms = ((ole - whole).abs() * DAY_MS as f64).round() as i64;
        let days = whole as i64 - OLE_TO_UNIX_DAYS + ms / DAY_MS;
        let ms = ms % DAY_MS;
        let (year, month, day) = civil_from_days(days);
        Some(format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}",
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1000 % 60,
            ms % 1000
        ))
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({})", self.ole())
    }
}

/// Date of a day counted from 1970-01-01 (proleptic Gregorian), good for the years 100 to 9999.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // Years begin in March, so that the leap day is the last one; eras of 400 years are alike.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Characters 0x80 to 0x9F of code page 1252. The five that it leaves undefined stand for the
/// control characters of the same number, as Windows does.
const WESTERN_HIGH: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
];

/// The character of a byte of code page 1252. Every byte has one, and no two the same.
#[inline]
#[must_use]
pub fn western_char(b: u8) -> char {
    match b.checked_sub(0x80) {
        Some(i) => WESTERN_HIGH
            .get(usize::from(i))
            .copied()
            .unwrap_or(char::from(b)),
        None => char::from(b),
    }
}

/// The byte of a character in code page 1252, `None` when it has none there.
#[must_use]
pub fn western_byte(c: char) -> Option<u8> {
    match u8::try_from(u32::from(c)) {
        Ok(b) if western_char(b) == c => Some(b),
        _ => WESTERN_HIGH
            .iter()
            .zip(0x80u8..)
            .find_map(|(&w, b)| (w == c).then_some(b)),
    }
}

/// The bytes of a string in code page 1252, `None` when it has a character outside.
#[must_use]
pub fn western_bytes(s: &str) -> Option<Vec<u8>> {
    s.chars().map(western_byte).collect()
}

/// Text as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text<'a> {
    bytes: &'a [u8],
    wide: bool,
}

impl<'a> Text<'a> {
    /// Text of code page 1200 (UTF-16LE) or, for every other number, 1252. Other code pages can't
    /// be chosen in the format's API.
    #[must_use]
    pub fn new(bytes: &'a [u8], code_page: u16) -> Self {
        Self {
            bytes,
            wide: code_page == CODE_PAGE_UNICODE,
        }
    }

    /// The stored bytes.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// `true` for UTF-16.
    #[must_use]
    pub fn is_wide(self) -> bool {
        self.wide
    }

    /// Without NULs at its end. An odd last byte of 16-bit text is dropped.
    #[must_use]
    pub fn trim_end_nul(self) -> Self {
        let mut bytes = self.bytes;
        if self.wide {
            bytes = bytes.get(..bytes.len() & !1).unwrap_or(&[]);
            while let Some(rest) = bytes.strip_suffix(&[0, 0]) {
                bytes = rest;
            }
        } else {
            while let Some(rest) = bytes.strip_suffix(&[0]) {
                bytes = rest;
            }
        }
        Self { bytes, ..self }
    }

    /// The characters; a lone surrogate comes as the error, so that the caller chooses what stands
    /// for it. An odd last byte of 16-bit text is ignored.
    pub fn chars(self) -> impl Iterator<Item = Result<char, u16>> + use<'a> {
        let (wide, narrow) = if self.wide {
            (self.bytes, &[][..])
        } else {
            (&[][..], self.bytes)
        };
        let units = wide
            .chunks_exact(2)
            .map(|u| u.first_chunk::<2>().map_or(0, |c| u16::from_le_bytes(*c)));
        char::decode_utf16(units)
            .map(|c| c.map_err(|e| e.unpaired_surrogate()))
            .chain(narrow.iter().map(|&b| Ok(western_char(b))))
    }

    /// Appends the text as UTF-8; a lone surrogate becomes U+FFFD.
    pub fn push_to(self, out: &mut String) {
        out.extend(
            self.chars()
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
    }

    /// Takes UTF-16 units from the front as long as eight at a time are ASCII, which is what text
    /// mostly is; returns the rest.
    fn push_ascii_units(self, out: &mut Vec<u8>) -> Self {
        let (eights, _) = self.bytes.as_chunks::<16>();
        let mut taken = 0;
        for eight in eights {
            let (units, _) = eight.as_chunks::<2>();
            if units
                .iter()
                .fold(0, |all, u| all | (u16::from_le_bytes(*u) & 0xFF80))
                != 0
            {
                break;
            }
            let mut low = [0u8; 8];
            for (to, [from, _]) in low.iter_mut().zip(units) {
                *to = *from;
            }
            out.extend_from_slice(&low);
            taken += eight.len();
        }
        Self {
            bytes: self.bytes.get(taken..).unwrap_or(&[]),
            ..self
        }
    }

    /// Appends the text as UTF-8 bytes; a lone surrogate becomes its own three bytes (WTF-8), so
    /// that nothing is lost.
    pub fn push_wtf8(self, out: &mut Vec<u8>) {
        if !self.wide && self.bytes.is_ascii() {
            out.extend_from_slice(self.bytes);
            return;
        }
        out.reserve(self.bytes.len());
        let text = if self.wide {
            self.push_ascii_units(out)
        } else {
            self
        };
        for c in text.chars() {
            match c {
                Ok(c) if c.is_ascii() => out.push(c as u8),
                Ok(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(s) => {
                    let [high, low] = s.to_be_bytes();
                    out.extend_from_slice(&[
                        0xE0 | (high >> 4),
                        0x80 | ((high & 0x0F) << 2) | (low >> 6),
                        0x80 | (low & 0x3F),
                    ]);
                }
            }
        }
    }
}

impl fmt::Display for Text<'_> {
    /// The text, a lone surrogate as U+FFFD.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        self.chars()
            .try_for_each(|c| f.write_char(c.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(ole: f64) -> Option<String> {
        DateTime {
            bits: ole.to_bits(),
        }
        .to_iso()
    }

    #[test]
    fn ole_dates() {
        // Dates and their numbers as the OLE documentation gives them.
        assert_eq!(iso(0.0).as_deref(), Some("1899-12-30T00:00:00.000"));
        assert_eq!(iso(5.25).as_deref(), Some("1900-01-04T06:00:00.000"));
        assert_eq!(iso(-1.25).as_deref(), Some("1899-12-29T06:00:00.000"));
        assert_eq!(iso(25_569.0).as_deref(), Some("1970-01-01T00:00:00.000"));
        assert_eq!(iso(36_585.5).as_deref(), Some("2000-02-29T12:00:00.000"));
        assert_eq!(iso(-657_434.0).as_deref(), Some("0100-01-01T00:00:00.000"));
        assert_eq!(iso(2_958_465.0).as_deref(), Some("9999-12-31T00:00:00.000"));
        // A time that rounds up to midnight is the next day.
        assert_eq!(
            iso(1.999_999_999_99).as_deref(),
            Some("1900-01-01T00:00:00.000")
        );
        for no in [f64::NAN, f64::INFINITY, 3e6, -7e5] {
            assert_eq!(iso(no), None);
        }
        // A FILETIME of 2022 is a tiny double.
        let filetime = DateTime {
            bits: 133_000_000_000_000_000,
        };
        assert_eq!(filetime.to_iso(), None);
    }

    #[test]
    fn western_is_one_to_one() {
        for b in 0..=255u8 {
            let c = western_char(b);
            assert_eq!(western_bytes(&c.to_string()), Some(vec![b]), "{b:#x}");
        }
        assert_eq!(western_char(0x80), '€');
        assert_eq!(western_char(0xE9), 'é');
        assert_eq!(western_bytes("ā"), None);
    }

    #[test]
    fn wide_text_keeps_lone_surrogates() {
        let bytes = [
            0x41, 0, 0x3D, 0xD8, 0x00, 0xDE, 0x00, 0xD8, 0x42, 0, 0, 0, 7,
        ];
        let t = Text::new(&bytes, 1200);
        assert_eq!(t.trim_end_nul().to_string(), "A😀\u{FFFD}B");
        let mut out = Vec::new();
        t.trim_end_nul().push_wtf8(&mut out);
        assert_eq!(out, b"A\xF0\x9F\x98\x80\xED\xA0\x80B");
        let t = Text::new(b"caf\xE9\0\0", 1252);
        let mut s = String::new();
        t.trim_end_nul().push_to(&mut s);
        assert_eq!(s, "café");
    }

    #[test]
    fn numbers_need_their_length() {
        for n in 0..20u32 {
            let Some(t) = Coltyp::from_u32(n) else {
                continue;
            };
            for len in 0..20usize {
                let bytes = vec![0xFF; len];
                let ok = Value::new(t, 1252, &bytes).is_ok();
                let want = match t.fixed_bytes() {
                    Some(want) => want == len,
                    None => !matches!(t, Coltyp::Nil | Coltyp::Slv),
                };
                assert_eq!(ok, want, "{t:?} {len}");
            }
        }
        let guid = [
            1, 0, 0, 0, 0xEE, 0x57, 0x5C, 0x1E, 0, 0xB4, 0xD0, 0, 0x0B, 0xB1, 0xE1, 0x1E,
        ];
        assert_eq!(
            Guid(guid).to_string(),
            "00000001-57ee-1e5c-00b4-d0000bb1e11e"
        );
    }
}
