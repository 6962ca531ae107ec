//! Choosing between the copies, kinds of files, refusals.
#![forbid(unsafe_code)]

use super::*;
use crate::format::db_header::DbState;

/// A valid header page of `size`.
fn header_page(size: PageSize) -> Vec<u8> {
    let header = DbHeader {
        magic: HEADER_MAGIC,
        version_major: 0x620,
        update_major: 20,
        dbstate: 3,
        cb_page_size: size.bytes() as u32,
        filetype: 1,
        ..DbHeader::default()
    };
    let mut page = vec![0u8; size.bytes()];
    header.write(&mut page).unwrap();
    stamp_header(&mut page);
    page
}

#[test]
fn copies_of_every_page_size() {
    for size in PageSize::ALL {
        let page = header_page(size);
        let both = [page.clone(), page.clone()].concat();
        let s = select_header(&both).unwrap();
        assert_eq!(
            (s.page_size, s.copy, s.state),
            (size, HeaderCopy::First, CopyState::Equal)
        );

        let s = select_header(&page).unwrap();
        assert_eq!((s.copy, s.state), (HeaderCopy::First, CopyState::FirstOnly));

        // The last byte of the page is covered too, though no field lies there.
        for at in [0, 16, 700, size.bytes() - 1] {
            let mut bad = both.clone();
            bad[at] ^= 0x40;
            let s = select_header(&bad).unwrap();
            assert_eq!(
                (s.page_size, s.copy, s.state),
                (size, HeaderCopy::Second, CopyState::SecondOnly),
                "{size:?} {at}"
            );
            let mut bad = both.clone();
            bad[size.bytes() + at] ^= 0x40;
            let s = select_header(&bad).unwrap();
            assert_eq!((s.copy, s.state), (HeaderCopy::First, CopyState::FirstOnly));
            bad[at] ^= 0x40;
            assert_eq!(select_header(&bad), Err(HeaderError::BothBad));
        }

        let mut torn = both.clone();
        torn[size.bytes() + 16] = 9;
        stamp_header(&mut torn[size.bytes()..]);
        let s = select_header(&torn).unwrap();
        assert_eq!((s.copy, s.state), (HeaderCopy::First, CopyState::Differ));
        assert_eq!(s.header.dbtime_dirtied.0, 0);

        let mut zero_first = both.clone();
        zero_first[..size.bytes()].fill(0);
        assert_eq!(select_header(&zero_first).unwrap().copy, HeaderCopy::Second);
    }
}

#[test]
fn a_page_size_that_disagrees_counts_as_invalid() {
    for wrong in [8192u32, 3000] {
        let mut page = header_page(PageSize::K4);
        page[236..240].copy_from_slice(&wrong.to_le_bytes());
        stamp_header(&mut page);
        let both = [page.clone(), page].concat();
        assert_eq!(select_header(&both), Err(HeaderError::BothBad));
    }
}

#[test]
fn page_size_0_means_4_kib() {
    let mut page = header_page(PageSize::K4);
    page[236..240].fill(0);
    stamp_header(&mut page);
    assert_eq!(select_header(&page).unwrap().page_size, PageSize::K4);
}

#[test]
fn no_database() {
    assert_eq!(select_header(&[]), Err(HeaderError::NoDatabase));
    assert_eq!(select_header(&[0; 70_000]), Err(HeaderError::NoDatabase));
    assert_eq!(
        select_header(b"SQLite format 3\0"),
        Err(HeaderError::NoDatabase)
    );
    let page = header_page(PageSize::K4);
    assert_eq!(select_header(&page[..1000]), Err(HeaderError::Short(1000)));
}

#[test]
fn kinds_of_files() {
    assert_eq!(file_kind(&[]), FileKind::Empty);
    assert_eq!(file_kind(&[0; 100]), FileKind::Zeros);
    assert_eq!(file_kind(&[7; 10_000]), FileKind::Foreign);
    assert_eq!(file_kind(b"PK\x03\x04"), FileKind::Foreign);
    assert_eq!(file_kind(&header_page(PageSize::K8)), FileKind::Database);
    let mut damaged = header_page(PageSize::K8);
    damaged[5000] = 1;
    assert_eq!(file_kind(&damaged), FileKind::Database);
    for (number, len, kind) in [
        (3u32, 4096, FileKind::Log),
        (4, 4096, FileKind::Checkpoint),
        (7, 8192, FileKind::FlushMap),
        (10, 4096, FileKind::RevertSnapshot),
    ] {
        let mut page = vec![0u8; len];
        page[OFF_FILETYPE..OFF_FILETYPE + 4].copy_from_slice(&number.to_le_bytes());
        stamp_header(&mut page);
        // What follows the header is not part of its checksum.
        let file = [page, vec![0xAA; 9000]].concat();
        assert_eq!(file_kind(&file), kind);
        assert_eq!(FileType::from_u32(number).to_u32(), number);
    }
}

#[test]
fn refusals_as_witnessed() {
    let good = DbHeader::parse(&header_page(PageSize::K4)).unwrap();
    assert_eq!(may_attach(&good), Ok(()));
    let refused = |change: fn(&mut DbHeader)| {
        let mut h = good;
        change(&mut h);
        may_attach(&h).map_err(|e| e.jet_err())
    };
    assert_eq!(
        refused(|h| h.magic = 0),
        Err(JetErr::INVALID_DATABASE_VERSION)
    );
    assert_eq!(
        refused(|h| h.version_major = 0x621),
        Err(JetErr::INVALID_DATABASE_VERSION)
    );
    assert_eq!(
        refused(|h| h.update_major = 999),
        Err(JetErr::INVALID_DATABASE_VERSION)
    );
    assert_eq!(refused(|h| h.update_minor = 999), Ok(()));
    assert_eq!(refused(|h| h.filetype = 0), Ok(()));
    assert_eq!(refused(|h| h.filetype = 3), Err(JetErr::DATABASE_CORRUPTED));
    for (state, error) in [
        (1, JetErr::DATABASE_DIRTY_SHUTDOWN),
        (2, JetErr::DATABASE_DIRTY_SHUTDOWN),
        (4, JetErr::DATABASE_INCOMPLETE_UPGRADE),
        (5, JetErr::DATABASE_DIRTY_SHUTDOWN),
        (6, JetErr::DATABASE_INCOMPLETE_INCREMENTAL_RESEED),
        (7, JetErr::DATABASE_DIRTY_SHUTDOWN),
        (8, JetErr::DATABASE_INCOMPLETE_REVERT),
        (9, JetErr::DATABASE_DIRTY_SHUTDOWN),
    ] {
        let mut h = good;
        h.dbstate = DbState::from_u32(state).to_u32();
        assert_eq!(
            may_attach(&h).map_err(|e| e.jet_err()),
            Err(error),
            "{state}"
        );
    }
}
