//! The worked header of the specification, states, round trip.
#![forbid(unsafe_code)]

use super::*;
use crate::format::header_page::{checksum_ok, stamp_header};
use crate::io::rng::{Rng, SeededRng};

/// docs/format/database-header.md §6, laid out by hand.
pub(crate) fn worked_page() -> Vec<u8> {
    let mut page = vec![0u8; 4096];
    for (at, hex) in [
        (
            0x00,
            "00000000 efcdab89 20060000 00000000 9301000000000000 9ef0c387 202e0b13087af908",
        ),
        (0x34, "03000000"),
        (0x38, "0000160001000000"),
        (0x40, "212e0b13087a5100"),
        (0x48, "202e0b13087a710e"),
        (0x50, "6802140001000000"),
        (0x58, "212e0b13087a5100"),
        (0x60, "0000160001000000"),
        (0x68, "01000000 819d9908 202e0b13087a3b08"),
        (
            0xd4,
            "08000000 06000000 02000000 f0230000 00000000 14000000 00100000",
        ),
        (0x154, "20060000 14000000"),
        (0x1fc, "ffffffffffffffff"),
        (0x298, "0000000100000000"),
    ] {
        let bytes = testkit::unhex(hex);
        page[at..at + bytes.len()].copy_from_slice(&bytes);
    }
    stamp_header(&mut page);
    page
}

#[test]
fn worked_header() {
    let page = worked_page();
    assert!(checksum_ok(&page));
    let h = DbHeader::parse(&page).unwrap();
    assert_eq!(h.state(), DbState::CleanShutdown);
    assert_eq!(h.lgpos_consistent.to_string(), "1:0016:0000");
    assert_eq!(h.lgpos_attach.to_string(), "1:0014:0268");
    assert_eq!(h.logtime_consistent.to_string(), "2022-08-19T11:46:33.040Z");
    assert_eq!(h.logtime_attach.to_string(), "2022-08-19T11:46:32.952Z");
    assert_eq!(h.dbtime_dirtied.0, 0x193);
    assert_eq!((h.dbid, h.objid_last), (1, 8));
    assert_eq!(h.os_version().as_deref(), Some("6.2.9200.0"));
    assert_eq!(h.version(), FormatVersion::BASE);
    assert_eq!(h.page_size(), Some(PageSize::K4));
    assert_eq!((h.create_version, h.create_update), (0x620, 20));
    assert_eq!(h.sort_version, SORT_VERSION_IN_LOCALES);
    assert_eq!(h.file_type(), FileType::Database);
    assert_eq!(h.required_generations(), None);
    assert_eq!(h.last_time(), h.logtime_detach);
    assert!(!h.has_flush_map() && !h.is_unfinished_backup_copy());
}

#[test]
fn what_parses_is_built_again() {
    let mut rng = SeededRng::new(11);
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..DbHeader::BYTES).map(|_| rng.next_u64() as u8).collect();
        let header = DbHeader::parse(&bytes).unwrap();
        let mut out = vec![0u8; DbHeader::BYTES];
        header.write(&mut out).unwrap();
        assert_eq!(out, bytes);
    }
}

#[test]
fn every_byte_belongs_to_one_field() {
    let zero = DbHeader::default();
    for at in 0..DbHeader::BYTES {
        let mut bytes = [0u8; DbHeader::BYTES];
        bytes[at] = 0x11;
        let header = DbHeader::parse(&bytes).unwrap();
        let changed: Vec<&str> = header
            .values()
            .into_iter()
            .zip(zero.values())
            .filter(|(a, b)| a.1 != b.1)
            .map(|(a, _)| a.0)
            .collect();
        let owner = DbHeader::FIELDS
            .iter()
            .find(|f| (f.offset..f.offset + f.bytes).contains(&at))
            .unwrap();
        assert_eq!(changed, [owner.name], "byte {at}");
    }
}

#[test]
fn states_and_their_names() {
    let names: Vec<&str> = (1..=9).map(|v| DbState::from_u32(v).name()).collect();
    assert_eq!(
        names,
        [
            "JustCreated",
            "DirtyShutdown",
            "CleanShutdown",
            "BeingConverted",
            "ForceDetach",
            "IncrementalReseed",
            "DirtyAndPatched",
            "Revert",
            "Unknown"
        ]
    );
    for v in 0..20 {
        assert_eq!(DbState::from_u32(v).to_u32(), v);
    }
}
