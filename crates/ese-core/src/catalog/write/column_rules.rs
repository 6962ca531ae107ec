//! What a column may be.
//!
//! Source: docs/jet-api behaviour-schema §3: the numbers of the checks are those of its table.
//!
//! Invariant: a column that passes has the size, code page and flags that its row gets.
#![forbid(unsafe_code)]

use super::super::schema::TableSchema;
use super::defs::{ColumnBits, ColumnDef};
use super::names;
use crate::error::JetErr;
use crate::format::catalog_row::ColumnFlags;
use crate::format::ids::{Coltyp, Fid};
use crate::format::value::{CODE_PAGE_UNICODE, CODE_PAGE_WESTERN};
use crate::format::version::{Feature, FormatVersion};
use crate::work::WorkError;

/// Most bytes of a long value.
const LV_MOST: u32 = 0x7FFF_FFFF;
/// Most bytes of Text and Binary, and of the default of a long column.
pub(super) const SHORT_MOST: u32 = 255;

/// Highest id of a tagged column (docs/format/database-catalog.md §2.1).
const TAGGED_MOST: Fid = Fid(0xFEE0);

/// Where a column lies in a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Fixed,
    Variable,
    Tagged,
}

impl Class {
    /// The highest id of the class.
    pub(super) fn last(self) -> Fid {
        match self {
            Self::Fixed => Fid::FIXED_MOST,
            Self::Variable => Fid::VAR_MOST,
            Self::Tagged => TAGGED_MOST,
        }
    }

    /// The lowest id of the class.
    pub(super) fn first(self) -> Fid {
        match self {
            Self::Fixed => Fid(1),
            Self::Variable => Fid::VAR_LEAST,
            Self::Tagged => Fid::TAGGED_LEAST,
        }
    }
}

/// A column that may be.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) coltyp: Coltyp,
    pub(super) code_page: u16,
    pub(super) cb_max: u32,
    pub(super) flags: ColumnFlags,
    pub(super) class: Class,
    /// More was asked for than a column of the type holds (JET_wrnColumnMaxTruncated).
    pub(super) cut: bool,
}

fn no<T>(err: JetErr, name: &str, why: &str) -> Result<T, WorkError> {
    Err(WorkError::refused(err, format!("column {name}: {why}")))
}

/// Checks a column. `exclusive`: nobody else can look at the table; `template`: what it inherits
/// from; `format`: the database's.
pub(super) fn checked(
    def: &ColumnDef,
    exclusive: bool,
    template: Option<&TableSchema>,
    format: FormatVersion,
) -> Result<Checked, WorkError> {
    let bits = def.bits;
    let has = |b: ColumnBits| bits.intersects(b);
    let default = def.default.as_deref().filter(|d| !d.is_empty());
    if def.cb_max > LV_MOST {
        return no(
            JetErr::INVALID_PARAMETER,
            &def.name,
            "longer than a value can be",
        ); // 1
    }
    let name = names::checked(&def.name)?; // 2
    let n = name.as_str();
    if template.is_some_and(|t| t.column(n).is_some()) {
        return no(JetErr::COLUMN_DUPLICATE, n, "the template has it");
    }
    let coltyp = Coltyp::from_u32(def.coltyp);
    let Some(coltyp) = coltyp.filter(|t| !matches!(t, Coltyp::Nil | Coltyp::Slv)) else {
        return no(JetErr::INVALID_COLUMN_TYPE, n, "no type of a column"); // 3
    };
    let code_page = match (coltyp.is_text(), def.code_page) {
        (false, _) => 0,
        (true, 0) => CODE_PAGE_WESTERN,
        (true, p @ (CODE_PAGE_WESTERN | CODE_PAGE_UNICODE)) => p,
        (true, _) => {
            return no(
                JetErr::INVALID_CODE_PAGE,
                n,
                "text is of code page 1252 or 1200",
            );
        }
    }; // 4
    let long = coltyp.is_long();
    if has(ColumnBits::COMPRESSED) && !long {
        return no(
            JetErr::COLUMN_CANNOT_BE_COMPRESSED,
            n,
            "only long values are",
        ); // 5
    }
    let any_default = default.is_some() || def.user_default.is_some();
    if has(ColumnBits::ENCRYPTED) && (!long || has(ColumnBits::MULTI_VALUED) || any_default) {
        return no(
            JetErr::COLUMN_CANNOT_BE_ENCRYPTED,
            n,
            "only plain long values are",
        ); // 6
    }
    let tagged = has(ColumnBits::TAGGED) || long;
    if tagged && has(ColumnBits::FIXED) {
        return no(JetErr::INVALID_GRBIT, n, "fixed and tagged"); // 7
    }
    if !tagged && has(ColumnBits::MULTI_VALUED) {
        return no(JetErr::MULTI_VALUED_COLUMN_MUST_BE_TAGGED, n, "it is not"); // 8
    }
    let mut flags = numbers(def, n, coltyp, exclusive, any_default, format)?;
    if has(ColumnBits::USER_DEFINED_DEFAULT) {
        let never = ColumnBits::FIXED
            | ColumnBits::NOT_NULL
            | ColumnBits::VERSION
            | ColumnBits::AUTOINCREMENT
            | ColumnBits::UPDATABLE
            | ColumnBits::ESCROW_UPDATE
            | ColumnBits::FINALIZE
            | ColumnBits::DELETE_ON_ZERO
            | ColumnBits::MAYBE_NULL;
        if has(never) || !tagged {
            return no(
                JetErr::INVALID_GRBIT,
                n,
                "no column with a callback's default",
            ); // 19
        }
        if def.user_default.is_none() {
            return no(JetErr::INVALID_PARAMETER, n, "no callback is named"); // 20
        }
        flags |= ColumnFlags::USER_DEFINED_DEFAULT;
    }
    for (bit, flag) in [
        (ColumnBits::NOT_NULL, ColumnFlags::NOT_NULL),
        (ColumnBits::MULTI_VALUED, ColumnFlags::MULTI_VALUED),
        (ColumnBits::COMPRESSED, ColumnFlags::COMPRESSED),
        (ColumnBits::ENCRYPTED, ColumnFlags::ENCRYPTED),
    ] {
        flags.set(flag, has(bit));
    }
    let (cb_max, cut) = size(coltyp, def.cb_max);
    if any_default {
        flags |= ColumnFlags::DEFAULT;
        let len = default.map_or(0, <[u8]>::len);
        if cb_max != 0 && len > cb_max as usize {
            return no(
                JetErr::DEFAULT_VALUE_TOO_BIG,
                n,
                "the default is longer than the column",
            );
        } // 21
    }
    let class = match () {
        () if tagged => Class::Tagged,
        () if coltyp.fixed_bytes().is_some() || has(ColumnBits::FIXED) => Class::Fixed,
        () => Class::Variable,
    };
    Ok(Checked {
        name,
        coltyp,
        code_page,
        cb_max,
        flags,
        class,
        cut,
    })
}

/// Escrow, version and auto-increment columns.
fn numbers(
    def: &ColumnDef,
    n: &str,
    coltyp: Coltyp,
    exclusive: bool,
    any_default: bool,
    format: FormatVersion,
) -> Result<ColumnFlags, WorkError> {
    let has = |b: ColumnBits| def.bits.intersects(b);
    let mut flags = ColumnFlags::empty();
    if has(ColumnBits::ESCROW_UPDATE) {
        if !matches!(coltyp, Coltyp::Long | Coltyp::LongLong) {
            return no(
                JetErr::INVALID_GRBIT,
                n,
                "escrow updates are of Long and LongLong",
            ); // 9
        }
        if has(ColumnBits::TAGGED) {
            return no(JetErr::CANNOT_BE_TAGGED, n, "an escrow column can't be"); // 10
        }
        if has(ColumnBits::VERSION | ColumnBits::AUTOINCREMENT) || !any_default {
            return no(
                JetErr::INVALID_GRBIT,
                n,
                "an escrow column has a default alone",
            ); // 11
        }
        if !exclusive {
            return no(JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED, n, "an escrow column"); // 12
        }
        if coltyp == Coltyp::LongLong && !format.has(Feature::Escrow64) {
            let err = JetErr::ENGINE_FORMAT_VERSION_PARAM_TOO_LOW_FOR_REQUESTED_FEATURE;
            return no(err, n, "escrow updates of 64 bits"); // 13
        }
        if def
            .bits
            .contains(ColumnBits::FINALIZE | ColumnBits::DELETE_ON_ZERO)
        {
            return no(JetErr::INVALID_GRBIT, n, "finalize and delete"); // 14
        }
        flags |= ColumnFlags::ESCROW;
        flags.set(ColumnFlags::FINALIZE, has(ColumnBits::FINALIZE));
        flags.set(ColumnFlags::DELETE_ON_ZERO, has(ColumnBits::DELETE_ON_ZERO));
        return Ok(flags);
    }
    if has(ColumnBits::FINALIZE | ColumnBits::DELETE_ON_ZERO) {
        return no(JetErr::INVALID_GRBIT, n, "only escrow columns reach zero");
    }
    let (version, auto) = (has(ColumnBits::VERSION), has(ColumnBits::AUTOINCREMENT));
    if version || auto {
        let numbers = match auto {
            true => matches!(
                coltyp,
                Coltyp::Long | Coltyp::LongLong | Coltyp::UnsignedLongLong | Coltyp::Currency
            ),
            false => coltyp == Coltyp::Long,
        };
        if !numbers {
            return no(JetErr::INVALID_GRBIT, n, "the type does not count"); // 15
        }
        if has(ColumnBits::TAGGED) {
            return no(JetErr::CANNOT_BE_TAGGED, n, "a column that counts can't be"); // 16
        }
        if version && auto {
            return no(JetErr::INVALID_GRBIT, n, "version and auto-increment"); // 17
        }
        if auto && !exclusive {
            return no(
                JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED,
                n,
                "an auto-increment column",
            ); // 18
        }
        flags.set(ColumnFlags::VERSION, version);
        flags.set(ColumnFlags::AUTOINCREMENT, auto);
    }
    Ok(flags)
}

/// Most bytes of a column, and whether more was asked for.
fn size(coltyp: Coltyp, asked: u32) -> (u32, bool) {
    match coltyp.fixed_bytes() {
        Some(bytes) => (u32::try_from(bytes).unwrap_or(SHORT_MOST), false),
        None if coltyp.is_long() => (asked, false),
        None if asked == 0 => (SHORT_MOST, false),
        None => (asked.min(SHORT_MOST), asked > SHORT_MOST),
    }
}

/// A default that can't be stored: refused when the column has its id already.
pub(super) fn check_default(column: &Checked, default: &[u8]) -> Result<(), WorkError> {
    let n = column.name.as_str();
    if column.coltyp.is_long() && default.len() > SHORT_MOST as usize {
        return no(
            JetErr::DEFAULT_VALUE_TOO_BIG,
            n,
            "a default has at most 255 bytes",
        );
    }
    match column.coltyp.fixed_bytes() {
        Some(bytes) if default.len() != bytes => no(
            JetErr::INVALID_BUFFER_SIZE,
            n,
            "a default of another length than the type's",
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;

    fn def(coltyp: Coltyp, bits: ColumnBits) -> ColumnDef {
        ColumnDef {
            name: "c".into(),
            coltyp: coltyp as u32,
            bits,
            ..ColumnDef::default()
        }
    }

    fn err(def: &ColumnDef, exclusive: bool) -> JetErr {
        checked(def, exclusive, None, FormatVersion::BASE)
            .unwrap_err()
            .jet_err()
    }

    #[test]
    fn columns_are_refused_as_the_original_does() {
        use ColumnBits as B;
        let long = def(Coltyp::Long, B::ESCROW_UPDATE);
        let with_default = |d: &ColumnDef| ColumnDef {
            default: Some(vec![0; 4]),
            ..d.clone()
        };
        for (def, exclusive, want) in [
            (
                ColumnDef {
                    cb_max: 0x8000_0000,
                    ..def(Coltyp::Bit, B::empty())
                },
                true,
                JetErr::INVALID_PARAMETER,
            ),
            (
                ColumnDef {
                    coltyp: 0,
                    name: "!".into(),
                    ..ColumnDef::default()
                },
                true,
                JetErr::INVALID_NAME,
            ),
            (
                ColumnDef {
                    coltyp: 0,
                    ..def(Coltyp::Nil, B::empty())
                },
                true,
                JetErr::INVALID_COLUMN_TYPE,
            ),
            (
                ColumnDef {
                    coltyp: 13,
                    ..def(Coltyp::Nil, B::empty())
                },
                true,
                JetErr::INVALID_COLUMN_TYPE,
            ),
            (
                ColumnDef {
                    coltyp: 19,
                    ..def(Coltyp::Nil, B::empty())
                },
                true,
                JetErr::INVALID_COLUMN_TYPE,
            ),
            (
                ColumnDef {
                    code_page: 437,
                    ..def(Coltyp::Text, B::empty())
                },
                true,
                JetErr::INVALID_CODE_PAGE,
            ),
            (
                def(Coltyp::Long, B::COMPRESSED),
                true,
                JetErr::COLUMN_CANNOT_BE_COMPRESSED,
            ),
            (
                def(Coltyp::Long, B::ENCRYPTED),
                true,
                JetErr::COLUMN_CANNOT_BE_ENCRYPTED,
            ),
            (def(Coltyp::LongText, B::FIXED), true, JetErr::INVALID_GRBIT),
            (
                def(Coltyp::Long, B::MULTI_VALUED),
                true,
                JetErr::MULTI_VALUED_COLUMN_MUST_BE_TAGGED,
            ),
            (
                with_default(&def(Coltyp::Short, B::ESCROW_UPDATE)),
                true,
                JetErr::INVALID_GRBIT,
            ),
            (
                with_default(&def(Coltyp::Long, B::ESCROW_UPDATE | B::TAGGED)),
                true,
                JetErr::CANNOT_BE_TAGGED,
            ),
            (long.clone(), true, JetErr::INVALID_GRBIT),
            (
                with_default(&long),
                false,
                JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED,
            ),
            (def(Coltyp::Long, B::FINALIZE), true, JetErr::INVALID_GRBIT),
            (
                def(Coltyp::LongLong, B::VERSION),
                true,
                JetErr::INVALID_GRBIT,
            ),
            (
                def(Coltyp::Long, B::VERSION | B::TAGGED),
                true,
                JetErr::CANNOT_BE_TAGGED,
            ),
            (
                def(Coltyp::Long, B::VERSION | B::AUTOINCREMENT),
                true,
                JetErr::INVALID_GRBIT,
            ),
            (
                def(Coltyp::Long, B::AUTOINCREMENT),
                false,
                JetErr::EXCLUSIVE_TABLE_LOCK_REQUIRED,
            ),
            (
                def(Coltyp::Long, B::USER_DEFINED_DEFAULT),
                true,
                JetErr::INVALID_GRBIT,
            ),
            (
                def(Coltyp::LongText, B::USER_DEFINED_DEFAULT),
                true,
                JetErr::INVALID_PARAMETER,
            ),
            (
                ColumnDef {
                    default: Some(vec![0; 5]),
                    ..def(Coltyp::Long, B::empty())
                },
                true,
                JetErr::DEFAULT_VALUE_TOO_BIG,
            ),
        ] {
            assert_eq!(err(&def, exclusive), want, "{def:?}");
        }
        let wide = ColumnDef {
            default: Some(vec![0; 8]),
            ..def(Coltyp::LongLong, B::ESCROW_UPDATE)
        };
        let low = JetErr::ENGINE_FORMAT_VERSION_PARAM_TOO_LOW_FOR_REQUESTED_FEATURE;
        assert_eq!(err(&wide, true), low);
        let newer = FormatVersion::of_efv(9040).unwrap();
        assert!(checked(&wide, true, None, newer).is_ok());
    }

    #[test]
    fn sizes_and_classes() {
        let of = |d: &ColumnDef| {
            let c = checked(d, true, None, FormatVersion::BASE).unwrap();
            (c.cb_max, c.class, c.cut)
        };
        let text = def(Coltyp::Text, ColumnBits::empty());
        assert_eq!(of(&text), (255, Class::Variable, false));
        assert_eq!(
            of(&ColumnDef {
                cb_max: 300,
                ..text.clone()
            }),
            (255, Class::Variable, true)
        );
        let fixed = ColumnDef {
            cb_max: 10,
            bits: ColumnBits::FIXED,
            ..text
        };
        assert_eq!(of(&fixed), (10, Class::Fixed, false));
        assert_eq!(
            of(&def(Coltyp::Guid, ColumnBits::empty())),
            (16, Class::Fixed, false)
        );
        assert_eq!(
            of(&def(Coltyp::Long, ColumnBits::TAGGED)),
            (4, Class::Tagged, false)
        );
        assert_eq!(
            of(&def(Coltyp::LongText, ColumnBits::empty())),
            (0, Class::Tagged, false)
        );
        let column = checked(
            &def(Coltyp::Long, ColumnBits::empty()),
            true,
            None,
            FormatVersion::BASE,
        );
        let column = column.unwrap();
        assert!(check_default(&column, &[0; 4]).is_ok());
        let short = check_default(&column, &[0; 3]).unwrap_err();
        assert_eq!(short.jet_err(), JetErr::INVALID_BUFFER_SIZE);
    }
}
