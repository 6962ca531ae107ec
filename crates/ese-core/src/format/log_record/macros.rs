//! The macro behind the record table: from one row per record type it makes the struct, parser,
//! writer, printer, number, name and the rows for documents.
//!
//! A row reads
//!
//! ```text
//! 29 "Insert" Insert<'a> [50] {                 number, name, struct, bytes of the fixed part
//!     1 page: LrPage,                           offset, field, type: a field of the struct
//!     32 node: LrNode,
//! } lens {
//!     44 cb_suffix: u16 = suffix.len(),         a length: not in the struct; the writer computes it
//!     46 cb_prefix: u16 = prefix.len(),         by the formula, the parser checks it against it
//! } tail {
//!     prefix: Bytes<'a> = cb_prefix,            what follows the fixed part, in this order, with
//!     suffix: Bytes<'a> = cb_suffix,            the formula of its length in bytes
//! }
//! ```
//!
//! Formulas see the fields and lengths by their names. `=> expr` behind a tail's length says whether
//! its text is UTF-16.
//!
//! Invariant: fixed part = type byte + fields + lengths, each byte once (checked at compile time).
#![forbid(unsafe_code)]

macro_rules! log_records {
    (
        $life:lifetime;
        records {
            $(
                $(#[$meta:meta])*
                $num:literal $name:literal $ty:ident $(<$lt:lifetime>)? [$fixed:literal] {
                    $( $(#[$fmeta:meta])* $off:literal $field:ident : $fty:ty ),* $(,)?
                }
                $( lens { $( $loff:literal $lname:ident : $lty:ty = $lformula:expr ),* $(,)? } )?
                $( tail {
                    $( $(#[$tmeta:meta])* $tname:ident : $tty:ty = $tlen:expr $(=> $tunicode:expr)? ),* $(,)?
                } )?
            )*
        }
        reserved { $( $inum:literal $iname:literal $ity:ident ),* $(,)? }
        unsupported { $( $unum:literal $uname:literal $uty:ident ),* $(,)? }
    ) => {
        /// Record type (LRTYP): the first byte of a record. The numbers are the format's and never
        /// change.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum LrTyp {
            $( #[doc = concat!("`", $name, "`.")] $ty = $num, )*
            $( #[doc = concat!("`", $iname, "`: reserved for later versions, skipped.")] $ity = $inum, )*
            $( #[doc = concat!("`", $uname, "`: of an ancient version, layout unknown.")] $uty = $unum, )*
        }

        impl LrTyp {
            /// All types that have a number, without order.
            pub const ALL: &'static [Self] = &[$(Self::$ty,)* $(Self::$ity,)* $(Self::$uty,)*];

            /// The type of a number, `None` from [`LRTYP_MAX`] on.
            #[must_use]
            pub fn from_u8(n: u8) -> Option<Self> {
                Some(match n {
                    $( $num => Self::$ty, )*
                    $( $inum => Self::$ity, )*
                    $( $unum => Self::$uty, )*
                    _ => return None,
                })
            }

            /// The name that documents and goldens use.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$ty => $name, )*
                    $( Self::$ity => $iname, )*
                    $( Self::$uty => $uname, )*
                }
            }

            /// Bytes of the fixed part, `None` for a type whose layout is unknown.
            #[must_use]
            pub fn fixed_bytes(self) -> Option<usize> {
                match self {
                    $( Self::$ty => Some($fixed), )*
                    $( Self::$ity => Some(IGNORED_BYTES), )*
                    $( Self::$uty => None, )*
                }
            }
        }

        $(
            $(#[$meta])*
            #[derive(Clone, Copy, PartialEq, Eq, Debug)]
            pub struct $ty $(<$lt>)? {
                $(
                    $(#[$fmeta])*
                    #[doc = concat!("Offset ", stringify!($off), ".")]
                    pub $field: $fty,
                )*
                $($(
                    $(#[$tmeta])*
                    #[doc = concat!("Behind the fixed part, `", stringify!($tlen), "` bytes.")]
                    pub $tname: $tty,
                )*)?
            }

            impl $(<$lt>)? $ty $(<$lt>)? {
                /// The type's number.
                pub const TYP: LrTyp = LrTyp::$ty;

                /// Bytes of the fixed part.
                pub const FIXED: usize = $fixed;

                const FIELDS: &'static [FieldInfo] = &[
                    $(FieldInfo {
                        offset: $off,
                        bytes: <$fty as Field<'_>>::BYTES,
                        name: stringify!($field),
                        kind: stringify!($fty),
                    },)*
                    $($(FieldInfo {
                        offset: $loff,
                        bytes: size_of::<$lty>(),
                        name: stringify!($lname),
                        kind: concat!(stringify!($lty), " = ", stringify!($lformula)),
                    },)*)?
                ];

                const COVERED: () = assert!(
                    covers(
                        1,
                        $fixed,
                        &[
                            $(($off, <$fty as Field<'_>>::BYTES),)*
                            $($(($loff, size_of::<$lty>()),)*)?
                        ],
                    ),
                    "the fields of a record must cover every byte of its fixed part once"
                );

                /// Bytes of the whole record that begins at `b`. The fixed part is there.
                #[allow(unused_variables, reason = "formulas need few of the fields")]
                fn size(b: & $($lt)? [u8]) -> usize {
                    $(let $field = <$fty as Field<'_>>::get(b, $off);)*
                    $($(let $lname = <$lty as Length>::read(b, $loff);)*)?
                    let size: usize = $fixed;
                    $($(let size = size.saturating_add($tlen);)*)?
                    size
                }

                /// The record that fills `b`, every byte of it.
                // Inlined, so that the fields are stored once, where the caller wants the record.
                #[allow(unused_variables, reason = "formulas need few of the fields")]
                #[inline(always)]
                fn parse(b: & $($lt)? [u8]) -> Result<Self, RecordError> {
                    let () = Self::COVERED;
                    let wrong = RecordError::Length { typ: Self::TYP };
                    let rest = b.get($fixed..).ok_or(wrong)?;
                    $(let $field = <$fty as Field<'_>>::get(b, $off);)*
                    $($(let $lname = <$lty as Length>::read(b, $loff);)*)?
                    $($(
                        let (bytes, rest) = rest.split_at_checked($tlen).ok_or(wrong)?;
                        let unicode = false $(|| $tunicode)?;
                        let $tname = <$tty as Tail<'_>>::get(bytes, unicode).ok_or(wrong)?;
                    )*)?
                    $($(
                        // What the lengths say and what is there must be one.
                        if $lname != $lformula {
                            return Err(wrong);
                        }
                    )*)?
                    if !rest.is_empty() {
                        return Err(wrong);
                    }
                    Ok(Self { $($field,)* $($($tname,)*)? })
                }

                /// Appends the record's bytes to `out`; on an error nothing is appended.
                #[allow(unused_variables, reason = "formulas need few of the fields")]
                pub fn write(&self, out: &mut Vec<u8>) -> Result<(), RecordError> {
                    let wrong = RecordError::Length { typ: Self::TYP };
                    $(let $field = self.$field;)*
                    $($(let $tname = self.$tname;)*)?
                    let mut fixed = [0u8; $fixed];
                    put(&mut fixed, &[Self::TYP as u8]);
                    $($field.store(fixed.get_mut($off..$off + <$fty as Field<'_>>::BYTES).unwrap_or_default());)*
                    $($(
                        let $lname: usize = $lformula;
                        let stored = <$lty>::try_from($lname).map_err(|_| wrong)?;
                        put(fixed.get_mut($loff..).unwrap_or_default(), &stored.to_le_bytes());
                    )*)?
                    $($(
                        if Tail::bytes(&$tname).len() != $tlen {
                            return Err(wrong);
                        }
                    )*)?
                    out.extend_from_slice(&fixed);
                    $($(out.extend_from_slice(Tail::bytes(&$tname));)*)?
                    Ok(())
                }

                /// Hands every field to `sink` as name and text.
                pub fn show(&self, sink: &mut Sink<'_>) {
                    $(Field::show(&self.$field, stringify!($field), sink);)*
                    $($(Tail::show(&self.$tname, stringify!($tname), sink);)*)?
                    let _ = sink;
                }
            }
        )*

        /// A log record, typed; its bytes are borrowed from the log.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(clippy::large_enum_variant, reason = "lives on the stack, one at a time")]
        pub enum LogRecord<$life> {
            $( #[doc = concat!("`", $name, "` (", stringify!($num), ").")] $ty($ty $(<$lt>)?), )*
            /// A record of the family that may be skipped, reserved or of a layout that is not known.
            Ignored(Ignored<$life>),
        }

        impl<$life> LogRecord<$life> {
            /// The type.
            #[must_use]
            pub fn typ(&self) -> LrTyp {
                match self {
                    $( Self::$ty(_) => LrTyp::$ty, )*
                    Self::Ignored(r) => r.typ,
                }
            }

            /// Appends the record's bytes to `out`; on an error nothing is appended.
            pub fn write(&self, out: &mut Vec<u8>) -> Result<(), RecordError> {
                match self {
                    $( Self::$ty(r) => r.write(out), )*
                    Self::Ignored(r) => r.write(out),
                }
            }

            /// Hands every field to `sink` as name and text.
            pub fn show(&self, sink: &mut Sink<'_>) {
                match self {
                    $( Self::$ty(r) => r.show(sink), )*
                    Self::Ignored(r) => r.show(sink),
                }
            }

            pub(super) fn parse_typed(typ: LrTyp, b: &$life [u8]) -> Result<Self, RecordError> {
                match typ {
                    $( LrTyp::$ty => $ty::parse(b).map(Self::$ty), )*
                    $( LrTyp::$ity )|* => Ignored::parse(typ, b).map(Self::Ignored),
                    $( LrTyp::$uty )|* => Err(RecordError::Unsupported { typ }),
                }
            }

            pub(super) fn size_typed(typ: LrTyp, b: &$life [u8]) -> usize {
                match typ {
                    $( LrTyp::$ty => $ty::size(b), )*
                    $( LrTyp::$ity )|* => Ignored::size(b),
                    $( LrTyp::$uty )|* => 0,
                }
            }
        }

        /// The table as data, for documents and fuzzers: one row per type with a known layout.
        pub static RECORD_TABLE: &[RecordInfo] = &[
            $(RecordInfo {
                typ: LrTyp::$ty,
                fixed: $fixed,
                fields: $ty::FIELDS,
                tail: &[$($((stringify!($tname), stringify!($tlen)),)*)?],
            },)*
        ];
    };
}
pub(super) use log_records;
