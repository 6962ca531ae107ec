//! The flush map (`.jfm`): two bits per database page that say which write of the page was the last,
//! so that a lost write is noticed.
//!
//! ```text
//! page size 8192; header page at 0, data page k at (k + 1) * 8192
//! data page     0    8  ECC checksum, page number k (as an 8 KiB database page)
//!               8    8  highest dbtime recorded
//!              16    4  k
//!              36    4  flags 0x2000
//!              64 8128  states, four per byte, the first in the top bits
//! ```
//! Source: docs/format/database-header.md §5, log-files.md §9.
//!
//! Invariant: index 0 of data page 0 stands for page 0 and is never used.
#![forbid(unsafe_code)]

use super::bytes::{u8_at, u32_at, u64_at};
use super::checksum::{PageVerdict, stamp, verify};
use super::db_header::DbHeader;
use super::fields::on_disk;
use super::header_page::{FileType, checksum_ok, stamp_header};
use super::ids::{Dbtime, LogTime, PageSize, Pgno, Signature};
use super::page_mut::{OutsidePage, PageMut};
use crate::error::{HasJetErr, JetErr};

/// Size of every page of the map, whatever the database's.
pub const MAP_PAGE: PageSize = PageSize::K8;
/// States on one data page.
pub const STATES_PER_PAGE: u32 = 32_512;
/// Version major that is understood.
pub const VERSION_MAJOR: u32 = 3;
/// Header flag: the map was closed in order.
pub const FLAG_CLEAN: u32 = 1;
const OFF_DBTIME_MAX: usize = 8;
const OFF_NUMBER: usize = 16;
const OFF_STATES: usize = 64;
const _: () = assert!(
    OFF_DBTIME_MAX + 8 == OFF_NUMBER
        && OFF_NUMBER + 4 <= OFF_STATES
        && OFF_STATES + STATES_PER_PAGE as usize / 4 == MAP_PAGE.bytes()
);

on_disk! {
    /// The map's header; the rest of its page is zero.
    pub struct FlushMapHeader: 671 bytes {
        /// Header XOR over 8,192 bytes.
        0 checksum: u32,
        /// Version major, 3.
        4 version_major: u32,
        /// Update major.
        8 update_major: u32,
        /// Update minor.
        12 update_minor: u32,
        /// 0.
        16 reserved_16: [u8; 20],
        /// Flags: [`FLAG_CLEAN`].
        36 flags: u32,
        /// Time of creation.
        40 logtime_create: LogTime,
        /// Time of the last attach.
        48 logtime_attach: LogTime,
        /// Time of the last detach.
        56 logtime_detach: LogTime,
        /// Lowest generation that the map needs, 0 when clean.
        64 gen_min_required: i32,
        /// The same, wanted by the flush in progress.
        68 gen_min_required_target: i32,
        /// Start of the last flush of the map.
        72 logtime_flush_start: LogTime,
        /// End of it.
        80 logtime_flush_end: LogTime,
        /// That of the database header.
        88 sign_db_hdr_flush: Signature,
        /// That of the map.
        116 sign_flush_map_hdr_flush: Signature,
        /// 0.
        144 reserved_144: [u8; 523],
        /// 7.
        667 filetype: u32,
    }
}

/// Why a flush map is of no use. It is then made anew, with every state unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlushMapError {
    /// The header page is damaged.
    #[error("the header of the flush map is damaged")]
    Header,
    /// Another kind of file.
    #[error("the header says file type {0}, not flush map")]
    FileType(u32),
    /// A version that is not understood.
    #[error("flush map version {0} is not known")]
    Version(u32),
    /// The map of another database, or of another time.
    #[error("the flush map belongs to another state of the database")]
    Foreign,
}

impl HasJetErr for FlushMapError {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Header => JetErr::READ_VERIFY_FAILURE,
            Self::FileType(_) => JetErr::FILE_INVALID_TYPE,
            Self::Version(_) => JetErr::FLUSH_MAP_VERSION_UNSUPPORTED,
            Self::Foreign => JetErr::FLUSH_MAP_DATABASE_MISMATCH,
        }
    }
}

impl FlushMapHeader {
    /// Reads the header page (8,192 bytes) and tests checksum, file type and version.
    pub fn open(page: &[u8]) -> Result<Self, FlushMapError> {
        let header = Self::parse(page).ok_or(FlushMapError::Header)?;
        if page.len() != MAP_PAGE.bytes() || !checksum_ok(page) {
            return Err(FlushMapError::Header);
        }
        if FileType::from_u32(header.filetype) != FileType::FlushMap {
            return Err(FlushMapError::FileType(header.filetype));
        }
        if header.version_major != VERSION_MAJOR {
            return Err(FlushMapError::Version(header.version_major));
        }
        Ok(header)
    }

    /// Builds the header page in `page` (8,192 bytes), signed; the checksum field is ignored.
    pub fn build(&self, page: &mut [u8]) -> Result<(), FlushMapError> {
        if page.len() != MAP_PAGE.bytes() {
            return Err(FlushMapError::Header);
        }
        page.fill(0);
        self.write(page).ok_or(FlushMapError::Header)?;
        stamp_header(page);
        Ok(())
    }

    /// `true` when the map was closed in order.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.flags & FLAG_CLEAN != 0
    }

    /// Whether the map goes with a database header: one of the two signatures is set and equal in
    /// both.
    pub fn belongs_to(&self, header: &DbHeader) -> Result<(), FlushMapError> {
        let same = |a: Signature, b: Signature| !a.is_none() && a == b;
        if same(self.sign_db_hdr_flush, header.sign_db_hdr_flush)
            || same(
                self.sign_flush_map_hdr_flush,
                header.sign_flush_map_hdr_flush,
            )
        {
            Ok(())
        } else {
            Err(FlushMapError::Foreign)
        }
    }
}

/// Data page and index of a database page's state.
#[must_use]
pub fn locate(pgno: Pgno) -> (u32, u32) {
    (pgno.0 / STATES_PER_PAGE, pgno.0 % STATES_PER_PAGE)
}

/// Byte offset of data page `k` in the file.
#[must_use]
pub fn page_offset(k: u32) -> u64 {
    (u64::from(k) + 1) * MAP_PAGE.bytes() as u64
}

/// Data pages that a database whose highest page is `last` needs.
#[must_use]
pub fn pages_for(last: Pgno) -> u32 {
    locate(last).0 + 1
}

/// The flush type of the write after one of type `old`: 1, 2, 3, 1 …; unknown (0) becomes 1.
#[must_use]
pub fn next_flush_type(old: u8) -> u8 {
    old % 3 + 1
}

/// `true` when map and page contradict each other: both known and different. The page that was read
/// is then an older one (`JET_errReadLostFlushVerifyFailure`).
#[must_use]
pub fn is_lost_flush(in_map: u8, in_page: u8) -> bool {
    in_map != 0 && in_page != 0 && in_map != in_page
}

/// A data page of the map.
#[derive(Clone, Copy)]
pub struct FlushMapPage<'a>(&'a [u8]);

impl<'a> FlushMapPage<'a> {
    /// A view of `bytes`; `None` when they are not 8,192.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        (bytes.len() == MAP_PAGE.bytes()).then_some(Self(bytes))
    }

    /// Checksum of the page as data page `k`, and its own number.
    #[must_use]
    pub fn verify(self, k: u32) -> PageVerdict {
        let verdict = verify(self.0, Pgno(k));
        match verdict {
            PageVerdict::Good if self.number() != k => PageVerdict::WrongPgno {
                asked: Pgno(k),
                found: Pgno(self.number()),
            },
            other => other,
        }
    }

    /// Number that the page holds.
    #[must_use]
    pub fn number(self) -> u32 {
        u32_at(self.0, OFF_NUMBER).unwrap_or(0)
    }

    /// Highest dbtime that the page recorded.
    #[must_use]
    pub fn dbtime_max(self) -> Dbtime {
        Dbtime(u64_at(self.0, OFF_DBTIME_MAX).unwrap_or(0))
    }

    /// State at `index` (see [`locate`]): 0 unknown, 1-3 the flush type. 0 behind the last.
    #[must_use]
    pub fn state(self, index: u32) -> u8 {
        if index >= STATES_PER_PAGE {
            return 0;
        }
        let (at, shift) = place(index);
        (u8_at(self.0, at).unwrap_or(0) >> shift) & 3
    }
}

/// Byte and shift of a state.
fn place(index: u32) -> (usize, u32) {
    let at = OFF_STATES + usize::try_from(index / 4).unwrap_or(usize::MAX / 2);
    (at, 6 - 2 * (index % 4))
}

/// Makes `page` (8,192 bytes) a data page `k` with every state unknown, not yet signed.
pub fn format_page(page: &mut impl PageMut, k: u32) -> Result<(), OutsidePage> {
    page.store_page(&[0; MAP_PAGE.bytes()])?;
    page.store_u32(OFF_NUMBER, k)
}

/// Sets the state at `index`, and raises the highest dbtime to at least `dbtime`. Not yet signed.
pub fn set_state(
    page: &mut impl PageMut,
    index: u32,
    state: u8,
    dbtime: Dbtime,
) -> Result<(), OutsidePage> {
    let (at, shift) = place(index);
    let outside = OutsidePage {
        offset: at,
        len: 1,
        page: page.len(),
    };
    if index >= STATES_PER_PAGE {
        return Err(outside);
    }
    let old = u8_at(page, at).ok_or(outside)?;
    page.store(at, &[(old & !(3 << shift)) | ((state & 3) << shift)])?;
    let highest = u64_at(page, OFF_DBTIME_MAX).unwrap_or(0).max(dbtime.0);
    page.store_u64(OFF_DBTIME_MAX, highest)
}

/// Signs a data page before it is written.
pub fn stamp_page(page: &mut impl PageMut) -> Result<(), OutsidePage> {
    let k = u32_at(page, OFF_NUMBER).unwrap_or(0);
    stamp(page, Pgno(k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::page_mut::PageBuf;

    #[test]
    fn states_lie_from_the_top_bits_down() {
        let mut page = PageBuf::zeroed(MAP_PAGE);
        format_page(&mut page, 2).unwrap();
        for (index, state) in [
            (0, 1),
            (1, 2),
            (2, 3),
            (3, 1),
            (4, 3),
            (STATES_PER_PAGE - 1, 2),
        ] {
            set_state(&mut page, index, state, Dbtime(u64::from(index))).unwrap();
        }
        assert_eq!(page[64], 0b01_10_11_01);
        assert_eq!(page[65], 0b11_00_00_00);
        assert_eq!(page[8191], 0b00_00_00_10);
        assert!(set_state(&mut page, STATES_PER_PAGE, 1, Dbtime(0)).is_err());
        stamp_page(&mut page).unwrap();
        let view = FlushMapPage::new(&page).unwrap();
        assert_eq!(view.verify(2), PageVerdict::Good);
        assert!(matches!(view.verify(3), PageVerdict::Bad { .. }));
        assert_eq!((view.state(2), view.state(3), view.state(5)), (3, 1, 0));
        assert_eq!(view.state(STATES_PER_PAGE), 0);
        assert_eq!(view.dbtime_max(), Dbtime(u64::from(STATES_PER_PAGE - 1)));
        // A state is overwritten without its neighbours.
        set_state(&mut page, 1, 1, Dbtime(0)).unwrap();
        assert_eq!(page[64], 0b01_01_11_01);
        // Signed for one place, numbered for another.
        page.store_u32(OFF_NUMBER, 9).unwrap();
        stamp(&mut page, Pgno(2)).unwrap();
        assert!(matches!(
            FlushMapPage::new(&page).unwrap().verify(2),
            PageVerdict::WrongPgno { found: Pgno(9), .. }
        ));
    }

    #[test]
    fn places_of_pages() {
        assert_eq!(locate(Pgno(1)), (0, 1));
        assert_eq!(locate(Pgno(32_511)), (0, 32_511));
        assert_eq!(locate(Pgno(32_512)), (1, 0));
        assert_eq!((page_offset(0), page_offset(1)), (8192, 16384));
        assert_eq!((pages_for(Pgno(0)), pages_for(Pgno(32_512))), (1, 2));
        assert_eq!([0, 1, 2, 3].map(next_flush_type), [1, 2, 3, 1]);
        assert!(is_lost_flush(1, 2) && !is_lost_flush(0, 2) && !is_lost_flush(2, 0));
        assert!(!is_lost_flush(3, 3));
    }

    #[test]
    fn headers() {
        let sign = Signature([5; 28]);
        let header = FlushMapHeader {
            version_major: VERSION_MAJOR,
            flags: FLAG_CLEAN,
            filetype: 7,
            sign_flush_map_hdr_flush: sign,
            ..FlushMapHeader::default()
        };
        let mut page = vec![0xFF; 8192];
        header.build(&mut page).unwrap();
        let read = FlushMapHeader::open(&page).unwrap();
        assert!(read.is_clean());
        assert_eq!(
            FlushMapHeader {
                checksum: 0,
                ..read
            },
            header
        );
        let mut db = DbHeader::default();
        assert_eq!(read.belongs_to(&db), Err(FlushMapError::Foreign));
        db.sign_flush_map_hdr_flush = sign;
        assert_eq!(read.belongs_to(&db), Ok(()));

        page[5000] ^= 1;
        assert_eq!(FlushMapHeader::open(&page), Err(FlushMapError::Header));
        let other = FlushMapHeader {
            filetype: 3,
            ..header
        };
        other.build(&mut page).unwrap();
        assert_eq!(FlushMapHeader::open(&page), Err(FlushMapError::FileType(3)));
        let other = FlushMapHeader {
            version_major: 4,
            ..header
        };
        other.build(&mut page).unwrap();
        assert_eq!(FlushMapHeader::open(&page), Err(FlushMapError::Version(4)));
        assert!(FlushMapHeader::open(&page[..4096]).is_err());
    }
}
