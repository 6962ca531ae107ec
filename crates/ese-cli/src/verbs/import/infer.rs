//! The columns of a new table, from its first lines.
//!
//! Invariant: every value of the lines that were looked at goes into the column that is found for it.
#![forbid(unsafe_code)]

use super::lines::Line;
use crate::cli::NamedColumn;
use ese_core::catalog::write::{ColumnBits, ColumnDef};
use ese_core::database::ColumnType;
use serde_json::{Number, Value};
use std::collections::HashMap;

/// Columns that are put into the fixed part of a record; more are tagged. The format has room for 127.
const FIXED_MOST: usize = 64;

/// What a column was seen to hold.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    bits: bool,
    /// Lowest and highest whole number.
    whole: Option<(i128, i128)>,
    floats: bool,
    text: bool,
    /// Objects, and arrays that hold arrays or objects.
    deep: bool,
    /// Arrays of plain values.
    many: bool,
}

impl Seen {
    fn note(&mut self, value: &Value) {
        match value {
            Value::Array(values) if is_plain(values) => {
                self.many = true;
                values.iter().for_each(|v| self.note_one(v));
            }
            value => self.note_one(value),
        }
    }

    fn note_one(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => self.bits = true,
            Value::Number(n) => match whole(n) {
                Some(n) => {
                    let (low, high) = self.whole.unwrap_or((n, n));
                    self.whole = Some((low.min(n), high.max(n)));
                }
                None => self.floats = true,
            },
            Value::String(_) => self.text = true,
            Value::Array(_) | Value::Object(_) => self.deep = true,
        }
    }

    fn column_type(&self) -> ColumnType {
        let numbers = self.whole.is_some() || self.floats;
        match (self.bits, numbers, self.text || self.deep) {
            (true, false, false) => ColumnType::Bit,
            (false, true, false) => self.number(),
            // Nothing but NULL, text, or several kinds.
            _ => ColumnType::LongText,
        }
    }

    fn number(&self) -> ColumnType {
        let fits = |least: i128, most: i128| {
            let range = self.whole.filter(|_| !self.floats);
            range.is_some_and(|(low, high)| low >= least && high <= most)
        };
        if fits(i32::MIN.into(), i32::MAX.into()) {
            ColumnType::Long
        } else if fits(i64::MIN.into(), i64::MAX.into()) {
            ColumnType::LongLong
        } else if fits(0, u64::MAX.into()) {
            ColumnType::UnsignedLongLong
        } else {
            ColumnType::Double
        }
    }
}

/// An array that becomes several values of one column.
pub(super) fn is_plain(values: &[Value]) -> bool {
    let deep = |v: &Value| matches!(v, Value::Array(_) | Value::Object(_));
    !values.iter().any(deep)
}

/// A number without a fraction, exactly.
pub(super) fn whole(n: &Number) -> Option<i128> {
    n.as_i64()
        .map(i128::from)
        .or_else(|| n.as_u64().map(i128::from))
}

/// The columns, those of `named` as they are named there, in the order in which they are met.
pub(super) fn columns(sample: &[Line], named: &[NamedColumn]) -> Vec<ColumnDef> {
    let mut names: Vec<&str> = Vec::new();
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for column in named {
        let key = column.name.to_ascii_lowercase();
        if !seen.contains_key(&key) {
            names.push(&column.name);
            seen.insert(key, Seen::default());
        }
    }
    for (name, value) in sample.iter().flat_map(|l| &l.members) {
        let key = name.to_ascii_lowercase();
        let seen = seen.entry(key).or_insert_with(|| {
            names.push(name);
            Seen::default()
        });
        seen.note(value);
    }
    let mut fixed = 0;
    let column = |name: &&str| {
        let given = named.iter().find(|c| c.name.eq_ignore_ascii_case(name));
        let seen = seen.get(&name.to_ascii_lowercase());
        let (column_type, many) = match (given, seen) {
            (Some(given), _) => (given.column_type, given.many),
            (None, Some(seen)) => (seen.column_type(), seen.many),
            (None, None) => (ColumnType::LongText, false),
        };
        let def = ColumnDef::new(*name, column_type);
        if many {
            return def.multi_valued();
        }
        fixed += 1;
        match fixed > FIXED_MOST {
            true => def.with(ColumnBits::TAGGED),
            false => def,
        }
    };
    names.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str], named: &[NamedColumn]) -> Vec<(String, u32, bool)> {
        let lines: Vec<Line> = (1..)
            .zip(lines)
            .map(|(number, text)| Line {
                number,
                bytes: text.len(),
                members: serde_json::from_str(text).unwrap(),
            })
            .collect();
        let columns = columns(&lines, named).into_iter();
        let many = |c: &ColumnDef| c.bits.contains(ColumnBits::MULTI_VALUED);
        columns
            .map(|c| (c.name.clone(), c.coltyp, many(&c)))
            .collect()
    }

    fn one(values: &[&str]) -> (u32, bool) {
        let lines: Vec<String> = values.iter().map(|v| format!("{{\"a\":{v}}}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = found(&lines, &[]);
        (found[0].1, found[0].2)
    }

    #[test]
    fn types_are_the_narrowest_that_hold_everything() {
        const BIT: u32 = 1;
        const LONG: u32 = 4;
        const DOUBLE: u32 = 7;
        const LONG_TEXT: u32 = 12;
        const LONG_LONG: u32 = 15;
        const UNSIGNED_LONG_LONG: u32 = 18;
        assert_eq!(one(&["true", "null"]), (BIT, false));
        assert_eq!(one(&["1", "-2147483648"]), (LONG, false));
        assert_eq!(one(&["1", "2147483648"]), (LONG_LONG, false));
        assert_eq!(one(&["18446744073709551615"]), (UNSIGNED_LONG_LONG, false));
        assert_eq!(one(&["18446744073709551615", "-1"]), (DOUBLE, false));
        assert_eq!(one(&["1", "1.5"]), (DOUBLE, false));
        assert_eq!(one(&["1", "\"x\""]), (LONG_TEXT, false));
        assert_eq!(one(&["true", "1"]), (LONG_TEXT, false));
        assert_eq!(one(&["null"]), (LONG_TEXT, false));
        assert_eq!(one(&["[1,2]", "3"]), (LONG, true));
        assert_eq!(one(&["[1,[2]]"]), (LONG_TEXT, false));
        assert_eq!(one(&["{\"x\":1}"]), (LONG_TEXT, false));
        assert_eq!(one(&["[]"]), (LONG_TEXT, true));
    }

    #[test]
    fn columns_come_in_order_and_names_have_no_case() {
        let named = [NamedColumn {
            name: "when".into(),
            column_type: ColumnType::DateTime,
            many: false,
        }];
        let found = found(
            &["{\"b\":1,\"When\":\"x\"}", "{\"a\":1,\"B\":\"x\"}"],
            &named,
        );
        let expected = [("when", 8), ("b", 12), ("a", 4)];
        let found: Vec<_> = found.iter().map(|(n, t, _)| (n.as_str(), *t)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn more_columns_than_fit_the_fixed_part_are_tagged() {
        let members: Vec<String> = (0..200).map(|n| format!("\"c{n}\":1")).collect();
        let line = Line {
            number: 1,
            bytes: 0,
            members: serde_json::from_str(&format!("{{{}}}", members.join(","))).unwrap(),
        };
        let columns = columns(&[line], &[]);
        let tagged = columns
            .iter()
            .filter(|c| c.bits.contains(ColumnBits::TAGGED));
        assert_eq!((columns.len(), tagged.count()), (200, 136));
    }
}
