//! Parameters with rules of their own.
#![forbid(unsafe_code)]

use super::{Configuration, Input, Param, Scope, Value, Values, table};
use crate::constants::{
    JET_bitShrinkDatabaseOff, JET_bitShrinkDatabaseOn, JET_bitShrinkDatabasePeriodically,
    JET_bitShrinkDatabaseRealtime, JET_efvAllowHigherPersistedFormat,
    JET_efvExtHdrRootFieldAutoIncStorageStagedToDebug, JET_efvUseEngineDefault,
    JET_efvUsePersistedFormat, JET_efvWindows19H1Rtm,
};
use crate::gate::{Answer, DONE, refuse};
use ese_core::JetErr;

/// Locale number and map flags of indexes that name none (JET_paramUnicodeIndexDefault).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnicodeIndex {
    pub(crate) lcid: u32,
    pub(crate) flags: u32,
}

impl UnicodeIndex {
    /// en-US, sort key without case, kana type and width (docs/format/sort-keys.md).
    pub(crate) const STANDARD: Self = Self {
        lcid: 1033,
        flags: LCMAP_SORTKEY | NORM_IGNORECASE | NORM_IGNOREKANATYPE | NORM_IGNOREWIDTH,
    };

    /// `false` for flags that no index may have (behaviour-schema.md §5, map flags), and for no
    /// locale. Whether a locale has a sort table is asked when an index is made.
    pub(crate) fn is_known(self) -> bool {
        let known = LCMAP_SORTKEY
            | LCMAP_BYTEREV
            | NORM_IGNORECASE
            | NORM_IGNORENONSPACE
            | NORM_IGNORESYMBOLS
            | LINGUISTIC_IGNORECASE
            | LINGUISTIC_IGNOREDIACRITIC
            | SORT_DIGITSASNUMBERS
            | SORT_STRINGSORT
            | NORM_IGNOREKANATYPE
            | NORM_IGNOREWIDTH
            | NORM_LINGUISTIC_CASING;
        self.lcid != 0 && (self.flags & !known == 0 || self.flags == LCMAP_UPPERCASE)
    }

    /// As indexes store it: with the flag for sort keys, unless text is only made upper-case.
    pub(crate) fn completed(self) -> Self {
        let add = if self.flags == LCMAP_UPPERCASE {
            0
        } else {
            LCMAP_SORTKEY
        };
        Self {
            flags: self.flags | add,
            ..self
        }
    }
}

// Map flags as Windows numbers them (docs/format/sort-keys.md).
const NORM_IGNORECASE: u32 = 0x1;
const NORM_IGNORENONSPACE: u32 = 0x2;
const NORM_IGNORESYMBOLS: u32 = 0x4;
const SORT_DIGITSASNUMBERS: u32 = 0x8;
const LINGUISTIC_IGNORECASE: u32 = 0x10;
const LINGUISTIC_IGNOREDIACRITIC: u32 = 0x20;
const LCMAP_UPPERCASE: u32 = 0x200;
const LCMAP_SORTKEY: u32 = 0x400;
const LCMAP_BYTEREV: u32 = 0x800;
const SORT_STRINGSORT: u32 = 0x1000;
const NORM_IGNOREKANATYPE: u32 = 0x1_0000;
const NORM_IGNOREWIDTH: u32 = 0x2_0000;
const NORM_LINGUISTIC_CASING: u32 = 0x800_0000;

/// The oldest engine format version that can be asked for: nobody writes older ones any more.
const FORMAT_MIN: usize = JET_efvExtHdrRootFieldAutoIncStorageStagedToDebug as usize;
/// The newest one that the tables know the effects of (docs/format/versioning.md).
const FORMAT_MAX: usize = 9600;
/// What JET_efvUseEngineDefault stands for: every Windows since 10 opens it (design §7).
const FORMAT_DEFAULT: u32 = JET_efvWindows19H1Rtm;
/// Versions that add "whatever the file has, if newer".
const FORMAT_ALLOW_HIGHER: usize = JET_efvAllowHigherPersistedFormat as usize;

impl Values {
    /// Sets one of these; `None` for any other parameter.
    pub(super) fn set_special(
        &mut self,
        param: &Param,
        input: &Input<'_>,
        whose: Scope,
    ) -> Option<Answer> {
        let Input::Number(n) = *input else {
            return None;
        };
        match param.id {
            table::JET_paramConfiguration => Some(self.configure(n)),
            table::JET_paramEnableShrinkDatabase => self.shrink(n),
            // Accepted and ignored as a default of the process.
            table::JET_paramCachedClosedTables if whose == Scope::Global => Some(DONE),
            table::JET_paramEngineFormatVersion => format_version(n),
            _ => None,
        }
    }

    /// Every value becomes that of a configuration.
    fn configure(&mut self, n: usize) -> Answer {
        let configuration = match n {
            0 => Configuration::Small,
            1 => Configuration::Legacy,
            _ => return refuse(JetErr::INVALID_PARAMETER),
        };
        *self = Self::new(configuration);
        DONE
    }

    /// Only known bits, and none without "on".
    fn shrink(&mut self, n: usize) -> Option<Answer> {
        let known = JET_bitShrinkDatabaseOff
            | JET_bitShrinkDatabaseOn
            | JET_bitShrinkDatabaseRealtime
            | JET_bitShrinkDatabasePeriodically;
        let fits = u32::try_from(n).is_ok_and(|n| {
            n & !known == 0 && (n == JET_bitShrinkDatabaseOff || n & JET_bitShrinkDatabaseOn != 0)
        });
        (!fits).then(|| refuse(JetErr::INVALID_GRBIT))
    }

    /// The number that a caller reads: some stand for others.
    pub(crate) fn shown(&self, param: &Param) -> Option<usize> {
        match (param.id, self.get(param)) {
            (table::JET_paramEngineFormatVersion, Value::Number(n))
                if u32::try_from(*n) == Ok(JET_efvUseEngineDefault) =>
            {
                Some(FORMAT_DEFAULT as usize)
            }
            (table::JET_paramKeyMost, _) => {
                Some(if self.page_size() >= 8192 { 2000 } else { 1000 })
            }
            (table::JET_paramLVChunkSizeMost, _) => Some(match self.page_size() {
                8192 => 8110,
                16_384 => 4050,
                32_768 => 8150,
                _ => 4014,
            }),
            // A page without its header, the tag of the external header, and that of the record.
            (table::JET_paramRecordSizeMost, _) => Some(match self.page_size() {
                size @ 16_384.. => size - 80 - 2 * 4,
                size => size - 40 - 2 * 4,
            }),
            (_, Value::Number(n)) => Some(*n),
            // No cache yet.
            (table::JET_paramCacheSize, Value::None) => Some(0),
            _ => None,
        }
    }

    fn page_size(&self) -> usize {
        self.number(table::JET_paramDatabasePageSize)
    }
}

/// `None` when the version may be stored.
fn format_version(n: usize) -> Option<Answer> {
    let wildcard = [JET_efvUseEngineDefault, JET_efvUsePersistedFormat]
        .iter()
        .any(|w| u32::try_from(n) == Ok(*w));
    if wildcard {
        return None;
    }
    let plain = if n & FORMAT_ALLOW_HIGHER == FORMAT_ALLOW_HIGHER {
        n & !FORMAT_ALLOW_HIGHER
    } else {
        n
    };
    if plain < FORMAT_MIN {
        Some(refuse(
            JetErr::ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW,
        ))
    } else if plain > FORMAT_MAX {
        Some(refuse(
            JetErr::ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH,
        ))
    } else {
        None
    }
}
