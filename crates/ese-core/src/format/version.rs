//! Format versions of a database: three numbers in the header, and the features they bring.
//!
//! Source: docs/format/database-header.md §3.
//!
//! Invariant: the list is open at its end. A larger update minor is readable by definition; what a
//! larger update major means to a writer is said by [`FormatVersion::is_known`].
#![forbid(unsafe_code)]

use std::fmt;

/// The only version major of the format: 0x620.
pub const VERSION_MAJOR: u32 = 0x620;
/// Update major that every modern database has at least.
pub const UPDATE_MAJOR_BASE: u32 = 20;
/// Newest update major of the published source.
pub const UPDATE_MAJOR_KNOWN: u32 = 290;

/// `version major`, `update major`, `update minor` of a database header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FormatVersion {
    /// 0x620.
    pub major: u32,
    /// Raised by changes that an older engine can't read.
    pub update_major: u32,
    /// Raised by changes that an older engine can read.
    pub update_minor: u32,
}

impl fmt::Display for FormatVersion {
    /// `0x620,20,0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:#x},{},{}",
            self.major, self.update_major, self.update_minor
        )
    }
}

/// What a step of the format added.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Feature {
    /// The base of every modern file (0x620,20,0).
    Base,
    /// Database version that an application may set.
    SetDbVersion,
    /// Auto-increment value in the root's external header.
    AutoIncInHeader,
    /// XPRESS9 compression.
    Xpress9,
    /// Text normalised to upper case only.
    UppercaseNormalization,
    /// `pgno_dbscan_highest` in the header.
    DbscanHighest,
    /// 64-bit escrow columns.
    Escrow64,
    /// Long values cleaned up synchronously.
    SynchronousLvCleanup,
    /// 64-bit long-value ids.
    Lid64,
    /// Shrinking at the end of the file.
    ShrinkEof,
    /// Log record for new pages.
    NewPageRecord,
    /// Moving a root page.
    RootPageMove,
    /// Second form of the scan-check record.
    ScanCheck2,
    /// `lgpos_last_resize` in the header.
    LgposLastResize,
    /// Shelved pages.
    ShelvedPages,
    /// A change of the log side only.
    LogSide9220,
    /// Shelved pages, second form.
    ShelvedPages2,
    /// `logtime_gen_max_required` in the header.
    LogtimeGenMaxRequired,
    /// No change known by name.
    Unnamed9280,
    /// Special dbtime of a page that was shrunk away.
    ShrunkDbtime,
    /// XPRESS10 compression.
    Xpress10,
    /// Revert snapshots.
    RevertSnapshot,
    /// Applying a revert snapshot.
    ApplyRevertSnapshot,
    /// Table of page counts of the extents.
    ExtentPageCountCache,
    /// LZ4 compression.
    Lz4,
    /// Tables that are not reverted; time at which a root page was set.
    NonRevertableTables,
    /// Key-value store, version 2.
    KvpStore2,
    /// Indexes populated later.
    DeferredIndexPopulation,
    /// Reserved tags on pages.
    ReservedTags,
    /// No change known by name.
    Unnamed9580,
    /// Optionally unique indexes.
    OptionallyUniqueIndex,
}

/// One row of the table: the engine format versions that write the pair of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VersionStep {
    /// Lowest `JET_paramEngineFormatVersion` that gives these numbers.
    pub efv: u32,
    /// Highest one.
    pub efv_last: u32,
    /// Update major.
    pub update_major: u32,
    /// Update minor.
    pub update_minor: u32,
    /// What came with it.
    pub features: &'static [Feature],
}

const fn step(
    (efv, efv_last): (u32, u32),
    (update_major, update_minor): (u32, u32),
    features: &'static [Feature],
) -> VersionStep {
    VersionStep {
        efv,
        efv_last,
        update_major,
        update_minor,
        features,
    }
}

/// The steps since the base, oldest first (docs/format/database-header.md §3).
pub const STEPS: &[VersionStep] = &[
    step((8020, 8920), (20, 0), &[Feature::Base]),
    step((8940, 8940), (20, 20), &[Feature::SetDbVersion]),
    step((8960, 8960), (30, 40), &[Feature::AutoIncInHeader]),
    step((8980, 8980), (40, 60), &[Feature::Xpress9]),
    step((9000, 9000), (50, 80), &[Feature::UppercaseNormalization]),
    step((9020, 9020), (50, 100), &[Feature::DbscanHighest]),
    step((9040, 9040), (60, 120), &[Feature::Escrow64]),
    step((9060, 9060), (60, 140), &[Feature::SynchronousLvCleanup]),
    step((9080, 9080), (70, 160), &[Feature::Lid64]),
    step((9100, 9100), (80, 180), &[Feature::ShrinkEof]),
    step((9120, 9120), (90, 200), &[Feature::NewPageRecord]),
    step(
        (9140, 9160),
        (100, 220),
        &[Feature::RootPageMove, Feature::ScanCheck2],
    ),
    step((9180, 9180), (110, 240), &[Feature::LgposLastResize]),
    step((9200, 9200), (120, 260), &[Feature::ShelvedPages]),
    step((9220, 9220), (130, 280), &[Feature::LogSide9220]),
    step((9240, 9240), (140, 300), &[Feature::ShelvedPages2]),
    step((9260, 9260), (150, 320), &[Feature::LogtimeGenMaxRequired]),
    step((9280, 9280), (160, 340), &[Feature::Unnamed9280]),
    step((9300, 9320), (160, 360), &[Feature::ShrunkDbtime]),
    step((9340, 9340), (170, 380), &[Feature::Xpress10]),
    step((9360, 9360), (180, 400), &[Feature::RevertSnapshot]),
    step((9380, 9380), (190, 420), &[Feature::ApplyRevertSnapshot]),
    step((9400, 9400), (200, 440), &[Feature::ExtentPageCountCache]),
    step((9420, 9420), (210, 460), &[Feature::Lz4]),
    step((9460, 9500), (230, 500), &[Feature::NonRevertableTables]),
    step((9520, 9520), (250, 520), &[Feature::KvpStore2]),
    step(
        (9540, 9540),
        (260, 540),
        &[Feature::DeferredIndexPopulation],
    ),
    step((9560, 9560), (270, 560), &[Feature::ReservedTags]),
    step((9580, 9580), (280, 580), &[Feature::Unnamed9580]),
    step((9600, 9600), (290, 600), &[Feature::OptionallyUniqueIndex]),
];

impl FormatVersion {
    /// The base of every modern file.
    pub const BASE: Self = Self {
        major: VERSION_MAJOR,
        update_major: UPDATE_MAJOR_BASE,
        update_minor: 0,
    };

    /// The version that an engine format version writes; `None` for a number that no step has.
    #[must_use]
    pub fn of_efv(efv: u32) -> Option<Self> {
        let step = STEPS.iter().find(|s| (s.efv..=s.efv_last).contains(&efv))?;
        Some(Self {
            major: VERSION_MAJOR,
            update_major: step.update_major,
            update_minor: step.update_minor,
        })
    }

    /// The lowest engine format version that covers this version; `None` for one that is older than
    /// the base or newer than the table.
    #[must_use]
    pub fn efv(self) -> Option<u32> {
        if self.major != VERSION_MAJOR {
            return None;
        }
        STEPS
            .iter()
            .find(|s| s.update_major >= self.update_major && s.update_minor >= self.update_minor)
            .filter(|_| self.update_major >= UPDATE_MAJOR_BASE)
            .map(|s| s.efv)
    }

    /// `true` when a file of this version may hold `feature`.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        STEPS
            .iter()
            .find(|s| s.features.contains(&feature))
            .is_some_and(|s| {
                self.major == VERSION_MAJOR
                    && self.update_major >= s.update_major
                    && self.update_minor >= s.update_minor
            })
    }

    /// `true` when everything in a file of this version is known: version major 0x620 and an
    /// update major of the table or below. An unknown update minor is compatible both ways.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.major == VERSION_MAJOR && self.update_major <= UPDATE_MAJOR_KNOWN
    }

    /// `true` when the page format is the one of this crate: the major is right. Files newer than the
    /// published source (300,620) are read without a difference.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.major == VERSION_MAJOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(update_major: u32, update_minor: u32) -> FormatVersion {
        FormatVersion {
            major: VERSION_MAJOR,
            update_major,
            update_minor,
        }
    }

    #[test]
    fn the_steps_rise() {
        for pair in STEPS.windows(2) {
            assert!(pair[0].efv_last < pair[1].efv);
            assert!(pair[0].efv <= pair[0].efv_last);
            assert!(pair[0].update_major <= pair[1].update_major);
            assert!(pair[0].update_minor < pair[1].update_minor);
        }
        assert_eq!(STEPS.last().unwrap().update_major, UPDATE_MAJOR_KNOWN);
    }

    #[test]
    fn versions_and_efvs() {
        assert_eq!(FormatVersion::of_efv(8920), Some(FormatVersion::BASE));
        assert_eq!(FormatVersion::of_efv(9180), Some(version(110, 240)));
        assert_eq!(FormatVersion::of_efv(9181), None);
        assert_eq!(version(110, 240).efv(), Some(9180));
        assert_eq!(version(20, 0).efv(), Some(8020));
        assert_eq!(version(300, 620).efv(), None);
        assert_eq!(version(19, 0).efv(), None);
        assert!(!version(300, 620).is_known());
        assert!(version(300, 620).is_readable());
        assert!(version(20, 999).is_known());
        assert_eq!(version(20, 0).to_string(), "0x620,20,0");
    }

    #[test]
    fn features_come_with_their_step() {
        assert!(!version(20, 0).has(Feature::AutoIncInHeader));
        assert!(version(30, 40).has(Feature::AutoIncInHeader));
        assert!(version(300, 620).has(Feature::ReservedTags));
        assert!(!version(70, 140).has(Feature::Lid64));
        assert!(version(70, 160).has(Feature::Lid64));
    }
}
