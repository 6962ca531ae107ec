//! A table as the catalog describes it: columns, indexes, trees.
//!
//! A schema is immutable and shared; columns are found by name, by id and by what a record holds.
//!
//! Invariant: a table derived from a template lists the template's columns before its own, marked
//! [`Column::derived`].
#![forbid(unsafe_code)]

use crate::btree::Tree;
use crate::format::catalog_row::{
    ColumnFlags, IdxFlagsEx, IndexFlags, IndexSegment, SpaceHints, TableFlags, TupleLimits,
};
use crate::format::ids::{Fid, Objid, Pgno};
use crate::lv::LvTree;
use crate::record::Column;
use std::collections::HashMap;

/// One index of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Name as stored.
    pub name: String,
    /// Object id of its tree; of the primary index the table's own.
    pub objid: Objid,
    /// Root of its tree; of the primary index the table's own.
    pub pgno_fdp: Pgno,
    /// Unique, primary, null rules and so on.
    pub flags: IndexFlags,
    /// The newer flags.
    pub flags_ex: IdxFlagsEx,
    /// Key segments in order.
    pub segments: Vec<IndexSegment>,
    /// Columns whose NULL or not-NULL decides whether a record is indexed.
    pub conditional: Vec<IndexSegment>,
    /// Key limit in bytes.
    pub key_most: u16,
    /// Limit of one variable segment in bytes.
    pub var_seg_mac: u16,
    /// Limits of a tuple index.
    pub tuple: Option<TupleLimits>,
    /// LCMapString flags of Unicode text.
    pub lcmap_flags: u32,
    /// Locale name of Unicode text, such as `en-US`.
    pub locale: Option<String>,
    /// Sort GUID in memory order.
    pub sort_id: Option<[u8; 16]>,
    /// NLS version of the keys.
    pub version: Option<u64>,
    /// Density in percent.
    pub density: u32,
}

impl Index {
    /// The tree.
    #[must_use]
    pub fn tree(&self) -> Tree {
        Tree::new(self.pgno_fdp, self.objid)
    }

    /// `true` for the index that holds the records.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.flags.contains(IndexFlags::PRIMARY)
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableSchema {
    /// Name as stored.
    pub name: String,
    /// Object id.
    pub objid: Objid,
    /// Root of its tree of records.
    pub pgno_fdp: Pgno,
    /// System table, template, derived.
    pub flags: TableFlags,
    /// Density in percent.
    pub density: u32,
    /// Initial pages as asked for; 0 = 1.
    pub initial_pages: u32,
    /// Name of the template table.
    pub template: Option<String>,
    /// Long-value chunk size where it is not the page size's own.
    pub lv_chunk_max: Option<u32>,
    /// Bytes from which long values are separated by themselves, where it is not the usual number.
    pub separate_lv: Option<u32>,
    /// How trees are to grow that their rows say something about (JET_SPACEHINTS), by their roots.
    pub growth: Vec<(Pgno, SpaceHints)>,
    /// The same of the tree of long values, whenever it is made.
    pub lv_growth: Option<SpaceHints>,
    /// FILETIME when the root page was last set (newer files).
    pub fdp_last_set: Option<u64>,
    /// Tree of the separated long values.
    pub lv: Option<LvTree>,
    /// Indexes, the primary first where there is one.
    pub indexes: Vec<Index>,
    columns: Vec<Column>,
    by_name: HashMap<Box<str>, usize>,
    /// Per level (own, template) the place of each column by id, `NO_PLACE` where there is none.
    by_id: [Vec<u32>; 2],
    by_byte_order: Vec<usize>,
    rank: Vec<usize>,
    /// Places of the fixed and variable columns in byte order of their names.
    untagged: Vec<usize>,
}

/// Columns among which a name is sought one by one.
const COLUMNS_FEW: usize = 16;
/// "No column with this id".
const NO_PLACE: u32 = u32::MAX;

/// Names are ASCII and compared without regard to case.
pub(crate) fn fold(name: &str) -> Box<str> {
    name.to_ascii_lowercase().into()
}

impl TableSchema {
    /// A table without columns and indexes.
    #[must_use]
    pub fn new(name: String, objid: Objid, pgno_fdp: Pgno) -> Self {
        Self {
            name,
            objid,
            pgno_fdp,
            flags: TableFlags::empty(),
            density: 80,
            initial_pages: 0,
            template: None,
            lv_chunk_max: None,
            separate_lv: None,
            growth: Vec::new(),
            lv_growth: None,
            fdp_last_set: None,
            lv: None,
            indexes: Vec::new(),
            columns: Vec::new(),
            by_name: HashMap::new(),
            by_id: [Vec::new(), Vec::new()],
            by_byte_order: Vec::new(),
            rank: Vec::new(),
            untagged: Vec::new(),
        }
    }

    /// Gives the table its columns.
    pub fn set_columns(&mut self, columns: Vec<Column>) {
        self.by_name = columns
            .iter()
            .enumerate()
            .map(|(i, c)| (fold(&c.name), i))
            .collect();
        self.by_id = [Vec::new(), Vec::new()];
        for (place, column) in columns.iter().enumerate() {
            let level = &mut self.by_id[usize::from(column.derived)];
            let fid = usize::from(column.fid.0);
            if level.len() <= fid {
                level.resize(fid + 1, NO_PLACE);
            }
            level[fid] = u32::try_from(place).unwrap_or(NO_PLACE);
        }
        self.by_byte_order = (0..columns.len()).collect();
        self.by_byte_order
            .sort_by(|&a, &b| columns[a].name.as_bytes().cmp(columns[b].name.as_bytes()));
        self.rank = vec![0; columns.len()];
        for (rank, &i) in self.by_byte_order.iter().enumerate() {
            self.rank[i] = rank;
        }
        self.untagged = self
            .by_byte_order
            .iter()
            .copied()
            .filter(|&i| !columns[i].fid.is_tagged())
            .collect();
        self.columns = columns;
    }

    /// The tree of records.
    #[must_use]
    pub fn tree(&self) -> Tree {
        Tree::new(self.pgno_fdp, self.objid)
    }

    /// All columns: fixed, variable, tagged by id, the template's first.
    #[inline]
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by name, ASCII case ignored.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(self.place_of_name(name)?)
    }

    /// Place in [`Self::columns`] of a column by name, ASCII case ignored.
    #[must_use]
    pub fn place_of_name(&self, name: &str) -> Option<usize> {
        // Mostly as it is stored, and of a few: then nothing is put together to ask with.
        if self.columns.len() <= COLUMNS_FEW
            && let Some(place) = self.columns.iter().rposition(|c| c.name == name)
        {
            return Some(place);
        }
        self.by_name.get(&fold(name)).copied()
    }

    /// Place in [`Self::columns`] of a column by id.
    #[inline]
    #[must_use]
    pub fn column_place(&self, fid: Fid, derived: bool) -> Option<usize> {
        let place = *self.by_id[usize::from(derived)].get(usize::from(fid.0))?;
        (place != NO_PLACE).then_some(place as usize)
    }

    /// A column by id.
    #[must_use]
    pub fn column_by_fid(&self, fid: Fid, derived: bool) -> Option<&Column> {
        self.columns.get(self.column_place(fid, derived)?)
    }

    /// Places of the columns in byte order of their names.
    #[must_use]
    pub fn columns_by_name(&self) -> &[usize] {
        &self.by_byte_order
    }

    /// Places of the fixed and variable columns in byte order of their names.
    #[must_use]
    pub fn untagged(&self) -> &[usize] {
        &self.untagged
    }

    /// Rank of a column (by its place) in byte order of the names.
    #[must_use]
    pub fn name_rank(&self, place: usize) -> usize {
        self.rank.get(place).copied().unwrap_or(usize::MAX)
    }

    /// An index by name, ASCII case ignored.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes
            .iter()
            .find(|i| i.name.eq_ignore_ascii_case(name))
    }

    /// The index that holds the records, if the table has one.
    #[must_use]
    pub fn primary(&self) -> Option<&Index> {
        self.indexes.iter().find(|i| i.is_primary())
    }

    /// The column that numbers the records, if there is one.
    #[must_use]
    pub fn auto_increment(&self) -> Option<&Column> {
        let mut columns = self.columns.iter();
        columns.find(|c| c.flags.contains(ColumnFlags::AUTOINCREMENT))
    }

    /// `true` for the engine's own tables.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.flags
            .intersects(TableFlags::SYSTEM | TableFlags::SYSTEM_DYNAMIC_DDL)
    }

    /// How a segment reads: `+name` or `-name`.
    #[must_use]
    pub fn segment_text(&self, s: &IndexSegment) -> String {
        let sign = if s.descending { '-' } else { '+' };
        let derived = s.template && self.flags.contains(TableFlags::DERIVED);
        match self.column_by_fid(s.fid, derived) {
            Some(c) => format!("{sign}{}", c.name),
            None => format!("{sign}#{}", s.fid.0),
        }
    }
}
