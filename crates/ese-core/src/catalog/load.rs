//! From rows to schemas.
//!
//! Invariant: loading never fails because of one bad row or page; it fails only when neither copy of
//! the catalog yields a single table.
#![forbid(unsafe_code)]

use super::own;
use super::schema::{Index, TableSchema, fold};
use crate::btree::{LeafScan, ScanEvent, Tree, salvage};
use crate::cache::{PageFault, Pages};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::{CatalogError, CatalogRow, RowKind};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::page::PageFlags;
use crate::format::record::RecordView;
use crate::lv::{LongValueError, LvTree, resolve_into};
use crate::record::Column;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Damage in the catalog.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogFault {
    /// A page of it.
    #[error("catalog: {0}")]
    Page(#[from] PageFault),
    /// A row of it.
    #[error("page {pgno}, line {iline}: {kind}")]
    Row {
        /// Page of the row.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
        /// What is wrong.
        kind: CatalogError,
    },
    /// A long value of a row.
    #[error("page {pgno}, line {iline}: {kind}")]
    LongValue {
        /// Page of the row.
        pgno: Pgno,
        /// Line on that page.
        iline: usize,
        /// What is wrong.
        kind: LongValueError,
    },
    /// A row that belongs to no table.
    #[error("the catalog has rows of table {0}, but no row for the table itself")]
    Orphans(Objid),
    /// A derived table without its template.
    #[error("table {table} derives from {template}, which is not in the catalog")]
    NoTemplate {
        /// The derived table.
        table: String,
        /// The template's name.
        template: String,
    },
}

impl CatalogFault {
    /// The damaged page, where there is one.
    #[must_use]
    pub fn pgno(&self) -> Option<Pgno> {
        match self {
            Self::Page(p) => Some(p.pgno),
            Self::LongValue {
                kind: LongValueError::Page(p),
                ..
            } => Some(p.pgno),
            Self::Row { pgno, .. } | Self::LongValue { pgno, .. } => Some(*pgno),
            Self::Orphans(_) | Self::NoTemplate { .. } => None,
        }
    }
}

impl HasJetErr for CatalogFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::LongValue { kind, .. } => kind.jet_err(),
            Self::Row { .. } | Self::Orphans(_) | Self::NoTemplate { .. } => {
                JetErr::CATALOG_CORRUPTED
            }
        }
    }
}

/// What `CatalogRow::parse` may fail with here.
enum RowError {
    Row(CatalogError),
    Long(LongValueError),
}

impl From<CatalogError> for RowError {
    fn from(e: CatalogError) -> Self {
        Self::Row(e)
    }
}

type Rows = BTreeMap<Vec<u8>, CatalogRow>;

/// The schema of a database.
#[derive(Debug, Default)]
pub struct Catalog {
    tables: Vec<Arc<TableSchema>>,
    by_name: HashMap<Box<str>, usize>,
    rows: Vec<CatalogRow>,
    faults: Vec<CatalogFault>,
    from_shadow: bool,
}

impl Catalog {
    /// Reads the catalog. `file_pages` bounds the walk.
    ///
    /// # Errors
    /// The first damage met, when neither copy yields a table.
    pub fn load(pages: &dyn Pages, file_pages: u32) -> Result<Self, CatalogFault> {
        let mut faults = Vec::new();
        let mut rows = read_rows(
            pages,
            Tree::new(Pgno::FDP_MSO, Objid::MSO),
            file_pages,
            &mut faults,
        );
        let from_shadow = !faults.is_empty();
        if from_shadow {
            let shadow = Tree::new(Pgno::FDP_MSO_SHADOW, Objid::MSO_SHADOW);
            for (key, row) in read_rows(pages, shadow, file_pages, &mut faults) {
                rows.entry(key).or_insert(row);
            }
        }
        let mut catalog = Self {
            faults,
            from_shadow,
            ..Self::default()
        };
        catalog.build(rows);
        if catalog.rows.is_empty()
            && let Some(first) = catalog.faults.first()
        {
            return Err(first.clone());
        }
        Ok(catalog)
    }

    /// All tables: the catalog and its shadow, then by object id.
    #[must_use]
    pub fn tables(&self) -> &[Arc<TableSchema>] {
        &self.tables
    }

    /// A table by name, ASCII case ignored.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Arc<TableSchema>> {
        self.tables.get(*self.by_name.get(&fold(name))?)
    }

    /// The rows themselves, in key order.
    #[must_use]
    pub fn rows(&self) -> &[CatalogRow] {
        &self.rows
    }

    /// Damage met while loading.
    #[must_use]
    pub fn faults(&self) -> &[CatalogFault] {
        &self.faults
    }

    /// `true` when the shadow had to help.
    #[must_use]
    pub fn from_shadow(&self) -> bool {
        self.from_shadow
    }

    fn build(&mut self, rows: Rows) {
        let rows: Vec<CatalogRow> = rows.into_values().collect();
        let mut tables: BTreeMap<Objid, TableSchema> = BTreeMap::new();
        for row in rows.iter().filter(|r| r.kind == RowKind::Table) {
            tables.insert(row.objid_table, table_of(row));
        }
        let mut columns: BTreeMap<Objid, Vec<Column>> = BTreeMap::new();
        let mut orphans = HashSet::new();
        for row in &rows {
            let Some(table) = tables.get_mut(&row.objid_table) else {
                if orphans.insert(row.objid_table) && !is_own(row.objid_table) {
                    self.faults.push(CatalogFault::Orphans(row.objid_table));
                }
                continue;
            };
            match row.kind {
                RowKind::Table | RowKind::Callback => {}
                RowKind::Column => columns
                    .entry(row.objid_table)
                    .or_default()
                    .extend(column_of(row)),
                RowKind::Index => match index_of(row) {
                    Ok(index) if index.is_primary() => table.indexes.insert(0, index),
                    Ok(index) => table.indexes.push(index),
                    Err(kind) => self.faults.push(CatalogFault::Row {
                        pgno: Pgno::FDP_MSO,
                        iline: 0,
                        kind,
                    }),
                },
                RowKind::LongValue => {
                    if let (Some(pgno), Some(objid)) = (row.pgno_fdp(), row.objid()) {
                        table.lv = Some(LvTree {
                            tree: Tree::new(pgno, objid),
                        });
                    }
                }
            }
        }
        for (objid, table) in &mut tables {
            let mut all = Vec::new();
            if let Some(template) = &table.template {
                match rows
                    .iter()
                    .find(|r| r.kind == RowKind::Table && r.name.eq_ignore_ascii_case(template))
                {
                    Some(t) => {
                        let of = columns.get(&t.objid_table).into_iter().flatten().cloned();
                        all.extend(of.map(|c| Column { derived: true, ..c }));
                    }
                    None => self.faults.push(CatalogFault::NoTemplate {
                        table: table.name.clone(),
                        template: template.clone(),
                    }),
                }
            }
            all.extend(columns.get(objid).into_iter().flatten().cloned());
            table.set_columns(all);
        }
        // The catalog's own layout is the engine's, whatever its rows say; its long-value tree is not.
        for shadow in [false, true] {
            let mut own = own::schema(shadow);
            own.lv = tables.get(&own.objid).and_then(|t| t.lv);
            tables.insert(own.objid, own);
        }
        self.tables = tables.into_values().map(Arc::new).collect();
        self.by_name = self
            .tables
            .iter()
            .enumerate()
            .map(|(i, t)| (fold(&t.name), i))
            .collect();
        self.rows = rows;
    }
}

fn is_own(objid: Objid) -> bool {
    objid == Objid::MSO || objid == Objid::MSO_SHADOW
}

fn table_of(row: &CatalogRow) -> TableSchema {
    let mut table = TableSchema::new(
        row.name.clone(),
        row.objid_table,
        row.pgno_fdp().unwrap_or_default(),
    );
    table.flags = row.table_flags();
    table.density = row.space_usage;
    table.initial_pages = row.pages_or_locale;
    table.template.clone_from(&row.template_or_callback);
    table.lv_chunk_max = row.lv_chunk_max;
    table.fdp_last_set = row.pgno_fdp_last_set_time;
    table
}

/// A column; `None` for a deleted one, and for a row whose type or id is no column's.
fn column_of(row: &CatalogRow) -> Option<Column> {
    let coltyp = row.coltyp().filter(|&c| c != Coltyp::Nil)?;
    Some(Column {
        name: row.name.clone(),
        fid: row.fid()?,
        coltyp,
        code_page: row.code_page(),
        cb_max: row.space_usage,
        offset: row.record_offset.unwrap_or_default(),
        flags: row.column_flags(),
        default: row.default_value.clone().map(Vec::into_boxed_slice),
        derived: false,
    })
}

fn index_of(row: &CatalogRow) -> Result<Index, CatalogError> {
    Ok(Index {
        name: row.name.clone(),
        objid: row.objid().unwrap_or_default(),
        pgno_fdp: row.pgno_fdp().unwrap_or_default(),
        flags: row.index_flags(),
        flags_ex: row.index_flags_ex(),
        segments: row.key_segments()?,
        conditional: row.conditional_segments()?,
        key_most: row.key_most_or_default(),
        var_seg_mac: row.var_seg_mac_or_default(),
        tuple: row.tuple()?,
        lcmap_flags: row.lcmap_flags.unwrap_or_default(),
        locale: row.locale(),
        sort_id: row.sort_id.map(|g| g.0),
        version: row.version.map(|v| v.0),
        density: row.space_usage,
    })
}

/// All rows of one copy of the catalog, by key.
fn read_rows(
    pages: &dyn Pages,
    tree: Tree,
    file_pages: u32,
    faults: &mut Vec<CatalogFault>,
) -> Rows {
    let mut rows = Rows::new();
    let mut later = Vec::new();
    let mut scan = LeafScan::new(pages, tree, u64::from(file_pages));
    let mut reached = HashSet::new();
    let mut leaves = Vec::new();
    for event in scan.by_ref() {
        match event {
            ScanEvent::Leaf(page) => {
                reached.insert(page.pgno());
                leaves.push(page.pgno());
            }
            ScanEvent::Fault(e) => faults.push(e.into()),
        }
    }
    if scan.lost_children() {
        let found = salvage(pages, tree, PageFlags::empty(), file_pages, &reached);
        leaves.extend(found.iter().map(crate::cache::SharedPage::pgno));
    }
    for &pgno in &leaves {
        leaf_rows(pages, pgno, None, &mut rows, &mut later, faults);
    }
    // Rows with long columns in the catalog's own long-value tree: its row is among those read.
    if !later.is_empty() {
        let lv = rows
            .values()
            .find(|r| r.kind == RowKind::LongValue && r.objid_table == tree.objid)
            .and_then(|r| {
                Some(LvTree {
                    tree: Tree::new(r.pgno_fdp()?, r.objid()?),
                })
            });
        for pgno in std::mem::take(&mut later) {
            leaf_rows(pages, pgno, Some(lv), &mut rows, &mut later, faults);
        }
    }
    rows
}

/// The rows of one leaf. In the first round (`lv` is `None`) a leaf with a separated value is put on
/// `later` and only its other rows are taken.
fn leaf_rows(
    pages: &dyn Pages,
    pgno: Pgno,
    lv: Option<Option<LvTree>>,
    rows: &mut Rows,
    later: &mut Vec<Pgno>,
    faults: &mut Vec<CatalogFault>,
) {
    let Ok(page) = pages.shared(pgno) else { return };
    let large = pages.page_size().is_large();
    let Ok(view) = page.view() else { return };
    for iline in 0..view.node_count() {
        let node = match view.node(iline) {
            Ok(node) if node.is_deleted() => continue,
            Ok(node) => node,
            Err(e) => {
                faults.push(page.fault(e).into());
                continue;
            }
        };
        let mut postponed = false;
        let fetch = |_: Fid, value: crate::format::tagged::TaggedValue<'_>| {
            if value.separated && lv.is_none() {
                postponed = true;
                return Ok(Vec::new());
            }
            let mut out = Vec::new();
            resolve_into(&value, lv.flatten().as_ref(), pages, &mut out).map_err(RowError::Long)?;
            Ok(out)
        };
        let row = RecordView::new(node.data, large)
            .map_err(|e| RowError::Row(e.into()))
            .and_then(|record| CatalogRow::parse(&record, fetch));
        match row {
            _ if postponed => {
                if later.last() != Some(&pgno) {
                    later.push(pgno);
                }
            }
            Ok(row) => {
                rows.insert(node.key(), row);
            }
            Err(RowError::Row(kind)) => faults.push(CatalogFault::Row { pgno, iline, kind }),
            Err(RowError::Long(kind)) => faults.push(CatalogFault::LongValue { pgno, iline, kind }),
        }
    }
}
