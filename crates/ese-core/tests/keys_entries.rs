//! Index entries of records as the original engine made them: the transcripts of the programs
//! key-multivalue, key-nulls, key-tuples, key-build and record-index-entries, computed again.
#![forbid(unsafe_code)]

use ese_core::format::ids::Fid;
use ese_core::format::key::{KeyRules, Segment, SegmentType, TupleLimits};
use ese_core::index::{
    ColumnRef, ColumnSource, Condition, Entries, EntryBuilder, EntryError, Expansion, IndexDef,
    IndexSegment, NullRules,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use testkit::hex;

const IGNORE_NULL: u32 = 0x8;
const DISALLOW_NULL: u32 = 0x10;
const IGNORE_ANY_NULL: u32 = 0x20;
const IGNORE_FIRST_NULL: u32 = 0x40;
const SORT_NULLS_HIGH: u32 = 0x400;
const CROSS_PRODUCT: u32 = 0x4000;
const NESTED_TABLE: u32 = 0x20000;

fn read(rel: &str) -> Option<String> {
    let file = testkit::witness_file(rel);
    if file.is_none() {
        testkit::skip(rel);
    }
    file.map(|f| std::fs::read_to_string(f).unwrap())
}

/// A record: the values of each column by its letter or name.
#[derive(Clone, Default)]
struct Record(BTreeMap<&'static str, Vec<Vec<u8>>>);

impl Record {
    fn longs(mut self, column: &'static str, values: &[i32]) -> Self {
        let values = values.iter().map(|v| v.to_le_bytes().to_vec()).collect();
        self.0.insert(column, values);
        self
    }

    fn bytes(mut self, column: &'static str, value: &[u8]) -> Self {
        self.0.insert(column, vec![value.to_vec()]);
        self
    }

    fn n(&self) -> i32 {
        i32::from_le_bytes(self.0["n"][0][..].try_into().unwrap())
    }
}

/// A table's columns: name, type, multi-valued.
struct Table {
    columns: Vec<(&'static str, SegmentType, bool)>,
    records: Vec<Record>,
}

struct Source<'a>(&'a Table, &'a Record);

impl ColumnSource for Source<'_> {
    type Error = Infallible;

    fn value(
        &self,
        column: ColumnRef,
        itag: u32,
        offset: usize,
        max: usize,
    ) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        assert!(itag >= 1);
        let (name, _, multi) = self.0.columns[usize::from(column.fid.0) - 1];
        assert!(multi || itag == 1, "{name} has one value");
        let value = self.1.0.get(name).and_then(|v| v.get(itag as usize - 1));
        Ok(value.map(|v| {
            let from = offset.min(v.len());
            Cow::Borrowed(&v[from..from + max.min(v.len() - from)])
        }))
    }
}

/// What JetCreateIndex makes of its grbit (docs/format/database-catalog.md §3.3).
fn null_rules(grbit: u32) -> NullRules {
    let mut rules = NullRules::from_flags(0);
    rules.forbid = grbit & DISALLOW_NULL != 0;
    if grbit & (DISALLOW_NULL | IGNORE_ANY_NULL) == 0 {
        rules.allow_some = true;
        if grbit & IGNORE_FIRST_NULL == 0 {
            rules.allow_first = true;
            rules.allow_all = grbit & IGNORE_NULL == 0;
        }
    }
    rules
}

impl Table {
    fn column(&self, name: &str) -> (ColumnRef, SegmentType, bool) {
        let i = self.columns.iter().position(|c| c.0 == name).unwrap();
        let column = ColumnRef {
            fid: Fid(i as u16 + 1),
            template: false,
        };
        (column, self.columns[i].1, self.columns[i].2)
    }

    fn index(&self, key: &str, grbit: u32) -> IndexDef {
        let segments = key
            .split('|')
            .map(|part| {
                let (sign, name) = part.split_at(1);
                let (column, ty, multi_valued) = self.column(name);
                let segment = Segment {
                    descending: sign == "-",
                    ..Segment::new(ty)
                };
                IndexSegment {
                    column,
                    multi_valued,
                    segment,
                }
            })
            .collect();
        IndexDef {
            segments,
            rules: KeyRules {
                nulls_high: grbit & SORT_NULLS_HIGH != 0,
                ..KeyRules::default()
            },
            primary: false,
            nulls: null_rules(grbit),
            expansion: if grbit & CROSS_PRODUCT != 0 {
                Expansion::CrossProduct
            } else if grbit & NESTED_TABLE != 0 {
                Expansion::NestedTable
            } else {
                Expansion::First
            },
            disallow_truncation: false,
            tuples: None,
            conditions: Vec::new(),
        }
    }

    fn condition(&self, name: &str, must_be_null: bool) -> Condition {
        Condition {
            column: self.column(name).0,
            must_be_null,
        }
    }

    /// All entries of an index in its order: key, and the record's number.
    fn entries(&self, def: &IndexDef) -> Vec<(Vec<u8>, i32)> {
        let mut builder = EntryBuilder::new();
        let mut of_record = Entries::default();
        let mut all = Vec::new();
        for record in &self.records {
            builder
                .entries_into(def, &Source(self, record), &mut of_record)
                .unwrap();
            all.extend(of_record.iter().map(|key| (key.to_vec(), record.n())));
        }
        all.sort();
        all
    }

    /// The record numbers of an index in its order, as the transcripts show them.
    fn walk(&self, def: &IndexDef) -> String {
        let numbers: Vec<String> = self
            .entries(def)
            .iter()
            .map(|(_, n)| n.to_string())
            .collect();
        numbers.join(" ")
    }
}

/// The lines `LABEL #i: n=N KEY` and `LABEL entries: COUNT` of a transcript, by label.
fn shown(text: &str) -> BTreeMap<&str, Vec<(Vec<u8>, i32)>> {
    let mut all: BTreeMap<&str, Vec<(Vec<u8>, i32)>> = BTreeMap::new();
    for line in text.lines() {
        let Some((label, answer)) = line.split_once(": ") else {
            continue;
        };
        if let Some((label, _)) = label.split_once(" #") {
            let (n, key) = answer.split_once(' ').unwrap();
            // Tables whose number is NULL are not ours to compute.
            let Some(n) = n.strip_prefix("n=").and_then(|n| n.parse().ok()) else {
                continue;
            };
            all.entry(label).or_default().push((testkit::unhex(key), n));
        } else if let Some(label) = label.strip_suffix(" entries")
            && let Some(entries) = all.get(label)
        {
            assert_eq!(entries.len().to_string(), answer, "{line}");
        }
    }
    all
}

fn same(label: &str, made: &[(Vec<u8>, i32)], shown: &[(Vec<u8>, i32)]) {
    let text = |all: &[(Vec<u8>, i32)]| -> String {
        all.iter()
            .map(|(k, n)| format!("  n={n} {}\n", hex(k)))
            .collect()
    };
    assert_eq!(text(made), text(shown), "{label}");
}

fn fnv(h: u32, bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(h, |h, &b| (h ^ u32::from(b)).wrapping_mul(16_777_619))
}

const FNV_START: u32 = 2_166_136_261;

#[test]
fn several_values_as_in_key_multivalue() {
    use SegmentType::*;
    let Some(text) = read("expected/key-multivalue.txt") else {
        return;
    };
    let record = |n: i32, x: &[i32], y: &[i32], z: &[i32]| {
        Record::default()
            .longs("n", &[n])
            .longs("x", x)
            .longs("y", y)
            .longs("z", z)
    };
    let table = Table {
        columns: vec![
            ("n", Long, false),
            ("x", Long, true),
            ("y", Long, true),
            ("z", Long, true),
        ],
        records: vec![
            record(1, &[30, 10, 20], &[5, 6], &[1]),
            record(2, &[], &[5, 6], &[]),
            record(3, &[30, 10, 20], &[], &[4, 3, 2, 1]),
            record(4, &[7, 7, 8, 7], &[5], &[]),
            record(5, &[], &[], &[]),
        ],
    };
    let unique = text.find("# unique").unwrap();
    let mut checked = 0;
    for (label, entries) in shown(&text[..unique]) {
        let (key, options) = label.split_once(' ').unwrap();
        let grbit = options.split('+').fold(0, |all, option| {
            all | match option {
                "plain" => 0,
                "cross" => CROSS_PRODUCT,
                "nested" => NESTED_TABLE,
                "IgnoreNull" => IGNORE_NULL,
                "IgnoreAnyNull" => IGNORE_ANY_NULL,
                "IgnoreFirstNull" => IGNORE_FIRST_NULL,
                other => panic!("option {other}"),
            }
        });
        let def = table.index(key, grbit);
        same(label, &table.entries(&def), &entries);
        checked += 1;
    }
    assert_eq!(checked, 17);

    // Defaults and long values.
    let long = vec![b'L'; 400];
    let values = |i: usize| {
        vec![
            long[i..3 + i + 130 * (i - 2)].to_vec(),
            b"zz".to_vec(),
            long[..300].to_vec(),
        ]
    };
    let with_lv = |mut r: Record, i: usize| {
        r.0.insert("lv", values(i));
        r
    };
    let new = |n: i32| Record::default().longs("n", &[n]);
    let table = Table {
        columns: vec![("n", Long, false), ("b", Long, true), ("lv", Binary, true)],
        records: vec![
            new(1).longs("b", &[1]),
            with_lv(new(2).longs("b", &[5]), 2),
            with_lv(new(3), 3),
            with_lv(new(4).longs("b", &[9, 1]), 4),
        ],
    };
    let defaults = shown(&text);
    same(
        "default 1",
        &table.entries(&table.index("+b", 0)),
        &defaults["default 1"],
    );
    let def = table.index("+lv", IGNORE_NULL);
    assert!(text.contains(&format!("long values, walk: {}\n", table.walk(&def))));
    for (i, (key, _)) in table.entries(&def).iter().enumerate() {
        let line = format!(
            "long value key {i}: {} bytes fnv {:08x}\n",
            key.len(),
            fnv(FNV_START, key)
        );
        assert!(text.contains(&line), "{line}");
    }
}

/// The table of key-nulls; the mask says which columns are set.
fn null_table() -> Table {
    use SegmentType::*;
    Table {
        columns: vec![
            ("n", Long, false),
            ("a", Long, false),
            ("b", Long, false),
            ("c", Text, false),
            ("s", Binary, false),
        ],
        records: Vec::new(),
    }
}

fn masked(n: i32, mask: u32) -> Record {
    let mut r = Record::default().longs("n", &[n]);
    if mask & 1 != 0 {
        r = r.longs("a", &[1]);
    }
    if mask & 2 != 0 {
        r = r.longs("b", &[2]);
    }
    if mask & 4 != 0 {
        r = r.bytes("c", b"c");
    }
    if mask & 8 != 0 {
        r = r.bytes("c", b"");
    }
    r
}

#[test]
fn nulls_and_conditions_as_in_key_nulls() {
    let Some(text) = read("expected/key-nulls.txt") else {
        return;
    };
    let mut table = null_table();
    table.records.extend((0..8).map(|n| masked(n, n as u32)));
    table
        .records
        .extend([masked(8, 8), masked(9, 9), masked(10, 11)]);
    let keys = shown(&text);
    let mut checked = 0;
    for line in text.lines() {
        if line.starts_with("# DisallowNull") {
            break;
        }
        let Some((label, numbers)) = line.split_once(": ") else {
            continue;
        };
        let Some((key, options)) = label.split_once(' ') else {
            continue;
        };
        if !key.starts_with(['+', '-']) {
            continue;
        }
        let grbit = options.split('+').fold(0, |all, option| {
            all | match option {
                "none" | "Unique" => 0,
                "IgnoreNull" | "Null" => IGNORE_NULL,
                "IgnoreAnyNull" => IGNORE_ANY_NULL,
                "IgnoreFirstNull" | "FirstNull" => IGNORE_FIRST_NULL,
                "NullsHigh" => SORT_NULLS_HIGH,
                other => panic!("option {other} in {line}"),
            }
        });
        let def = table.index(key, grbit);
        assert_eq!(table.walk(&def), numbers, "{line}");
        if let Some(entries) = keys.get(format!("keys of {label}").as_str()) {
            same(label, &table.entries(&def), entries);
            checked += 1;
        }
        checked += 1;
    }
    assert_eq!(checked, 68);

    // Conditions, over what the program's unique indexes left.
    let conditions: [(&str, &[(&str, bool)]); 5] = [
        ("b must be NULL", &[("b", true)]),
        ("b must not be NULL", &[("b", false)]),
        ("b NULL and c not NULL", &[("b", true), ("c", false)]),
        ("b and c NULL", &[("b", true), ("c", true)]),
        ("c must not be NULL", &[("c", false)]),
    ];
    let definition = |table: &Table, on: &[(&str, bool)]| {
        let mut def = table.index("+n", 0);
        def.conditions = on
            .iter()
            .map(|(c, null)| table.condition(c, *null))
            .collect();
        def
    };
    table.records = vec![
        masked(7, 7),
        masked(21, 1),
        masked(23, 0),
        masked(25, 1),
        masked(26, 0),
    ];
    for (label, on) in conditions {
        let numbers = table.walk(&definition(&table, on));
        let line = format!("entries where {label}: {numbers}");
        assert!(text.contains(line.trim_end_matches(' ')), "{line}");
    }
    table
        .records
        .extend([masked(30, 0), masked(31, 6), masked(32, 8)]);
    for (i, (_, on)) in conditions.iter().enumerate() {
        let numbers = table.walk(&definition(&table, on));
        let line = format!("cond{i} after updates: {numbers}\n");
        assert!(text.contains(&line), "{line}");
    }

    // A segment behind a full key counts with its real NULL state.
    table.records = vec![
        masked(40, 0).bytes("s", &[b'x'; 250]),
        masked(41, 0).bytes("s", &[b'x'; 250]).longs("a", &[5]),
    ];
    let def = table.index("+s|+a", IGNORE_ANY_NULL);
    assert!(text.contains(&format!("sa: {}\n", table.walk(&def))));
    assert_eq!(table.walk(&def), "41");
    // ... and a key that does not fit is refused where truncation is.
    let mut def = table.index("+n|+c|+s", 0);
    def.disallow_truncation = true;
    let source = Source(&table, &table.records[0]);
    let refused = EntryBuilder::new().entries(&def, &source).unwrap_err();
    assert_eq!(refused, EntryError::Truncated);
}

#[test]
fn forbidden_nulls_are_errors() {
    let mut table = null_table();
    table.records = vec![masked(1, 3), masked(2, 1)];
    let mut def = table.index("+a|+b", DISALLOW_NULL);
    let mut builder = EntryBuilder::new();
    let entries = builder.entries(&def, &Source(&table, &table.records[0]));
    assert_eq!(entries.unwrap().len(), 1);
    let source = Source(&table, &table.records[1]);
    assert_eq!(
        builder.entries(&def, &source).unwrap_err(),
        EntryError::NullKey
    );
    // A primary index forbids NULL by that flag only, and never leaves a record out.
    def.primary = true;
    assert_eq!(
        builder.primary_key(&def, &source).unwrap_err(),
        EntryError::NullKey
    );
    def.nulls = NullRules::from_flags(0);
    let key = builder.primary_key(&def, &source).unwrap().to_vec();
    assert_eq!(hex(&key), "7f8000000100");
    let entries = builder.entries(&def, &source).unwrap();
    assert!(entries.contains(&key) && entries.len() == 1);
    assert!(!entries.contains(&key[1..]));
}

#[test]
fn tuples_as_in_key_tuples() {
    use SegmentType::*;
    let Some(text) = read("expected/key-tuples.txt") else {
        return;
    };
    let put = |n: i32, value: Option<&str>, m: usize| {
        let mut r = Record::default().longs("n", &[n]);
        for column in ["t", "l", "b"] {
            if let Some(v) = value {
                r = r.bytes(column, v.as_bytes());
            }
        }
        let values = (0..m).rev().map(|m| format!("v{m}xyz").into_bytes());
        r.0.insert("m", values.collect());
        r
    };
    let mut table = Table {
        columns: vec![
            ("n", Long, false),
            ("t", Text, false),
            ("l", Text, false),
            ("b", Binary, false),
            ("m", Text, true),
        ],
        records: vec![
            put(1, Some("abcdefghijklmn"), 1),
            put(2, Some("ab"), 0),
            put(3, None, 2),
            put(4, Some(""), 0),
            put(5, Some("abcabcabc"), 0),
            put(6, Some("xyz"), 0),
        ],
    };
    let limits = |min, max, most, increment, start| TupleLimits {
        length_min: min,
        length_max: max,
        tuples_most: most,
        increment,
        start,
    };
    let all = 32_767;
    let indexes = [
        ("default", "+t", TupleLimits::default(), 0),
        ("min 2 max 4", "+t", limits(2, 4, all, 1, 0), 0),
        ("min 3 max 3", "+t", limits(3, 3, all, 1, 0), 0),
        ("to index 4", "+t", limits(3, 5, 4, 1, 0), 0),
        ("increment 3", "+t", limits(3, 5, all, 3, 0), 0),
        ("start 2", "+t", limits(3, 5, all, 1, 2), 0),
        (
            "start 2 increment 2 to index 3",
            "+t",
            limits(2, 3, 3, 2, 2),
            0,
        ),
        ("descending", "-t", limits(3, 4, 2, 1, 0), 0),
        ("two segments", "+t|+n", limits(3, 4, 2, 1, 0), 0),
        ("long text", "+l", limits(3, 6, 3, 1, 0), 0),
        ("binary", "+b", limits(3, 9, 3, 1, 0), 0),
        ("multi-valued", "+m", limits(3, 9, all, 1, 0), 0),
        ("IgnoreNull", "+t", limits(2, 3, 2, 1, 0), IGNORE_NULL),
        (
            "cross product",
            "+m|+t",
            limits(3, 3, 1, 1, 0),
            CROSS_PRODUCT,
        ),
    ];
    let transcript = shown(&text);
    for (label, key, tuples, grbit) in indexes {
        let mut def = table.index(key, grbit);
        def.tuples = Some(tuples);
        same(label, &table.entries(&def), &transcript[label]);
    }

    // After updates, and a long value.
    table.records[0] = put(1, Some("abcxyz"), 1);
    table.records.remove(4);
    let mut def = table.index("+t", 0);
    def.tuples = Some(limits(3, 5, all, 1, 0));
    same(
        "after updates",
        &table.entries(&def),
        &transcript["after updates"],
    );
    let long: Vec<u8> = (0..299u32).map(|i| b'a' + (i % 23) as u8).collect();
    table.records = vec![
        put(1, Some("abcdefghijklmn"), 0),
        Record::default().longs("n", &[50]).bytes("l", &long),
    ];
    let mut def = table.index("+l", 0);
    def.tuples = Some(limits(10, 255, all, 40, 0));
    let entries = table.entries(&def);
    assert_eq!(entries.len(), text.matches("long index key ").count());
    for (i, (key, _)) in entries.iter().enumerate() {
        let line = format!(
            "long index key {i}: {} bytes fnv {:08x}\n",
            key.len(),
            fnv(FNV_START, key)
        );
        assert!(text.contains(&line), "{line}");
    }
}

#[test]
fn nested_tuples_end() {
    // The original never returns from the first record of such an index.
    let table = Table {
        columns: vec![
            ("n", SegmentType::Long, false),
            ("m", SegmentType::Text, true),
        ],
        records: vec![],
    };
    let mut record = Record::default().longs("n", &[1]);
    record
        .0
        .insert("m", vec![b"abcd".to_vec(), b"bcde".to_vec()]);
    let mut def = table.index("+m", NESTED_TABLE);
    def.tuples = Some(TupleLimits::default());
    let entries = EntryBuilder::new()
        .entries(&def, &Source(&table, &record))
        .unwrap();
    let made: Vec<String> = entries.iter().map(hex).collect();
    assert_eq!(
        made,
        ["7f4142434400", "7f42434400", "7f4243444500", "7f43444500"]
    );
}

#[test]
fn cross_products_have_a_limit() {
    let values: Vec<i32> = (0..3000).collect();
    let table = Table {
        columns: vec![
            ("x", SegmentType::Long, true),
            ("y", SegmentType::Long, true),
        ],
        records: vec![],
    };
    let record = Record::default().longs("x", &values).longs("y", &values);
    let def = table.index("+x|+y", CROSS_PRODUCT);
    let error = EntryBuilder::new()
        .entries(&def, &Source(&table, &record))
        .unwrap_err();
    assert_eq!(error, EntryError::TooMany);
    let def = table.index("+x|+y", NESTED_TABLE);
    let entries = EntryBuilder::new()
        .entries(&def, &Source(&table, &record))
        .unwrap();
    assert_eq!(entries.len(), 3000);
}

#[test]
fn built_indexes_as_in_key_build() {
    use SegmentType::*;
    let Some(text) = read("expected/key-build.txt") else {
        return;
    };
    let words = ["abcabc", "", "xyzzy", "ab", "aaaaaa", "q", "abcdefghijklm"];
    let steps = |count: i32, base: i32, step: i32| -> Vec<i32> {
        (0..count).map(|i| base + (i * step) % 7).collect()
    };
    let table = Table {
        columns: vec![
            ("n", Long, false),
            ("a", Long, false),
            ("b", Text, false),
            ("x", Long, true),
            ("y", Long, true),
        ],
        records: (0..30)
            .map(|n: i32| {
                let mut r = Record::default()
                    .longs("n", &[n])
                    .longs("x", &steps(n % 4, n, n % 3 + 1))
                    .longs("y", &steps((n / 2) % 3, 40 - n, 2));
                if n % 5 != 0 {
                    r = r.longs("a", &[n % 3]);
                }
                if n % 6 != 0 {
                    r = r.bytes("b", words[(n % 7) as usize].as_bytes());
                }
                r
            })
            .collect(),
    };
    let mut checked = 0;
    for line in text.lines() {
        let parts: Vec<&str> = line.split([' ', ':']).filter(|w| !w.is_empty()).collect();
        let [
            key,
            grbit,
            "tuples",
            tuples,
            "condition",
            condition,
            count,
            "entries",
            "fnv",
            hash,
        ] = parts[..]
        else {
            continue;
        };
        let grbit = u32::from_str_radix(grbit.trim_start_matches("0x"), 16).unwrap();
        let mut def = table.index(key, grbit);
        if key == "+b|+x" {
            def.rules.var_seg_mac = 4;
        }
        def.tuples = match tuples {
            "0" => None,
            step => Some(TupleLimits {
                length_min: 2,
                length_max: if step == "2" { 255 } else { 4 },
                tuples_most: 5,
                increment: step.parse().unwrap(),
                start: 0,
            }),
        };
        def.conditions = match condition {
            "1" => vec![table.condition("b", true)],
            "2" => vec![table.condition("x", false)],
            _ => vec![],
        };
        let entries = table.entries(&def);
        let made = entries.iter().fold(FNV_START, |h, (key, n)| {
            fnv(fnv(h, key), format!("n={n}").as_bytes())
        });
        assert_eq!(entries.len().to_string(), count, "{line}");
        assert_eq!(format!("{made:08x}"), hash, "{line}");
        checked += 1;
    }
    assert_eq!(checked, 23);
}

#[test]
fn entries_of_records_as_in_record_index_entries() {
    use SegmentType::*;
    let Some(text) = read("expected/record-index-entries.txt") else {
        return;
    };
    let new = |n: i32| Record::default().longs("n", &[n]);
    let mut table = Table {
        columns: vec![
            ("n", Long, false),
            ("f", Long, false),
            ("a", Long, true),
            ("b", Long, true),
            ("s", Binary, false),
            ("d", Long, true),
        ],
        records: vec![
            new(1).longs("f", &[1]).longs("d", &[5]),
            new(2).longs("a", &[3]).longs("d", &[5]),
            new(3)
                .longs("f", &[3])
                .longs("a", &[7, 7])
                .longs("b", &[7, 3, 4])
                .longs("d", &[5]),
            new(4).longs("a", &[40, 41]).longs("b", &[40]),
            new(5)
                .longs("f", &[5])
                .longs("b", &[50, 5])
                .longs("d", &[50, 5])
                .bytes("s", b"abcdef"),
            new(6).longs("d", &[5]).bytes("s", b"ab"),
        ],
    };
    let tuples = |increment, start| TupleLimits {
        length_min: 3,
        length_max: 4,
        tuples_most: 100,
        increment,
        start,
    };
    let mut defs: HashMap<&str, IndexDef> = HashMap::new();
    for (name, key, grbit) in [
        ("plain f", "+f", 0),
        ("a", "+a", 0),
        ("a+b", "+a|+b", 0),
        ("a+b cross", "+a|+b", CROSS_PRODUCT),
        ("a+b nested", "+a|+b", NESTED_TABLE),
        ("f+a", "+f|+a", 0),
        ("f ignore null", "+f", IGNORE_NULL),
        ("a ignore null", "+a", IGNORE_NULL),
        ("f+a any null", "+f|+a", IGNORE_ANY_NULL),
        ("f+a first null", "+f|+a", IGNORE_FIRST_NULL),
        ("f+a all null", "+f|+a", IGNORE_NULL),
        ("a if f", "+a", 0),
        ("a if not f", "+a", 0),
        ("d", "+d", 0),
        ("d if d", "+d", 0),
        ("tuple", "+s", 0),
        ("tuple step 2", "+s", 0),
        ("a desc", "-a", 0),
        ("unique a", "+a", IGNORE_NULL),
    ] {
        let mut def = table.index(key, grbit);
        match name {
            "a if f" => def.conditions = vec![table.condition("f", false)],
            "a if not f" => def.conditions = vec![table.condition("f", true)],
            "d if d" => def.conditions = vec![table.condition("d", false)],
            "tuple" => def.tuples = Some(tuples(1, 0)),
            "tuple step 2" => def.tuples = Some(tuples(2, 1)),
            _ => {}
        }
        defs.insert(name, def);
    }
    let mut checked = 0;
    for line in text.lines() {
        if line.starts_with("replace 3") {
            let r = &mut table.records;
            r[2] = r[2].clone().longs("a", &[7]).longs("b", &[7, -1, 4]);
            r[3] = r[3].clone().longs("d", &[5]).longs("f", &[44]);
            r[4] = r[4].clone().bytes("s", b"abcdeX");
            r.remove(0);
        }
        let Some((label, answer)) = line.split_once(": ") else {
            continue;
        };
        let Some((when @ ("after the inserts" | "after the replaces"), name)) =
            label.split_once(", ")
        else {
            continue;
        };
        let entries = table.entries(&defs[name]);
        let made: String = entries
            .iter()
            .map(|(key, n)| format!("{}>{n} ", hex(key)))
            .collect();
        let made = format!("{made}({})", entries.len());
        assert_eq!(made, answer, "{when}, {name}");
        checked += 1;
    }
    assert_eq!(checked, 38);
}
