//! What an index may be.
//!
//! Source: docs/jet-api behaviour-schema §4: the numbers of the checks are those of its table.
//!
//! Invariant: an index that passes has the flags, limits and segments that its row gets.
#![forbid(unsafe_code)]

use super::super::TableSchema;
use super::columns::no_column;
use super::defs::{IndexBits, IndexDefinition};
use super::hints;
use crate::error::JetErr;
use crate::format::catalog_row::{
    ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment, SpaceHints, TableFlags, TupleLimits,
};
use crate::format::ids::{Coltyp, PageSize};
use crate::format::key::{KeyRules, Segment, SegmentType, minimised};
use crate::format::sortkey::{SortFlags, is_locale_name};
use crate::format::value::CODE_PAGE_UNICODE;
use crate::format::version::{Feature, FormatVersion};
use crate::record::Column;
use crate::work::WorkError;

/// Key limit of an index that asks for no other, and the least that can be asked for.
const KEY_MOST: u16 = 255;
/// Most columns of a key, and most conditions.
const COLUMNS_MOST: usize = 16;
/// Limits of tuples, in characters.
const TUPLE_LEAST: u32 = 2;
const TUPLE_MOST: u32 = 255;
const TUPLES_TO_MOST: u32 = 32_767;
const TUPLE_NUMBER_MOST: u32 = 0xFFFF;
/// JET_bitIndexColumnMustBeNull and JET_bitIndexColumnMustBeNonNull.
const MUST_BE_NULL: u32 = 1;
const MUST_BE_NON_NULL: u32 = 2;

/// An index that may be.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) flags: IndexFlags,
    pub(super) flags_ex: IdxFlagsEx,
    pub(super) segments: Vec<IndexSegment>,
    pub(super) conditional: Vec<IndexSegment>,
    pub(super) key_most: u16,
    pub(super) var_seg_mac: u16,
    pub(super) tuples: Option<TupleLimits>,
    pub(super) locale: String,
    pub(super) lcmap_flags: u32,
    pub(super) hints: SpaceHints,
}

/// What an index is checked against.
pub(super) struct Rules<'r> {
    pub(super) page_size: PageSize,
    pub(super) format: FormatVersion,
    /// Locale and LCMap flags of an index that says none.
    pub(super) locale: &'r str,
    pub(super) lcmap_flags: u32,
    /// Density of an index that says none.
    pub(super) density: u32,
}

fn no<T>(err: JetErr, name: &str, why: &str) -> Result<T, WorkError> {
    Err(WorkError::refused(err, format!("index {name}: {why}")))
}

/// Most bytes of a key of pages of a size.
fn key_most_of(page_size: PageSize) -> u32 {
    match page_size.bytes() {
        2048 => 500,
        4096 => 1000,
        _ => 2000,
    }
}

impl Rules<'_> {
    /// Checks an index of `schema`, whose columns are those that a key may name.
    pub(super) fn check(
        &self,
        def: &IndexDefinition,
        schema: &TableSchema,
    ) -> Result<Checked, WorkError> {
        let n = def.name.as_str();
        let has = |b: IndexBits| def.bits.intersects(b);
        let primary = has(IndexBits::PRIMARY);
        let unique = has(IndexBits::UNIQUE | IndexBits::PRIMARY);
        let key_most = match has(IndexBits::KEY_MOST) {
            true if (u32::from(KEY_MOST)..=key_most_of(self.page_size)).contains(&def.key_most) => {
                u16::try_from(def.key_most).unwrap_or(KEY_MOST)
            }
            true => {
                return no(
                    JetErr::INDEX_INVALID_DEF,
                    n,
                    "keys of such a length are not",
                );
            } // 1
            false => KEY_MOST,
        };
        let ignores =
            IndexBits::IGNORE_NULL | IndexBits::IGNORE_ANY_NULL | IndexBits::IGNORE_FIRST_NULL;
        if primary && has(ignores) {
            return no(
                JetErr::INVALID_GRBIT,
                n,
                "a primary index ignores no record",
            ); // 2
        }
        if def
            .bits
            .contains(IndexBits::CROSS_PRODUCT | IndexBits::NESTED_TABLE)
        {
            return no(JetErr::INVALID_GRBIT, n, "cross product and nested table"); // 3
        }
        if primary && !def.conditions.is_empty() {
            return no(
                JetErr::INDEX_INVALID_DEF,
                n,
                "a primary index has no conditions",
            ); // 4
        }
        if has(IndexBits::EMPTY) && !has(IndexBits::IGNORE_ANY_NULL) {
            return no(JetErr::INVALID_GRBIT, n, "an empty index ignores any NULL"); // 5
        }
        let limited = has(IndexBits::TUPLE_LIMITS);
        if (limited && def.tuples.is_none()) || (has(IndexBits::UNICODE) && def.unicode.is_none()) {
            return no(JetErr::INDEX_INVALID_DEF, n, "what is announced is missing"); // 6
        }
        if def.key.is_empty() {
            return no(JetErr::INVALID_PARAMETER, n, "a key without columns"); // 7
        }
        let hints = SpaceHints {
            initial_density: def.asked_density(),
            ..def.hints.unwrap_or_default()
        };
        let hints = hints::checked(&hints, self.density, self.page_size)?; // 9
        if def.key.len() > COLUMNS_MOST {
            return no(JetErr::INDEX_INVALID_DEF, n, "a key has at most 16 columns"); // 10
        }
        let var_seg_mac = match def.var_seg_mac {
            _ if limited => key_most,
            0 => key_most,
            v => match u16::try_from(v) {
                Ok(v) if v <= key_most => v,
                _ => {
                    return no(
                        JetErr::INDEX_INVALID_DEF,
                        n,
                        "a segment longer than the key",
                    );
                }
            }, // 11
        };
        let (locale, lcmap_flags, locale_set) = self.locale(def, n)?;
        let tuples = tuple_limits(def, n, primary, unique, var_seg_mac < key_most)?;
        let mut checked = Checked {
            flags: null_flags(def.bits),
            flags_ex: IdxFlagsEx::EXTENDED_COLUMNS,
            segments: Vec::new(),
            conditional: Vec::new(),
            key_most,
            var_seg_mac,
            tuples,
            locale,
            lcmap_flags,
            hints,
        };
        for (flag, set) in [
            (IndexFlags::UNIQUE, unique),
            (IndexFlags::PRIMARY, primary),
            (IndexFlags::LOCALE_SET, locale_set),
            (IndexFlags::CROSS_PRODUCT, has(IndexBits::CROSS_PRODUCT)),
            (IndexFlags::NESTED_TABLE, has(IndexBits::NESTED_TABLE)),
            (
                IndexFlags::DISALLOW_TRUNCATION,
                has(IndexBits::DISALLOW_TRUNCATION),
            ),
        ] {
            checked.flags.set(flag, set);
        }
        let dotnet = has(IndexBits::DOT_NET_GUID);
        checked.flags_ex.set(IdxFlagsEx::DOT_NET_GUID, dotnet);
        self.segments(def, schema, &mut checked)?;
        Ok(checked)
    }

    /// Locale, flags, and whether they are the index's own.
    fn locale(&self, def: &IndexDefinition, n: &str) -> Result<(String, u32, bool), WorkError> {
        let Some((locale, asked)) = &def.unicode else {
            return Ok((self.locale.to_owned(), self.lcmap_flags, false));
        };
        if !is_locale_name(locale) {
            return no(JetErr::INVALID_LANGUAGE_ID, n, "no name of a locale"); // 12
        }
        let flags = match asked {
            0 => SortFlags::from_bits_retain(self.lcmap_flags),
            &asked => SortFlags::from_bits_retain(asked),
        };
        if flags.contains(SortFlags::UPPERCASE) {
            if !self.format.has(Feature::UppercaseNormalization) {
                let err = JetErr::ENGINE_FORMAT_VERSION_PARAM_TOO_LOW_FOR_REQUESTED_FEATURE;
                return no(err, n, "text in upper case");
            }
            if flags != SortFlags::UPPERCASE {
                return no(
                    JetErr::INVALID_LC_MAP_STRING_FLAGS,
                    n,
                    "upper case goes alone",
                ); // 13
            }
            return Ok((locale.clone(), flags.bits(), true));
        }
        let Some(flags) = SortFlags::of_sort_key(flags.bits()) else {
            return no(
                JetErr::INVALID_LC_MAP_STRING_FLAGS,
                n,
                "unknown flags of the order",
            ); // 13
        };
        Ok((locale.clone(), flags.bits(), true))
    }

    /// Columns of the key and of the conditions.
    fn segments(
        &self,
        def: &IndexDefinition,
        schema: &TableSchema,
        checked: &mut Checked,
    ) -> Result<(), WorkError> {
        let n = def.name.as_str();
        let primary = checked.flags.contains(IndexFlags::PRIMARY);
        let is_template = schema.flags.contains(TableFlags::TEMPLATE);
        let segment = |column: &Column, descending, must_be_null| IndexSegment {
            fid: column.fid,
            descending,
            must_be_null,
            template: column.derived || is_template,
        };
        for (place, part) in def.key.iter().enumerate() {
            let column = schema
                .column(&part.name)
                .ok_or_else(|| no_column(&part.name))?;
            let is = |flag| column.flags.contains(flag);
            if is(ColumnFlags::ENCRYPTED) {
                return no(JetErr::CANNOT_INDEX_ON_ENCRYPTED_COLUMN, n, &part.name);
            }
            if is(ColumnFlags::ESCROW) {
                return no(JetErr::CANNOT_INDEX, n, "an escrow column is in no index");
            }
            if is(ColumnFlags::MULTI_VALUED) {
                if primary {
                    return no(JetErr::INDEX_INVALID_DEF, n, "a primary index has one key");
                }
                checked.flags |= IndexFlags::MULTI_VALUED;
            }
            if def.bits.contains(IndexBits::EMPTY) && is(ColumnFlags::DEFAULT) {
                return no(JetErr::INDEX_INVALID_DEF, n, "a default makes it not empty");
            } // 16
            let binary = matches!(column.coltyp, Coltyp::Binary | Coltyp::LongBinary);
            if place == 0 && checked.tuples.is_some() && !column.coltyp.is_text() && !binary {
                let err = JetErr::INDEX_TUPLES_TEXT_BINARY_COLUMNS_ONLY;
                return no(err, n, "pieces are of text and binary"); // 17
            }
            if column.coltyp.is_text() && column.code_page == CODE_PAGE_UNICODE {
                checked.flags |= IndexFlags::LOCALIZED_TEXT;
            }
            checked
                .segments
                .push(segment(column, part.descending, false));
        }
        if def.conditions.len() > COLUMNS_MOST {
            return no(
                JetErr::INDEX_INVALID_DEF,
                n,
                "an index has at most 16 conditions",
            ); // 18
        }
        for condition in &def.conditions {
            let must_be_null = match condition.bits {
                MUST_BE_NULL => true,
                MUST_BE_NON_NULL => false,
                _ => return no(JetErr::INVALID_GRBIT, n, "a condition is one of two"),
            };
            let column = schema.column(&condition.name);
            let column = column.ok_or_else(|| no_column(&condition.name))?;
            checked
                .conditional
                .push(segment(column, false, must_be_null));
        }
        Ok(())
    }
}

impl Checked {
    /// A primary index over columns that need less room gets what they need, when it is added to a
    /// table or inherited by one; made together with its table it keeps what was asked for
    /// (docs/format/database-keys.md §5.2).
    pub(super) fn minimise(&mut self, schema: &TableSchema, derived: bool) {
        if !self.flags.contains(IndexFlags::PRIMARY) {
            return;
        }
        let mut keys = Vec::new();
        for segment in &self.segments {
            let column = schema.column_by_fid(segment.fid, derived && segment.template);
            let Some(key) = column.and_then(|c| key_segment(c, segment.descending)) else {
                return;
            };
            keys.push(key);
        }
        let rules = KeyRules {
            key_most: self.key_most,
            var_seg_mac: self.var_seg_mac,
            ..KeyRules::default()
        };
        let limits = minimised(&rules, &keys);
        self.key_most = limits.key_most;
        self.var_seg_mac = limits.var_seg_mac;
    }
}

fn key_segment(column: &Column, descending: bool) -> Option<Segment> {
    Some(Segment {
        ty: SegmentType::from_coltyp(column.coltyp as u32)?,
        code_page: column.code_page,
        fixed: column.fid.is_fixed(),
        descending,
        cb_max: column.cb_max,
    })
}

/// What NULLs do (docs/format/database-catalog.md §3.3).
fn null_flags(bits: IndexBits) -> IndexFlags {
    let has = |b: IndexBits| bits.contains(b);
    let mut flags = IndexFlags::empty();
    if has(IndexBits::DISALLOW_NULL) {
        flags |= IndexFlags::NO_NULL_SEG;
    } else if has(IndexBits::SORT_NULLS_HIGH) {
        flags |= IndexFlags::SORT_NULLS_HIGH;
    }
    if !has(IndexBits::DISALLOW_NULL) && !has(IndexBits::IGNORE_ANY_NULL) {
        flags |= IndexFlags::ALLOW_SOME_NULLS;
        if !has(IndexBits::IGNORE_FIRST_NULL) {
            flags |= IndexFlags::ALLOW_FIRST_NULL;
            if !has(IndexBits::IGNORE_NULL) {
                flags |= IndexFlags::ALLOW_ALL_NULLS;
            }
        }
    }
    flags
}

fn tuple_limits(
    def: &IndexDefinition,
    n: &str,
    primary: bool,
    unique: bool,
    short_segments: bool,
) -> Result<Option<TupleLimits>, WorkError> {
    if !def
        .bits
        .intersects(IndexBits::TUPLES | IndexBits::TUPLE_LIMITS)
    {
        return Ok(None);
    }
    let why = "pieces of a column";
    if primary {
        return no(JetErr::INDEX_TUPLES_SECONDARY_INDEX_ONLY, n, why); // 14
    }
    if unique {
        return no(JetErr::INDEX_TUPLES_NON_UNIQUE_ONLY, n, why);
    }
    if short_segments {
        return no(JetErr::INDEX_TUPLES_VAR_SEG_MAC_NOT_ALLOWED, n, why);
    }
    let usual = TupleLimits::default();
    let asked = match def.bits.contains(IndexBits::TUPLE_LIMITS) {
        true => def.tuples.unwrap_or(usual),
        false => usual,
    };
    let or = |v, usual| if v == 0 { usual } else { v };
    let limits = TupleLimits {
        min: or(asked.min, usual.min),
        max: or(asked.max, usual.max),
        to_index: or(asked.to_index, usual.to_index),
        increment: or(asked.increment, usual.increment),
        // -1 is the usual one too.
        start: if asked.start == u32::MAX {
            usual.start
        } else {
            asked.start
        },
    };
    let lengths = TUPLE_LEAST..=TUPLE_MOST;
    let numbers = [limits.increment, limits.start];
    let good = lengths.contains(&limits.min)
        && lengths.contains(&limits.max)
        && limits.min <= limits.max
        && limits.to_index <= TUPLES_TO_MOST
        && numbers.into_iter().all(|v| v <= TUPLE_NUMBER_MOST);
    match good {
        true => Ok(Some(limits)),
        false => no(JetErr::INDEX_TUPLES_INVALID_LIMITS, n, why), // 15
    }
}
