//! The original's log of a new database is the model: the same calls log the same records.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::replay_support::{Outcome, Replayer};
use crate::world::{Kind, Table, World};
use ese_core::btree::write::WriteTree;
use ese_core::format::ids::{Objid, PageSize, Pgno};
use ese_core::format::log_record::{LogRecord, LrFlags, LrNode, LrPage};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::io::real::RealFileSystem;
use ese_core::space::create::NewTree;
use std::collections::BTreeMap;
use std::error::Error;

const HISTORY: &str = "space-4k";
/// The two tables that grow in turn.
pub const IN_TURN: [u32; 2] = [162, 163];

/// A world made by the calls of a history.
pub struct Driven {
    pub world: World,
    /// User tables, by their root.
    pub tables: BTreeMap<Pgno, Table>,
    /// What the original's log says of space.
    theirs: Vec<String>,
    pub records: usize,
    done: bool,
    /// A replace whose new data the next state shows.
    replace: Option<(LrNode, LrPage, Vec<u8>)>,
}

/// What a record says of space; `None` for what is no space.
fn space_line(record: &LogRecord<'_>) -> Option<String> {
    let kept = |flags: PageFlags| {
        flags - PageFlags::NEW_CHECKSUM - PageFlags::FLUSH_TYPE - PageFlags::NEW_RECORD_FORMAT
    };
    let space = record
        .page()
        .is_some_and(|p| p.flags.contains(LrFlags::SPACE));
    Some(match record {
        LogRecord::ExtendDb(r) => format!("ExtendDB {}", r.pgno_last),
        LogRecord::CreateMEFDP(r) => format!(
            "CreateMEFDP {} of {}: {} pages, {:?} {:?}",
            r.page.pgno,
            r.pgno_fdp_parent,
            r.cpg_primary,
            r.objid_fdp,
            kept(r.page_flags)
        ),
        LogRecord::CreateSEFDP(r) => format!(
            "CreateSEFDP {} of {}: {} pages, {:?} {:?}",
            r.page.pgno,
            r.pgno_fdp_parent,
            r.cpg_primary,
            r.objid_fdp,
            kept(r.page_flags)
        ),
        LogRecord::ConvertFDP2(r) => format!(
            "ConvertFDP2 {} of {}: OE {}, {} and {} pages, {:x}, {:?}",
            r.page.pgno,
            r.pgno_fdp_parent,
            r.pgno_oe,
            r.cpg_primary,
            r.cpg_secondary,
            r.rgbit_avail,
            kept(r.page_flags)
        ),
        LogRecord::SetExternalHeader(r) => {
            format!("SetExternalHeader {} {:?}", r.page.pgno, r.data)
        }
        LogRecord::Insert(r) if space => format!(
            "Insert {}.{} {:?} {:?}",
            r.page.pgno,
            r.page.iline,
            [r.prefix, r.suffix].concat(),
            r.data
        ),
        LogRecord::FlagInsertAndReplaceData(r) if space => {
            format!(
                "Revive {}.{} {:?} {:?}",
                r.page.pgno, r.page.iline, r.key, r.data
            )
        }
        LogRecord::Replace(r) if space => {
            format!("Replace {}.{} {:?}", r.page.pgno, r.page.iline, r.data)
        }
        LogRecord::Delete(r) if space => format!("Delete {}.{}", r.page.pgno, r.page.iline),
        LogRecord::FlagDelete(r) if space => format!("FlagDelete {}.{}", r.page.pgno, r.page.iline),
        LogRecord::Split2(r) => format!("Split2 {} -> {}", r.page.pgno, r.pgno_new),
        _ => return None,
    })
}

fn tree(node: &LrNode, page: &LrPage) -> WriteTree {
    let unique = page.flags.contains(LrFlags::UNIQUE);
    let density = if node.objid_fdp == Objid(6) { 100 } else { 80 };
    WriteTree::new(node.pgno_fdp, node.objid_fdp, unique, density)
}

impl Driven {
    /// Makes the calls up to the first record that `stop` knows, or the first delete.
    pub fn by(kind: Kind, mut stop: impl FnMut(&LogRecord<'_>) -> bool) -> Option<Self> {
        let Some(dir) = testkit::unpack_set("histories", HISTORY) else {
            testkit::skip(&format!("witness/histories/{HISTORY}"));
            return None;
        };
        let mut driven = Self {
            world: World::new(kind),
            tables: BTreeMap::new(),
            theirs: Vec::new(),
            records: 0,
            done: false,
            replace: None,
        };
        let replayed = Replayer::watch_in(&RealFileSystem, &dir, |replayer, record| {
            driven.see(replayer, record, &mut stop)
        });
        if !driven.done {
            replayed.unwrap();
        }
        Some(driven)
    }

    fn see(
        &mut self,
        replayer: &Replayer,
        record: &LogRecord<'_>,
        stop: &mut dyn FnMut(&LogRecord<'_>) -> bool,
    ) -> Outcome {
        if let Some((node, page, key)) = self.replace.take() {
            let data = node_at(replayer, &page)?.1;
            let author = self.world.begin(3);
            let tree = tree(&node, &page);
            self.world
                .write(&author, &tree, |w, t| w.replace(t, &key, &data))?;
            self.world.commit(&author);
        }
        if stop(record) {
            self.done = true;
        }
        if self.done {
            return Err("that was all".into());
        }
        self.records += 1;
        self.theirs.extend(space_line(record));
        let space = record
            .page()
            .is_some_and(|p| p.flags.contains(LrFlags::SPACE));
        let author = self.world.begin(3);
        match record {
            LogRecord::CreateMEFDP(r) if r.page.pgno == Pgno(1) => {}
            LogRecord::CreateMEFDP(r) => {
                let new = NewTree {
                    parent: r.pgno_fdp_parent,
                    pages: r.cpg_primary as u32,
                    multiple: true,
                    unique: r.page.flags.contains(LrFlags::UNIQUE),
                    page_flags: r.page_flags - PageFlags::NON_UNIQUE,
                };
                let made = self.world.space.create_tree(&author, &new)?;
                assert_eq!((made.pgno_fdp, made.objid), (r.page.pgno, r.objid_fdp));
            }
            LogRecord::CreateSEFDP(r) => {
                let new = NewTree {
                    parent: r.pgno_fdp_parent,
                    pages: r.cpg_primary as u32,
                    multiple: false,
                    unique: r.page.flags.contains(LrFlags::UNIQUE),
                    page_flags: r.page_flags - PageFlags::NON_UNIQUE,
                };
                let made = self.world.space.create_tree(&author, &new)?;
                assert_eq!((made.pgno_fdp, made.objid), (r.page.pgno, r.objid_fdp));
                if r.objid_fdp > Objid(7) {
                    let table = self.world.table(made.pgno_fdp, made.objid);
                    self.tables.insert(made.pgno_fdp, table);
                }
            }
            LogRecord::CreateDbFinish(_) => self.world.finish_creation(),
            LogRecord::Insert(r) if !space => {
                let key = [r.prefix, r.suffix].concat();
                let tree = tree(&r.node, &r.page);
                self.world
                    .write(&author, &tree, |w, t| w.insert(t, &key, r.data))?;
            }
            LogRecord::Replace(r) if !space => {
                self.replace = Some((r.node, r.page, node_at(replayer, &r.page)?.0));
            }
            LogRecord::ReplaceD(r) if !space => {
                self.replace = Some((r.node, r.page, node_at(replayer, &r.page)?.0));
            }
            _ => {}
        }
        self.world.commit(&author);
        Ok(())
    }

    fn ours(&self) -> Vec<String> {
        let records = self.world.log.records.lock();
        let parsed = records.iter().map(|b| LogRecord::parse(b).unwrap().0);
        parsed.filter_map(|r| space_line(&r)).collect()
    }

    fn compare(&self) {
        let ours = self.ours();
        for (i, (ours, theirs)) in ours.iter().zip(&self.theirs).enumerate() {
            assert_eq!(ours, theirs, "space record {i} of {}", self.theirs.len());
        }
        assert_eq!(ours.len(), self.theirs.len());
    }
}

/// Key and data of a node of the original's database.
fn node_at(replayer: &Replayer, page: &LrPage) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let bytes = &replayer.databases[0].pages[&page.pgno];
    let view = PageView::new(bytes)?;
    let node = view.node(usize::from(page.iline))?;
    Ok((node.key(), node.data.to_vec()))
}

/// A database with catalog and empty tables.
pub fn with_tables(kind: Kind) -> Option<Driven> {
    // The first row of the first table that gets any.
    Driven::by(kind, |record| match record {
        LogRecord::Insert(r) => r.node.pgno_fdp == Pgno(IN_TURN[0]),
        _ => false,
    })
}

fn deletes(record: &LogRecord<'_>) -> bool {
    let space = record
        .page()
        .is_some_and(|p| p.flags.contains(LrFlags::SPACE));
    matches!(record, LogRecord::FlagDelete(_) | LogRecord::FreeFDP(_)) && !space
}

#[test]
fn a_new_database_logs_what_the_original_logs() {
    let kind = Kind {
        extension: 256,
        ..Kind::new(PageSize::K4)
    };
    let Some(driven) = Driven::by(
        kind,
        |r| matches!(r, LogRecord::Commit0(c) if c.trx_commit0 == 16),
    ) else {
        return;
    };
    driven.compare();
    assert!(driven.theirs.len() >= 13, "{:?}", driven.theirs);
}

#[test]
fn tables_that_grow_get_the_pages_that_the_original_gives() {
    let kind = Kind {
        extension: 256,
        ..Kind::new(PageSize::K4)
    };
    let Some(driven) = Driven::by(kind, deletes) else {
        return;
    };
    driven.compare();
    assert!(driven.records > 9000);
    driven.world.check();
    driven.world.replays();
}
