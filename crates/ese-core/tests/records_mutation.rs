//! Seeded damage of records, tagged columns, long-value nodes and catalog rows: a value or an error,
//! never a panic; everything that is handed out lies in the input; what parses builds again.
#![forbid(unsafe_code)]

mod records_support;

use ese_core::format::catalog_row::{
    CatalogError, CatalogRow, FIXED_COLUMNS, HintsOf, SpaceHints, TupleLimits,
};
use ese_core::format::compress::{self, PLAIN_MOST};
use ese_core::format::ids::{Coltyp, Fid};
use ese_core::format::lv::{self, Lid, LvKey, LvRoot};
use ese_core::format::record::{RecordView, Stored};
use ese_core::format::record_build::RecordBuilder;
use ese_core::format::value::Value;
use ese_core::io::rng::{Rng, SeededRng};
use records_support::mutate;
use testkit::unhex;

/// Records of every shape from docs/format/database-records.md and database-catalog.md.
fn seeds() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = [
        // The smallest; a fixed column reset to NULL; two kinds of tagged columns.
        "007f0400",
        "027f0d005100000007000000fe",
        "02800d005600000001000000fc020076760101080007010a406161017a7a",
        "02800d005600000001000000fc020076760101080007010b00006161017a7a",
        // NULL, two values, many values, many long values with the first one compressed, separated.
        "017f09004b000000fe02010420",
        "017f090044000000fe0001044018040403020105030201",
        "017f090045000000fe000104400806000a000e00050302010603020107030201",
        "017f09003f000000fe080104400b0600220036000954741914afa7c76b9058febebb41e6371ea4aeb7e173d0db5e960354686520717569636b2062726f776e20666f782054686520717569636b2062726f776e20666f78206a756d7073",
        "017f090042000000fe080104400904800c000d0000800000008078797a",
        "017f090022000000fe06010440050100008000000080",
        "017f090023000000fe0601044003180004ffffff3f000007000ffffb03",
        "017f090044000000fe0001040008040008000403020105030201",
        // Catalog rows: column, table, index; a row of MSysObjids and one of MSysLocales.
        "098023000800000002000100000004000000040000000500000000000000 2a 0400 80fe 0200 4964",
        "08802000080000000100080000001f000000500000000000000000000000ff000500 6261736963",
        "0b842900080000000300080000001f000000500000002f000100000000002a2a2a01040300050080f9040004800480048008004978496400000100050104400165002d0055005300",
        "007f04000001 0c000101 10000201 1400 02000000 02000000 0100",
        "02800a000101000000fc04002e005300",
    ]
    .iter()
    .map(|s| unhex(s))
    .collect();
    // The example of docs/format/database-records.md §1.4: columns with defaults of every kind.
    let mut big = unhex(
        "0d824c0001000000ff45341278563412f0debc9a785634120000803f000000000000004000000000c0e4e540\
         4e61bc000dd0adde01c000000dd001c0addeefbefacefeeddeadbeef0df000e0140027005700",
    );
    big.extend_from_slice(&[b'S'; 87]);
    out.push(big);
    out
}

/// `true` when `part` lies inside `whole`, or is empty.
fn inside(whole: &[u8], part: &[u8]) -> bool {
    let (w, p) = (whole.as_ptr_range(), part.as_ptr_range());
    part.is_empty() || (w.start <= p.start && p.end <= w.end)
}

#[test]
fn the_seeds_parse() {
    for (i, s) in seeds().iter().enumerate() {
        let views = [false, true].map(|large| RecordView::new(s, large));
        assert!(views.iter().any(Result::is_ok), "seed {i}: {views:?}");
    }
}

/// Reads everything that a view offers.
fn walk(data: &[u8], large: bool, rng: &mut SeededRng) -> bool {
    let Ok(view) = RecordView::new(data, large) else {
        return false;
    };
    let fid_any = Fid(rng.next_u64() as u16);
    for slot in FIXED_COLUMNS {
        for len in [usize::from(slot.len), usize::MAX] {
            if let Ok(Stored::Value(v)) = view.fixed(slot.fid, slot.offset, len) {
                assert!(inside(data, v) && v.len() == len);
            }
        }
        let _ = view.fixed(fid_any, rng.next_u64() as u16, 8);
    }
    for fid in (120..=260).map(Fid) {
        if let Ok(Stored::Value(v)) = view.var(fid) {
            assert!(inside(data, v));
        }
    }
    let mut sound = true;
    let mut order = Vec::new();
    for c in view.tagged() {
        let Ok(c) = c else {
            sound = false;
            continue;
        };
        order.push((!c.derived, c.fid));
        let count = c.value_count();
        let _ = c.value(usize::MAX);
        let mut total = 0;
        for v in c.values() {
            let Ok(v) = v else {
                sound = false;
                continue;
            };
            assert!(inside(data, v.bytes));
            total += v.bytes.len();
            if v.separated {
                if let Ok(lid) = Lid::from_record(v.bytes) {
                    assert_eq!(lid.to_record()[..], *v.bytes);
                }
            } else if v.compressed {
                let mut out = Vec::new();
                if compress::decompress_into(v.bytes, &mut out, PLAIN_MOST).is_ok() {
                    assert!(out.len() <= PLAIN_MOST);
                }
            } else {
                for coltyp in (0..19).filter_map(Coltyp::from_u32) {
                    if let Ok(Value::Text(t)) = Value::new(coltyp, 1200, v.bytes) {
                        let mut text = Vec::new();
                        t.push_wtf8(&mut text);
                        assert!(text.len() <= 2 * v.bytes.len());
                    }
                }
            }
        }
        // Values may share no bytes: their sum is at most the column's size.
        assert!(total <= data.len());
        assert!(count.is_err() || count.unwrap_or(0) <= data.len() + 2);
    }
    if sound && order.is_sorted() {
        // In order, every column is found by its id.
        for (own, fid) in order {
            if let Ok(found) = view.find_tagged(fid, !own) {
                assert_eq!(found.map(|c| c.fid), Some(fid));
            }
        }
    }
    let _ = view.find_tagged(fid_any, rng.below(2) == 0);
    match RecordBuilder::from_view(&view, &FIXED_COLUMNS) {
        Err(_) => assert!(!sound),
        Ok(b) => {
            let mut out = vec![1];
            if b.build(&mut out).is_ok() {
                assert_eq!(out[0], 1);
                // The builder's form is canonical: building it again changes nothing.
                let again = RecordView::new(&out[1..], large).expect("what was built parses");
                let mut twice = Vec::new();
                RecordBuilder::from_view(&again, &FIXED_COLUMNS)
                    .expect("what was built is sound")
                    .build(&mut twice)
                    .expect("what was built builds");
                assert_eq!(&out[1..], twice);
            } else {
                assert_eq!(out, [1]);
            }
        }
    }
    sound
}

#[test]
fn mutated_records() {
    let seed = testkit::first_seed();
    let mut rng = SeededRng::new(seed);
    let pool = seeds();
    let (mut sound, mut broken) = (0u64, 0u64);
    for _ in 0..testkit::rounds(20_000, 200_000) {
        let mut data = pool[rng.below(pool.len() as u64) as usize].clone();
        mutate(&mut rng, &mut data);
        for large in [false, true] {
            if walk(&data, large, &mut rng) {
                sound += 1;
            } else {
                broken += 1;
            }
        }
    }
    assert!(
        sound > 1_000 && broken > 1_000,
        "{sound} sound, {broken} broken"
    );
}

#[test]
fn mutated_catalog_rows() {
    let seed = testkit::first_seed();
    let mut rng = SeededRng::new(seed ^ 0xCA7A_1096);
    let pool: Vec<Vec<u8>> = seeds().split_off(12);
    let (mut good, mut bad) = (0u64, 0u64);
    for _ in 0..testkit::rounds(20_000, 200_000) {
        let mut data = pool[rng.below(3) as usize].clone();
        mutate(&mut rng, &mut data);
        for large in [false, true] {
            let Ok(view) = RecordView::new(&data, large) else {
                bad += 1;
                continue;
            };
            let row = CatalogRow::parse(&view, |fid, v| {
                if v.separated {
                    return Err(CatalogError::Form(fid.0));
                }
                let mut out = Vec::new();
                compress::decompress_into(v.bytes, &mut out, PLAIN_MOST)
                    .map_err(|_| CatalogError::Form(fid.0))?;
                Ok(out)
            });
            let Ok(row) = row else {
                bad += 1;
                continue;
            };
            good += 1;
            let _ = (row.fid(), row.coltyp(), row.pgno_fdp(), row.objid());
            let _ = (row.default_typed(), row.locale(), row.dependencies());
            let _ = (row.index_flags(), row.index_flags_ex(), row.table_flags());
            let _ = (row.conditional_segments(), row.tuple());
            if let Ok(s) = row.key_segments() {
                assert!(s.len() <= 16);
            }
            for of in [HintsOf::Table, HintsOf::Index, HintsOf::DeferredLongValue] {
                let _ = SpaceHints::parse(&data, of);
            }
            let _ = TupleLimits::parse(&data);
            // A row builds to one that parses to the same row.
            let mut out = Vec::new();
            row.build(
                large,
                |_, b| ese_core::format::tagged_build::TaggedPart::plain(b),
                &mut out,
            )
            .expect("what was parsed can be stored");
            let view = RecordView::new(&out, large).expect("what was built parses");
            let again = CatalogRow::parse(&view, |_, _| Ok::<_, CatalogError>(Vec::new()));
            assert_eq!(again.as_ref(), Ok(&row), "seed {seed}");
        }
    }
    assert!(good > 500 && bad > 1_000, "{good} good, {bad} bad");
}

#[test]
fn mutated_long_values() {
    let seed = testkit::first_seed();
    let mut rng = SeededRng::new(seed ^ 0x10E6);
    let lids = [
        Lid::FIRST_NARROW,
        Lid::new(0x7FFF_FFFF).expect("a LID"),
        Lid::FIRST_WIDE,
    ];
    let (mut good, mut bad) = (0u64, 0u64);
    for _ in 0..testkit::rounds(20_000, 200_000) {
        let lid = lids[rng.below(3) as usize];
        let mut key = lid.chunk_key(rng.next_u64() as u32).to_vec();
        let mut root = Vec::new();
        LvRoot {
            refcount: rng.below(3) as u32,
            size: rng.below(40_000) as u32,
            encrypted: rng.below(4) == 0,
        }
        .build(&mut root);
        mutate(&mut rng, &mut key);
        mutate(&mut rng, &mut root);
        match LvKey::parse(&key) {
            Ok(k) => {
                good += 1;
                assert_eq!(k.to_bytes()[..], key[..]);
            }
            Err(_) => bad += 1,
        }
        let Ok(parsed) = LvRoot::parse(&root) else {
            bad += 1;
            continue;
        };
        let mut again = Vec::new();
        parsed.build(&mut again);
        // Nine bytes with no flag are read, and written as eight.
        assert_eq!(again[..8], root[..8]);
        let offset = rng.below(50_000) as u32;
        let next = (rng.below(2) == 0).then(|| rng.below(50_000) as u32);
        let Ok(n) = lv::chunk_plain_len(offset, next, parsed.size) else {
            bad += 1;
            continue;
        };
        assert!(n > 0 && n <= parsed.size as usize);
        let mut chunk = unhex("180004ffffff3f000007000ffffb03");
        mutate(&mut rng, &mut chunk);
        let mut out = Vec::new();
        let wanted = if rng.below(2) == 0 { 1024 } else { n };
        match lv::append_chunk(&chunk, wanted, &mut out) {
            Ok(()) => assert_eq!(out.len(), wanted),
            Err(_) => assert!(out.is_empty()),
        }
    }
    assert!(good > 1_000 && bad > 1_000, "{good} good, {bad} bad");
}
