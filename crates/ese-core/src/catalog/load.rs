//! From rows to schemas.
//!
//! Invariant: loading never fails because of one bad row or page; it fails only when neither copy of
//! the catalog yields a single table.
#![forbid(unsafe_code)]

use super::own;
use super::schema::{Index, TableSchema, fold};
use crate::btree::{LeafScan, ScanEvent, Tree, salvage};
use crate::cache::{PageFault, Pages, SharedPage};
use crate::error::{HasJetErr, JetErr};
use crate::format::catalog_row::{
    CatalogError, CatalogRow, HintsOf, IndexFlags, RowKind, SpaceHints,
};
use crate::format::ids::{Coltyp, Fid, Objid, Pgno};
use crate::format::page::PageFlags;
use crate::format::record::RecordView;
use crate::format::tagged::TaggedValue;
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
    /// An index whose definition can't be understood.
    #[error("index {index} of table {table}: {kind}")]
    Index {
        /// Object id of the table.
        table: Objid,
        /// Name of the index.
        index: String,
        /// What is wrong.
        kind: CatalogError,
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
            Self::Index { .. } | Self::Orphans(_) | Self::NoTemplate { .. } => None,
        }
    }
}

impl HasJetErr for CatalogFault {
    fn jet_err(&self) -> JetErr {
        match self {
            Self::Page(p) => p.jet_err(),
            Self::LongValue { kind, .. } => kind.jet_err(),
            Self::Row { .. } | Self::Index { .. } | Self::Orphans(_) | Self::NoTemplate { .. } => {
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

/// The schema of a database.
#[derive(Debug, Default)]
pub struct Catalog {
    tables: Vec<Arc<TableSchema>>,
    by_name: HashMap<Box<str>, usize>,
    faults: Vec<CatalogFault>,
    from_shadow: bool,
}

impl Catalog {
    /// Reads the catalog. `file_pages` bounds the walk.
    ///
    /// # Errors
    /// The first damage met, when neither copy yields a row.
    pub fn load(pages: &dyn Pages, file_pages: u32) -> Result<Self, CatalogFault> {
        let mut builder = Builder::default();
        let mut faults = Vec::new();
        for_each_row(pages, false, file_pages, &mut faults, &mut |row| {
            builder.add(row.row)
        });
        let from_shadow = !faults.is_empty();
        if from_shadow {
            // Once more, this time minding the keys, so that the shadow adds only what is missing.
            let mut rows = BTreeMap::new();
            let mut again = Vec::new();
            for shadow in [false, true] {
                let into = if shadow { &mut faults } else { &mut again };
                for_each_row(pages, shadow, file_pages, into, &mut |row| {
                    rows.entry(row.key).or_insert(row.row);
                });
            }
            builder = Builder::default();
            rows.into_values().for_each(|row| builder.add(row));
        }
        if builder.is_empty()
            && let Some(first) = faults.first()
        {
            return Err(first.clone());
        }
        Ok(builder.finish(faults, from_shadow))
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
}

/// What the rows of one object id say so far.
#[derive(Default)]
struct Parts {
    table: Option<TableSchema>,
    columns: Vec<Column>,
    indexes: Vec<Index>,
    lv: Option<LvTree>,
    growth: Vec<(Pgno, SpaceHints)>,
}

/// Collects rows in any order.
#[derive(Default)]
pub(super) struct Builder {
    parts: BTreeMap<Objid, Parts>,
    faults: Vec<CatalogFault>,
}

impl Builder {
    fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn add(&mut self, row: CatalogRow) {
        let parts = self.parts.entry(row.objid_table).or_default();
        parts.growth.extend(growth_of(&row));
        match row.kind {
            RowKind::Callback => {}
            RowKind::Table => parts.table = Some(table_of(&row)),
            RowKind::Column => parts.columns.extend(column_of(row)),
            RowKind::Index => match index_of(&row) {
                Ok(index) if index.is_primary() => parts.indexes.insert(0, index),
                Ok(index) => parts.indexes.push(index),
                Err(kind) => self.faults.push(CatalogFault::Index {
                    table: row.objid_table,
                    index: row.name,
                    kind,
                }),
            },
            RowKind::LongValue => {
                if let (Some(pgno), Some(objid)) = (row.pgno_fdp(), row.objid()) {
                    parts.lv = Some(LvTree {
                        tree: Tree::new(pgno, objid),
                    });
                }
            }
        }
    }

    pub(super) fn finish(mut self, mut faults: Vec<CatalogFault>, from_shadow: bool) -> Catalog {
        faults.append(&mut self.faults);
        let mut inherited: HashMap<Box<str>, Inherited> = HashMap::new();
        let wanted: HashSet<Box<str>> = self
            .parts
            .values()
            .filter_map(|p| Some(fold(p.table.as_ref()?.template.as_ref()?)))
            .collect();
        for parts in self.parts.values() {
            if let Some(name) = parts
                .table
                .as_ref()
                .map(|t| fold(&t.name))
                .filter(|n| wanted.contains(n))
            {
                inherited.insert(name, Inherited::of(parts));
            }
        }
        let mut tables = BTreeMap::new();
        let mut own_lv = HashMap::new();
        for (objid, mut parts) in self.parts {
            if is_own(objid) {
                own_lv.insert(objid, parts.lv);
                continue;
            }
            let Some(mut table) = parts.table else {
                faults.push(CatalogFault::Orphans(objid));
                continue;
            };
            let mut columns = Vec::new();
            if let Some(template) = &table.template {
                match inherited.get(&fold(template)) {
                    Some(of) => {
                        columns.extend(of.columns.iter().cloned());
                        of.give_growth(table.pgno_fdp, &parts.indexes, &mut parts.growth);
                    }
                    None => faults.push(CatalogFault::NoTemplate {
                        table: table.name.clone(),
                        template: template.clone(),
                    }),
                }
            }
            columns.extend(parts.columns);
            table.set_columns(columns);
            table.indexes = parts.indexes;
            table.lv = parts.lv;
            table.growth = parts.growth;
            tables.insert(objid, table);
        }
        // The catalog's own layout is the engine's, whatever its rows say; its long-value tree is not.
        for shadow in [false, true] {
            let mut own = own::schema(shadow);
            own.lv = own_lv.get(&own.objid).copied().flatten();
            tables.insert(own.objid, own);
        }
        let tables: Vec<_> = tables.into_values().map(Arc::new).collect();
        Catalog {
            by_name: tables
                .iter()
                .enumerate()
                .map(|(i, t)| (fold(&t.name), i))
                .collect(),
            tables,
            faults,
            from_shadow,
        }
    }
}

/// What a template gives to the tables that derive from it. Of long values they have their own hints.
struct Inherited {
    columns: Vec<Column>,
    /// How the tree of the records is to grow.
    records: Option<SpaceHints>,
    /// The same of indexes, by name.
    indexes: Vec<(Box<str>, SpaceHints)>,
}

impl Inherited {
    fn of(parts: &Parts) -> Self {
        let columns = parts.columns.iter().cloned();
        let growth_of = |fdp: Pgno| {
            let mut all = parts.growth.iter();
            all.find(|(of, _)| *of == fdp).map(|(_, hints)| *hints)
        };
        let indexes = parts.indexes.iter();
        Self {
            columns: columns.map(|c| Column { derived: true, ..c }).collect(),
            records: parts.table.as_ref().and_then(|t| growth_of(t.pgno_fdp)),
            indexes: indexes
                .filter(|i| !i.is_primary())
                .filter_map(|i| Some((fold(&i.name), growth_of(i.pgno_fdp)?)))
                .collect(),
        }
    }

    /// The template's hints for the trees of a derived table: for its records where it has none of its
    /// own, for inherited indexes always.
    fn give_growth(&self, records: Pgno, indexes: &[Index], growth: &mut Vec<(Pgno, SpaceHints)>) {
        if let Some(hints) = self.records
            && !growth.iter().any(|(of, _)| *of == records)
        {
            growth.push((records, hints));
        }
        for index in indexes {
            if !index.flags.contains(IndexFlags::DERIVED) || index.is_primary() {
                continue;
            }
            let name = fold(&index.name);
            let hints = self.indexes.iter().find(|(of, _)| *of == name);
            growth.retain(|(of, _)| *of != index.pgno_fdp);
            growth.extend(hints.map(|(_, hints)| (index.pgno_fdp, *hints)));
        }
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
    table.separate_lv = row.separate_lv;
    let lv = row.space_deferred_lv_hints.as_deref();
    table.lv_growth = lv.and_then(|b| hints_of(b, HintsOf::DeferredLongValue));
    table.fdp_last_set = row.pgno_fdp_last_set_time;
    table
}

/// Space hints; bytes that are none only say nothing of how to grow.
fn hints_of(bytes: &[u8], of: HintsOf) -> Option<SpaceHints> {
    match SpaceHints::parse(bytes, of) {
        Ok(hints) => Some(hints),
        Err(e) => {
            tracing::debug!(error = %e, "space hints that are none");
            None
        }
    }
}

/// What a row says of how its tree is to grow.
fn growth_of(row: &CatalogRow) -> Option<(Pgno, SpaceHints)> {
    let of = match row.kind {
        RowKind::Table => HintsOf::Table,
        RowKind::Index => HintsOf::Index,
        RowKind::Column | RowKind::LongValue | RowKind::Callback => return None,
    };
    Some((row.pgno_fdp()?, hints_of(row.space_hints.as_deref()?, of)?))
}

/// A column; `None` for a deleted one, and for a row whose type or id is no column's.
fn column_of(row: CatalogRow) -> Option<Column> {
    let coltyp = row.coltyp().filter(|&c| c != Coltyp::Nil)?;
    let given = row.default_value.clone();
    let column = Column {
        fid: row.fid()?,
        coltyp,
        code_page: row.code_page(),
        cb_max: row.space_usage,
        offset: row.record_offset.unwrap_or_default(),
        flags: row.column_flags(),
        derived: false,
        default: None,
        name: row.name,
    };
    Some(column.with_default(given))
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

/// A row of the catalog and where it lies.
pub struct FoundRow {
    /// Its key.
    pub key: Vec<u8>,
    /// The row.
    pub row: CatalogRow,
    /// Page.
    pub pgno: Pgno,
    /// Line on that page.
    pub iline: usize,
}

/// Visits every row of the catalog or of its shadow, in key order but for rows that an undamaged
/// tree does not have: leaves whose parent is lost, and rows whose long columns lie in the catalog's
/// own long-value tree, come last.
pub fn for_each_row(
    pages: &dyn Pages,
    shadow: bool,
    file_pages: u32,
    faults: &mut Vec<CatalogFault>,
    visit: &mut dyn FnMut(FoundRow),
) {
    let tree = if shadow {
        Tree::new(Pgno::FDP_MSO_SHADOW, Objid::MSO_SHADOW)
    } else {
        Tree::new(Pgno::FDP_MSO, Objid::MSO)
    };
    let mut later = Vec::new();
    let mut lv = None;
    let mut leaf = |page: &SharedPage<'_>, faults: &mut Vec<CatalogFault>| {
        leaf_rows(
            pages,
            page,
            &mut Later::Collect(&mut later),
            faults,
            &mut |found| {
                if found.row.kind == RowKind::LongValue && found.row.objid_table == tree.objid {
                    lv = found.row.pgno_fdp().zip(found.row.objid());
                }
                visit(found);
            },
        );
    };
    let mut scan = LeafScan::new(pages, tree, u64::from(file_pages));
    for event in scan.by_ref() {
        match event {
            ScanEvent::Leaf(page) => leaf(&page, faults),
            ScanEvent::Fault(e) => faults.push(e.into()),
        }
    }
    if scan.lost_children() {
        for pgno in salvage(pages, tree, PageFlags::empty(), file_pages, scan.visited()) {
            match pages.shared(pgno) {
                Ok(page) => leaf(&page, faults),
                Err(e) => faults.push(e.into()),
            }
        }
    }
    let lv = lv.map(|(pgno, objid)| LvTree {
        tree: Tree::new(pgno, objid),
    });
    for (pgno, ilines) in later {
        match pages.shared(pgno) {
            Ok(page) => leaf_rows(
                pages,
                &page,
                &mut Later::Resolve(&ilines, lv),
                faults,
                visit,
            ),
            Err(e) => faults.push(e.into()),
        }
    }
}

/// What to do with a row that has a column in the catalog's long-value tree, whose own row may not
/// have been met yet.
enum Later<'a> {
    /// Put it on the list.
    Collect(&'a mut Vec<(Pgno, Vec<usize>)>),
    /// Take these lines only, with the tree.
    Resolve(&'a [usize], Option<LvTree>),
}

fn leaf_rows(
    pages: &dyn Pages,
    page: &SharedPage<'_>,
    later: &mut Later<'_>,
    faults: &mut Vec<CatalogFault>,
    visit: &mut dyn FnMut(FoundRow),
) {
    let pgno = page.pgno();
    let large = pages.page_size().is_large();
    let Ok(view) = page.view() else { return };
    for iline in 0..view.node_count() {
        if let Later::Resolve(ilines, _) = later
            && !ilines.contains(&iline)
        {
            continue;
        }
        let node = match view.node(iline) {
            Ok(node) if node.is_deleted() => continue,
            Ok(node) => node,
            Err(e) => {
                faults.push(page.fault(e).into());
                continue;
            }
        };
        let mut postponed = false;
        let fetch = |_: Fid, value: TaggedValue<'_>| {
            let lv = match later {
                Later::Collect(_) if value.separated => {
                    postponed = true;
                    return Ok(Vec::new());
                }
                Later::Collect(_) => None,
                Later::Resolve(_, lv) => *lv,
            };
            let mut out = Vec::new();
            resolve_into(&value, lv.as_ref(), pages, &mut out).map_err(RowError::Long)?;
            Ok(out)
        };
        let row = RecordView::new(node.data, large)
            .map_err(|e| RowError::Row(e.into()))
            .and_then(|record| CatalogRow::parse(&record, fetch));
        match (row, &mut *later) {
            (_, Later::Collect(list)) if postponed => match list.last_mut() {
                Some((last, ilines)) if *last == pgno => ilines.push(iline),
                _ => list.push((pgno, vec![iline])),
            },
            (Ok(row), _) => visit(FoundRow {
                key: node.key(),
                row,
                pgno,
                iline,
            }),
            (Err(RowError::Row(kind)), _) => faults.push(CatalogFault::Row { pgno, iline, kind }),
            (Err(RowError::Long(kind)), _) => {
                faults.push(CatalogFault::LongValue { pgno, iline, kind });
            }
        }
    }
}
