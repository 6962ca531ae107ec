//! Debts of pages.
#![forbid(unsafe_code)]

use super::*;

const DB: DbNo = DbNo(1);

fn at(n: u16) -> Lgpos {
    Lgpos::new(3, n, 0)
}

#[test]
fn a_debt_ends_with_its_undo_info_or_its_transaction() {
    let owed = Owed::default();
    let (a, b) = (Pgno(7), Pgno(8));
    owed.add(DB, a, 1);
    owed.add(DB, a, 1);
    owed.add(DB, a, 2);
    owed.add(DB, b, 2);
    assert!(owed.is_owed(DB, a) && owed.is_owed(DB, b));
    assert!(!owed.is_owed(DbNo(2), a) && !owed.is_owed(DB, Pgno(9)));
    owed.paid(DB, a, 1, Lgpos::MIN);
    assert_eq!(owed.debtors(DB, a), [1, 2]);
    owed.paid(DB, a, 1, at(5));
    assert_eq!(owed.debtors(DB, a), [2]);
    assert_eq!(
        (owed.logged(DB, a), owed.logged(DB, b)),
        (Some(at(5)), None)
    );
    owed.transaction_ended(2);
    assert!(!owed.is_owed(DB, a) && !owed.is_owed(DB, b));
    assert_eq!(owed.logged(DB, a), Some(at(5)), "still to be made durable");
    owed.transaction_ended(1);
    assert_eq!((owed.logged(DB, a), owed.pages()), (None, 0));
    assert!(owed.0.lock().debts.is_empty() && owed.0.lock().transactions.is_empty());
}

#[test]
fn a_new_transaction_of_a_session_begins_without_debts() {
    let owed = Owed::default();
    let (a, b) = (Pgno(7), Pgno(8));
    owed.add(DB, a, 1);
    owed.transaction_ended(1);
    owed.add(DB, b, 1);
    assert!(owed.is_owed(DB, b) && !owed.is_owed(DB, a));
    owed.paid(DB, a, 1, at(9));
    assert!(owed.is_owed(DB, b), "another page's");
}
