//! Room for what was before: the invariant of the module, on one page.
#![forbid(unsafe_code)]

use crate::btree::apply::node::{self, Before};
use crate::format::ids::{Dbtime, Objid, PageSize, Pgno};
use crate::format::log_record::{
    DiffSize, Insert, LogRecord, LrFlags, LrNode, LrPage, Replace, Undo, UndoOper,
};
use crate::format::node::NodeFlags;
use crate::format::page::{PageFlags, PageView};
use crate::format::page_check::check_page;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageBuf;
use crate::io::rng::{Rng, SeededRng};

const PGNO: Pgno = Pgno(9);

fn head(iline: usize) -> LrPage {
    LrPage {
        procid: 1,
        dbid: 1,
        pgno: PGNO,
        dbtime: Dbtime(2),
        dbtime_before: Dbtime(1),
        trx_begin0: 4,
        level: 1,
        iline: u16::try_from(iline).unwrap(),
        flags: LrFlags::VERSIONED | LrFlags::UNIQUE,
    }
}

const NODE: LrNode = LrNode {
    rceid: 1,
    pgno_fdp: Pgno(8),
    objid_fdp: Objid(7),
};

/// One change of a transaction, to be undone.
enum Done {
    Insert(u8),
    Replace(u8, Vec<u8>),
}

/// A page as a running engine changes it.
struct Running {
    page: PageBuf,
    /// Bytes that undo may need.
    reserved: usize,
    /// Whether inserts leave them alone.
    careful: bool,
    /// Changes of each transaction.
    done: [Vec<Done>; 3],
    /// Of each node: who changes it, the longest data in that transaction, the data before it.
    nodes: Vec<Option<(usize, usize, Vec<u8>)>>,
}

impl Running {
    fn new(careful: bool) -> Self {
        let mut page = PageBuf::zeroed(PageSize::K4);
        let mut edit = PageEdit::new(&mut page).unwrap();
        edit.format(NewPage {
            flags: PageFlags::LEAF,
            objid: Objid(7),
            dbtime: Dbtime(1),
            pgno: PGNO,
            reserved_tags: 1,
        })
        .unwrap();
        for key in (2..=40u8).step_by(2) {
            let iline = usize::from(key / 2 - 1);
            edit.insert_node(
                iline,
                &[key],
                &[key; 120],
                NodeFlags::empty(),
                Space::Reserved,
            )
            .unwrap();
        }
        Self {
            page,
            reserved: 0,
            careful,
            done: [const { Vec::new() }; 3],
            nodes: (0..=255).map(|_| None).collect(),
        }
    }

    fn line(&self, key: u8) -> Result<usize, usize> {
        let view = PageView::new(&self.page).unwrap();
        let i = view.partition_nodes(|n| n.cmp_key(&[key]).is_lt()).unwrap();
        match view.node(i) {
            Ok(n) if n.cmp_key(&[key]).is_eq() => Ok(i),
            _ => Err(i),
        }
    }

    fn free(&self) -> usize {
        usize::from(PageView::new(&self.page).unwrap().cb_free())
    }

    /// Inserts, unless it needs reserved room.
    fn insert(&mut self, trx: usize, key: u8, len: usize) {
        let Err(iline) = self.line(key) else { return };
        let needed = 2 + 1 + len + 4;
        let room = self.free() - if self.careful { self.reserved } else { 0 };
        if needed > room {
            return;
        }
        let data = vec![key; len];
        let r = LogRecord::Insert(Insert {
            page: head(iline),
            node: NODE,
            prefix: b"",
            suffix: &[key],
            data: &data,
        });
        node::apply(&mut self.page, &r, &mut Vec::new()).unwrap();
        self.nodes[usize::from(key)] = Some((trx, len, Vec::new()));
        self.done[trx].push(Done::Insert(key));
    }

    /// Replaces, if nobody else changes the node and the growth beyond its own reserve finds room.
    fn replace(&mut self, trx: usize, key: u8, len: usize) {
        let Ok(iline) = self.line(key) else { return };
        let old = PageView::new(&self.page)
            .unwrap()
            .node(iline)
            .unwrap()
            .data
            .to_vec();
        let longest = match &self.nodes[usize::from(key)] {
            Some((owner, _, _)) if *owner != trx => return,
            Some((_, longest, _)) => *longest,
            None => old.len(),
        };
        let own = longest - old.len();
        let room = self.free() - if self.careful { self.reserved - own } else { 0 };
        if len > old.len() + room {
            return;
        }
        let data = vec![key ^ 0x55; len];
        let r = LogRecord::Replace(Replace {
            page: head(iline),
            node: NODE,
            cb: DiffSize::new(len, false).unwrap(),
            cb_old: u16::try_from(old.len()).unwrap(),
            cb_new: u16::try_from(len).unwrap(),
            data: &data,
        });
        node::apply(&mut self.page, &r, &mut Vec::new()).unwrap();
        self.reserved -= own;
        self.reserved += longest.max(len) - len;
        let first = self.nodes[usize::from(key)].take();
        let first = first.map_or_else(|| old.clone(), |(_, _, first)| first);
        self.nodes[usize::from(key)] = Some((trx, longest.max(len), first));
        self.done[trx].push(Done::Replace(key, old));
    }

    /// Undoes transactions in an order; `false` when something finds no room.
    fn undo(&mut self, order: &[usize]) -> bool {
        for &trx in order {
            for done in std::mem::take(&mut self.done[trx]).iter().rev() {
                let (key, oper, before) = match done {
                    Done::Insert(key) => (*key, UndoOper::INSERT, Before::Nothing),
                    Done::Replace(key, old) => (*key, UndoOper::REPLACE, Before::Data(old)),
                };
                let r = Undo {
                    page: head(self.line(key).unwrap()),
                    node: NODE,
                    oper,
                    level: 1,
                    key: &[key],
                    bookmark_data: b"",
                };
                if node::undo(&mut self.page, &r, before).is_err() {
                    return false;
                }
            }
        }
        check_page(&PageView::new(&self.page).unwrap()).unwrap();
        true
    }
}

/// A random life, three transactions at once; `true` when all of it can be undone.
fn live(rng: &mut dyn Rng, careful: bool) -> bool {
    let mut running = Running::new(careful);
    for _ in 0..200 {
        let (trx, key) = (rng.below(3) as usize, rng.below(44) as u8 + 1);
        let len = rng.below(260) as usize + 1;
        match rng.below(3) {
            0 => running.insert(trx, key, len),
            _ => running.replace(trx, key, len),
        }
    }
    let mut order = vec![0, 1, 2];
    let first = order.remove(rng.below(3) as usize);
    if rng.below(2) == 0 {
        order.reverse();
    }
    order.insert(0, first);
    let undone = running.undo(&order);
    if undone {
        for key in (2..=40u8).step_by(2) {
            let iline = running.line(key).unwrap();
            let view = PageView::new(&running.page).unwrap();
            assert_eq!(view.node(iline).unwrap().data, [key; 120]);
        }
    }
    undone
}

#[test]
fn undo_always_finds_room_when_reserves_were_kept() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for round in 0..testkit::rounds(300, 10_000) {
        assert!(live(&mut rng, true), "round {round}");
    }
    // Where inserts take what was reserved, it does not.
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(!live(&mut rng, false));
    }
    assert!(failed > 10, "{failed}");
}
