//! The call itself; sets are restored in `tests/restore_sets.rs`.
#![forbid(unsafe_code)]

use super::*;
use crate::error::HasJetErr as _;
use crate::format::ids::BkInfo;

fn hard(databases: &[&str], generations: (i32, i32)) -> HardOptions {
    HardOptions {
        set_logs: PathBuf::from("/set"),
        generations,
        more_logs: Vec::new(),
        databases: databases.iter().map(PathBuf::from).collect(),
        options: Options::of_folder(PathBuf::from("/to"), "edb"),
    }
}

#[test]
fn calls_that_mean_nothing() {
    let jet = |h: HardOptions| check_call(&h).unwrap_err().jet_err();
    assert_eq!(jet(hard(&[], (1, 4))), JetErr::INVALID_PARAMETER);
    assert_eq!(jet(hard(&["a"], (0, 0))), JetErr::INVALID_PATH);
    assert_eq!(jet(hard(&["a"], (-1, 4))), JetErr::INVALID_PATH);
    assert_eq!(jet(hard(&["a"], (4, 2))), JetErr::INTERNAL_ERROR);
    let set = check_call(&hard(&["a"], (2, 4))).unwrap();
    assert_eq!((set.first, set.last), (2, 4));
}

#[test]
fn the_set_is_noted_in_the_header() {
    let mark = crate::format::ids::Lgpos::new(3, 4, 5);
    let mut h = DbHeader {
        bkinfo_full_cur: BkInfo {
            mark,
            gen_low: 9,
            ..BkInfo::default()
        },
        ..DbHeader::default()
    };
    SetRange { first: 2, last: 7 }.note(&mut h);
    let noted = h.bkinfo_full_cur;
    assert_eq!((noted.mark, noted.gen_low, noted.gen_high), (mark, 2, 7));
}

#[test]
fn nothing_is_removed_that_a_caller_asks_for() {
    let mut call = hard(&["a"], (1, 2));
    call.options.bits = InitBits::all();
    call.options.circular = true;
    call.options.cleanup_mismatched_logs = true;
    call.options.delete_out_of_range_logs = true;
    call.options.log_file_kib = Some(1);
    let options = options_of(&call, &[]);
    assert_eq!(options.bits, InitBits::REPLAY_IGNORE_MISSING_DB);
    assert!(options.listed_only && options.ignore_checkpoint);
    assert!(!options.cleanup_mismatched_logs && !options.delete_out_of_range_logs);
    assert_eq!(options.log_file_kib, None);
}
