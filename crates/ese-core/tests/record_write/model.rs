//! Random sets against a model: records as maps from columns to lists of values.
//!
//! The model knows what a set means (jet-api behaviour of records §3), and nothing of how values lie.
#![forbid(unsafe_code)]

use crate::sessions::{delete_unreferenced, rollback, statement, undo};
use crate::table::{Table, column, placed, with_default};
use crate::work_support::Begun;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::format::lv::LvKey;
use ese_core::format::record::{FixedSlot, RecordView};
use ese_core::format::record_build::RecordBuilder;
use ese_core::format::tagged::TaggedValue;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::lv::LvTree;
use ese_core::record::edit::{
    EditKind, LayoutOptions, NewValue, NoLongStore, RecordEdit, RecordLayout, SetFlags, Stored,
    ValuePlace, long_values_of,
};
use ese_core::record::update::{CopyOf, Got, Update, dereference_all};
use ese_core::record::{Column, ColumnValues, column_values};
use ese_core::work::Look;
use std::collections::BTreeMap;

/// What a record holds of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Held {
    /// Said to be NULL.
    Null,
    /// One value or more.
    Values(Vec<Vec<u8>>),
}

/// By column id; a column that is not there has its default, or none.
type Row = BTreeMap<u16, Held>;

fn columns() -> Vec<Column> {
    let none = ColumnFlags::empty();
    let (multi, packed) = (ColumnFlags::MULTI_VALUED, ColumnFlags::COMPRESSED);
    let fixed = [
        Coltyp::Bit,
        Coltyp::UnsignedByte,
        Coltyp::Short,
        Coltyp::Long,
        Coltyp::Currency,
        Coltyp::IeeeSingle,
        Coltyp::IeeeDouble,
        Coltyp::DateTime,
        Coltyp::UnsignedLong,
        Coltyp::LongLong,
        Coltyp::Guid,
        Coltyp::UnsignedShort,
        Coltyp::UnsignedLongLong,
    ];
    let mut all: Vec<Column> = fixed
        .into_iter()
        .zip(1..)
        .map(|(ty, fid)| {
            let len = ty.fixed_bytes().unwrap() as u32;
            let c = column(&format!("f{fid}"), fid, ty, len, none);
            match fid % 4 {
                2 => with_default(c, &vec![7; len as usize]),
                _ => c,
            }
        })
        .collect();
    let mut wide = column("f15", 15, Coltyp::Text, 9, none);
    wide.code_page = 1200;
    all.extend([
        column("f14", 14, Coltyp::Binary, 10, none),
        wide,
        with_default(column("v128", 128, Coltyp::Text, 20, none), b"variable"),
        column("v129", 129, Coltyp::Binary, 255, none),
        with_default(column("v130", 130, Coltyp::Binary, 40, none), &[1, 2, 3]),
        column("v131", 131, Coltyp::Text, 100, ColumnFlags::NOT_NULL),
        column("t256", 256, Coltyp::Long, 4, multi),
        column("t257", 257, Coltyp::Text, 255, multi),
        with_default(column("t258", 258, Coltyp::Text, 255, multi), b"tagged"),
        column("t259", 259, Coltyp::Bit, 1, multi),
        column("t260", 260, Coltyp::Guid, 16, none),
        column("l261", 261, Coltyp::LongBinary, 0, multi),
        column("l262", 262, Coltyp::LongText, 0, packed | multi),
        column("l263", 263, Coltyp::LongBinary, 3000, packed),
        with_default(
            column("l264", 264, Coltyp::LongText, 0, packed),
            b"long text",
        ),
    ]);
    placed(all)
}

/// A set, as the model does it: the row afterwards, or the error.
fn expected(
    row: &Row,
    column: &Column,
    place: ValuePlace,
    value: &[u8],
    flags: SetFlags,
) -> Result<(Row, Stored), JetErr> {
    let mut row = row.clone();
    let empty_is_null = value.is_empty() && !flags.contains(SetFlags::ZERO_LENGTH);
    let mut stored = Stored::All;
    let not_null = column.flags.contains(ColumnFlags::NOT_NULL);
    let fid = column.fid.0;
    if column.fid.is_fixed() || column.fid.is_var() {
        let most = column.fixed_len();
        let is_null = empty_is_null || (column.fid.is_fixed() && value.is_empty());
        if is_null {
            if not_null {
                return Err(JetErr::NULL_INVALID);
            }
            row.insert(fid, Held::Null);
            return Ok((row, stored));
        }
        let mut value = value.to_vec();
        if column.fid.is_var() {
            if value.len() > most {
                value.truncate(most);
                stored = Stored::Truncated;
            }
        } else if column.coltyp.fixed_bytes().is_some() && value.len() != most || value.len() > most
        {
            return Err(JetErr::INVALID_BUFFER_SIZE);
        }
        if column.fid.is_fixed() {
            while value.len() < most {
                let wide = column.code_page == 1200 && value.len() % 2 == 1;
                value.push(match column.coltyp {
                    Coltyp::Text if !wide => b' ',
                    _ => 0,
                });
            }
            if column.coltyp == Coltyp::Bit {
                value = vec![if value[0] == 0 { 0 } else { 0xFF }];
            }
        }
        row.insert(fid, Held::Values(vec![value]));
        return Ok((row, stored));
    }
    let held = row.get(&fid).cloned();
    let mut values = match &held {
        Some(Held::Values(v)) => v.clone(),
        _ => Vec::new(),
    };
    let i = (place.itag as usize).wrapping_sub(1);
    let long = column.coltyp.is_long();
    // A default that nobody set is the first value of a long column.
    let old = match (values.get(i), &held, &column.default) {
        (Some(v), ..) => Some(v.clone()),
        (None, None, Some(d)) if i == 0 && long => Some(d.to_vec()),
        _ => None,
    };
    let partial = SetFlags::APPEND | SetFlags::OVERWRITE | SetFlags::SIZE;
    let part = flags & partial;
    let at = place.offset as usize;
    let new: Option<Vec<u8>> = match (part, &old) {
        _ if !long || part.is_empty() => (!empty_is_null).then(|| value.to_vec()),
        (SetFlags::APPEND, Some(_)) if value.is_empty() => return Ok((row, stored)),
        (SetFlags::APPEND, old) => {
            let mut v = old.clone().unwrap_or_default();
            v.extend_from_slice(value);
            Some(v)
        }
        (SetFlags::OVERWRITE, Some(_)) if value.is_empty() => return Ok((row, stored)),
        (SetFlags::OVERWRITE, Some(old)) => {
            if at > old.len() {
                return Err(JetErr::COLUMN_NO_CHUNK);
            }
            let mut v = old.clone();
            v.resize(v.len().max(at + value.len()), 0);
            v[at..at + value.len()].copy_from_slice(value);
            Some(v)
        }
        (SetFlags::OVERWRITE, None) if at > 0 => return Err(JetErr::COLUMN_NO_CHUNK),
        (SetFlags::OVERWRITE, None) => Some(value.to_vec()),
        (SetFlags::SIZE, _) if value.is_empty() => None,
        (SetFlags::SIZE, old) => {
            let mut v = old.clone().unwrap_or_default();
            v.resize(value.len(), 0);
            Some(v)
        }
        (_, _) if value.is_empty() => None,
        (_, Some(old)) => {
            if at > old.len() {
                return Err(JetErr::COLUMN_NO_CHUNK);
            }
            let mut v = old[..at].to_vec();
            v.extend_from_slice(value);
            Some(v)
        }
        (_, None) if at > 0 => return Err(JetErr::COLUMN_NO_CHUNK),
        (_, None) => Some(value.to_vec()),
    };
    let Some(new) = new else {
        let hides = column.default.is_some() && !flags.contains(SetFlags::REVERT_TO_DEFAULT);
        match (values.len(), &held) {
            (0, None) if place.itag == 1 && hides => {
                row.insert(fid, Held::Null);
            }
            (0, Some(Held::Null)) if flags.contains(SetFlags::REVERT_TO_DEFAULT) => {
                row.remove(&fid);
            }
            (n, _) if i < n && n > 1 => {
                values.remove(i);
                row.insert(fid, Held::Values(values));
            }
            (1, _) if i == 0 && hides => {
                row.insert(fid, Held::Null);
            }
            (1, _) if i == 0 => {
                row.remove(&fid);
            }
            _ => {}
        }
        return Ok((row, stored));
    };
    let exact = column.coltyp.fixed_bytes();
    if column.cb_max > 0 && new.len() > column.cb_max as usize {
        return Err(JetErr::COLUMN_TOO_BIG);
    }
    if !long && !new.is_empty() && exact.is_some_and(|n| n != new.len()) {
        return Err(JetErr::INVALID_BUFFER_SIZE);
    }
    if flags.contains(SetFlags::UNIQUE)
        && (!value.is_empty() || flags.contains(SetFlags::ZERO_LENGTH))
    {
        let mut others = values.iter().enumerate().filter(|(n, _)| *n != i);
        if others.any(|(_, v)| *v == new) {
            return Err(JetErr::MULTI_VALUED_DUPLICATE);
        }
    }
    match i < values.len() {
        true => values[i] = new,
        false => values.push(new),
    }
    row.insert(fid, Held::Values(values));
    Ok((row, stored))
}

/// What a new record holds.
fn fresh(columns: &[Column]) -> Row {
    let last = |of: fn(&Column) -> bool| {
        let with = columns.iter().filter(|c| of(c) && c.default.is_some());
        with.map(|c| c.fid.0).max().unwrap_or(0)
    };
    let (fixed, var) = (last(|c| c.fid.is_fixed()), last(|c| c.fid.is_var()));
    let mut row = Row::new();
    for c in columns.iter().filter(|c| !c.fid.is_tagged()) {
        let most = if c.fid.is_fixed() { fixed } else { var };
        let value = match &c.default {
            _ if c.fid.0 > most => continue,
            Some(d) => Held::Values(vec![d.to_vec()]),
            None => Held::Null,
        };
        row.insert(c.fid.0, value);
    }
    row
}

/// The values of a column as they are read: those of the record, or the default.
fn visible<'a>(row: &'a Row, column: &'a Column) -> Vec<&'a [u8]> {
    match row.get(&column.fid.0) {
        Some(Held::Values(v)) => v.iter().map(Vec::as_slice).collect(),
        Some(Held::Null) => Vec::new(),
        None => column.default.iter().map(|d| &**d).collect(),
    }
}

/// What was not set reads as NULL, whether it is in the record or not.
fn same(a: &Row, b: &Row, columns: &[Column]) -> bool {
    columns.iter().all(|c| visible(a, c) == visible(b, c))
}

struct Run {
    table: Table,
    rng: SeededRng,
    /// Committed records.
    rows: BTreeMap<u32, Row>,
    next: u32,
    refused: BTreeMap<JetErr, u32>,
    /// Sets that needed nothing outside of the record.
    inside: u32,
}

impl Run {
    fn below(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    fn value(&mut self, column: &Column) -> Vec<u8> {
        let len = match (column.coltyp.fixed_bytes(), column.coltyp.is_long()) {
            (Some(n), _) if self.below(12) > 0 => n,
            (Some(n), _) => n + 1 - self.below(3) as usize,
            (None, true) => match self.below(8) {
                0 => 0,
                1..5 => self.below(300) as usize,
                5 | 6 => self.below(4000) as usize,
                _ => self.below(30_000) as usize,
            },
            (None, false) if self.below(4) == 0 => 0,
            (None, false) => self.below(u64::from(column.cb_max) + 3) as usize,
        };
        let kind = self.below(3);
        (0..len)
            .map(|n| match kind {
                0 => b'a' + (n % 23) as u8,
                1 => (self.rng.next_u64() >> 9) as u8,
                _ => (n / 7) as u8,
            })
            .collect()
    }

    fn flags(&mut self, column: &Column) -> SetFlags {
        let mut flags = SetFlags::empty();
        if self.below(3) == 0 {
            flags |= SetFlags::ZERO_LENGTH;
        }
        if self.below(8) == 0 {
            flags |= SetFlags::REVERT_TO_DEFAULT;
        }
        if !column.coltyp.is_long() {
            if column.fid.is_tagged() && self.below(4) == 0 {
                flags |= SetFlags::UNIQUE;
            }
            return flags;
        }
        let hint = [
            SetFlags::empty(),
            SetFlags::empty(),
            SetFlags::SEPARATE,
            SetFlags::INTRINSIC,
            SetFlags::COMPRESSED,
            SetFlags::UNCOMPRESSED,
        ];
        flags |= hint[self.below(6) as usize];
        match self.below(8) {
            0 | 1 => (flags - SetFlags::ZERO_LENGTH) | SetFlags::APPEND,
            2 | 3 => (flags - SetFlags::ZERO_LENGTH) | SetFlags::OVERWRITE,
            4 => (flags - SetFlags::ZERO_LENGTH) | SetFlags::SIZE,
            5 => (flags - SetFlags::ZERO_LENGTH) | SetFlags::SIZE | SetFlags::OVERWRITE,
            6 => flags | SetFlags::UNIQUE,
            _ => flags,
        }
    }

    /// Some sets, each compared with the model.
    fn sets(&mut self, begun: &mut Begun, update: &mut Update, row: &mut Row) {
        for _ in 0..self.below(24) {
            let n = self.below(self.table.columns.len() as u64) as usize;
            let column = self.table.columns[n].clone();
            let value = self.value(&column);
            let flags = self.flags(&column);
            let place = ValuePlace {
                itag: self.below(6).saturating_sub(2) as u32,
                offset: match self.below(3) {
                    0 => 0,
                    _ => self.below(1500) as u32,
                },
            };
            let want = expected(row, &column, place, &value, flags);
            let (table, before) = (&self.table, update.edit().record().to_vec());
            let mut inside = table.update();
            inside.edit_mut().clone_from(update.edit());
            let is_inside = inside.set_inside(&column, NewValue::Bytes(&value), flags);
            let got = statement(&table.bench, begun, |w| {
                let value = NewValue::Bytes(&value);
                update.set(w, &table.source, &column, place, value, flags)
            });
            let what = format!("{} {place:?} {} bytes {flags:?}", column.name, value.len());
            // What can be set without a look outside gives the same record.
            match is_inside {
                Ok(Some(stored)) => {
                    assert_eq!(got.as_ref().ok(), Some(&stored), "{what}");
                    assert_eq!(inside.edit().record(), update.edit().record(), "{what}");
                    assert_eq!(inside.edit().touched(), update.edit().touched(), "{what}");
                    self.inside += 1;
                }
                Ok(None) => assert_eq!(inside.edit().record(), before, "{what}"),
                Err(e) => {
                    let same = got.as_ref().err().map(HasJetErr::jet_err);
                    assert_eq!(same, Some(e.jet_err()), "{what}");
                }
            }
            match (got, want) {
                (Ok(stored), Ok((after, wanted))) => {
                    assert_eq!(stored, wanted, "{what}");
                    *row = after;
                }
                (Err(e), Err(wanted)) => {
                    assert_eq!(e.jet_err(), wanted, "{what}");
                    *self.refused.entry(wanted).or_default() += 1;
                }
                (Err(e), Ok(_)) if e.jet_err() == JetErr::RECORD_TOO_BIG => {
                    assert_eq!(update.edit().record(), before, "{what}");
                    *self.refused.entry(e.jet_err()).or_default() += 1;
                }
                (got, want) => panic!("{what}: {got:?}, not {want:?}"),
            }
            self.is_well_built(update.edit().record());
            let seen = self.copy_of(update, &self.table.look(begun));
            self.assert_same(&seen, row, &what);
        }
    }

    /// Taken apart and put together again it is the same.
    fn is_well_built(&self, record: &[u8]) {
        assert!(record.len() <= self.table.layout.record_most());
        let fixed = self.table.columns.iter().filter(|c| c.fid.is_fixed());
        let slots: Vec<FixedSlot> = fixed
            .map(|c| FixedSlot {
                fid: c.fid,
                offset: c.offset,
                len: c.fixed_len() as u16,
            })
            .collect();
        let large = self.table.bench.db.trees.page_size().is_large();
        let view = RecordView::new(record, large).unwrap();
        let mut again = Vec::new();
        let built = RecordBuilder::from_view(&view, &slots).unwrap();
        built.build(&mut again).unwrap();
        assert_eq!(again, record);
    }

    fn assert_same(&self, seen: &Row, row: &Row, what: &str) {
        if same(seen, row, &self.table.columns) {
            return;
        }
        for c in &self.table.columns {
            assert_eq!(visible(seen, c), visible(row, c), "{what}: {}", c.name);
        }
    }

    /// A record as the copy buffer shows it.
    fn copy_of(&self, update: &mut Update, look: &Look<'_>) -> Row {
        let mut row = Row::new();
        for c in &self.table.columns {
            let mut values = Vec::new();
            for itag in 1.. {
                let mut out = Vec::new();
                let place = ValuePlace { itag, offset: 0 };
                let got = update
                    .get(look, &self.table.source, c, place, usize::MAX, &mut out)
                    .unwrap();
                match got {
                    Got::Null => break,
                    Got::Value(n) => assert_eq!(n, out.len() as u64),
                }
                values.push(out);
                if !c.fid.is_tagged() {
                    break;
                }
            }
            row.insert(
                c.fid.0,
                if values.is_empty() {
                    Held::Null
                } else {
                    Held::Values(values)
                },
            );
        }
        row
    }

    /// A stored record, by the readers.
    fn read(&self, record: &[u8], look: &Look<'_>) -> Row {
        let large = self.table.bench.db.trees.page_size().is_large();
        let view = RecordView::new(record, large).unwrap();
        let mut long = self.table.long_values();
        let mut row = Row::new();
        for c in &self.table.columns {
            let mut plain = |v: TaggedValue<'_>| {
                let mut out = Vec::new();
                if v.separated {
                    let lid = ese_core::format::lv::Lid::from_record(v.bytes).unwrap();
                    long.as_mut()
                        .unwrap()
                        .read_into(look, lid, &mut out)
                        .unwrap();
                } else {
                    let none: Option<&LvTree> = None;
                    let pages = look.pages();
                    ese_core::lv::resolve_into(&v, none, pages, &mut out).unwrap();
                }
                out
            };
            let values = match column_values(&view, c).unwrap() {
                ColumnValues::Null => Vec::new(),
                ColumnValues::Default(d) => vec![d.to_vec()],
                ColumnValues::One(v) => vec![plain(v)],
                ColumnValues::Many(m) => m.values().map(|v| plain(v.unwrap())).collect(),
            };
            row.insert(
                c.fid.0,
                if values.is_empty() {
                    Held::Null
                } else {
                    Held::Values(values)
                },
            );
        }
        row
    }

    /// One transaction with one update.
    fn step(&mut self) {
        let mut begun = self.table.bench.begin(3);
        let mut update = self.table.update();
        let any = self.rows.len() as u64;
        let pick = |me: &mut Self| {
            let n = me.below(any) as usize;
            let (key, row) = me.rows.iter().nth(n).unwrap();
            let key_bytes = key.to_be_bytes();
            let record = me.table.all(&me.table.latest())[&key_bytes.to_vec()].clone();
            (*key, row.clone(), record)
        };
        let records = std::sync::Arc::clone(&self.table.records);
        let mut after = self.rows.clone();
        match self.below(8) {
            0..3 => {
                update.begin_insert(EditKind::Insert);
                let mut row = fresh(&self.table.columns);
                self.sets(&mut begun, &mut update, &mut row);
                let key = self.next;
                self.next += 1;
                let record = update.edit().record().to_vec();
                self.table.bench.work(&begun, |w| {
                    let key = key.to_be_bytes();
                    w.writer().insert(&records, &key, &record).unwrap();
                });
                after.insert(key, row);
            }
            3..5 if any > 0 => {
                let (key, mut row, record) = pick(self);
                update
                    .begin_replace(&records, &key.to_be_bytes(), &record)
                    .unwrap();
                self.sets(&mut begun, &mut update, &mut row);
                let new = update.edit().record().to_vec();
                if self.below(5) == 0 {
                    // Not wanted any more: nothing is different.
                    if let Some(scope) = update.cancel() {
                        undo(&self.table.bench, &mut begun, scope);
                    }
                } else {
                    // What was there before the update can still be seen.
                    let look = self.table.look(&begun);
                    let look = match update.number() {
                        Some(n) => look.before_update(n),
                        None => look,
                    };
                    let seen = self.read(&record, &look);
                    self.assert_same(&seen, &self.rows[&key], "before the update");
                    self.table.bench.work(&begun, |w| {
                        let key = key.to_be_bytes();
                        w.writer().replace(&records, &key, &new).unwrap();
                    });
                    after.insert(key, row);
                }
            }
            5 | 6 if any > 0 => {
                let (old, mut row, record) = pick(self);
                let copy = match self.below(2) {
                    0 => CopyOf::Kept,
                    _ => CopyOf::Replaced,
                };
                let source = &self.table.source;
                let begin = statement(&self.table.bench, &mut begun, |w| {
                    update.begin_copy(w, source, &record, copy)
                });
                begin.unwrap();
                self.sets(&mut begun, &mut update, &mut row);
                let new = update.edit().record().to_vec();
                let key = self.next;
                self.next += 1;
                self.table.bench.work(&begun, |w| {
                    let key = key.to_be_bytes();
                    w.writer().insert(&records, &key, &new).unwrap();
                    if copy == CopyOf::Replaced {
                        let key = old.to_be_bytes();
                        let bookmark = ese_core::trx::Bookmark {
                            key: &key,
                            data: &[],
                        };
                        w.writer().flag_delete(&records, bookmark).unwrap();
                    }
                });
                after.insert(key, row);
                if copy == CopyOf::Replaced {
                    after.remove(&old);
                }
            }
            7 if any > 0 => {
                let (key, _, record) = pick(self);
                let mut long = self.table.long_values();
                self.table.bench.work(&begun, |w| {
                    dereference_all(w, long.as_mut(), &record).unwrap();
                    let key = key.to_be_bytes();
                    let bookmark = ese_core::trx::Bookmark {
                        key: &key,
                        data: &[],
                    };
                    w.writer().flag_delete(&records, bookmark).unwrap();
                });
                after.remove(&key);
            }
            _ => {}
        }
        // Somebody who came before sees what was there before.
        if self.below(6) == 0 {
            self.check(&self.table.latest());
        }
        if self.below(4) == 0 {
            rollback(&self.table.bench, begun);
        } else {
            self.table.bench.commit(begun);
            self.rows = after;
        }
    }

    /// All records, and the references between them and their long values.
    fn check(&self, look: &Look<'_>) {
        let records = self.table.all(look);
        let keys: Vec<_> = self.rows.keys().map(|k| k.to_be_bytes().to_vec()).collect();
        assert_eq!(records.keys().cloned().collect::<Vec<_>>(), keys);
        let large = self.table.bench.db.trees.page_size().is_large();
        for (record, (key, row)) in records.values().zip(&self.rows) {
            let seen = self.read(record, look);
            self.assert_same(&seen, row, &format!("record {key}"));
            let view = RecordView::new(record, large).unwrap();
            long_values_of(&view).unwrap();
        }
    }

    fn counts_are_right(&self) {
        let look = self.table.latest();
        let large = self.table.bench.db.trees.page_size().is_large();
        let mut want: BTreeMap<u64, u32> = BTreeMap::new();
        for record in self.table.all(&look).values() {
            let view = RecordView::new(record, large).unwrap();
            for lid in long_values_of(&view).unwrap() {
                *want.entry(lid.value()).or_default() += 1;
            }
        }
        assert_eq!(self.table.counts(&look), want);
        // No chunk without a root.
        for (key, _) in self.table.long_nodes(&look) {
            if let LvKey::Chunk { lid, .. } = key {
                assert!(want.contains_key(&lid.value()), "{lid}");
            }
        }
    }
}

fn run(page_size: PageSize, seed: u64, steps: u32) -> BTreeMap<JetErr, u32> {
    let mut run = Run {
        table: Table::new(page_size, columns()),
        rng: SeededRng::new(seed),
        rows: BTreeMap::new(),
        next: 1,
        refused: BTreeMap::new(),
        inside: 0,
    };
    let mut gone = 0;
    for step in 0..steps {
        run.step();
        if step % 16 == 15 {
            run.check(&run.table.latest());
            if let Some(mut values) = run.table.long_values() {
                gone += delete_unreferenced(&run.table.bench, &mut values, 2);
            }
        }
    }
    // Twice: what a first pass let go makes the second's work visible.
    let mut values = run.table.long_values().unwrap();
    gone += delete_unreferenced(&run.table.bench, &mut values, 3);
    assert!(gone > 0);
    run.check(&run.table.latest());
    run.counts_are_right();
    run.table.bench.world.finish_creation();
    run.table.bench.world.replays();
    assert!(run.inside > 0, "nothing was set inside");
    run.refused
}

#[test]
fn records_hold_what_the_model_holds() {
    let mut refused: BTreeMap<JetErr, u32> = BTreeMap::new();
    for (page_size, seed) in [
        (PageSize::K4, 11),
        (PageSize::K8, 12),
        (PageSize::K16, 13),
        (PageSize::K32, 14),
        (PageSize::K4, 15),
    ] {
        for (e, n) in run(page_size, seed, 96) {
            *refused.entry(e).or_default() += n;
        }
    }
    for e in [
        JetErr::NULL_INVALID,
        JetErr::INVALID_BUFFER_SIZE,
        JetErr::COLUMN_NO_CHUNK,
        JetErr::COLUMN_TOO_BIG,
        JetErr::MULTI_VALUED_DUPLICATE,
    ] {
        assert!(refused.contains_key(&e), "{e}: {refused:?}");
    }
}

#[test]
fn a_damaged_record_is_refused_or_stays_a_record() {
    let columns = columns();
    let mut taken = 0;
    for page_size in [PageSize::K4, PageSize::K32] {
        let options = LayoutOptions::new(page_size, None);
        let layout = std::sync::Arc::new(RecordLayout::new(&columns, &options));
        let mut edit = RecordEdit::new(std::sync::Arc::clone(&layout));
        let mut rng = SeededRng::new(77);
        let place = |itag| ValuePlace { itag, offset: 0 };
        let set = |edit: &mut RecordEdit, n: u64, value: &[u8], itag| {
            let column = &columns[n as usize % columns.len()];
            let value = NewValue::Bytes(value);
            edit.set(
                &mut NoLongStore,
                column,
                place(itag),
                value,
                SetFlags::INTRINSIC,
            )
        };
        for round in 0..4000u64 {
            edit.begin_insert(EditKind::Insert);
            for n in 0..round % 12 {
                let _ = set(&mut edit, round * 7 + n, &[n as u8; 16], 0);
            }
            let mut bytes = edit.record().to_vec();
            for _ in 0..=rng.below(3) {
                let at = rng.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << rng.below(8);
            }
            bytes.truncate(bytes.len() - rng.below(3) as usize);
            if edit.begin_with(EditKind::Replace, &bytes, false).is_err() {
                continue;
            }
            taken += 1;
            for n in 0..20 {
                let value = vec![n as u8; rng.below(30) as usize];
                let (column, itag) = (rng.below(64), rng.below(4) as u32);
                let _ = set(&mut edit, column, &value, itag);
                let view = edit.view().unwrap();
                assert!(
                    view.tagged()
                        .all(|c| c.is_ok_and(|c| c.value_count().is_ok()))
                );
                let most = layout.record_most().max(bytes.len());
                assert!(edit.record().len() <= most);
            }
        }
    }
    assert!(taken > 2000, "{taken}");
}
