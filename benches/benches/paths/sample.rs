//! A database of some thousand rows, made by the engine and closed, read by the read-only engine.
//!
//! Invariant: the rows follow from their numbers alone.
#![forbid(unsafe_code)]

use super::Result;
use ese_bench::Noise;
use ese_core::btree::{LeafScan, ScanEvent, Tree};
use ese_core::cache::SharedPage;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::ColumnType;
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::reader::Database;
use tempfile::TempDir;

const TABLE: &str = "rows";
const ROWS: u64 = 20_000;
const KEY_BYTES: usize = 24;
const VALUE_BYTES: usize = 150;
/// Names of the columns: the key, a number, some text, the rest.
pub(super) const COLUMNS: [&str; 4] = ["k", "n", "word", "v"];

/// The database, and the folder that it lies in.
pub(super) struct Sample {
    pub(super) db: Database,
    _folder: TempDir,
}

impl Sample {
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("sample.edb");
        let mut params = InstanceParams::new(folder.path());
        params.page_size = PageSize::K8;
        params.circular = true;
        let instance = Instance::start(Env::real(), params)?;
        let db = instance.create(&path, &CreateOptions::default())?;
        let session = instance.session()?;
        let [key, number, word, value] = COLUMNS;
        let table = TableDef::new(TABLE)
            .column(ColumnDef::new(key, ColumnType::Binary).not_null())
            .column(ColumnDef::new(number, ColumnType::Long))
            .column(ColumnDef::new(word, ColumnType::Text))
            .column(ColumnDef::new(value, ColumnType::Binary))
            .index(IndexDefinition::new("primary", "+k").primary());
        db.create_table(&session, &table)?;
        let transaction = session.transaction()?;
        let mut rows = db.table(&session, TABLE)?;
        let mut noise = Noise::new(1);
        let (mut k, mut v) = ([0; KEY_BYTES], [0; VALUE_BYTES]);
        for n in 0..ROWS {
            noise.fill(&mut k);
            noise.fill(&mut v);
            let mut row = rows.insert()?;
            row.set(key, &k[..])?.set(number, i32::try_from(n)?)?;
            row.set(word, format!("word {n}").as_str())?;
            row.set(value, &v[..])?;
            row.save()?;
        }
        drop(rows);
        transaction.commit()?;
        drop((session, db));
        // Every page is in the file then.
        instance.term(TermKind::Clean)?;
        Ok(Self {
            db: Database::open(&path)?,
            _folder: folder,
        })
    }

    /// The tree of the rows.
    pub(super) fn tree(&self) -> Result<Tree> {
        Ok(self.table()?.schema().tree())
    }

    pub(super) fn table(&self) -> Result<ese_core::reader::Table<'_>> {
        Ok(self.db.table(TABLE)?)
    }

    /// A leaf in the middle, and the page above it.
    pub(super) fn pages(&self) -> Result<(SharedPage<'_>, SharedPage<'_>)> {
        const SOMEWHERE: usize = 100;
        let file_pages = u64::from(self.db.file_pages());
        let mut scan = LeafScan::new(self.db.pages(), self.tree()?, file_pages);
        let Some(ScanEvent::Leaf(leaf)) = scan.nth(SOMEWHERE) else {
            return Err("the sample has fewer leaves".into());
        };
        let above = scan.internal_pages().last();
        let above = self
            .db
            .pages()
            .shared(*above.ok_or("a leaf has no parent")?)?;
        Ok((leaf, above))
    }
}
