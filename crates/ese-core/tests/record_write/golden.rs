//! `witness/stored-values.tsv`: every row is set as the recorded program sets it, and stored as the
//! original stored it: the record, and the nodes of its long value, ids included.
//!
//! XPRESS streams are the encoder's own choice: there the value that is read back counts.
#![forbid(unsafe_code)]

use crate::stored_values_support::{Row, Seen, generated, rows};
use crate::table::{Table, column, placed, with_default};
use ese_core::format::catalog_row::ColumnFlags;
use ese_core::format::compress::{self, Scheme};
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::format::lv::LvKey;
use ese_core::format::record::RecordView;
use ese_core::record::Column;
use ese_core::record::edit::{EditKind, NewValue, SetFlags, ValuePlace};
use ese_core::record::update::{Got, Update};
use std::collections::BTreeMap;

fn columns() -> Vec<Column> {
    let none = ColumnFlags::empty();
    let (multi, packed) = (ColumnFlags::MULTI_VALUED, ColumnFlags::COMPRESSED);
    let mut wide = column("lw", 261, Coltyp::LongText, 0, packed);
    wide.code_page = 1200;
    placed(vec![
        column("k", 1, Coltyp::Long, 4, none),
        column("fl", 2, Coltyp::Long, 4, none),
        column("ft", 3, Coltyp::Short, 2, none),
        column("vt", 128, Coltyp::Text, 255, none),
        column("tl", 256, Coltyp::Long, 4, multi),
        column("tt", 257, Coltyp::Text, 255, multi),
        with_default(column("td", 258, Coltyp::Text, 255, none), b"dflt"),
        column("tb", 259, Coltyp::Bit, 1, multi),
        column("lc", 260, Coltyp::LongText, 0, packed),
        wide,
        column("bc", 262, Coltyp::LongBinary, 0, packed),
        column("bn", 263, Coltyp::LongBinary, 0, none),
        column("mc", 264, Coltyp::LongBinary, 0, packed | multi),
    ])
}

/// One call.
struct Call {
    column: &'static str,
    itag: u32,
    offset: u32,
    value: Vec<u8>,
    flags: SetFlags,
}

fn call(column: &'static str, itag: u32, value: &[u8], flags: SetFlags) -> Call {
    Call {
        column,
        itag,
        offset: 0,
        value: value.to_vec(),
        flags,
    }
}

fn long_column(row: &Row) -> Option<&'static str> {
    Some(match row.column.as_str() {
        "LongText 1252, compressed" => "lc",
        "LongText 1200, compressed" => "lw",
        "LongBinary, compressed" => "bc",
        "LongBinary" => "bn",
        "LongBinary, compressed, multi-valued" => "mc",
        _ => return None,
    })
}

/// `A100 compressed`: a value and its bits.
fn value_and_flags(text: &str) -> (Vec<u8>, SetFlags) {
    let mut words = text.split(' ');
    let name = words.next().unwrap();
    let value = match name {
        "xyz" => b"xyz".to_vec(),
        name => generated(name),
    };
    let mut flags = SetFlags::empty();
    for word in words {
        flags |= match word {
            "compressed" => SetFlags::COMPRESSED,
            "uncompressed" => SetFlags::UNCOMPRESSED,
            "separate" => SetFlags::SEPARATE,
            "intrinsic" => SetFlags::INTRINSIC,
            word => panic!("{word}"),
        };
    }
    if value.is_empty() {
        flags |= SetFlags::ZERO_LENGTH;
    }
    (value, flags)
}

fn long_calls(row: &Row, column: &'static str) -> Vec<Call> {
    if column == "mc" {
        let (names, change) = row.value.split_once(", first ").unwrap_or((&row.value, ""));
        let mut calls: Vec<_> = names
            .split(", ")
            .map(|name| {
                let (value, flags) = value_and_flags(name);
                call(column, 0, &value, flags)
            })
            .collect();
        if change == "removed" {
            calls.push(call(column, 1, b"", SetFlags::empty()));
        } else if let Some(name) = change.strip_prefix("replaced by ") {
            calls.push(call(column, 1, &generated(name), SetFlags::empty()));
        }
        return calls;
    }
    let mut parts = row.value.split(" then ");
    let (value, flags) = value_and_flags(parts.next().unwrap());
    let mut calls = vec![call(column, 1, &value, flags)];
    for part in parts {
        calls.push(match part.split(' ').collect::<Vec<_>>()[..] {
            ["append", more] => call(column, 1, more.as_bytes(), SetFlags::APPEND),
            ["overwrite", "e9", "at", at] => Call {
                offset: at.parse().unwrap(),
                ..call(column, 1, b"\xE9", SetFlags::OVERWRITE)
            },
            ["size", n] => {
                let size: usize = n.parse().unwrap();
                call(column, 1, &vec![0; size], SetFlags::SIZE)
            }
            _ => panic!("{part}"),
        });
    }
    calls
}

fn short_calls(case: i32) -> Vec<Call> {
    let (none, zero) = (SetFlags::empty(), SetFlags::ZERO_LENGTH);
    let long = |n: u8| [n, 3, 2, 1];
    let tl = |itag, n| call("tl", itag, &long(n), none);
    match case {
        67 => vec![tl(0, 4)],
        68 => vec![tl(0, 4), tl(0, 5)],
        69 => vec![tl(0, 5), tl(0, 6), tl(0, 7)],
        70 => vec![tl(0, 8), tl(0, 9), tl(0, 10), call("tl", 2, b"", none)],
        71 => vec![tl(0, 11), tl(0, 12), call("tl", 1, b"", none)],
        72 => vec![call("tt", 0, b"abc", none), call("tt", 0, b"", zero)],
        73 => vec![call("tt", 0, b"", zero)],
        74 => vec![
            call("tt", 0, b"", zero),
            call("tt", 0, b"", zero),
            call("tt", 0, b"x", none),
        ],
        75 => vec![call("td", 1, b"", none)],
        76 => vec![call("td", 1, b"dflt", none)],
        77 => vec![call("tb", 1, &[3], none)],
        78 => vec![call("tb", 0, &[3], none), call("tb", 0, &[0], none)],
        79 => vec![call("fl", 1, &7i32.to_le_bytes(), none)],
        80 => vec![call("ft", 1, &9i16.to_le_bytes(), none)],
        81 => vec![
            call("fl", 1, &7i32.to_le_bytes(), none),
            call("fl", 1, b"", none),
        ],
        82 => vec![call("vt", 1, b"var", none)],
        83 => vec![call("vt", 1, b"", zero)],
        84 => vec![call("vt", 1, b"var", none), call("vt", 1, b"", none)],
        85 => vec![tl(1, 1), call("tl", 1, b"", none)],
        86 => vec![
            call("bn", 1, b"zz", none),
            call("tt", 1, b"aa", none),
            call("vt", 1, b"vv", none),
            call("fl", 1, &1i32.to_le_bytes(), none),
        ],
        case => panic!("case {case}"),
    }
}

fn is_xpress(bytes: &[u8]) -> bool {
    compress::scheme(bytes) == Ok(Scheme::Xpress)
}

/// Whether a record has a value that is an XPRESS stream.
fn has_xpress(record: &[u8], large: bool) -> bool {
    let view = RecordView::new(record, large).unwrap();
    view.tagged().any(|c| {
        let mut values = c.unwrap().values().map(Result::unwrap);
        values.any(|v| v.compressed && is_xpress(v.bytes))
    })
}

fn set_row(table: &Table, update: &mut Update, row: &Row, what: &str) -> Vec<u8> {
    let calls = match long_column(row) {
        Some(column) => long_calls(row, column),
        None => short_calls(row.case),
    };
    table.bench.alone(|w| {
        update.begin_insert(EditKind::Insert);
        let mut set = |column: &str, itag, offset, value: &[u8], flags| {
            let place = ValuePlace { itag, offset };
            let (column, value) = (table.column(column), NewValue::Bytes(value));
            update
                .set(w, &table.source, column, place, value, flags)
                .unwrap_or_else(|e| panic!("{what}: {e}"));
        };
        set("k", 1, 0, &row.case.to_le_bytes(), SetFlags::empty());
        for c in &calls {
            set(c.column, c.itag, c.offset, &c.value, c.flags);
        }
        let record = update.edit().record().to_vec();
        let key = row.case.to_be_bytes();
        w.writer().insert(&table.records, &key, &record).unwrap();
        update.end();
        record
    })
}

fn stores_what_the_original_stored(page_size: PageSize, all: &[Row]) {
    let wanted: BTreeMap<i32, &Row> = all
        .iter()
        .filter(|r| r.page == page_size)
        .map(|r| (r.case, r))
        .collect();
    // All cases, as the program ran: ids of long values go on from one to the next.
    let cases: BTreeMap<i32, &Row> = all.iter().map(|r| (r.case, r)).collect();
    let table = Table::new(page_size, columns());
    let mut update = table.update();
    let (mut exact, mut own) = (0, 0);
    for row in cases.values() {
        let what = format!("{page_size:?} case {}: {}", row.case, row.value);
        let seen: Vec<_> = table.long_nodes(&table.latest());
        let record = set_row(&table, &mut update, row, &what);
        let Some(want) = wanted.get(&row.case) else {
            continue;
        };
        if has_xpress(&record, page_size.is_large()) {
            own += 1;
            assert!(
                has_xpress(want.record.start(), page_size.is_large()),
                "{what}"
            );
        } else {
            exact += 1;
            want.record.assert_is(&record, &what);
        }
        let nodes = table.long_nodes(&table.latest());
        let new: Vec<_> = nodes.into_iter().filter(|n| !seen.contains(n)).collect();
        assert_eq!(new.len(), want.nodes.len(), "{what}");
        for ((key, data), (at, want)) in new.iter().zip(&want.nodes) {
            let offset = match key {
                LvKey::Root(_) => None,
                LvKey::Chunk { offset, .. } => Some(*offset),
            };
            assert_eq!(offset, *at, "{what}");
            if offset.is_some() && is_xpress(data) {
                own += 1;
                assert!(is_xpress(want.start()), "{what}");
            } else {
                exact += 1;
                want.assert_is(data, &what);
            }
        }
    }
    let least = if page_size == PageSize::K8 { 100 } else { 30 };
    assert!(exact > least, "{exact} exact, {own} XPRESS");
    values_read_back(&table, cases.values().copied());
    table.bench.world.finish_creation();
    table.bench.world.replays();
}

/// Long values of one piece, through the copy of their records.
fn values_read_back<'r>(table: &Table, cases: impl Iterator<Item = &'r Row>) {
    let mut update = table.update();
    let all = table.all(&table.latest());
    for row in cases {
        let Some(column) = long_column(row).filter(|&c| c != "mc") else {
            continue;
        };
        let mut want = Vec::new();
        for c in long_calls(row, column) {
            match c.flags {
                f if f.contains(SetFlags::APPEND) => want.extend(c.value),
                f if f.contains(SetFlags::OVERWRITE) => want[c.offset as usize] = c.value[0],
                f if f.contains(SetFlags::SIZE) => want.resize(c.value.len(), 0),
                _ => want = c.value,
            }
        }
        let record = &all[&row.case.to_be_bytes().to_vec()];
        let key = row.case.to_be_bytes();
        update.begin_replace(&table.records, &key, record).unwrap();
        let mut out = Vec::new();
        let (look, place) = (table.latest(), ValuePlace::default());
        let column = table.column(column);
        let got = update.get(&look, &table.source, column, place, usize::MAX, &mut out);
        assert_eq!(got.unwrap(), Got::Value(want.len() as u64), "{}", row.value);
        assert_eq!(out, want, "{}", row.value);
    }
}

#[test]
fn every_row_is_stored_as_the_original_stored_it() {
    let Some(all) = rows() else {
        return testkit::skip("stored-values.tsv");
    };
    assert!(all.iter().any(|r| matches!(r.record, Seen::Digest { .. })));
    stores_what_the_original_stored(PageSize::K8, &all);
    stores_what_the_original_stored(PageSize::K32, &all);
}
