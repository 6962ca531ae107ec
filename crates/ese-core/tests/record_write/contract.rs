//! What sets mean, case by case: jet-api behaviour of records §3, as recorded from the original
//! (record-set-sizes, record-limits, lv-set-ops).
#![forbid(unsafe_code)]

use crate::sessions::statement;
use crate::table::{Table, column, placed, with_default};
use crate::work_support::Begun;
use ese_core::btree::write::{Author, Scratch};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::format::log_record::LrFlags;
use ese_core::record::edit::{EditKind, NewValue, SetFlags, Stored, ValuePlace};
use ese_core::record::update::{Got, Update};
use ese_core::record::{Column, ColumnValues};
use ese_core::work::Work;

fn columns() -> Vec<Column> {
    let none = ColumnFlags::empty();
    let multi = ColumnFlags::MULTI_VALUED;
    let mut all = vec![
        column("number", 1, Coltyp::Long, 4, ColumnFlags::AUTOINCREMENT),
        column("version", 2, Coltyp::Long, 4, ColumnFlags::VERSION),
        column("fixed", 3, Coltyp::Text, 6, none),
        column("must", 4, Coltyp::Short, 2, ColumnFlags::NOT_NULL),
        column("text", 128, Coltyp::Text, 5, none),
        column("wanted", 129, Coltyp::Binary, 9, ColumnFlags::NOT_NULL),
        column("tags", 256, Coltyp::Text, 255, multi),
        column("tag", 257, Coltyp::Long, 4, ColumnFlags::NOT_NULL),
        column("secret", 258, Coltyp::LongBinary, 0, ColumnFlags::ENCRYPTED),
        column("short", 259, Coltyp::LongText, 40, none),
        with_default(column("dflt", 260, Coltyp::LongText, 0, none), b"default"),
        column("guid", 261, Coltyp::Guid, 16, multi),
    ];
    for fid in 300..320 {
        all.push(column(
            &format!("l{fid}"),
            fid,
            Coltyp::LongBinary,
            0,
            multi,
        ));
    }
    placed(all)
}

struct Case {
    table: Table,
    begun: Begun,
    update: Update,
}

impl Case {
    fn new(page_size: PageSize) -> Self {
        let table = Table::new(page_size, columns());
        let begun = table.bench.begin(3);
        let mut update = table.update();
        update.begin_insert(EditKind::Insert);
        Self {
            table,
            begun,
            update,
        }
    }

    fn call(
        &mut self,
        name: &str,
        place: ValuePlace,
        value: NewValue<'_>,
        flags: SetFlags,
    ) -> Result<Stored, JetErr> {
        let Self {
            table,
            begun,
            update,
        } = self;
        let column = table.column(name);
        let done = statement(&table.bench, begun, |w| {
            update.set(w, &table.source, column, place, value, flags)
        });
        done.map_err(|e| e.jet_err())
    }

    fn set(&mut self, name: &str, value: &[u8], flags: SetFlags) -> Result<Stored, JetErr> {
        self.call(name, ValuePlace::default(), NewValue::Bytes(value), flags)
    }

    fn add(&mut self, name: &str, value: &[u8]) -> Result<Stored, JetErr> {
        let place = ValuePlace { itag: 0, offset: 0 };
        self.call(name, place, NewValue::Bytes(value), SetFlags::empty())
    }

    fn get(&mut self, name: &str, itag: u32) -> Option<Vec<u8>> {
        let look = self.table.look(&self.begun);
        let column = self.table.column(name);
        let (place, mut out) = (ValuePlace { itag, offset: 0 }, Vec::new());
        let got = self.update.get(
            &look,
            &self.table.source,
            column,
            place,
            usize::MAX,
            &mut out,
        );
        (got.unwrap() != Got::Null).then_some(out)
    }

    /// Whether a column's value is outside the record.
    fn is_outside(&self, name: &str) -> bool {
        match self.update.edit().values(self.table.column(name)).unwrap() {
            ColumnValues::One(v) => v.separated,
            other => panic!("{other:?}"),
        }
    }

    fn done(self) {
        let Self { table, begun, .. } = self;
        table.bench.commit(begun);
        table.bench.world.finish_creation();
        table.bench.world.replays();
    }
}

const NONE: SetFlags = SetFlags::empty();

#[test]
fn long_values_follow_the_table_of_operations() {
    use SetFlags as F;
    const AT: u32 = 3;
    let no_chunk = Err(JetErr::COLUMN_NO_CHUNK);
    let zero = || Ok(Some(Vec::new()));
    let whole = || Ok(Some(b"NEW".to_vec()));
    type Outcome = Result<Option<Vec<u8>>, JetErr>;
    // What comes of: absent and size 0; absent and "NEW"; present and size 0; present and "NEW".
    // Offset 0 for absent, 3 for present ones; the old value is `old`.
    let expected = |flags: F, old: &[u8], value: &[u8], offset: u32| -> Outcome {
        let there = !old.is_empty();
        let empty = value.is_empty();
        let same = || Ok(Some(old.to_vec()));
        let after = |end: bool| {
            let mut v = old.to_vec();
            let at = offset as usize;
            v.resize(v.len().max(at + value.len()), 0);
            v[at..at + value.len()].copy_from_slice(value);
            if end {
                v.truncate(at + value.len());
            }
            Ok(Some(v))
        };
        let sized = || {
            let mut v = old.to_vec();
            v.resize(value.len(), 0);
            Ok(Some(v))
        };
        match (flags, empty, there) {
            (F::APPEND, true, false) => zero(),
            (F::APPEND, true, true) => same(),
            (F::APPEND, false, false) => whole(),
            (F::APPEND, false, true) => Ok(Some([old, value].concat())),
            (F::OVERWRITE, true, true) => same(),
            (F::OVERWRITE, _, false) if offset > 0 => no_chunk.clone(),
            (F::OVERWRITE, true, false) => zero(),
            (F::OVERWRITE, false, false) => whole(),
            (F::OVERWRITE, false, true) if offset as usize > old.len() => no_chunk.clone(),
            (F::OVERWRITE, false, true) => after(false),
            (f, true, _) if f == F::SIZE => Ok(None),
            (f, true, _) if f == F::SIZE | F::OVERWRITE => Ok(None),
            (f, true, _) if f.contains(F::ZERO_LENGTH) => zero(),
            (f, _, _) if f == F::SIZE || f == F::SIZE | F::ZERO_LENGTH => sized(),
            (f, _, false) if f == F::SIZE | F::OVERWRITE && offset > 0 => no_chunk.clone(),
            (f, _, false) if f == F::SIZE | F::OVERWRITE => whole(),
            (f, _, true) if f == F::SIZE | F::OVERWRITE && offset as usize > old.len() => {
                no_chunk.clone()
            }
            (f, _, true) if f == F::SIZE | F::OVERWRITE => after(true),
            (_, true, _) => Ok(None),
            _ => whole(),
        }
    };
    let mut case = Case::new(PageSize::K4);
    let mut cases = 0;
    let huge: Vec<u8> = (0..9000u32).map(|n| (n % 251) as u8).collect();
    for flags in [
        NONE,
        F::ZERO_LENGTH,
        F::APPEND,
        F::OVERWRITE,
        F::SIZE,
        F::SIZE | F::ZERO_LENGTH,
        F::SIZE | F::OVERWRITE,
        // Any other mix is a whole set.
        F::APPEND | F::SIZE,
    ] {
        for old in [&b""[..], b"old value", &huge] {
            for value in [&b""[..], b"NEW"] {
                for offset in [0, AT, 9000, 9001] {
                    let what = format!("{flags:?} {} bytes, {value:?} at {offset}", old.len());
                    case.update.begin_insert(EditKind::Insert);
                    if !old.is_empty() {
                        case.set("l300", old, NONE).unwrap();
                    }
                    let place = ValuePlace { itag: 1, offset };
                    let done = case.call("l300", place, NewValue::Bytes(value), flags);
                    let got = done.map(|_| case.get("l300", 1));
                    let want = expected(flags, old, value, offset);
                    // A failed set leaves what was there.
                    if want.is_err() && !old.is_empty() {
                        assert_eq!(case.get("l300", 1).as_deref(), Some(old), "{what}");
                    }
                    assert_eq!(got, want, "{what}");
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 8 * 3 * 2 * 4);
    case.done();
}

#[test]
fn a_size_needs_no_bytes_and_no_bytes_are_null() {
    let mut case = Case::new(PageSize::K8);
    let place = ValuePlace::default();
    let size = NewValue::Size(2000);
    case.call("l300", place, size, SetFlags::SIZE).unwrap();
    assert_eq!(case.get("l300", 1), Some(vec![0; 2000]));
    // Without the bit a size without bytes is none.
    case.call("l300", place, size, NONE).unwrap();
    assert_eq!(case.get("l300", 1), None);
    let both = SetFlags::SIZE | SetFlags::OVERWRITE;
    let refused = case.call("l300", place, size, both);
    assert_eq!(refused, Err(JetErr::INVALID_PARAMETER));
    case.call("text", place, NewValue::Null, SetFlags::ZERO_LENGTH)
        .unwrap();
    assert_eq!(case.get("text", 1), Some(Vec::new()));
    case.call("text", place, NewValue::Null, NONE).unwrap();
    assert_eq!(case.get("text", 1), None);
}

#[test]
fn bits_are_checked_before_the_column() {
    let mut case = Case::new(PageSize::K4);
    let grbit = Err(JetErr::INVALID_GRBIT);
    for unique in [SetFlags::UNIQUE, SetFlags::UNIQUE_NORMALIZED] {
        for part in [SetFlags::APPEND, SetFlags::OVERWRITE, SetFlags::SIZE] {
            assert_eq!(case.set("number", b"x", unique | part), grbit);
        }
    }
    let contiguous = SetFlags::CONTIGUOUS;
    assert_eq!(case.set("l300", b"x", contiguous), grbit);
    let separate = contiguous | SetFlags::SEPARATE;
    let small = Err(JetErr::INVALID_BUFFER_SIZE);
    assert_eq!(case.set("l300", b"x", separate), small);
    case.set("l300", &[7; 5000], separate).unwrap();
    let again = case.set("l300", &[8; 5000], separate);
    assert_eq!(again, Err(JetErr::INVALID_PARAMETER));
    let own = SetFlags::from_bits_retain(0x1000_0000);
    assert_eq!(case.set("text", b"x", own), grbit);
    let unknown = SetFlags::from_bits_retain(0x0800_0000);
    assert_eq!(case.set("text", b"x", unknown), Ok(Stored::All));
}

#[test]
fn columns_of_the_engine_and_encrypted_ones_are_not_set() {
    let mut case = Case::new(PageSize::K4);
    let kind = Err(JetErr::INVALID_COLUMN_TYPE);
    assert_eq!(case.set("number", &[1, 0, 0, 0], NONE), kind);
    assert_eq!(case.set("version", &[1, 0, 0, 0], NONE), Ok(Stored::All));
    let key = Err(JetErr::COLUMN_NO_ENCRYPTION_KEY);
    assert_eq!(case.set("secret", b"x", NONE), key);
    case.update.begin_insert(EditKind::InsertWithNumber);
    assert_eq!(case.set("number", &[1, 0, 0, 0], NONE), Ok(Stored::All));
    let number = Err(JetErr::AUTO_INCREMENT_NOT_SET);
    assert_eq!(case.set("number", b"", NONE), number);
    let record = case.update.edit().record().to_vec();
    let Case { table, update, .. } = &mut case;
    update.begin_replace(&table.records, b"k", &record).unwrap();
    assert_eq!(case.set("version", &[1, 0, 0, 0], NONE), kind);
    let version = case.table.column("version").clone();
    let edit = case.update.edit_mut();
    edit.put_fixed(&version, &7u32.to_le_bytes()).unwrap();
    assert_eq!(case.get("version", 1), Some(vec![7, 0, 0, 0]));
}

#[test]
fn sizes_by_storage_class() {
    let mut case = Case::new(PageSize::K4);
    let (size, null) = (JetErr::INVALID_BUFFER_SIZE, JetErr::NULL_INVALID);
    assert_eq!(case.set("fixed", b"1234567", NONE), Err(size));
    assert_eq!(case.set("fixed", b"123", NONE), Ok(Stored::All));
    assert_eq!(case.get("fixed", 1), Some(b"123   ".to_vec()));
    let zero = SetFlags::ZERO_LENGTH;
    assert_eq!(case.set("must", b"", zero), Err(null));
    assert_eq!(case.set("must", b"1", NONE), Err(size));
    assert_eq!(case.set("wanted", b"", NONE), Err(null));
    assert_eq!(case.set("wanted", b"", zero), Ok(Stored::All));
    assert_eq!(case.set("text", b"1234567", NONE), Ok(Stored::Truncated));
    assert_eq!(case.get("text", 1), Some(b"12345".to_vec()));
    assert_eq!(case.set("tag", b"", NONE), Err(null));
    assert_eq!(case.set("tag", b"123", NONE), Err(size));
    let big = JetErr::COLUMN_TOO_BIG;
    assert_eq!(case.set("tag", b"12345", NONE), Err(big));
    assert_eq!(case.set("tag", b"", zero), Ok(Stored::All));
    assert_eq!(case.add("tags", &[b'x'; 256]), Err(big));
    assert_eq!(case.set("short", &[b'x'; 41], NONE), Err(big));
    assert_eq!(case.set("short", &[b'x'; 40], NONE), Ok(Stored::All));
    assert_eq!(case.set("short", b"y", SetFlags::APPEND), Err(big));
    assert_eq!(case.get("short", 1), Some(vec![b'x'; 40]));
}

#[test]
fn what_an_insert_asks_for() {
    let mut case = Case::new(PageSize::K4);
    let columns = case.table.columns.clone();
    let asked = |case: &Case| {
        let done = case.update.edit().check_not_null(&columns);
        done.map_err(|e| e.jet_err())
    };
    let null = Err(JetErr::NULL_INVALID);
    assert_eq!(asked(&case), Err(JetErr::AUTO_INCREMENT_NOT_SET));
    let number = case.table.column("number").clone();
    let edit = case.update.edit_mut();
    edit.put_fixed(&number, &1u32.to_le_bytes()).unwrap();
    for (name, value) in [
        ("must", &[1, 0][..]),
        ("wanted", b"w"),
        ("tag", &[1, 0, 0, 0]),
    ] {
        assert_eq!(asked(&case), null, "{name}");
        case.set(name, value, NONE).unwrap();
    }
    assert_eq!(asked(&case), Ok(()));
}

#[test]
fn an_unset_default_of_a_long_column_is_built_upon() {
    let mut case = Case::new(PageSize::K4);
    case.set("dflt", b"!", SetFlags::APPEND).unwrap();
    assert_eq!(case.get("dflt", 1), Some(b"default!".to_vec()));
    case.set("dflt", b"", NONE).unwrap();
    assert_eq!(case.get("dflt", 1), None);
    // NULL was said: there is nothing to build upon.
    case.set("dflt", b"!", SetFlags::APPEND).unwrap();
    assert_eq!(case.get("dflt", 1), Some(b"!".to_vec()));
    case.set("dflt", b"", SetFlags::REVERT_TO_DEFAULT).unwrap();
    assert_eq!(case.get("dflt", 1), Some(b"default".to_vec()));
}

#[test]
fn unique_values_by_bytes_and_by_key() {
    let mut case = Case::new(PageSize::K4);
    let same = Err(JetErr::MULTI_VALUED_DUPLICATE);
    let (bytes, key) = (SetFlags::UNIQUE, SetFlags::UNIQUE_NORMALIZED);
    let mut add = |name: &str, value: &[u8], flags| {
        let place = ValuePlace { itag: 0, offset: 0 };
        case.call(name, place, NewValue::Bytes(value), flags)
    };
    add("tags", b"abc", bytes).unwrap();
    assert_eq!(add("tags", b"abc", bytes), same);
    add("tags", b"ABC", bytes).unwrap();
    assert_eq!(add("tags", b"aBc", key), same);
    add("l300", &[7; 5000], bytes).unwrap();
    add("l300", b"small", bytes).unwrap();
    assert_eq!(add("l300", &[7; 5000], bytes), same);
    assert_eq!(add("l300", b"small", bytes), same);
    // Behind the first 255 bytes nobody looks.
    let cut = Err(JetErr::MULTI_VALUED_DUPLICATE_AFTER_TRUNCATION);
    assert_eq!(add("l300", &[7; 4000], key), cut);
    add("l300", &[7; 4000], bytes).unwrap();
    // The value that is replaced does not count.
    case.set("tags", b"abc", bytes).unwrap();
    assert_eq!(case.set("tags", b"ABC", bytes), same);
}

#[test]
fn a_record_fills_its_limit_and_no_more() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let mut case = Case::new(page_size);
        case.update.begin_insert(EditKind::Insert);
        let most = case.table.layout.record_most();
        let inside = case.table.layout.intrinsic_most();
        case.set("l300", &vec![1; inside], SetFlags::INTRINSIC)
            .unwrap();
        assert!(!case.is_outside("l300"));
        assert_eq!(case.update.edit().record().len(), most);
        case.set("l300", &vec![1; inside + 1], SetFlags::INTRINSIC)
            .unwrap();
        assert!(case.is_outside("l300"));
        case.done();
    }
}

#[test]
fn a_record_too_long_lets_its_longest_values_go() {
    let mut case = Case::new(PageSize::K4);
    let name = |n| format!("l{n}");
    let sizes = [700, 300, 700, 500, 700, 550];
    for (n, size) in (300..).zip(sizes) {
        case.set(&name(n), &vec![n as u8; size], NONE).unwrap();
        assert!(!case.is_outside(&name(n)));
    }
    // 3,450 bytes are in it. Half a page, a quarter: no value is longer. An eighth: four are.
    case.set("l306", &[6; 600], NONE).unwrap();
    let outside: Vec<bool> = (300..307).map(|n| case.is_outside(&name(n))).collect();
    assert_eq!(outside, [true, false, true, false, true, true, false]);
    for (n, size) in (300..).zip(sizes) {
        assert_eq!(case.get(&name(n), 1), Some(vec![n as u8; size]));
    }
    case.done();
}

#[test]
fn a_value_over_half_a_page_goes_first() {
    let mut case = Case::new(PageSize::K4);
    case.set("l300", &[1; 2000], SetFlags::INTRINSIC).unwrap();
    case.set("l301", &[2; 2100], SetFlags::INTRINSIC).unwrap();
    assert!(!case.is_outside("l300"));
    assert!(case.is_outside("l301"));
    // One that is not goes only when nothing else does.
    case.set("l302", &[3; 1900], SetFlags::INTRINSIC).unwrap();
    assert!(!case.is_outside("l302"));
    assert!(case.is_outside("l300"));
    case.done();
}

#[test]
fn other_columns_push_long_values_out_too() {
    let mut case = Case::new(PageSize::K4);
    for n in 300..304 {
        case.set(&format!("l{n}"), &vec![n as u8; 900], NONE)
            .unwrap();
    }
    let mut values = 0;
    let refused = loop {
        match case.add("tags", &[b'x'; 200]) {
            Ok(_) => values += 1,
            Err(e) => break e,
        }
    };
    assert_eq!(refused, JetErr::RECORD_TOO_BIG);
    // 3,791 bytes, of which four ids, five entries and heads of values are taken.
    assert_eq!(values, 18);
    assert!((300..304).all(|n| case.is_outside(&format!("l{n}"))));
    assert_eq!(case.get("tags", 18), Some(vec![b'x'; 200]));
    assert_eq!(case.get("tags", 19), None);
    case.done();
}

#[test]
fn long_values_are_set_in_transactions() {
    let case = Case::new(PageSize::K4);
    let bench = &case.table.bench;
    let trx = bench.store.session(5).unwrap();
    let mut scratch = Scratch::default();
    let mut work = Work {
        db: &bench.db,
        trx: &trx,
        author: Author {
            procid: 5,
            trx_begin0: 0,
            level: 0,
            begin0: case.begun.author.begin0,
            flags: LrFlags::empty(),
        },
        scratch: &mut scratch,
        apart: bench,
    };
    let mut update = case.table.update();
    let mut set = |name: &str, value: &[u8]| {
        let column = case.table.column(name);
        let (place, value) = (ValuePlace::default(), NewValue::Bytes(value));
        let done = update.set(&mut work, &case.table.source, column, place, value, NONE);
        done.map_err(|e| e.jet_err())
    };
    let outside = Err(JetErr::NOT_IN_TRANSACTION);
    assert_eq!(set("l300", b"x"), outside);
    assert_eq!(set("l300", b""), outside);
    assert_eq!(set("text", b"x"), Ok(Stored::All));
}

#[test]
fn values_shift_when_one_is_removed() {
    let mut case = Case::new(PageSize::K4);
    for n in 1..=4u8 {
        case.add("guid", &[n; 16]).unwrap();
    }
    let place = ValuePlace { itag: 2, offset: 0 };
    case.call("guid", place, NewValue::Null, NONE).unwrap();
    let firsts: Vec<u8> = (1..=3).map(|n| case.get("guid", n).unwrap()[0]).collect();
    assert_eq!(firsts, [1, 3, 4]);
    for itag in [0, 4, 9] {
        let place = ValuePlace { itag, offset: 0 };
        case.call("guid", place, NewValue::Null, NONE).unwrap();
    }
    assert_eq!(case.get("guid", 3), Some(vec![4; 16]));
    assert_eq!(case.get("guid", 4), None);
    assert_eq!(case.update.edit().touched().len(), 1);
}
