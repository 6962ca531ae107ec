//! Densities and space hints: what is refused, and what a tree begins with.
//!
//! Source: docs/jet-api behaviour-schema §2, §4; docs/format/database-catalog.md §5.
//!
//! Invariant: hints that come out of here are whole pages, and their density is given.
#![forbid(unsafe_code)]

use crate::error::JetErr;
use crate::format::catalog_row::SpaceHints;
use crate::format::ids::PageSize;
use crate::work::WorkError;

/// Density when nothing is said.
pub(super) const DENSITY_DEFAULT: u32 = 80;
const DENSITY_LEAST: u32 = 20;
const DENSITY_MOST: u32 = 100;
/// Growth in percent, where it is given.
const GROWTH_LEAST: u32 = 100;
const GROWTH_END: u32 = 50_000;
/// An extent is smaller than this.
const EXTENT_END: u32 = 100 << 20;
/// Bits of JET_SPACEHINTS.
const BITS: u32 = 0x0000_03FF;
/// JET_bitRetrieveHintTableScanForward and ...Backward exclude each other.
const SCAN_BOTH: u32 = 0x0000_0030;

fn refused(err: JetErr, what: &str) -> WorkError {
    WorkError::refused(err, what)
}

/// A density that is allowed; 0 is `usual`.
pub(super) fn density(asked: u32, usual: u32) -> Result<u32, WorkError> {
    match asked {
        0 => Ok(usual),
        DENSITY_LEAST..=DENSITY_MOST => Ok(asked),
        _ => Err(refused(
            JetErr::DENSITY_INVALID,
            "a density is 20 to 100 percent",
        )),
    }
}

/// Space hints as they are kept: sizes rounded up to pages, a first extent of one page said by 0.
pub(super) fn checked(
    hints: &SpaceHints,
    usual_density: u32,
    page_size: PageSize,
) -> Result<SpaceHints, WorkError> {
    let page = u32::try_from(page_size.bytes()).unwrap_or(u32::MAX);
    let invalid = || {
        refused(
            JetErr::SPACE_HINTS_INVALID,
            "the space hints contradict themselves",
        )
    };
    let whole = |bytes: u32| bytes.checked_next_multiple_of(page).ok_or_else(invalid);
    let mut kept = *hints;
    kept.initial_bytes = whole(hints.initial_bytes)?;
    kept.min_extent = whole(hints.min_extent)?;
    kept.max_extent = whole(hints.max_extent)?;
    if kept.initial_bytes == page {
        kept.initial_bytes = 0;
    }
    kept.initial_density = density(hints.initial_density, usual_density)?;
    density(hints.maint_density, 0)?;
    if hints.grbit & !BITS != 0 {
        return Err(refused(
            JetErr::INVALID_GRBIT,
            "unknown bits in space hints",
        ));
    }
    let growth = hints.growth;
    if hints.grbit & SCAN_BOTH == SCAN_BOTH
        || (growth != 0 && !(GROWTH_LEAST..GROWTH_END).contains(&growth))
        || kept.min_extent >= EXTENT_END
        || kept.max_extent >= EXTENT_END
        || kept.min_extent > kept.max_extent
    {
        return Err(invalid());
    }
    Ok(kept)
}

/// Pages of a tree's first extent.
pub(super) fn first_pages(hints: &SpaceHints, page_size: PageSize) -> u32 {
    let page = u32::try_from(page_size.bytes()).unwrap_or(u32::MAX);
    (hints.initial_bytes / page).max(1)
}
