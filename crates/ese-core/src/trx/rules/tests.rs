//! The rules against what the original answered.
#![forbid(unsafe_code)]

use super::*;

const MAX: TrxId = TrxId::MAX;

fn link(oper: Oper, committed: TrxId, mine: bool) -> Link {
    Link {
        oper,
        committed,
        mine,
        rolled_back: false,
    }
}

/// What a session did leaves these versions of the record, newest first (program txn-conflicts).
fn versions(act: &str) -> &'static [Oper] {
    match act {
        "read lock" => &[Oper::ReadLock],
        "write lock" | "prepare replace" | "prepare replace, cancel" => &[Oper::WriteLock],
        "replace" => &[Oper::Replace, Oper::WriteLock],
        "delete" => &[Oper::FlagDelete, Oper::WriteLock],
        "escrow" => &[Oper::Delta],
        _ => &[],
    }
}

/// What a session wants to do asks for this operation first.
fn wanted(act: &str) -> Oper {
    match act {
        "read lock" => Oper::ReadLock,
        "escrow" => Oper::Delta,
        "insert the key" => Oper::PreInsert,
        _ => Oper::WriteLock,
    }
}

/// Transcribed from the recording txn-conflicts: what A did, and what of B's wishes was refused while
/// A was open, or committed with B older.
const REFUSED: &[(&str, &[&str])] = &[
    ("nothing", &[]),
    (
        "read lock",
        &[
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "write lock",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "replace",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "prepare replace",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "prepare replace, cancel",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "delete",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
            "escrow",
        ],
    ),
    (
        "escrow",
        &[
            "read lock",
            "write lock",
            "replace",
            "prepare replace",
            "delete",
        ],
    ),
];

const WISHES: [&str; 7] = [
    "read lock",
    "write lock",
    "replace",
    "prepare replace",
    "delete",
    "escrow",
    "insert the key",
];

#[test]
fn the_conflict_matrix_is_the_originals() {
    let snapshot = TrxId(100);
    for (act, refused) in REFUSED {
        for wish in WISHES {
            // Every version but none at all stands against an insert of its key.
            let expected =
                refused.contains(&wish) || (wish == "insert the key" && !versions(act).is_empty());
            let answer = |committed, mine| {
                let chain = versions(act).iter().map(|&o| link(o, committed, mine));
                conflicts(chain, snapshot, wanted(wish))
            };
            assert_eq!(answer(MAX, false), expected, "A open: {act} {wish}");
            assert_eq!(answer(TrxId(104), false), expected, "B older: {act} {wish}");
            assert!(!answer(TrxId(96), false), "B younger: {act} {wish}");
            assert!(!answer(MAX, true), "own: {act} {wish}");
        }
    }
}

#[test]
fn escrow_of_different_widths_conflicts() {
    let other = [link(Oper::Delta, MAX, false)];
    assert!(!conflicts(other, TrxId(100), Oper::Delta));
    assert!(conflicts(other, TrxId(100), Oper::Delta64));
}

/// "A can't replace any more": an own escrow change on top of another's.
#[test]
fn what_commutes_below_still_counts() {
    let chain = [link(Oper::Delta, MAX, true), link(Oper::Delta, MAX, false)];
    assert!(conflicts(chain, TrxId(100), Oper::WriteLock));
    assert!(!conflicts(chain, TrxId(100), Oper::Delta));
    let committed_on_top = [
        link(Oper::Delta, TrxId(96), false),
        link(Oper::Delta, MAX, false),
    ];
    assert!(conflicts(committed_on_top, TrxId(100), Oper::WriteLock));
    assert!(!conflicts(committed_on_top, TrxId(100), Oper::Delta));
}

#[test]
fn visibility_of_one_change() {
    let seen = |oper, committed, mine| visible([(0, link(oper, committed, mine))], TrxId(100));
    for (oper, hidden) in [
        (Oper::Insert, Seen::Absent),
        (Oper::Replace, Seen::Before(0)),
        (Oper::FlagDelete, Seen::Undeleted),
        (Oper::Delta, Seen::AsOnPage),
        (Oper::Delta64, Seen::AsOnPage),
        (Oper::ReadLock, Seen::AsOnPage),
        (Oper::WriteLock, Seen::AsOnPage),
        (Oper::PreInsert, Seen::AsOnPage),
    ] {
        assert_eq!(seen(oper, MAX, false), hidden, "{oper:?} not committed");
        assert_eq!(seen(oper, TrxId(104), false), hidden, "{oper:?} too new");
        assert_eq!(seen(oper, TrxId(96), false), Seen::AsOnPage, "{oper:?} old");
        assert_eq!(seen(oper, MAX, true), Seen::AsOnPage, "{oper:?} own");
    }
}

#[test]
fn visibility_of_histories() {
    use Oper::{Delta, FlagDelete, Insert, Replace};
    let seen = |chain: &[(Oper, TrxId)]| {
        let chain = chain.iter().map(|&(o, c)| link(o, c, false));
        visible(chain.enumerate(), TrxId(100))
    };
    let old = TrxId(96);
    let new = TrxId(104);
    assert_eq!(seen(&[]), Seen::AsOnPage);
    // The oldest replace that is not seen has the data.
    assert_eq!(
        seen(&[(Replace, MAX), (Replace, new), (Replace, old)]),
        Seen::Before(1)
    );
    // Replaced, then deleted, then inserted again with other data.
    let again = [
        (Replace, MAX),
        (Insert, MAX),
        (FlagDelete, MAX),
        (Replace, MAX),
    ];
    assert_eq!(seen(&again), Seen::Before(3));
    // Deleted and inserted again with other data: the page's data is not ours.
    assert_eq!(
        seen(&[(Replace, MAX), (Insert, MAX), (FlagDelete, MAX)]),
        Seen::Before(0)
    );
    // Inserted behind our snapshot, whatever came later.
    assert_eq!(
        seen(&[(FlagDelete, MAX), (Replace, new), (Insert, new)]),
        Seen::Absent
    );
    // Others' escrow changes on top of what we do not see either.
    assert_eq!(
        seen(&[(Delta, MAX), (Replace, new), (Delta, new)]),
        Seen::Before(1)
    );
    assert_eq!(seen(&[(Delta, old), (Delta, MAX)]), Seen::AsOnPage);

    let rolled_back = Link {
        rolled_back: true,
        ..link(Insert, MAX, false)
    };
    assert_eq!(visible([((), rolled_back)], TrxId(100)), Seen::AsOnPage);
}

#[test]
fn escrow_is_taken_back() {
    let delta = |amount, committed, mine| (Some(amount), link(Oper::Delta, committed, mine));
    let at = TrxId(100);
    assert_eq!(
        compensation([delta(5, MAX, false), delta(7, TrxId(104), false)], at),
        -12
    );
    assert_eq!(
        compensation([delta(5, MAX, true), delta(7, TrxId(96), false)], at),
        0
    );
    // The data before the replace holds the older change, not the newer.
    let replaced = (None, link(Oper::Replace, TrxId(104), false));
    let chain = [delta(5, MAX, false), replaced, delta(7, TrxId(104), false)];
    assert_eq!(compensation(chain, at), -7);
    assert_eq!(
        compensation([delta(i64::MIN, MAX, false)], at),
        i64::MIN,
        "wraps"
    );
}
