//! Keys by the rules, written down once more: which entries a row has in an index.
//!
//! Only the weights of Unicode text are asked of the crate, whose own tests prove them. Source:
//! docs/format/database-keys.md §1-§6.
#![forbid(unsafe_code)]

use super::model::{Class, Column, Index, Row, Table};
use ese_core::catalog::write::{ColumnBits, IndexBits};
use ese_core::error::JetErr;
use ese_core::format::ids::Coltyp;
use ese_core::format::sortkey::{Collation, sort_key};
use std::collections::BTreeSet;

const KEY_MOST: usize = 255;
/// Tuples of an index that says nothing about them.
const TUPLE_LEAST: usize = 3;
const TUPLE_MOST: usize = 10;

/// The keys of a row, or why it may not be in the table.
pub fn entries(table: &Table, index: &Index, row: &Row) -> Result<BTreeSet<Vec<u8>>, JetErr> {
    let mut out = BTreeSet::new();
    for &(column, must_be_null) in &index.conditions {
        let column = table.column(column).expect("a column of a condition");
        if row.values(column).is_empty() != must_be_null {
            return Ok(out);
        }
    }
    for values in combinations(table, index, row) {
        let nulls = values.iter().map(|(_, v)| v.is_none());
        let nulls: Vec<bool> = nulls.collect();
        let any = nulls.contains(&true);
        let (key, truncated) = key(index, &values);
        if truncated && index.has(IndexBits::DISALLOW_TRUNCATION) {
            return Err(JetErr::KEY_TRUNCATED);
        }
        if any && index.has(IndexBits::DISALLOW_NULL) {
            return Err(JetErr::NULL_KEY_DISALLOWED);
        }
        let ignore = |bits| index.has(bits | IndexBits::IGNORE_ANY_NULL);
        let ignored = match (nulls.iter().all(|n| *n), nulls[0]) {
            (true, _) => ignore(IndexBits::IGNORE_NULL | IndexBits::IGNORE_FIRST_NULL),
            (_, true) => ignore(IndexBits::IGNORE_FIRST_NULL),
            _ => any && ignore(IndexBits::empty()),
        };
        if ignored {
            continue;
        }
        out.insert(key);
    }
    Ok(out)
}

type Segment<'a> = (&'a Column, Option<Vec<u8>>);

/// The values of all keys of a row.
fn combinations<'t>(table: &'t Table, index: &Index, row: &Row) -> Vec<Vec<Segment<'t>>> {
    let columns = index.key.iter().map(|&(uid, _)| table.column(uid));
    let columns: Vec<&Column> = columns.map(|c| c.expect("a column of the key")).collect();
    let values: Vec<Vec<Vec<u8>>> = columns
        .iter()
        .enumerate()
        .map(|(place, c)| {
            let values = row.values(c).into_iter().map(<[u8]>::to_vec);
            match place == 0 && index.has(IndexBits::TUPLES) {
                true => values.flat_map(|v| tuples(c, &v)).collect(),
                false => values.collect(),
            }
        })
        .collect();
    let multi = |c: &&Column| c.has(ColumnBits::MULTI_VALUED);
    if index.has(IndexBits::TUPLES) && values[0].is_empty() {
        return Vec::new();
    }
    let first = columns.iter().position(&multi);
    let nested = index.has(IndexBits::NESTED_TABLE);
    let longest = (0..columns.len()).filter(|&i| multi(&columns[i]));
    let longest = longest.map(|i| values[i].len()).max().unwrap_or(1).max(1);
    let mut out: Vec<Vec<Option<Vec<u8>>>> = match nested {
        true => vec![Vec::new(); longest],
        false => vec![Vec::new()],
    };
    for (place, column) in columns.iter().enumerate() {
        let all = &values[place];
        let expands = match () {
            // Of later columns only the first value is in such an index.
            () if index.has(IndexBits::TUPLES) => place == 0,
            () if index.has(IndexBits::CROSS_PRODUCT) => multi(column),
            () => first == Some(place),
        };
        if nested {
            for (i, key) in out.iter_mut().enumerate() {
                let i = if multi(column) { i } else { 0 };
                key.push(all.get(i).cloned());
            }
            continue;
        }
        let choices: Vec<Option<Vec<u8>>> = match (all.is_empty(), expands) {
            (true, _) => vec![None],
            (_, true) => all.iter().cloned().map(Some).collect(),
            (_, false) => vec![all.first().cloned()],
        };
        let longer =
            |key: &Vec<_>, choice: &Option<_>| [&key[..], std::slice::from_ref(choice)].concat();
        let with = out.iter();
        out = with
            .flat_map(|key| choices.iter().map(move |c| longer(key, c)))
            .collect();
    }
    let named = |key: Vec<_>| columns.iter().copied().zip(key).collect();
    out.into_iter().map(named).collect()
}

fn tuples(column: &Column, value: &[u8]) -> Vec<Vec<u8>> {
    let unit = if column.code_page == 1200 { 2 } else { 1 };
    let chars: Vec<&[u8]> = value.chunks_exact(unit).collect();
    let from = (0..chars.len()).map(|i| &chars[i..chars.len().min(i + TUPLE_MOST)]);
    from.take_while(|t| t.len() >= TUPLE_LEAST)
        .map(|t| t.concat())
        .collect()
}

fn collation(index: &Index) -> Collation {
    let (locale, flags) = match &index.unicode {
        Some((locale, flags)) => (locale.as_str(), *flags),
        None => ("en-US", 0),
    };
    let flags = if flags == 0 {
        0x0003_0401
    } else {
        flags | 0x400
    };
    Collation::of_index(locale, None, flags).expect("a known order")
}

/// One key, and whether it was cut.
fn key(index: &Index, values: &[Segment<'_>]) -> (Vec<u8>, bool) {
    let key_most = match index.has(IndexBits::KEY_MOST) {
        true => index.key_most as usize,
        false => KEY_MOST,
    };
    let segment_most = match index.var_seg_mac as usize {
        0 => key_most,
        n => n,
    };
    let mut out = Vec::new();
    for ((column, value), &(_, descending)) in values.iter().zip(&index.key) {
        let room = key_most - out.len();
        if room == 0 {
            return (out, true);
        }
        let (mut bytes, mut cut) = match value.as_deref() {
            None if index.has(IndexBits::SORT_NULLS_HIGH) => (vec![0xC0], false),
            None => (vec![0], false),
            Some([]) => (vec![0x40], false),
            Some(value) => {
                let is_number = column.coltyp.fixed_bytes().is_some();
                let most = if is_number {
                    room
                } else {
                    room.min(segment_most)
                };
                let (body, cut) = body(index, column, value, most - 1, key_most);
                ([&[0x7F], &body[..]].concat(), cut)
            }
        };
        // A segment's own limit is no truncation of the key.
        cut &= bytes.len() >= room;
        if descending {
            bytes.iter_mut().for_each(|b| *b = !*b);
        }
        out.extend(bytes);
        if cut {
            return (out, true);
        }
    }
    (out, false)
}

/// A value behind its prefix, in at most `room` bytes, and whether it was cut.
fn body(
    index: &Index,
    column: &Column,
    value: &[u8],
    room: usize,
    key_most: usize,
) -> (Vec<u8>, bool) {
    let cut = |mut bytes: Vec<u8>| {
        let cut = bytes.len() > room;
        bytes.truncate(room);
        (bytes, cut)
    };
    let reversed = |flip: u8| {
        let mut bytes: Vec<u8> = value.iter().rev().copied().collect();
        bytes[0] ^= flip;
        bytes
    };
    match column.coltyp {
        Coltyp::Bit => cut(vec![if value == [0] { 0 } else { 0xFF }]),
        Coltyp::UnsignedByte => cut(value.to_vec()),
        Coltyp::Short | Coltyp::Long | Coltyp::LongLong | Coltyp::Currency => cut(reversed(0x80)),
        Coltyp::UnsignedShort | Coltyp::UnsignedLong | Coltyp::UnsignedLongLong => cut(reversed(0)),
        Coltyp::IeeeSingle | Coltyp::IeeeDouble | Coltyp::DateTime => {
            let bytes = reversed(0);
            cut(match bytes[0] & 0x80 {
                0 => reversed(0x80),
                _ => bytes.iter().map(|b| !b).collect(),
            })
        }
        Coltyp::Guid => {
            let order = match index.has(IndexBits::DOT_NET_GUID) {
                true => [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15],
                false => [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3],
            };
            cut(order.iter().map(|&i| value[i]).collect())
        }
        Coltyp::Binary if column.class() == Class::Fixed => cut(value.to_vec()),
        Coltyp::Binary | Coltyp::LongBinary => binary(value, room),
        _ if column.code_page == 1200 => {
            let units = value
                .chunks_exact(2)
                .map(|u| u16::from_le_bytes([u[0], u[1]]));
            let looked_at = if key_most == KEY_MOST {
                128
            } else {
                usize::MAX
            };
            let units: Vec<u16> = units.take(looked_at).collect();
            cut(sort_key(&units, collation(index)))
        }
        _ => western(value, room, key_most),
    }
}

fn binary(value: &[u8], room: usize) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut pieces = value.chunks(8).peekable();
    while let Some(piece) = pieces.next() {
        let mut bytes = piece.to_vec();
        bytes.resize(8, 0);
        bytes.push(match pieces.peek() {
            Some(_) => 9,
            None => piece.len() as u8,
        });
        out.extend(bytes);
    }
    let cut = out.len() > room;
    out.truncate(room);
    (out, cut)
}

fn western(value: &[u8], room: usize, key_most: usize) -> (Vec<u8>, bool) {
    let most = if key_most == KEY_MOST {
        KEY_MOST
    } else {
        usize::MAX
    };
    let value = &value[..value.len().min(most)];
    let end = value.iter().position(|b| *b == 0);
    let value = &value[..end.unwrap_or(value.len())];
    if value.len() < room {
        let mut out = value.to_ascii_uppercase();
        out.push(0);
        return (out, false);
    }
    let Some(last) = room.checked_sub(1) else {
        return (Vec::new(), true);
    };
    let mut out = value[..last].to_ascii_uppercase();
    out.push(value[last].wrapping_sub(0x20));
    (out, true)
}

/// Two values of a row give the same key.
pub fn repeats(table: &Table, index: &Index, row: &Row) -> bool {
    let mut seen = BTreeSet::new();
    let all = combinations(table, index, row).into_iter();
    all.map(|values| key(index, &values).0)
        .any(|key| !seen.insert(key))
}
