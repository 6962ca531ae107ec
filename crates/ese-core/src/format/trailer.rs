//! The trailer page (PATCHHDR): the last page of a database copy that a streaming backup wrote, with
//! the generations that were current when the last page was read.
//!
//! The offset table is the declaration of [`Trailer`]. Source: docs/format/backup-files.md §3-4.
//!
//! Invariant: only a trailer with a right checksum, and with the signatures and the mark of the copy's
//! own header, changes a header.
#![forbid(unsafe_code)]

use super::db_header::DbHeader;
use super::fields::on_disk;
use super::header_page::{checksum_ok, stamp_header};
use super::ids::{BkInfo, LogTime, Signature};
use crate::error::{HasJetErr, JetErr};

on_disk! {
    /// The trailer; the rest of its page is zero.
    pub struct Trailer: 148 bytes {
        /// Header XOR of the whole page.
        0 checksum: u32,
        /// Where a page has its header: zero.
        4 reserved_4: [u8; 36],
        /// The backup: mark, first generation, and the generation that was current at the last read.
        40 bkinfo: BkInfo,
        /// Signature of the database.
        64 sign_db: Signature,
        /// Signature of its log sequence.
        92 sign_log: Signature,
        /// Lowest required generation; 0 below engine format version 9300, as all from here on.
        120 gen_min_required: i32,
        /// Highest required generation.
        124 gen_max_required: i32,
        /// Highest committed generation.
        128 gen_max_committed: i32,
        /// Creation time of generation `gen_max_required`.
        132 logtime_gen_max_required: LogTime,
        /// Creation time of generation `gen_max_committed`.
        140 logtime_gen_max_committed: LogTime,
    }
}

/// Why a copy can't be made whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrailerError {
    /// No trailer, or a damaged one.
    #[error("the last page of the copy is no trailer")]
    NoTrailer,
    /// The trailer of another copy.
    #[error("the trailer belongs to another copy: its {0} differs from the header's")]
    Foreign(&'static str),
}

impl HasJetErr for TrailerError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::NoTrailer => JetErr::BAD_PATCH_PAGE,
            Self::Foreign(_) => JetErr::DATABASE_PATCH_FILE_MISMATCH,
        }
    }
}

impl Trailer {
    /// Reads a file's last page; the page must be signed as a whole, and hold a backup.
    pub fn open(page: &[u8]) -> Result<Self, TrailerError> {
        let trailer = Self::parse(page).ok_or(TrailerError::NoTrailer)?;
        // A zeroed page is how an applied trailer looks.
        if !checksum_ok(page) || trailer.bkinfo.is_none() {
            return Err(TrailerError::NoTrailer);
        }
        Ok(trailer)
    }

    /// Builds the page in `page`, signed; the checksum field is ignored. `None` when the page is too
    /// short.
    pub fn build(&self, page: &mut [u8]) -> Option<()> {
        page.fill(0);
        self.write(page)?;
        stamp_header(page);
        Some(())
    }

    /// Whether the trailer goes with the header of the copy.
    pub fn belongs_to(&self, header: &DbHeader) -> Result<(), TrailerError> {
        if self.sign_db != header.sign_db {
            return Err(TrailerError::Foreign("database signature"));
        }
        if self.sign_log != header.sign_log {
            return Err(TrailerError::Foreign("log signature"));
        }
        if self.bkinfo.mark != header.bkinfo_full_cur.mark {
            return Err(TrailerError::Foreign("backup mark"));
        }
        Ok(())
    }

    /// Makes the header of a raw copy that of a database that its logs can recover. The caller writes
    /// it and zeroes the trailer's page.
    pub fn apply(&self, header: &mut DbHeader) -> Result<(), TrailerError> {
        self.belongs_to(header)?;
        let gen_high = self.bkinfo.gen_high;
        let high = i32::try_from(gen_high).unwrap_or(i32::MAX);
        let or_high = |generation: i32| if generation > 0 { generation } else { high };
        header.bkinfo_full_cur.gen_high = gen_high;
        let required = or_high(self.gen_max_required);
        if required > header.gen_max_required {
            header.gen_max_required = required;
            header.logtime_gen_max_required = self.logtime_gen_max_required;
        }
        let committed = or_high(self.gen_max_committed);
        if committed > header.gen_max_committed {
            header.gen_max_committed = committed;
            header.logtime_gen_max_create = self.logtime_gen_max_committed;
        }
        if self.gen_min_required > 0 {
            header.gen_min_required = header.gen_min_required.min(self.gen_min_required);
        }
        header.gen_min_consistent = header.gen_min_required;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ids::Lgpos;

    fn trailer() -> Trailer {
        Trailer {
            bkinfo: BkInfo {
                mark: Lgpos::new(4, 8, 0),
                gen_low: 2,
                gen_high: 9,
                ..BkInfo::default()
            },
            sign_db: Signature([1; 28]),
            sign_log: Signature([2; 28]),
            ..Trailer::default()
        }
    }

    fn header() -> DbHeader {
        DbHeader {
            sign_db: Signature([1; 28]),
            sign_log: Signature([2; 28]),
            bkinfo_full_cur: BkInfo {
                mark: Lgpos::new(4, 8, 0),
                gen_low: 2,
                ..BkInfo::default()
            },
            gen_min_required: 3,
            gen_max_required: 5,
            gen_max_committed: 5,
            gen_min_consistent: 4,
            ..DbHeader::default()
        }
    }

    #[test]
    fn pages() {
        for len in [4096, 32768] {
            let mut page = vec![9; len];
            trailer().build(&mut page).unwrap();
            let read = Trailer::open(&page).unwrap();
            assert_eq!(
                Trailer {
                    checksum: 0,
                    ..read
                },
                trailer()
            );
            page[len - 1] ^= 1;
            assert_eq!(Trailer::open(&page), Err(TrailerError::NoTrailer));
        }
        assert_eq!(Trailer::open(&[0; 4096]), Err(TrailerError::NoTrailer));
        assert_eq!(Trailer::open(&[]), Err(TrailerError::NoTrailer));
        assert_eq!(trailer().build(&mut [0; 100]), None);
    }

    #[test]
    fn old_trailer_uses_the_highest_generation() {
        let mut h = header();
        assert!(h.is_unfinished_backup_copy());
        trailer().apply(&mut h).unwrap();
        assert!(!h.is_unfinished_backup_copy());
        assert_eq!((h.gen_min_required, h.gen_max_required), (3, 9));
        assert_eq!((h.gen_max_committed, h.gen_min_consistent), (9, 3));
    }

    #[test]
    fn new_trailer_uses_its_own() {
        let t = Trailer {
            gen_min_required: 2,
            gen_max_required: 7,
            gen_max_committed: 8,
            ..trailer()
        };
        let mut h = header();
        t.apply(&mut h).unwrap();
        assert_eq!((h.gen_min_required, h.gen_max_required), (2, 7));
        assert_eq!((h.gen_max_committed, h.gen_min_consistent), (8, 2));
    }

    #[test]
    fn another_copys_trailer_changes_nothing() {
        for change in [
            (|t: &mut Trailer| t.sign_db = Signature([3; 28])) as fn(&mut Trailer),
            |t| t.sign_log = Signature::NONE,
            |t| t.bkinfo.mark.ib = 1,
        ] {
            let mut t = trailer();
            change(&mut t);
            let mut h = header();
            assert!(matches!(t.apply(&mut h), Err(TrailerError::Foreign(_))));
            assert_eq!(h, header());
        }
    }
}
