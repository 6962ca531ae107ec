//! What follows the fixed part of a record: bytes, texts, lists.
//!
//! Invariants: a part borrows the record's bytes and gives them back unchanged; a list's bytes are a
//! whole number of entries.
#![forbid(unsafe_code)]

use super::super::ids::{Dbtime, Pgno};
use super::super::log_fields::{Field, Hex, Sink, ansi_text, sub, utf16_text};
use std::fmt;

/// A part of variable length.
pub trait Tail<'a>: Copy {
    /// The part made of all of `b`; `None` when the bytes cannot be one. `unicode` says how text is
    /// coded.
    fn get(b: &'a [u8], unicode: bool) -> Option<Self>;

    /// The bytes.
    fn bytes(&self) -> &'a [u8];

    /// Hands name and value to `sink`.
    fn show(&self, name: &str, sink: &mut Sink<'_>);
}

/// A length inside the fixed part.
pub(super) trait Length {
    /// The length at `off`, 0 when it is not there.
    fn read(b: &[u8], off: usize) -> usize;
}

impl Length for u16 {
    fn read(b: &[u8], off: usize) -> usize {
        usize::from(<u16 as Field<'_>>::get(b, off))
    }
}

impl Length for u32 {
    fn read(b: &[u8], off: usize) -> usize {
        // What does not fit the address space is longer than any record.
        usize::try_from(<u32 as Field<'_>>::get(b, off)).unwrap_or(usize::MAX)
    }
}

/// Keys, data, images: plain bytes.
pub type Bytes<'a> = &'a [u8];

impl<'a> Tail<'a> for Bytes<'a> {
    fn get(b: &'a [u8], _: bool) -> Option<Self> {
        Some(b)
    }
    fn bytes(&self) -> &'a [u8] {
        self
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(&sub(name, "len"), &self.len());
        if !self.is_empty() {
            sink(name, &Hex(self));
        }
    }
}

/// A path or message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// The bytes, terminator included where there is one.
    pub raw: &'a [u8],
    /// UTF-16LE; otherwise ANSI.
    pub unicode: bool,
}

impl<'a> Text<'a> {
    /// ANSI bytes.
    #[must_use]
    pub fn ansi(raw: &'a [u8]) -> Self {
        Self {
            raw,
            unicode: false,
        }
    }

    /// UTF-16LE bytes.
    #[must_use]
    pub fn utf16(raw: &'a [u8]) -> Self {
        Self { raw, unicode: true }
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// `true` when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The text up to its NUL.
    #[must_use]
    pub fn text(&self) -> String {
        if self.unicode {
            utf16_text(self.raw)
        } else {
            ansi_text(self.raw)
        }
    }
}

impl<'a> Tail<'a> for Text<'a> {
    fn get(raw: &'a [u8], unicode: bool) -> Option<Self> {
        Some(Self { raw, unicode })
    }
    fn bytes(&self) -> &'a [u8] {
        self.raw
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(name, &self.text());
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

/// Page numbers back to back (MacroInfo).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pgnos<'a>(&'a [u8]);

impl<'a> Pgnos<'a> {
    /// The list of these bytes, `None` when they are no multiple of 4.
    #[must_use]
    pub fn new(b: &'a [u8]) -> Option<Self> {
        b.len().is_multiple_of(4).then_some(Self(b))
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// `true` for an empty list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of pages.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len() / 4
    }

    /// The pages.
    pub fn iter(&self) -> impl Iterator<Item = Pgno> + use<'a> {
        let (words, _) = self.0.as_chunks::<4>();
        words.iter().map(|&w| Pgno(u32::from_le_bytes(w)))
    }
}

impl<'a> Tail<'a> for Pgnos<'a> {
    fn get(b: &'a [u8], _: bool) -> Option<Self> {
        Self::new(b)
    }
    fn bytes(&self) -> &'a [u8] {
        self.0
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        let all: Vec<String> = self.iter().map(|p| p.to_string()).collect();
        sink(name, &all.join(" "));
    }
}

/// One page of an EmptyTree record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EmptyPage {
    /// Time on the page before.
    pub dbtime_before: Dbtime,
    /// The page.
    pub pgno: Pgno,
    /// Flags as they lie there.
    pub flags: u32,
}

/// The list of an EmptyTree record: 16 bytes a page (dbtimeBefore 8, pgno 4, flags 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EmptyPages<'a>(&'a [u8]);

impl<'a> EmptyPages<'a> {
    /// Bytes of an entry.
    pub const ENTRY_BYTES: usize = 16;

    /// The list of these bytes, `None` when they are no multiple of 16.
    #[must_use]
    pub fn new(b: &'a [u8]) -> Option<Self> {
        b.len().is_multiple_of(Self::ENTRY_BYTES).then_some(Self(b))
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// `true` for an empty list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = EmptyPage> + use<'a> {
        let (entries, _) = self.0.as_chunks::<{ EmptyPages::ENTRY_BYTES }>();
        entries.iter().map(|e| EmptyPage {
            dbtime_before: Dbtime::get(e, 0),
            pgno: Pgno::get(e, 8),
            flags: u32::get(e, 12),
        })
    }
}

impl<'a> Tail<'a> for EmptyPages<'a> {
    fn get(b: &'a [u8], _: bool) -> Option<Self> {
        Self::new(b)
    }
    fn bytes(&self) -> &'a [u8] {
        self.0
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        let all: Vec<String> = self
            .iter()
            .map(|p| format!("{}@{}", p.pgno, p.dbtime_before.0.cast_signed()))
            .collect();
        sink(name, &all.join(" "));
    }
}

/// Format version inside a CreateDB record: 2 u16; missing in old records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CreateVersion<'a>(&'a [u8]);

impl<'a> CreateVersion<'a> {
    /// Bytes when it is there.
    pub const BYTES: usize = 4;

    /// "Not there": the content is implicit (version 1.0, Windows 7 and before).
    pub const NONE: CreateVersion<'static> = CreateVersion(&[]);
    /// Version 2.0: the content is fully logged by the records that follow.
    pub const LOGGED: CreateVersion<'static> = CreateVersion(&[2, 0, 0, 0]);

    /// Version and update-major version.
    #[must_use]
    pub fn numbers(&self) -> Option<(u16, u16)> {
        (self.0.len() == Self::BYTES).then(|| (u16::get(self.0, 0), u16::get(self.0, 2)))
    }
}

impl<'a> Tail<'a> for CreateVersion<'a> {
    fn get(b: &'a [u8], _: bool) -> Option<Self> {
        matches!(b.len(), 0 | Self::BYTES).then_some(Self(b))
    }
    fn bytes(&self) -> &'a [u8] {
        self.0
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        if let Some((version, update)) = self.numbers() {
            sink(name, &format_args!("{version}.{update}"));
        }
    }
}
