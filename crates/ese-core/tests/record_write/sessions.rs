//! Cleanup of long values: what an instance adds to a [`Bench`].
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::work_support::Bench;
use crate::work_support::levels::DURABLE;
pub use crate::work_support::levels::{rollback, statement, undo};
use ese_core::format::lv::{Lid, LvKey};
use ese_core::lv::write::{Deletion, LongValues};
use ese_core::trx::CleanUp;

/// Deletes the long values that nothing refers to any more, in parts; gives how many went.
pub fn delete_unreferenced(bench: &Bench, values: &mut LongValues, most: usize) -> usize {
    let mut lids: Vec<Lid> = Vec::new();
    bench.store.clean(DURABLE, usize::MAX, &mut |work| {
        if let CleanUp::DeleteLongValue(id) = work {
            let LvKey::Root(lid) = LvKey::parse(&id.key.concat()).unwrap() else {
                panic!("no root");
            };
            lids.push(lid);
        }
        true
    });
    // Several sessions may each have dropped what was the last reference to them.
    lids.sort_unstable();
    lids.dedup();
    let mut gone = 0;
    for lid in lids {
        loop {
            match bench.alone(|w| values.delete_value(w, lid, most)).unwrap() {
                Deletion::More => {}
                Deletion::Done => break gone += 1,
                Deletion::Kept => break,
            }
        }
    }
    gone
}
