//! `witness/stored-values.tsv`: what the original stores for a value. Every row is read to its value,
//! and our builder makes the same record and the same long-value nodes.
//!
//! XPRESS streams are the encoder's own choice: there both streams must decode to the value.
#![forbid(unsafe_code)]

mod records_support;
mod stored_values_support;

use ese_core::format::compress::{self, CompressPolicy, PLAIN_MOST, Scheme};
use ese_core::format::ids::{Fid, PageSize};
use ese_core::format::lv::{self, Lid, LvRoot};
use ese_core::format::record::{FixedSlot, RecordView, Stored};
use ese_core::format::record_build::RecordBuilder;
use ese_core::format::tagged_build::{TaggedBuild, TaggedPart};
use stored_values_support::{Row, Seen, generated, rows};
use testkit::hex;

const K: Fid = Fid(1);
const FL: Fid = Fid(2);
const FT: Fid = Fid(3);
const VT: Fid = Fid(128);
const TL: Fid = Fid(256);
const TT: Fid = Fid(257);
const TD: Fid = Fid(258);
const TB: Fid = Fid(259);
const LC: Fid = Fid(260);
const LW: Fid = Fid(261);
const BC: Fid = Fid(262);
const BN: Fid = Fid(263);
const MC: Fid = Fid(264);

const SLOTS: [FixedSlot; 3] = [
    FixedSlot {
        fid: K,
        offset: 4,
        len: 4,
    },
    FixedSlot {
        fid: FL,
        offset: 8,
        len: 4,
    },
    FixedSlot {
        fid: FT,
        offset: 12,
        len: 2,
    },
];

/// What one set call stores: the plain bytes, and whether they go to the long-value tree.
struct Set {
    plain: Vec<u8>,
    separate: bool,
    compress: bool,
}

impl Set {
    /// `A100 compressed then append more!` and the like, in a column that compresses or not.
    fn parse(value: &str, column_compresses: bool) -> Self {
        let mut parts = value.split(" then ");
        let mut words = parts.next().expect("a value").split(' ');
        let mut plain = generated(words.next().expect("a name"));
        let flags: Vec<&str> = words.collect();
        let has = |f: &str| flags.contains(&f);
        let mut compress = has("compressed") || (column_compresses && !has("uncompressed"));
        // Values not larger than a LID are never separated; others above 1,023 bytes are.
        let mut separate =
            plain.len() > 8 && (has("separate") || (plain.len() > 1023 && !has("intrinsic")));
        for change in parts {
            // Each change decides anew whether to compress; what is separated stays so.
            compress = column_compresses;
            match change.split(' ').collect::<Vec<_>>()[..] {
                ["append", more] => plain.extend_from_slice(more.as_bytes()),
                ["overwrite", "e9", "at", at] => {
                    plain[at.parse::<usize>().expect("an offset")] = 0xE9;
                }
                ["size", n] => plain.resize(n.parse().expect("a size"), 0),
                _ => panic!("change {change}"),
            }
            separate |= plain.len() > 1023;
        }
        Self {
            plain,
            separate,
            compress,
        }
    }
}

/// Long-value nodes as the builder makes them: root, then chunks.
type Nodes = Vec<(Option<u32>, Vec<u8>)>;

fn stored_part(set: &Set, page: PageSize, lid: Lid, nodes: &mut Nodes) -> TaggedPart {
    if !set.separate {
        let mut out = Vec::new();
        return if set.compress
            && compress::compress(&set.plain, &CompressPolicy::intrinsic(8), &mut out)
        {
            TaggedPart::compressed(out)
        } else {
            TaggedPart::plain(&set.plain)
        };
    }
    let mut root = Vec::new();
    LvRoot {
        refcount: 1,
        size: set.plain.len() as u32,
        encrypted: false,
    }
    .build(&mut root);
    nodes.push((None, root));
    let each = lv::chunk_bytes(page);
    for (i, chunk) in set.plain.chunks(each).enumerate() {
        let mut out = Vec::new();
        if !set.compress || !compress::compress(chunk, &CompressPolicy::chunk(), &mut out) {
            out = chunk.to_vec();
        }
        nodes.push((Some((i * each) as u32), out));
    }
    TaggedPart::separated(lid)
}

/// The column of a long value, by the text of the row.
fn long_column(row: &Row) -> Option<(Fid, bool)> {
    Some(match row.column.as_str() {
        "LongText 1252, compressed" => (LC, true),
        "LongText 1200, compressed" => (LW, true),
        "LongBinary, compressed" => (BC, true),
        "LongBinary" => (BN, false),
        "LongBinary, compressed, multi-valued" => (MC, true),
        _ => return None,
    })
}

/// Values of a multi-valued LongBinary as the program sets them.
fn many(row: &Row, lid: Lid, nodes: &mut Nodes) -> TaggedBuild {
    let (names, change) = row.value.split_once(", first ").unwrap_or((&row.value, ""));
    let mut column: Option<TaggedBuild> = None;
    for (i, name) in names.split(", ").enumerate() {
        let set = if name == "xyz" {
            Set {
                plain: name.into(),
                separate: false,
                compress: false,
            }
        } else {
            // Only the first value is compressed.
            Set::parse(name, i == 0)
        };
        let part = stored_part(&set, row.page, lid, nodes);
        match &mut column {
            None => column = Some(TaggedBuild::one(MC, false, true, part)),
            Some(c) => c.push(part),
        }
    }
    let mut column = column.expect("a value");
    if change == "removed" {
        column.remove(0);
    } else if let Some(name) = change.strip_prefix("replaced by ") {
        let part = stored_part(&Set::parse(name, true), row.page, lid, nodes);
        assert!(column.replace(0, part));
    }
    column
}

/// The record of a row that is about the shape of columns.
fn shaped(row: &Row, b: &mut RecordBuilder<'_>) {
    let plain = TaggedPart::plain;
    let one = |fid, v: &[u8]| TaggedBuild::one(fid, false, false, plain(v));
    let of = |fid, vs: &[&[u8]]| {
        let mut t = one(fid, vs[0]);
        for v in &vs[1..] {
            t.push(plain(v));
        }
        t
    };
    let long = |n: u8| [n, 3, 2, 1];
    let (a, c, d) = (long(5), long(6), long(7));
    let done = match row.case {
        67 => b.set_tagged(one(TL, &long(4))),
        68 => b.set_tagged(of(TL, &[&long(4), &a])),
        69 => b.set_tagged(of(TL, &[&a, &c, &d])),
        70 => {
            let mut t = of(TL, &[&long(8), &long(9), &long(10)]);
            t.remove(1);
            b.set_tagged(t)
        }
        71 => {
            let mut t = of(TL, &[&long(11), &long(12)]);
            t.remove(0);
            b.set_tagged(t)
        }
        72 => b.set_tagged(of(TT, &[b"abc", b""])),
        73 => b.set_tagged(one(TT, b"")),
        74 => b.set_tagged(of(TT, &[b"", b"", b"x"])),
        75 => b.set_tagged(TaggedBuild::null(TD, false, false)),
        76 => b.set_tagged(one(TD, b"dflt")),
        77 => b.set_tagged(one(TB, &[3])),
        78 => b.set_tagged(of(TB, &[&[3], &[0]])),
        79 => b.set_fixed(FL, Some(&7i32.to_le_bytes())),
        80 => b.set_fixed(FT, Some(&9i16.to_le_bytes())),
        81 => b
            .set_fixed(FL, Some(&7i32.to_le_bytes()))
            .and_then(|()| b.set_fixed(FL, None)),
        82 => b.set_var(VT, Some(b"var")),
        83 => b.set_var(VT, Some(b"")),
        84 => b
            .set_var(VT, Some(b"var"))
            .and_then(|()| b.set_var(VT, None)),
        85 => {
            b.set_tagged(one(TL, &1i32.to_le_bytes())).expect("room");
            b.remove_tagged(TL, false);
            Ok(())
        }
        86 => b
            .set_tagged(TaggedBuild::one(BN, false, true, plain(b"zz")))
            .and_then(|()| b.set_tagged(one(TT, b"aa")))
            .and_then(|()| b.set_var(VT, Some(b"vv")))
            .and_then(|()| b.set_fixed(FL, Some(&1i32.to_le_bytes()))),
        other => panic!("case {other}"),
    };
    done.expect("a column of the layout");
}

/// The LID that a row's record holds, if any.
fn lid_of(row: &Row) -> Option<Lid> {
    let view = RecordView::new(row.record.start(), row.page.is_large()).ok()?;
    view.tagged()
        .filter_map(Result::ok)
        .flat_map(|c| c.values().filter_map(Result::ok))
        .find(|v| v.separated)
        .map(|v| Lid::from_record(v.bytes).expect("a LID"))
}

fn is_xpress(bytes: &[u8]) -> bool {
    compress::scheme(bytes) == Ok(Scheme::Xpress)
}

fn plain_of(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    compress::decompress_into(bytes, &mut out, PLAIN_MOST).expect("a whole stream");
    out
}

#[test]
fn every_row_builds_to_the_same_bytes() {
    let Some(rows) = rows() else {
        return testkit::skip("stored-values.tsv");
    };
    assert!(rows.len() > 100);
    let (mut exact, mut own) = (0, 0);
    for row in &rows {
        let what = format!(
            "{:?} case {}: {} {}",
            row.page, row.case, row.column, row.value
        );
        let mut nodes = Nodes::new();
        let mut b = RecordBuilder::new(&SLOTS, row.page.is_large());
        b.set_fixed(K, Some(&row.case.to_le_bytes()))
            .expect("column k");
        let lid = lid_of(row).unwrap_or(Lid::FIRST_WIDE);
        let mut xpress = false;
        match long_column(row) {
            Some((MC, _)) => b.set_tagged(many(row, lid, &mut nodes)).expect("column mc"),
            Some((fid, compresses)) => {
                let set = Set::parse(&row.value, compresses);
                let part = stored_part(&set, row.page, lid, &mut nodes);
                xpress = part.compressed && is_xpress(&part.bytes);
                if xpress {
                    assert_eq!(plain_of(&part.bytes), set.plain, "{what}");
                }
                b.set_tagged(TaggedBuild::one(fid, false, true, part))
                    .expect("a long column");
            }
            None => shaped(row, &mut b),
        }
        let mut record = Vec::new();
        b.build(&mut record).expect("a small record");
        // What is given by its digest only is read here: our bytes are the original's.
        let view = RecordView::new(&record, row.page.is_large()).expect(&what);
        let again = RecordBuilder::from_view(&view, &SLOTS).expect(&what);
        let mut twice = Vec::new();
        again.build(&mut twice).expect(&what);
        assert_eq!(hex(&twice), hex(&record), "{what}");
        if let Some((fid, compresses)) = long_column(row).filter(|c| c.0 != MC) {
            let column = view.find_tagged(fid, false).expect(&what).expect(&what);
            let value = column.value(0).expect(&what);
            let want = Set::parse(&row.value, compresses).plain;
            match (value.separated, value.compressed) {
                (true, _) => {
                    let mut plain = Vec::new();
                    for (i, (at, chunk)) in nodes.iter().enumerate().skip(1) {
                        let next = nodes.get(i + 1).and_then(|n| n.0);
                        let n = lv::chunk_plain_len(at.expect(&what), next, want.len() as u32);
                        lv::append_chunk(chunk, n.expect(&what), &mut plain).expect(&what);
                    }
                    assert_eq!(plain, want, "{what}");
                }
                (_, true) => assert_eq!(plain_of(value.bytes), want, "{what}"),
                _ => assert_eq!(value.bytes, want, "{what}"),
            }
        }
        if xpress {
            own += 1;
        } else {
            exact += 1;
            row.record.assert_is(&record, &what);
        }
        assert_eq!(nodes.len(), row.nodes.len(), "{what}");
        for ((at, ours), (want_at, want)) in nodes.iter().zip(&row.nodes) {
            assert_eq!(at, want_at, "{what}");
            if at.is_some() && is_xpress(ours) {
                own += 1;
                assert!(
                    is_xpress(want.start()),
                    "{what}: the original chose another scheme"
                );
            } else {
                exact += 1;
                want.assert_is(ours, &what);
            }
        }
    }
    assert!(exact > 110 && own >= 10, "{exact} exact, {own} XPRESS");
}

#[test]
fn every_row_reads_to_its_value() {
    let Some(rows) = rows() else {
        return testkit::skip("stored-values.tsv");
    };
    let mut values = 0;
    for row in &rows {
        let what = format!(
            "{:?} case {}: {} {}",
            row.page, row.case, row.column, row.value
        );
        // A record given by its digest: its head is all there, the last value is cut.
        let view = RecordView::new(row.record.start(), row.page.is_large()).expect(&what);
        assert_eq!(
            view.fixed(K, 4, 4),
            Ok(Stored::Value(&row.case.to_le_bytes())),
            "{what}"
        );
        let Some((fid, compresses)) = long_column(row) else {
            continue;
        };
        if fid == MC {
            continue;
        }
        let want = Set::parse(&row.value, compresses).plain;
        let column = view
            .find_tagged(fid, false)
            .expect(&what)
            .expect("the column");
        assert_eq!(column.value_count(), Ok(1), "{what}");
        let value = column.value(0).expect(&what);
        let mut plain = Vec::new();
        if value.separated {
            let mut nodes = row.nodes.iter();
            let (_, Seen::Whole(root)) = nodes.next().expect("a root") else {
                panic!("{what}: a root is short");
            };
            let root = LvRoot::parse(root).expect(&what);
            assert_eq!(
                (root.refcount, root.size as usize),
                (1, want.len()),
                "{what}"
            );
            for (i, (at, chunk)) in nodes.enumerate() {
                let Seen::Whole(chunk) = chunk else {
                    continue;
                };
                let at = at.expect("an offset");
                let next = row.nodes.get(i + 2).and_then(|n| n.0);
                let n = lv::chunk_plain_len(at, next, root.size).expect(&what);
                plain.clear();
                lv::append_chunk(chunk, n, &mut plain).expect(&what);
                let at = at as usize;
                assert_eq!(plain, want[at..at + n], "{what}");
                values += 1;
            }
        } else if let Seen::Whole(_) = row.record {
            if value.compressed {
                plain = plain_of(value.bytes);
            } else {
                plain.extend_from_slice(value.bytes);
            }
            assert_eq!(plain, want, "{what}");
            values += 1;
        }
    }
    assert!(values >= 54, "{values}");
}

/// The rows about shape, read by hand.
#[test]
fn shapes_read_to_their_values() {
    let Some(rows) = rows() else {
        return testkit::skip("stored-values.tsv");
    };
    let mut seen = 0;
    for row in &rows {
        let view = RecordView::new(row.record.start(), row.page.is_large()).expect("a record");
        let values = |fid| -> Vec<Vec<u8>> {
            view.find_tagged(fid, false)
                .expect("a sound column")
                .map(|c| {
                    c.values()
                        .map(|v| v.expect("a value").bytes.to_vec())
                        .collect()
                })
                .unwrap_or_default()
        };
        let long = |n: u8| vec![n, 3, 2, 1];
        match row.case {
            68 => assert_eq!(values(TL), [long(4), long(5)]),
            69 => assert_eq!(values(TL), [long(5), long(6), long(7)]),
            70 => assert_eq!(values(TL), [long(8), long(10)]),
            71 => assert_eq!(values(TL), [long(12)]),
            72 => assert_eq!(values(TT), [b"abc".to_vec(), vec![]]),
            73 => assert_eq!(values(TT), [b"".to_vec()]),
            74 => assert_eq!(values(TT), [vec![], vec![], b"x".to_vec()]),
            75 => {
                let c = view.find_tagged(TD, false).expect("sound").expect("there");
                assert!(c.is_null());
                assert_eq!(c.values().count(), 0);
            }
            78 => assert_eq!(values(TB), [vec![3], vec![0]]),
            80 => {
                assert_eq!(view.fixed(FL, 8, 4), Ok(Stored::Null));
                assert_eq!(view.fixed(FT, 12, 2), Ok(Stored::Value(&[9, 0])));
            }
            81 => {
                assert_eq!(view.fixed(FL, 8, 4), Ok(Stored::Null));
                assert_eq!(view.fixed(FT, 12, 2), Ok(Stored::Absent));
            }
            83 => assert_eq!(view.var(VT), Ok(Stored::Value(&[]))),
            84 => {
                assert_eq!(view.var(VT), Ok(Stored::Null));
                assert_eq!(view.var(Fid(129)), Ok(Stored::Absent));
            }
            86 => {
                assert_eq!(view.var(VT), Ok(Stored::Value(b"vv")));
                assert_eq!(values(TT), [b"aa"]);
                assert_eq!(values(BN), [b"zz"]);
                assert_eq!(view.tagged_len(), 2);
            }
            _ => continue,
        }
        seen += 1;
    }
    assert!(seen >= 20, "{seen}");
}
