//! One table per header-like structure: field, offset, type. It yields the struct, the parser, the
//! writer, the list for printers and the assertion that no byte is missed.
//!
//! Invariants:
//! * the fields of a table lie without gap and overlap from its first byte to its last (checked when
//!   compiled), so that what parses is written again to the same bytes;
//! * every field is read and written little-endian, aligned or not.
#![forbid(unsafe_code)]

use super::bytes::{array, i32_at, slice, u8_at, u16_at, u32_at, u64_at};
use super::ids::{BkInfo, Dbtime, Lgpos, LogTime, Signature};
use std::fmt;

/// Where a field lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldInfo {
    /// Name, as in the struct.
    pub name: &'static str,
    /// First byte, counted from the structure's start.
    pub offset: usize,
    /// Length in bytes.
    pub bytes: usize,
}

/// A field's value, for those who list fields rather than know them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldValue<'a> {
    /// An unsigned number.
    Unsigned(u64),
    /// A signed number.
    Signed(i64),
    /// A log position.
    Lgpos(Lgpos),
    /// A point in time.
    Time(LogTime),
    /// A signature.
    Signature(Signature),
    /// What is remembered of a backup.
    Backup(BkInfo),
    /// Bytes without a meaning of their own.
    Bytes(&'a [u8]),
}

impl fmt::Display for FieldValue<'_> {
    /// Numbers in decimal, positions and times as their types print, bytes in hex; `-` when unset.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(v) => write!(f, "{v}"),
            Self::Signed(v) => write!(f, "{v}"),
            Self::Lgpos(v) => write!(f, "{v}"),
            Self::Time(v) => write!(f, "{v}"),
            Self::Signature(v) => write!(f, "{v}"),
            Self::Backup(v) if v.is_none() => f.write_str("-"),
            Self::Backup(v) => write!(
                f,
                "generations {}-{}, mark {}, {}",
                v.gen_low, v.gen_high, v.mark, v.time
            ),
            Self::Bytes(v) if v.iter().all(|&b| b == 0) => f.write_str("-"),
            Self::Bytes(v) => v.iter().try_for_each(|b| write!(f, "{b:02x}")),
        }
    }
}

/// A type that a field may have.
pub trait FieldType: Sized {
    /// Bytes on disk.
    const BYTES: usize;
    /// All bytes zero.
    const ZERO: Self;
    /// Reads the field at `off`; `None` when it does not lie in `b`.
    fn read(b: &[u8], off: usize) -> Option<Self>;
    /// Writes the field at `off`; `None`, and nothing written, when it does not fit.
    fn write(&self, out: &mut [u8], off: usize) -> Option<()>;
    /// The value without its type.
    fn value(&self) -> FieldValue<'_>;
}

/// Stores `src` at `off`.
fn put(out: &mut [u8], off: usize, src: &[u8]) -> Option<()> {
    out.get_mut(off..off.checked_add(src.len())?)?
        .copy_from_slice(src);
    Some(())
}

macro_rules! field_type {
    ($ty:ty, $bytes:expr, $zero:expr, $read:expr, |$v:ident| $to_bytes:expr, $value:expr) => {
        impl FieldType for $ty {
            const BYTES: usize = $bytes;
            const ZERO: Self = $zero;
            fn read(b: &[u8], off: usize) -> Option<Self> {
                $read(b, off)
            }
            fn write(&self, out: &mut [u8], off: usize) -> Option<()> {
                let $v = self;
                put(out, off, &$to_bytes)
            }
            fn value(&self) -> FieldValue<'_> {
                let $v = self;
                $value
            }
        }
    };
}

field_type!(
    u8,
    1,
    0,
    u8_at,
    |v| [*v],
    FieldValue::Unsigned(u64::from(*v))
);
field_type!(
    u16,
    2,
    0,
    u16_at,
    |v| v.to_le_bytes(),
    FieldValue::Unsigned(u64::from(*v))
);
field_type!(
    u32,
    4,
    0,
    u32_at,
    |v| v.to_le_bytes(),
    FieldValue::Unsigned(u64::from(*v))
);
field_type!(
    i32,
    4,
    0,
    i32_at,
    |v| v.to_le_bytes(),
    FieldValue::Signed(i64::from(*v))
);
field_type!(
    u64,
    8,
    0,
    u64_at,
    |v| v.to_le_bytes(),
    FieldValue::Unsigned(*v)
);
field_type!(
    Dbtime,
    8,
    Dbtime(0),
    |b, off| u64_at(b, off).map(Dbtime),
    |v| v.0.to_le_bytes(),
    FieldValue::Unsigned(v.0)
);
field_type!(
    Lgpos,
    Lgpos::BYTES,
    Lgpos::MIN,
    Lgpos::read,
    |v| v.to_bytes(),
    FieldValue::Lgpos(*v)
);
field_type!(
    LogTime,
    8,
    LogTime::NONE,
    LogTime::read,
    |v| v.0,
    FieldValue::Time(*v)
);
field_type!(
    Signature,
    Signature::BYTES,
    Signature::NONE,
    Signature::read,
    |v| v.0,
    FieldValue::Signature(*v)
);
field_type!(
    BkInfo,
    BkInfo::BYTES,
    BkInfo {
        mark: Lgpos::MIN,
        time: LogTime::NONE,
        gen_low: 0,
        gen_high: 0
    },
    BkInfo::read,
    |v| v.to_bytes(),
    FieldValue::Backup(*v)
);

impl<const N: usize> FieldType for [u8; N] {
    const BYTES: usize = N;
    const ZERO: Self = [0; N];
    fn read(b: &[u8], off: usize) -> Option<Self> {
        array(b, off)
    }
    fn write(&self, out: &mut [u8], off: usize) -> Option<()> {
        put(out, off, self)
    }
    fn value(&self) -> FieldValue<'_> {
        FieldValue::Bytes(slice(self, 0, N).unwrap_or(&[]))
    }
}

/// `true` when the fields lie one after another from byte 0 to `bytes`.
// Evaluated by the compiler only: an index outside would be a compile error.
#[allow(clippy::indexing_slicing)]
#[must_use]
pub const fn covers(fields: &[FieldInfo], bytes: usize) -> bool {
    let mut end = 0;
    let mut i = 0;
    while i < fields.len() {
        if fields[i].offset != end {
            return false;
        }
        end += fields[i].bytes;
        i += 1;
    }
    end == bytes
}

/// Declares an on-disk structure by its table (see the module's head).
macro_rules! on_disk {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $bytes:literal bytes {
            $( $(#[$doc:meta])* $off:literal $field:ident: $ty:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $ty, )*
        }

        impl $name {
            /// Bytes that the structure has on disk.
            pub const BYTES: usize = $bytes;

            /// All fields, in the order of their offsets.
            pub const FIELDS: &'static [$crate::format::fields::FieldInfo] = &[
                $( $crate::format::fields::FieldInfo {
                    name: stringify!($field),
                    offset: $off,
                    bytes: <$ty as $crate::format::fields::FieldType>::BYTES,
                }, )*
            ];

            /// Reads the structure at the start of `b`; `None` when `b` is too short.
            #[must_use]
            pub fn parse(b: &[u8]) -> Option<Self> {
                Some(Self {
                    $( $field: $crate::format::fields::FieldType::read(b, $off)?, )*
                })
            }

            /// Writes the structure at the start of `out`; `None` when it does not fit (what then
            /// stands in `out` is undefined). Bytes behind it stay.
            pub fn write(&self, out: &mut [u8]) -> Option<()> {
                $( $crate::format::fields::FieldType::write(&self.$field, out, $off)?; )*
                Some(())
            }

            /// Name and value of every field, in the order of their offsets.
            #[must_use]
            pub fn values(
                &self,
            ) -> Vec<(&'static str, $crate::format::fields::FieldValue<'_>)> {
                vec![
                    $( (
                        stringify!($field),
                        $crate::format::fields::FieldType::value(&self.$field),
                    ), )*
                ]
            }
        }

        impl Default for $name {
            /// All bytes zero.
            fn default() -> Self {
                Self {
                    $( $field: <$ty as $crate::format::fields::FieldType>::ZERO, )*
                }
            }
        }

        const _: () = assert!(
            $crate::format::fields::covers($name::FIELDS, $name::BYTES),
            "the table has a gap or an overlap"
        );
    };
}
pub(crate) use on_disk;

#[cfg(test)]
#[allow(unreachable_pub)] // The macro declares `pub` structs.
mod tests {
    use super::*;

    on_disk! {
        /// A structure with a field of every type.
        pub struct Every: 99 bytes {
            /// One.
            0 a: u8,
            /// Unaligned from here.
            1 b: u16,
            /// Three.
            3 c: u32,
            /// Four.
            7 d: i32,
            /// Five.
            11 e: u64,
            /// Six.
            19 f: Dbtime,
            /// Seven.
            27 g: Lgpos,
            /// Eight.
            35 h: LogTime,
            /// Nine.
            43 i: Signature,
            /// Ten.
            71 j: BkInfo,
            /// Eleven.
            95 k: [u8; 4],
        }
    }

    #[test]
    fn every_type_round_trips() {
        let bytes: Vec<u8> = (1..=99).collect();
        let parsed = Every::parse(&bytes).unwrap();
        assert_eq!(parsed.b, 0x0302);
        assert_eq!(parsed.d, 0x0B0A_0908);
        let mut out = [0u8; 99];
        parsed.write(&mut out).unwrap();
        assert_eq!(out[..], bytes[..]);
        for len in 0..99 {
            assert_eq!(Every::parse(&bytes[..len]), None);
            assert_eq!(parsed.write(&mut out[..len]), None);
        }
        assert_eq!(parsed.values().len(), Every::FIELDS.len());
        assert_eq!(Every::default(), Every::parse(&[0; 99]).unwrap());
    }

    #[test]
    fn a_gap_and_an_overlap_are_seen() {
        let field = |offset, bytes| FieldInfo {
            name: "x",
            offset,
            bytes,
        };
        assert!(covers(&[field(0, 4), field(4, 8)], 12));
        assert!(!covers(&[field(0, 4), field(5, 8)], 13));
        assert!(!covers(&[field(0, 4), field(3, 8)], 11));
        assert!(!covers(&[field(0, 4)], 5));
    }
}
