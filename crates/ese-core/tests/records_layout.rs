//! Records by hand: the worked examples of docs/format/database-records.md and database-catalog.md,
//! the writer's rules, and every way a head can be wrong.
#![forbid(unsafe_code)]

use ese_core::format::catalog_row::{
    CatalogError, CatalogRow, HintsOf, IndexSegment, RowKind, SortVersion, SpaceHints, TupleLimits,
};
use ese_core::format::ids::{Coltyp, Fid, Objid, Pgno};
use ese_core::format::record::{FixedSlot, RecordError, RecordView, Stored};
use ese_core::format::record_build::{BuildError, RecordBuilder, pad_fixed};
use ese_core::format::tagged::TaggedFlags;
use ese_core::format::tagged_build::{TaggedBuild, TaggedPart};
use ese_core::format::value::{Guid, Value};
use testkit::{hex, unhex};

const fn slot(fid: u16, offset: u16, len: u16) -> FixedSlot {
    FixedSlot {
        fid: Fid(fid),
        offset,
        len,
    }
}

/// Column 2 was dropped and its row removed: its four bytes are nobody's.
const SLOTS: [FixedSlot; 3] = [slot(1, 4, 4), slot(3, 12, 2), slot(4, 14, 1)];

fn build(b: &RecordBuilder<'_>) -> String {
    let mut out = Vec::new();
    b.build(&mut out).expect("a small record");
    hex(&out)
}

#[test]
fn the_worked_record() {
    // docs/format/database-records.md §1.4
    let mut data = unhex(
        "0d824c00 01000000 ff 45 3412 78563412 f0debc9a78563412 0000803f 0000000000000040 00000000c0e4e540\
         4e61bc00 0dd0adde01c00000 0dd001c0addeefbefacefeeddeadbeef 0df0 00e0 1400 2700 5700",
    );
    data.extend((0..87).map(|i| i as u8));
    let v = RecordView::new(&data, false).expect("a record");
    let fixed = |fid, offset, coltyp: Coltyp| {
        let len = coltyp.fixed_bytes().expect("a fixed type");
        let Ok(Stored::Value(b)) = v.fixed(Fid(fid), offset, len) else {
            panic!("column {fid}");
        };
        Value::new(coltyp, 0, b).expect("a value")
    };
    assert_eq!(fixed(1, 4, Coltyp::Long), Value::Long(1));
    assert_eq!(fixed(2, 8, Coltyp::Bit), Value::Bit(true));
    assert_eq!(fixed(4, 10, Coltyp::Short), Value::Short(0x1234));
    assert_eq!(fixed(7, 24, Coltyp::IeeeSingle), Value::IeeeSingle(1.0));
    assert_eq!(fixed(8, 28, Coltyp::IeeeDouble), Value::IeeeDouble(2.0));
    assert_eq!(
        fixed(13, 72, Coltyp::UnsignedShort),
        Value::UnsignedShort(0xF00D)
    );
    let Ok(Stored::Value(b)) = v.fixed(Fid(12), 56, 16) else {
        panic!("the GUID");
    };
    assert_eq!(
        Value::new(Coltyp::Guid, 0, b),
        Ok(Value::Guid(Guid(b.try_into().expect("16 bytes"))))
    );
    assert_eq!(
        v.var(Fid(128))
            .ok()
            .and_then(Stored::value)
            .map(<[u8]>::len),
        Some(20)
    );
    assert_eq!(
        v.var(Fid(129)).ok().and_then(Stored::value).map(|b| b[0]),
        Some(20)
    );
    assert_eq!(
        v.var(Fid(130))
            .ok()
            .and_then(Stored::value)
            .map(<[u8]>::len),
        Some(48)
    );
    assert_eq!(v.var(Fid(131)), Ok(Stored::Absent));
    assert_eq!(v.fixed(Fid(14), 74, 4), Ok(Stored::Absent));
    assert_eq!(v.null_bitmap(), [0, 0xE0]);
    // A catalog that contradicts the record is an error, not a value of something else.
    assert!(v.fixed(Fid(13), 73, 2).is_err());
    assert!(v.fixed(Fid(1), 3, 4).is_err());
    assert_eq!(v.fixed(Fid(128), 4, 4), Err(RecordError::WrongKind(128)));
    assert_eq!(v.var(Fid(1)), Err(RecordError::WrongKind(1)));
}

#[test]
fn heads_that_no_record_has() {
    let err = |s: &str| RecordView::new(&unhex(s), false).expect_err(s);
    assert_eq!(err(""), RecordError::Short(0));
    assert_eq!(err("007f04"), RecordError::Short(3));
    assert!(matches!(err("807f0400"), RecordError::LastFids { .. }));
    assert!(matches!(err("007e0400"), RecordError::LastFids { .. }));
    // No room for the head, for the bitmap, for the offsets; the end outside.
    for s in ["007f0300", "017f0400", "00800400", "007f0500", "00ffffff"] {
        assert!(matches!(err(s), RecordError::FixedEnd { .. }), "{s}");
    }
    // Offsets that lead outside or descend.
    assert!(matches!(
        err("00800400 0100"),
        RecordError::VarEnd { fid: 128, .. }
    ));
    assert!(matches!(
        err("00810400 0200 0100 6161"),
        RecordError::VarEnd { fid: 129, .. }
    ));
    // Tagged arrays: too short, of no whole entries, empty, longer than the record.
    for s in ["00", "00010000", "00010300 00", "00010500 0000", "00010800"] {
        let s = format!("007f0400 {s}");
        assert!(matches!(err(&s), RecordError::TaggedArray { .. }), "{s}");
    }
}

#[test]
fn tagged_entries_that_lie_outside() {
    let columns = |s: &str, large| -> Vec<Result<usize, RecordError>> {
        let data = unhex(&format!("007f0400 {s}"));
        let v = RecordView::new(&data, large).expect(s);
        v.tagged().map(|c| c.map(|c| c.body.len())).collect()
    };
    assert_eq!(columns("00010400 0102", false), [Ok(2)]);
    assert_eq!(columns("00010800 01010900 05 06", false), [Ok(1), Ok(1)]);
    // The second begins behind the end: the first then ends there, too.
    let both = columns("00010800 01010f00 05", false);
    assert!(both.iter().all(Result::is_err), "{both:?}");
    // The second begins inside the array.
    assert!(
        columns("00010800 01010000 05", false)
            .iter()
            .all(Result::is_err)
    );
    // Large pages: no header byte, unknown bits in it.
    assert!(columns("00010400", true)[0].is_err());
    assert!(columns("00010400 80", true)[0].is_err());
    assert!(columns("00010400 10 00", true)[0].is_err());
    assert_eq!(columns("00010400 01 00", true), [Ok(1)]);
    // The same word means different things: 0x4000 is a header byte, or part of the offset.
    assert_eq!(columns("00010440 01 00", false), [Ok(1)]);
    assert!(RecordView::new(&unhex("007f0400 00010440 01 00"), true).is_err());
}

#[test]
fn many_values_as_the_examples_say() {
    // docs/format/database-records.md §5.4
    let values = |body: &str| -> Vec<(String, bool, bool)> {
        let data = unhex(&format!("007f0400 00010440 {body}"));
        let v = RecordView::new(&data, false).expect(body);
        let c = v.find_tagged(Fid(256), false).expect(body).expect(body);
        c.values()
            .map(|v| v.expect(body))
            .map(|v| (hex(v.bytes), v.separated, v.compressed))
            .collect()
    };
    let plain = |s: &str| (s.to_owned(), false, false);
    assert_eq!(
        values("08 0600 0800 0a00 0000 0180 ff7f"),
        [plain("0000"), plain("0180"), plain("ff7f")]
    );
    assert_eq!(
        values("08 0600 0700 0800 00 7f ff"),
        [plain("00"), plain("7f"), plain("ff")]
    );
    let lid = |n: u8| (format!("{n:02x}000000"), true, false);
    assert_eq!(
        values("09 0680 0a80 0e80 01000000 02000000 03000000"),
        [lid(1), lid(2), lid(3)]
    );
    assert_eq!(values("18 01 00 ff"), [plain("00"), plain("ff")]);
    assert_eq!(
        values("0b 0400 0600 1531 61"),
        [("1531".to_owned(), false, true), plain("61")]
    );
    let broken = |body: &str| {
        let data = unhex(&format!("007f0400 00010440 {body}"));
        let v = RecordView::new(&data, false).expect(body);
        let c = v.find_tagged(Fid(256), false).expect(body).expect(body);
        let n = c.values().filter(Result::is_err).count();
        assert_eq!(n, 1, "{body}: one error ends the values");
    };
    for body in [
        "08",
        "08 00",
        "08 0300 00",
        "08 0800 00",
        "08 0400 0600",
        "08 0400 0200 0000",
        "18",
        "18 05 00",
    ] {
        broken(body);
    }
}

#[test]
fn derived_columns_come_first() {
    for large in [false, true] {
        let mut b = RecordBuilder::new(&[], large);
        for (fid, derived) in [(300, false), (256, true), (256, false), (301, true)] {
            let name = [fid as u8, u8::from(derived)];
            let column = TaggedBuild::one(Fid(fid), derived, false, TaggedPart::plain(&name));
            b.set_tagged(column).expect("a tagged column");
        }
        let mut out = Vec::new();
        b.build(&mut out).expect("a small record");
        let v = RecordView::new(&out, large).expect("what was built");
        let order: Vec<_> = v
            .tagged()
            .map(|c| c.map(|c| (c.fid.0, c.derived)))
            .collect();
        assert_eq!(
            order,
            [
                Ok((256, true)),
                Ok((301, true)),
                Ok((256, false)),
                Ok((300, false))
            ]
        );
        for (fid, derived) in [(300, false), (256, true), (256, false), (301, true)] {
            let c = v
                .find_tagged(Fid(fid), derived)
                .expect("sound")
                .expect("there");
            assert_eq!(
                c.value(0).map(|v| v.bytes),
                Ok(&[fid as u8, u8::from(derived)][..])
            );
        }
        assert_eq!(v.find_tagged(Fid(300), true), Ok(None));
        assert_eq!(v.find_tagged(Fid(257), false), Ok(None));
    }
}

#[test]
fn fixed_columns_extend_fill_and_keep() {
    let mut b = RecordBuilder::new(&SLOTS, false);
    assert_eq!(build(&b), "007f0400");
    b.set_fixed(Fid(3), Some(&[7, 0])).expect("column 3");
    // Columns 1 and the gone 2 got room: fill, and NULL bits; so have the bits beyond 3.
    assert_eq!(
        build(&b),
        "037f0f00 2a2a2a2a 2a2a2a2a 0700 fb".replace(' ', "")
    );
    b.set_fixed(Fid(1), Some(&[1, 2, 3, 4])).expect("column 1");
    b.set_fixed(Fid(3), None).expect("column 3");
    assert_eq!(
        build(&b),
        "037f0f00 01020304 2a2a2a2a 0700 fe".replace(' ', "")
    );
    // Defaults of columns in between come from the default record.
    let mut d = RecordBuilder::new(&SLOTS, false);
    d.set_fixed(Fid(1), Some(&[9, 9, 9, 9])).expect("column 1");
    d.set_fixed(Fid(4), Some(&[8])).expect("column 4");
    d.set_var(Fid(128), Some(b"dd")).expect("column 128");
    d.set_var(Fid(130), Some(b"ee")).expect("column 130");
    let mut defaults = Vec::new();
    d.build(&mut defaults).expect("a small record");
    let view = RecordView::new(&defaults, false).expect("what was built");
    let mut b = RecordBuilder::new(&SLOTS, false).with_defaults(view);
    b.set_fixed(Fid(4), Some(&[5])).expect("column 4");
    b.set_var(Fid(130), None).expect("column 130");
    let want = "04821000 09090909 2a2a2a2a 2a2a 05 f6 0200 0280 0280 6464";
    assert_eq!(build(&b), want.replace(' ', ""));
    assert_eq!(
        b.set_fixed(Fid(2), Some(&[0])),
        Err(BuildError::NoSuchColumn(2))
    );
    let short = BuildError::Length {
        fid: 1,
        want: 4,
        len: 3,
    };
    assert_eq!(b.set_fixed(Fid(1), Some(&[0; 3])), Err(short));
}

#[test]
fn variable_columns_move_and_refuse_too_much() {
    let mut b = RecordBuilder::new(&[], false);
    b.set_var(Fid(130), Some(b"ccc")).expect("column 130");
    b.set_var(Fid(128), Some(b"a")).expect("column 128");
    assert_eq!(
        build(&b),
        "00820400 0100 0180 0400 61 636363".replace(' ', "")
    );
    b.set_var(Fid(128), Some(b"long")).expect("column 128");
    b.set_var(Fid(129), Some(b"")).expect("column 129");
    assert_eq!(
        build(&b),
        "00820400 0400 0400 0700 6c6f6e67 636363".replace(' ', "")
    );
    b.set_var(Fid(128), None).expect("column 128");
    assert_eq!(build(&b), "00820400 0080 0000 0300 636363".replace(' ', ""));
    assert_eq!(
        b.set_var(Fid(131), Some(&[0; 32_765])),
        Err(BuildError::TooBig)
    );
    assert_eq!(
        b.set_var(Fid(256), None),
        Err(BuildError::NoSuchColumn(256))
    );
}

#[test]
fn shapes_of_values() {
    let plain = TaggedPart::plain;
    let record = |t: &TaggedBuild, large| {
        let mut b = RecordBuilder::new(&[], large);
        b.set_tagged(t.clone()).expect("a tagged column");
        let mut out = Vec::new();
        b.build(&mut out).map(|()| hex(&out[8..]))
    };
    // Two values of which one is too long for the short form, and stays out of it.
    let mut t = TaggedBuild::one(Fid(256), false, false, plain(b"a"));
    t.push(plain(&[7; 256]));
    assert_eq!(
        record(&t, false).map(|s| s[..12].to_owned()),
        Ok("080400050061".to_owned())
    );
    assert!(t.replace(1, plain(b"b")));
    assert_eq!(record(&t, false), Ok("08040005006162".to_owned()));
    // Two long values are never in the short form.
    let mut t = TaggedBuild::one(Fid(256), false, true, plain(b"a"));
    t.push(plain(b"b"));
    assert_eq!(record(&t, false), Ok("09040005006162".to_owned()));
    // The last one can't be removed, only set to NULL.
    assert!(t.remove(0).is_some() && t.remove(0).is_none());
    assert_eq!(record(&t, false), Ok("0162".to_owned()));
    // NULL of a long column on a large page keeps the kind.
    assert_eq!(
        record(&TaggedBuild::null(Fid(256), false, true), true),
        Ok("21".to_owned())
    );
    assert_eq!(
        record(&TaggedBuild::null(Fid(256), false, true), false),
        Ok(String::new())
    );
    // Contradictions are refused: a compressed short value, a compressed second one.
    let mut packed = TaggedPart::compressed(b"xx".to_vec());
    let t = TaggedBuild::one(Fid(256), false, false, packed.clone());
    assert_eq!(record(&t, false), Err(BuildError::Tagged(256)));
    let mut t = TaggedBuild::one(Fid(256), false, true, plain(b"a"));
    t.push(packed.clone());
    assert_eq!(record(&t, false), Err(BuildError::Tagged(256)));
    packed.separated = true;
    let t = TaggedBuild::one(Fid(256), false, true, packed);
    assert_eq!(record(&t, false), Err(BuildError::Tagged(256)));
    // What doesn't fit in the offset bits of the page size.
    let mut b = RecordBuilder::new(&[], false);
    for fid in 256..260 {
        b.set_tagged(TaggedBuild::one(Fid(fid), false, true, plain(&[0; 4000])))
            .expect("a tagged column");
    }
    let mut out = vec![1, 2];
    assert_eq!(b.build(&mut out), Err(BuildError::TooBig));
    assert_eq!(out, [1, 2]);
    // An encrypted value says so.
    let mut t = TaggedBuild::one(Fid(256), false, true, plain(b"a"));
    t.set_encrypted(true);
    assert_eq!(record(&t, false), Ok("4161".to_owned()));
    let flags = TaggedFlags::ENCRYPTED | TaggedFlags::LONG_VALUE;
    assert_eq!(flags.bits(), 0x41);
}

#[test]
fn padding_of_fixed_text() {
    // docs/format/database-records.md §2
    assert_eq!(pad_fixed(Coltyp::Binary, 0, b"ab", 4), b"ab\0\0");
    assert_eq!(pad_fixed(Coltyp::Text, 1252, b"ab", 4), b"ab  ");
    assert_eq!(pad_fixed(Coltyp::Text, 1200, b"a\0", 6), b"a\0 \0 \0");
    assert_eq!(pad_fixed(Coltyp::Text, 1200, b"a\0b", 6), b"a\0b\0 \0");
    assert_eq!(pad_fixed(Coltyp::Text, 1252, b"abcdef", 4), b"abcd");
}

fn row(hex_bytes: &str) -> CatalogRow {
    let data = unhex(hex_bytes);
    let view = RecordView::new(&data, false).expect("a record");
    let row = CatalogRow::parse(&view, |fid, _| Err(CatalogError::Form(fid.0))).expect("a row");
    let mut out = Vec::new();
    row.build(false, |_, b| TaggedPart::plain(b), &mut out)
        .expect("what was parsed");
    assert_eq!(hex(&out), hex(&data), "{}", row.name);
    row
}

#[test]
fn the_worked_catalog_rows() {
    // docs/format/database-catalog.md §7
    let column = row(
        "09802300 08000000 0200 01000000 04000000 04000000 05000000 00000000 2a 0400 80fe 0200 4964",
    );
    assert_eq!((column.kind, column.name.as_str()), (RowKind::Column, "Id"));
    assert_eq!(
        (column.fid(), column.coltyp()),
        (Some(Fid(1)), Some(Coltyp::Long))
    );
    assert_eq!((column.record_offset, column.root_flag), (Some(4), None));
    assert_eq!(column.pgno_fdp(), None);
    let table = row(
        "08802000 08000000 0100 08000000 1f000000 50000000 00000000 00000000 ff 00 0500 6261736963",
    );
    assert_eq!(
        (table.objid(), table.pgno_fdp()),
        (Some(Objid(8)), Some(Pgno(31)))
    );
    assert_eq!(
        (table.root_flag, table.name.as_str()),
        (Some(0xFF), "basic")
    );
    let index = row(
        "0b842900 08000000 0300 08000000 1f000000 50000000 2f000100 00000000 2a 2a2a 01040300 0500 80f9 \
         0400 0480 0480 0480 0800 4978496400000100 05010440 01 65006e002d0055005300",
    );
    assert_eq!(index.locale().as_deref(), Some("en-US"));
    assert_eq!(
        (index.key_most, index.lcmap_flags),
        (Some(5), Some(0x0003_0401))
    );
    assert_eq!(index.index_flags().bits(), 0x2F);
    let one = IndexSegment {
        fid: Fid(1),
        descending: false,
        must_be_null: false,
        template: false,
    };
    assert_eq!(index.key_segments(), Ok(vec![one]));
    // The old form: two bytes, negative is descending or must-be-NULL.
    let mut old = index.clone();
    old.flags &= 0xFFFF;
    old.key_fld_ids = Some(vec![1, 0, 0xFE, 0xFF]);
    old.conditional_columns = old.key_fld_ids.clone();
    let second = |descending, must_be_null| IndexSegment {
        fid: Fid(2),
        descending,
        must_be_null,
        template: false,
    };
    assert_eq!(old.key_segments(), Ok(vec![one, second(true, false)]));
    assert_eq!(
        old.conditional_segments(),
        Ok(vec![one, second(false, true)])
    );
    // The new form with each flag.
    let mut new = index;
    new.key_fld_ids = Some(vec![0x40, 0, 2, 0, 0x80, 0, 1, 0]);
    let template = IndexSegment {
        template: true,
        ..one
    };
    assert_eq!(new.key_segments(), Ok(vec![second(true, false), template]));
    for bad in [vec![0, 0, 1], vec![0, 0, 0, 0], vec![1; 68]] {
        new.key_fld_ids = Some(bad);
        assert!(new.key_segments().is_err());
    }
}

#[test]
fn rows_without_their_columns_are_refused() {
    let parse = |s: &str| {
        let data = unhex(s);
        let view = RecordView::new(&data, false).expect("a record");
        CatalogRow::parse(&view, |fid, _| Err(CatalogError::Form(fid.0))).map(|r| r.kind)
    };
    // No fixed column at all; an unknown kind; no name; a NULL flag word.
    assert_eq!(parse("007f0400"), Err(CatalogError::Missing(2)));
    let with = |kind: &str, nulls: &str, name: &str| {
        format!(
            "07801f00 08000000 {kind} 01000000 04000000 04000000 05000000 00000000 {nulls} {name}"
        )
    };
    assert_eq!(parse(&with("0200", "80", "0100 61")), Ok(RowKind::Column));
    assert_eq!(
        parse(&with("0600", "80", "0100 61")),
        Err(CatalogError::Kind(6))
    );
    assert_eq!(
        parse(&with("0200", "80", "0080")),
        Err(CatalogError::Missing(128))
    );
    assert_eq!(
        parse(&with("0200", "a0", "0100 61")),
        Err(CatalogError::Missing(6))
    );
    // A long column that is separated goes through the caller, whose error comes back.
    let lid = with("0200", "80", "0100 61 05010440 05 01000000");
    assert_eq!(parse(&lid), Err(CatalogError::Form(261)));
    // A version of another length than eight bytes.
    let version = with("0200", "80", "").replace("07801f00", "07881f00");
    let version = format!("{version} 0100 0180 0180 0180 0180 0180 0180 0180 0400 61 010203");
    assert_eq!(
        parse(&version),
        Err(CatalogError::Length { fid: 136, len: 3 })
    );
}

#[test]
fn small_parts_of_catalog_rows() {
    // docs/format/database-catalog.md §4.3, §4.4, §5
    assert_eq!(
        SortVersion(0x0006_020F_0006_020F).to_string(),
        "6020f0006020f"
    );
    let tuple = TupleLimits::parse(&unhex("030000000a000000ff7f0000")).expect("12 bytes");
    assert_eq!(tuple, TupleLimits::default());
    assert_eq!(TupleLimits::parse(&tuple.to_bytes()), Ok(tuple));
    assert!(TupleLimits::parse(&[0; 16]).is_err());
    let table = unhex("01 00000000 55000000 96000000 00400000 00000200");
    let hints = SpaceHints::parse(&table, HintsOf::Table).expect("a blob");
    assert_eq!((hints.maint_density, hints.growth), (85, 150));
    assert_eq!((hints.min_extent, hints.max_extent), (16 << 10, 128 << 10));
    assert_eq!(hints.build(HintsOf::Table), Some(table));
    let index = unhex("01 00200000");
    let hints = SpaceHints::parse(&index, HintsOf::Index).expect("a blob");
    assert_eq!(hints.initial_bytes, 8 << 10);
    assert_eq!(hints.build(HintsOf::Index), Some(index));
    let deferred = unhex("01 5a000000 00300000 00000000 00000000 78000000");
    let hints = SpaceHints::parse(&deferred, HintsOf::DeferredLongValue).expect("a blob");
    assert_eq!(
        (hints.initial_density, hints.initial_bytes, hints.growth),
        (90, 12 << 10, 120)
    );
    assert_eq!(hints.build(HintsOf::DeferredLongValue), Some(deferred));
    assert_eq!(SpaceHints::default().build(HintsOf::Table), None);
    for bad in [
        "",
        "02",
        "01 00",
        "01 00000000 00000000 00000000 00000000 00000000 00000000",
    ] {
        assert!(
            SpaceHints::parse(&unhex(bad), HintsOf::Table).is_err(),
            "{bad}"
        );
    }
}
