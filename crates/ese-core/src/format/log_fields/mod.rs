//! How one field of a log structure is read, stored and shown.
//!
//! Log header, checkpoint and log records are tables of fields at fixed offsets; [`Field`] is what
//! those tables are made of, and `fixed_block!` turns the table of a header page into a view, a
//! builder and a printer.
//!
//! Invariants:
//! * [`Field::get`] is total: bytes that are not there read as zero, so whoever calls it has checked
//!   the length first;
//! * `store` after `get` gives the same bytes, unknown flags and enumeration values included;
//! * all numbers are little-endian and unaligned (docs/format/log-files.md).
#![forbid(unsafe_code)]

pub mod attach;
pub mod params;

use super::bytes::{all_zero, array};
use super::ids::{BkInfo, Dbtime, Lgpos, LogTime, Objid, Pgno, Signature};
use super::page::PageFlags;
use std::fmt;

/// Takes the name and the value of each field that is shown.
pub type Sink<'s> = dyn FnMut(&str, &dyn fmt::Display) + 's;

/// A value of fixed length inside a log structure.
pub trait Field<'a>: Copy {
    /// Length in bytes.
    const BYTES: usize;

    /// The value at `off`; missing bytes read as zero.
    fn get(b: &'a [u8], off: usize) -> Self;

    /// Stores the value into the first `BYTES` bytes of `dst` (what does not fit is cut).
    fn store(&self, dst: &mut [u8]);

    /// Hands name and value to `sink`; a field of several values hands over each of them.
    fn show(&self, name: &str, sink: &mut Sink<'_>);
}

/// One row of a field table, for documents, fuzzing and the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Offset from the start of the structure.
    pub offset: usize,
    /// Length in bytes.
    pub bytes: usize,
    /// Name.
    pub name: &'static str,
    /// The type's name.
    pub kind: &'static str,
}

/// Copies `src` to the front of `dst`, as much as fits.
#[inline]
pub(crate) fn put(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.iter_mut().zip(src) {
        *d = *s;
    }
}

/// `true` when the parts lie between `start` and `end`, touch each other nowhere and leave nothing
/// out: the compile-time check of every table.
#[must_use]
#[allow(
    clippy::indexing_slicing,
    reason = "only ever evaluated at compile time"
)]
pub(crate) const fn covers(start: usize, end: usize, parts: &[(usize, usize)]) -> bool {
    let mut sum = 0;
    let mut i = 0;
    while i < parts.len() {
        let (off, len) = parts[i];
        if off < start || off + len > end {
            return false;
        }
        sum += len;
        let mut j = 0;
        while j < i {
            let (o, l) = parts[j];
            if off < o + l && o < off + len {
                return false;
            }
            j += 1;
        }
        i += 1;
    }
    sum == end - start
}

/// Bytes in hex; a long run of zeros as their number.
#[derive(Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() > 8 && all_zero(self.0) {
            return write!(f, "{} zero bytes", self.0.len());
        }
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// `name.part`, for fields of several values.
pub(crate) fn sub(name: &str, part: &str) -> String {
    format!("{name}.{part}")
}

macro_rules! number_field {
    ($($ty:ty),*) => {$(
        impl Field<'_> for $ty {
            const BYTES: usize = size_of::<$ty>();
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                array(b, off).map_or(0, Self::from_le_bytes)
            }
            #[inline]
            fn store(&self, dst: &mut [u8]) {
                put(dst, &self.to_le_bytes());
            }
            fn show(&self, name: &str, sink: &mut Sink<'_>) {
                sink(name, self);
            }
        }
    )*};
}
number_field!(u8, u16, u32, u64, i16, i32, i64);

impl<const N: usize> Field<'_> for [u8; N] {
    const BYTES: usize = N;
    fn get(b: &[u8], off: usize) -> Self {
        array(b, off).unwrap_or([0; N])
    }
    fn store(&self, dst: &mut [u8]) {
        put(dst, self);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(name, &Hex(self));
    }
}

macro_rules! newtype_field {
    ($($ty:ty as $inner:ty),*) => {$(
        impl Field<'_> for $ty {
            const BYTES: usize = size_of::<$inner>();
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                Self(<$inner as Field<'_>>::get(b, off))
            }
            #[inline]
            fn store(&self, dst: &mut [u8]) {
                self.0.store(dst);
            }
            fn show(&self, name: &str, sink: &mut Sink<'_>) {
                sink(name, &self.0);
            }
        }
    )*};
}
newtype_field!(Pgno as u32, Objid as u32);

impl Field<'_> for Dbtime {
    const BYTES: usize = 8;
    #[inline]
    fn get(b: &[u8], off: usize) -> Self {
        Self(u64::get(b, off))
    }
    #[inline]
    fn store(&self, dst: &mut [u8]) {
        self.0.store(dst);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        // Nil, invalid, shrunk and reverted are negative (docs/format/log-files.md §1.5).
        sink(name, &self.0.cast_signed());
    }
}

macro_rules! block_field {
    ($($ty:ty: $bytes:expr, $read:expr, $to:expr);* $(;)?) => {$(
        impl Field<'_> for $ty {
            const BYTES: usize = $bytes;
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                $read(b, off).unwrap_or_default()
            }
            #[inline]
            fn store(&self, dst: &mut [u8]) {
                put(dst, &$to(self));
            }
            fn show(&self, name: &str, sink: &mut Sink<'_>) {
                sink(name, self);
            }
        }
    )*};
}
block_field! {
    Lgpos: 8, Lgpos::read, |v: &Lgpos| v.to_bytes();
    LogTime: 8, LogTime::read, |v: &LogTime| v.0;
    Signature: 28, Signature::read, |v: &Signature| v.0;
}

impl Field<'_> for BkInfo {
    const BYTES: usize = 24;
    fn get(b: &[u8], off: usize) -> Self {
        Self::read(b, off).unwrap_or_default()
    }
    fn store(&self, dst: &mut [u8]) {
        put(dst, &self.to_bytes());
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        sink(&sub(name, "mark"), &self.mark);
        sink(&sub(name, "time"), &self.time);
        sink(&sub(name, "gen_low"), &self.gen_low);
        sink(&sub(name, "gen_high"), &self.gen_high);
    }
}

/// Flags as their names, unknown bits in hex, `0` when none is set.
pub(crate) struct ShowFlags<'f, F>(pub(crate) &'f F);

impl<F: bitflags::Flags> fmt::Display for ShowFlags<'_, F>
where
    F::Bits: bitflags::parser::WriteHex,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        bitflags::parser::to_writer(self.0, f)
    }
}

macro_rules! flags_field {
    ($($ty:ty as $inner:ty),* $(,)?) => {$(
        impl $crate::format::log_fields::Field<'_> for $ty {
            const BYTES: usize = size_of::<$inner>();
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                Self::from_bits_retain(<$inner as $crate::format::log_fields::Field<'_>>::get(b, off))
            }
            #[inline]
            fn store(&self, dst: &mut [u8]) {
                $crate::format::log_fields::put(dst, &self.bits().to_le_bytes());
            }
            fn show(&self, name: &str, sink: &mut $crate::format::log_fields::Sink<'_>) {
                sink(name, &$crate::format::log_fields::ShowFlags(self));
            }
        }
    )*};
}
pub(crate) use flags_field;
flags_field!(PageFlags as u32);

/// A number with names for the values that are known; any other value is kept as it is.
macro_rules! open_enum {
    ($( $(#[$meta:meta])* $name:ident: $ty:ty { $($value:literal $konst:ident $text:literal),* $(,)? } )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, PartialOrd, Ord)]
        pub struct $name(pub $ty);

        impl $name {
            $(
                #[doc = concat!($text, " (", stringify!($value), ").")]
                pub const $konst: Self = Self($value);
            )*

            /// The value in words, `None` for one that is not known.
            #[must_use]
            pub fn text(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.text() {
                    Some(text) => f.write_str(text),
                    None => write!(f, "{}", self.0),
                }
            }
        }

        impl $crate::format::log_fields::Field<'_> for $name {
            const BYTES: usize = size_of::<$ty>();
            #[inline]
            fn get(b: &[u8], off: usize) -> Self {
                Self(<$ty as $crate::format::log_fields::Field<'_>>::get(b, off))
            }
            #[inline]
            fn store(&self, dst: &mut [u8]) {
                $crate::format::log_fields::Field::store(&self.0, dst);
            }
            fn show(&self, name: &str, sink: &mut $crate::format::log_fields::Sink<'_>) {
                sink(name, self);
            }
        }
    )*};
}
pub(crate) use open_enum;

/// A structure of fixed length, from its table of fields: the bytes themselves are kept, getters
/// and setters (`name / set_name`) read and change them, so whatever was read is written again.
macro_rules! fixed_block {
    (
        $(#[$meta:meta])*
        $name:ident [$bytes:literal] {
            $( $(#[$fmeta:meta])* $off:literal $field:ident / $set:ident : $fty:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            bytes: Box<[u8]>,
        }

        const _: () = assert!(
            $crate::format::log_fields::covers(
                0,
                $bytes,
                &[$(($off, <$fty as $crate::format::log_fields::Field<'_>>::BYTES)),*],
            ),
            "the fields must cover every byte once"
        );

        impl $name {
            /// Length on disk, in bytes.
            pub const BYTES: usize = $bytes;

            /// The table of fields, in the order of their offsets.
            pub const FIELDS: &'static [$crate::format::log_fields::FieldInfo] = &[
                $($crate::format::log_fields::FieldInfo {
                    offset: $off,
                    bytes: <$fty as $crate::format::log_fields::Field<'_>>::BYTES,
                    name: stringify!($field),
                    kind: stringify!($fty),
                }),*
            ];

            /// All fields zero: where a builder starts.
            #[must_use]
            pub fn zeroed() -> Self {
                Self { bytes: vec![0; $bytes].into_boxed_slice() }
            }

            /// A view of the first bytes of `b` without any check, `None` when they are too few:
            /// for tools that show a damaged file.
            #[must_use]
            pub fn unchecked(b: &[u8]) -> Option<Self> {
                Some(Self { bytes: b.get(..$bytes)?.into() })
            }

            /// The bytes as they lie on disk.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.bytes
            }

            $(
                $(#[$fmeta])*
                #[doc = concat!("Offset ", stringify!($off), ".")]
                #[must_use]
                pub fn $field(&self) -> $fty {
                    <$fty as $crate::format::log_fields::Field<'_>>::get(&self.bytes, $off)
                }

                #[doc = concat!("Sets `", stringify!($field), "` (offset ", stringify!($off), ").")]
                pub fn $set(&mut self, v: $fty) {
                    if let Some(dst) = self.bytes.get_mut($off..) {
                        let end = <$fty as $crate::format::log_fields::Field<'_>>::BYTES;
                        $crate::format::log_fields::Field::store(&v, dst.get_mut(..end).unwrap_or_default());
                    }
                }
            )*

            /// Hands every field, in the order of the table, to `sink` as name and text.
            pub fn show(&self, sink: &mut $crate::format::log_fields::Sink<'_>) {
                $($crate::format::log_fields::Field::show(&self.$field(), stringify!($field), sink);)*
            }

            /// A copy made field by field from a zeroed block: equal to the original as long as the
            /// table leaves nothing out.
            #[must_use]
            pub fn rebuilt(&self) -> Self {
                let mut out = Self::zeroed();
                $(out.$set(self.$field());)*
                out
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                self.show(&mut |name, value| {
                    out.field(name, &format_args!("{value}"));
                });
                out.finish()
            }
        }
    };
}
pub(crate) use fixed_block;

/// Text of a NUL-terminated ANSI field; bytes above 0x7F come as `?` (the code page is unknown).
#[must_use]
pub fn ansi_text(b: &[u8]) -> String {
    b.iter()
        .take_while(|&&c| c != 0)
        .map(|&c| if c.is_ascii() { char::from(c) } else { '?' })
        .collect()
}

/// Text of a NUL-terminated UTF-16LE field; broken surrogates come as U+FFFD.
#[must_use]
pub fn utf16_text(b: &[u8]) -> String {
    let (pairs, _) = b.as_chunks::<2>();
    let units = pairs
        .iter()
        .map(|&p| u16::from_le_bytes(p))
        .take_while(|&u| u != 0);
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
