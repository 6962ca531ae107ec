//! Diffs give the new data back, whatever changed.
#![forbid(unsafe_code)]

use super::diff;
use crate::format::ids::{Dbtime, Objid, Pgno};
use crate::format::log_record::{DiffSize, LrFlags, LrNode, LrPage, ReplaceD};
use proptest::prelude::*;

fn record(diff: &[u8], wide: bool, new_len: usize) -> ReplaceD<'_> {
    ReplaceD {
        page: LrPage {
            procid: 1,
            dbid: 1,
            pgno: Pgno(9),
            dbtime: Dbtime(2),
            dbtime_before: Dbtime(1),
            trx_begin0: 4,
            level: 1,
            iline: 0,
            flags: LrFlags::empty(),
        },
        node: LrNode {
            rceid: 0,
            pgno_fdp: Pgno(9),
            objid_fdp: Objid(2),
        },
        cb: DiffSize::new(diff.len(), wide).unwrap(),
        cb_old: 0,
        cb_new: u16::try_from(new_len).unwrap(),
        diff,
    }
}

fn check(old: &[u8], new: &[u8], wide: bool) -> usize {
    let mut out = vec![7];
    let shorter = diff(old, new, wide, &mut out);
    assert_eq!(shorter, out.len() < new.len());
    let mut made = Vec::new();
    record(&out, wide, new.len()).apply(old, &mut made).unwrap();
    assert_eq!(made, new);
    assert_eq!(out.is_empty(), old == new);
    out.len()
}

#[test]
fn one_byte_costs_four() {
    let mut new = vec![b'a'; 300];
    new[290] = b'b';
    assert_eq!(check(&[b'a'; 300], &new, false), 4);
    assert_eq!(check(&[b'a'; 300], &new, true), 5);
    // Two far ones are two steps, two near ones one.
    new[10] = b'b';
    assert_eq!(check(&[b'a'; 300], &new, false), 8);
    new[288] = b'b';
    assert_eq!(check(&[b'a'; 300], &new, false), 10);
}

#[test]
fn growth_and_shrinking() {
    assert_eq!(check(b"abcdef", b"abcXYdef", false), 5);
    assert_eq!(check(b"abcXYdef", b"abcdef", false), 4);
    check(b"", b"abc", false);
    check(b"abab", b"ababab", true);
    check(&[1; 600], &[1; 900], false);
    check(&[1; 900], &[2; 600], true);
}

proptest! {
    #[test]
    fn any_change(
        old in proptest::collection::vec(0u8..3, 0..700),
        cut in 0usize..700,
        skip in 0usize..300,
        middle in proptest::collection::vec(0u8..3, 0..400),
        wide: bool,
    ) {
        let cut = cut.min(old.len());
        let from = (cut + skip).min(old.len());
        let new = [&old[..cut], &middle, &old[from..]].concat();
        check(&old, &new, wide);
    }

    #[test]
    fn any_change_of_one_length(
        old in proptest::collection::vec(0u8..3, 1..700),
        at in proptest::collection::vec((0usize..700, 0u8..3), 0..20),
        wide: bool,
    ) {
        let mut new = old.clone();
        for (i, b) in at {
            let i = i % new.len();
            new[i] = b;
        }
        check(&old, &new, wide);
    }
}
