//! The plain model: tables as maps of rows, rows as maps of values, and what setting a column does.
//!
//! Nothing here knows how the engine stores anything. Source: jet-api behaviour of records §3.
#![forbid(unsafe_code)]

use ese_core::catalog::write::{ColumnBits, ColumnDef, IndexBits, IndexDefinition, KeyColumn};
use ese_core::error::JetErr;
use ese_core::format::ids::Coltyp;
use ese_core::record::edit::SetFlags;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Number of a table in the world, of a column or an index in its table; a new name keeps it.
pub type Uid = u32;
/// The value of the column `id`: names a row.
pub type Id = i32;
/// The column `id`, and the index over it.
pub const ID: Uid = 0;
pub const BY_ID: Uid = 1;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Fixed,
    Variable,
    Tagged,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub uid: Uid,
    pub name: String,
    pub coltyp: Coltyp,
    pub code_page: u16,
    /// Most bytes as asked for.
    pub cb_max: u32,
    pub bits: ColumnBits,
    pub default: Option<Vec<u8>>,
}

impl Column {
    pub fn has(&self, bits: ColumnBits) -> bool {
        self.bits.intersects(bits)
    }

    pub fn is_long(&self) -> bool {
        self.coltyp.is_long()
    }

    pub fn class(&self) -> Class {
        match () {
            () if self.is_long() || self.has(ColumnBits::TAGGED) => Class::Tagged,
            () if self.coltyp.fixed_bytes().is_some() || self.has(ColumnBits::FIXED) => {
                Class::Fixed
            }
            () => Class::Variable,
        }
    }

    /// Most bytes of a value, `None` for no limit.
    pub fn most(&self) -> Option<usize> {
        match (self.coltyp.fixed_bytes(), self.cb_max as usize) {
            (Some(bytes), _) => Some(bytes),
            (None, 0) if self.is_long() => None,
            (None, 0) => Some(255),
            (None, n) => Some(n),
        }
    }

    /// The engine sets it.
    pub fn is_special(&self) -> bool {
        self.has(ColumnBits::VERSION | ColumnBits::AUTOINCREMENT | ColumnBits::ESCROW_UPDATE)
    }

    pub fn def(&self) -> ColumnDef {
        ColumnDef {
            name: self.name.clone(),
            coltyp: self.coltyp as u32,
            code_page: self.code_page,
            cb_max: self.cb_max,
            bits: self.bits,
            default: self.default.clone(),
            user_default: None,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    pub uid: Uid,
    pub name: String,
    /// Columns of the key, and whether they descend.
    pub key: Vec<(Uid, bool)>,
    /// Columns that must be NULL (`true`), or must not.
    pub conditions: Vec<(Uid, bool)>,
    pub bits: IndexBits,
    pub unicode: Option<(String, u32)>,
    pub var_seg_mac: u32,
    /// 0 for the usual one.
    pub key_most: u32,
}

impl Index {
    pub fn has(&self, bits: IndexBits) -> bool {
        self.bits.intersects(bits)
    }

    pub fn is_unique(&self) -> bool {
        self.has(IndexBits::UNIQUE | IndexBits::PRIMARY)
    }

    pub fn is_primary(&self) -> bool {
        self.has(IndexBits::PRIMARY)
    }

    pub fn uses(&self, column: Uid) -> bool {
        let key = self.key.iter().map(|k| k.0);
        let mut all = key.chain(self.conditions.iter().map(|c| c.0));
        all.any(|c| c == column)
    }

    pub fn def(&self, table: &Table) -> IndexDefinition {
        let name = |uid: Uid| {
            table
                .column(uid)
                .expect("a column of the index")
                .name
                .clone()
        };
        IndexDefinition {
            name: self.name.clone(),
            key: self
                .key
                .iter()
                .map(|&(uid, descending)| KeyColumn {
                    name: name(uid),
                    descending,
                })
                .collect(),
            bits: self.bits,
            unicode: self.unicode.clone(),
            var_seg_mac: self.var_seg_mac,
            key_most: self.key_most,
            conditions: self
                .conditions
                .iter()
                .map(|&(uid, null)| ese_core::catalog::write::ConditionDef {
                    name: name(uid),
                    bits: if null { 1 } else { 2 },
                })
                .collect(),
            ..IndexDefinition::default()
        }
    }
}

/// What a row holds of a column. Not there at all: its default, or NULL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Null,
    Values(Vec<Vec<u8>>),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Rows without a primary index are in this order.
    pub serial: u64,
    pub cells: BTreeMap<Uid, Cell>,
}

impl Row {
    /// All values of a column; none for NULL.
    pub fn values<'a>(&'a self, column: &'a Column) -> Vec<&'a [u8]> {
        match self.cells.get(&column.uid) {
            None => column.default.as_deref().into_iter().collect(),
            Some(Cell::Null) => Vec::new(),
            Some(Cell::Values(values)) => values.iter().map(Vec::as_slice).collect(),
        }
    }

    /// Bytes that may have to lie in the record, roughly and at most.
    pub fn weight(&self, table: &Table) -> usize {
        let one = |column: &Column| -> usize {
            let most = match column.is_long() {
                true => 9,
                false => usize::MAX,
            };
            let values = self.values(column);
            let bytes: usize = values.iter().map(|v| 3 + v.len().min(most)).sum();
            6 + bytes.max(column.coltyp.fixed_bytes().unwrap_or(0))
        };
        table.columns.iter().map(one).sum()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub uid: Uid,
    pub name: String,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    /// Indexes that a transaction has deleted: until it ends they forbid what they forbade, as a
    /// rollback brings them back.
    pub ghosts: Vec<Index>,
    pub rows: BTreeMap<Id, Arc<Row>>,
    /// The next column's or index's number.
    pub next: Uid,
}

impl Table {
    pub fn column(&self, uid: Uid) -> Option<&Column> {
        self.columns.iter().find(|c| c.uid == uid)
    }

    /// All indexes that a change of a row has to respect.
    pub fn guards(&self) -> impl Iterator<Item = &Index> {
        let there = |i: &&Index| i.key.iter().all(|k| self.column(k.0).is_some());
        self.indexes.iter().chain(self.ghosts.iter().filter(there))
    }

    pub fn primary(&self) -> Option<&Index> {
        self.indexes.iter().find(|i| i.is_primary())
    }

    pub fn special(&self, bit: ColumnBits) -> Option<&Column> {
        self.columns.iter().find(|c| c.has(bit))
    }
}

/// What somebody sees of a database.
pub type View = BTreeMap<Uid, Arc<Table>>;

/// One call that sets a column.
#[derive(Clone, Debug)]
pub struct Set {
    pub column: Uid,
    pub itag: u32,
    pub offset: u32,
    pub value: Option<Vec<u8>>,
    pub flags: SetFlags,
}

/// What a set does to a row; `replacing` is a replace.
pub fn apply(row: &mut Row, column: &Column, set: &Set, replacing: bool) -> Result<(), JetErr> {
    let not_null = column.has(ColumnBits::NOT_NULL);
    let no_null = || match not_null {
        true => Err(JetErr::NULL_INVALID),
        false => Ok(()),
    };
    if column.has(ColumnBits::AUTOINCREMENT) || (column.has(ColumnBits::VERSION) && replacing) {
        return Err(JetErr::INVALID_COLUMN_TYPE);
    }
    let value = set.value.as_deref();
    let cell = match (column.class(), value) {
        (Class::Fixed, None | Some([])) | (Class::Variable, None) => {
            no_null()?;
            Cell::Null
        }
        (Class::Fixed, Some(value)) => Cell::Values(vec![fixed(column, value)?]),
        (Class::Variable, Some(value)) => {
            let most = column.most().unwrap_or(usize::MAX);
            Cell::Values(vec![value[..value.len().min(most)].to_vec()])
        }
        (Class::Tagged, _) => match column.is_long() {
            true => return set_long(row, column, set),
            false => return set_short(row, column, set),
        },
    };
    row.cells.insert(column.uid, cell);
    Ok(())
}

/// The value of a fixed column as it is stored.
pub fn fixed(column: &Column, value: &[u8]) -> Result<Vec<u8>, JetErr> {
    let size = column.most().expect("a fixed column has a size");
    let padded = |with: u8| {
        let mut bytes = value.to_vec();
        bytes.resize(size, with);
        bytes
    };
    match column.coltyp {
        Coltyp::Bit if value.len() == 1 => Ok(vec![if value[0] == 0 { 0 } else { 0xFF }]),
        _ if value.len() == size => Ok(value.to_vec()),
        Coltyp::Binary if value.len() < size => Ok(padded(0)),
        Coltyp::Text if value.len() < size && column.code_page != 1200 => Ok(padded(b' ')),
        _ => Err(JetErr::INVALID_BUFFER_SIZE),
    }
}

fn stored<'r>(row: &'r Row, column: &Column) -> &'r [Vec<u8>] {
    match row.cells.get(&column.uid) {
        Some(Cell::Values(values)) => values,
        _ => &[],
    }
}

fn check_unique(row: &Row, column: &Column, set: &Set) -> Result<(), JetErr> {
    let (true, Some(value)) = (set.flags.contains(SetFlags::UNIQUE), &set.value) else {
        return Ok(());
    };
    let mut others = (1..).zip(stored(row, column));
    match others.any(|(i, v)| i != set.itag && v == value) {
        true => Err(JetErr::MULTI_VALUED_DUPLICATE),
        false => Ok(()),
    }
}

fn put(row: &mut Row, column: &Column, itag: u32, value: Vec<u8>) {
    let mut values = stored(row, column).to_vec();
    match (itag as usize).checked_sub(1) {
        Some(i) if i < values.len() => values[i] = value,
        _ => values.push(value),
    }
    row.cells.insert(column.uid, Cell::Values(values));
}

fn remove(row: &mut Row, column: &Column, set: &Set) {
    let revert = set.flags.contains(SetFlags::REVERT_TO_DEFAULT);
    let hides = column.default.is_some() && !revert;
    let place = (set.itag as usize).checked_sub(1);
    match row.cells.get_mut(&column.uid) {
        None if hides && set.itag == 1 => {
            row.cells.insert(column.uid, Cell::Null);
        }
        None => {}
        Some(Cell::Null) if revert => {
            row.cells.remove(&column.uid);
        }
        Some(Cell::Null) => {}
        Some(Cell::Values(values)) => {
            let Some(i) = place.filter(|&i| i < values.len()) else {
                return;
            };
            values.remove(i);
            if values.is_empty() {
                row.cells.remove(&column.uid);
                if hides {
                    row.cells.insert(column.uid, Cell::Null);
                }
            }
        }
    }
}

fn set_short(row: &mut Row, column: &Column, set: &Set) -> Result<(), JetErr> {
    let Some(value) = &set.value else {
        if column.has(ColumnBits::NOT_NULL) {
            return Err(JetErr::NULL_INVALID);
        }
        remove(row, column, set);
        return Ok(());
    };
    let most = column.most().expect("no long column");
    if value.len() > most {
        return Err(JetErr::COLUMN_TOO_BIG);
    }
    if !value.is_empty()
        && column
            .coltyp
            .fixed_bytes()
            .is_some_and(|n| n != value.len())
    {
        return Err(JetErr::INVALID_BUFFER_SIZE);
    }
    check_unique(row, column, set)?;
    put(row, column, set.itag, value.clone());
    Ok(())
}

fn set_long(row: &mut Row, column: &Column, set: &Set) -> Result<(), JetErr> {
    check_unique(row, column, set)?;
    let bytes = set.value.as_deref().unwrap_or(&[]);
    let operation = SetFlags::APPEND | SetFlags::OVERWRITE | SetFlags::SIZE;
    let operation = set.flags & operation;
    // The API takes a value without bytes for one, not for NULL.
    let zero = set.value.as_ref().is_some_and(Vec::is_empty);
    // A default that nobody set is the first value.
    let shown = row.values(column);
    let place = (set.itag as usize).checked_sub(1);
    let old = place.and_then(|i| shown.get(i)).map(|v| v.to_vec());
    let offset = set.offset as usize;
    let too_far = |old: &Vec<u8>| offset > old.len();
    let new = match (operation, bytes.len(), old) {
        _ if zero && (operation.is_empty() || operation == SetFlags::SIZE) => Vec::new(),
        (SetFlags::APPEND | SetFlags::OVERWRITE, 0, Some(_)) if !zero => return Ok(()),
        (SetFlags::APPEND, 0, None) if !zero => Vec::new(),
        (SetFlags::OVERWRITE, 0, None) if !zero => match offset {
            0 => Vec::new(),
            _ => return Err(JetErr::COLUMN_NO_CHUNK),
        },
        (_, 0, _) => {
            if column.has(ColumnBits::NOT_NULL) {
                return Err(JetErr::NULL_INVALID);
            }
            remove(row, column, set);
            return Ok(());
        }
        (SetFlags::APPEND, _, Some(old)) => [&old, bytes].concat(),
        (o, _, None) if o.contains(SetFlags::OVERWRITE) && offset > 0 => {
            return Err(JetErr::COLUMN_NO_CHUNK);
        }
        (o, _, Some(old)) if o.contains(SetFlags::OVERWRITE) => {
            if too_far(&old) {
                return Err(JetErr::COLUMN_NO_CHUNK);
            }
            let end = offset + bytes.len();
            let tail = old.get(end..).unwrap_or(&[]);
            let tail = if o == SetFlags::OVERWRITE { tail } else { &[] };
            [&old[..offset], bytes, tail].concat()
        }
        (SetFlags::SIZE, n, Some(mut old)) => {
            old.resize(n, 0);
            old
        }
        (SetFlags::SIZE, n, None) => vec![0; n],
        _ => bytes.to_vec(),
    };
    if column.most().is_some_and(|most| new.len() > most) {
        return Err(JetErr::COLUMN_TOO_BIG);
    }
    put(row, column, set.itag, new);
    Ok(())
}
