//! Every question that records, catalog rows, compressed values and long-value nodes can be asked
//! about arbitrary bytes, in one call each: what fuzzing and the mutation campaigns run.
//!
//! Invariant: each function returns for any input, in time linear in its length (times the documented
//! limits of decompression); an error names the promise that was broken, a defect of this crate.
#![forbid(unsafe_code)]

use super::catalog_row::{
    CatalogError, CatalogRow, FIXED_COLUMNS, HintsOf, SpaceHints, TupleLimits,
};
use super::compress::crc::{crc32c, crc64};
use super::compress::{self, PLAIN_MOST, Scheme};
use super::ids::{Coltyp, Fid};
use super::lv::{self, Lid, LvKey, LvRoot};
use super::record::{RecordView, Stored};
use super::record_build::RecordBuilder;
use super::tagged::TaggedColumn;
use super::tagged_build::TaggedPart;
use super::value::Value;

/// A promise that was broken.
pub type Broken = &'static str;

/// The first byte as a choice, and the rest.
fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(&c, rest)| (c, rest))
}

fn ensure(holds: bool, promise: Broken) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(promise) }
}

/// A record: bit 0 of the first byte says whether by the rules of large pages. Returns whether it is
/// sound to the last value.
///
/// # Errors
/// The name of a promise that was broken.
pub fn exercise_record(data: &[u8]) -> Result<bool, Broken> {
    let (choice, data) = choice(data);
    let large = choice & 1 != 0;
    let Ok(view) = RecordView::new(data, large) else {
        return Ok(false);
    };
    for slot in FIXED_COLUMNS {
        if let Ok(Stored::Value(v)) = view.fixed(slot.fid, slot.offset, usize::from(slot.len)) {
            ensure(
                v.len() == usize::from(slot.len),
                "a fixed value has its length",
            )?;
        }
        let far = view.fixed(slot.fid, slot.offset, usize::MAX);
        ensure(
            !matches!(far, Ok(Stored::Value(_))),
            "no value is longer than its record",
        )?;
    }
    let mut var_bytes = 0;
    for fid in (0..=260).map(Fid) {
        if let Ok(Stored::Value(v)) = view.var(fid) {
            var_bytes += v.len();
        }
    }
    ensure(
        var_bytes <= data.len(),
        "variable values don't share their bytes",
    )?;
    let mut sound = true;
    let mut columns: Vec<TaggedColumn<'_>> = Vec::new();
    for column in view.tagged() {
        match column {
            Ok(c) => {
                sound &= exercise_column(&c)?;
                columns.push(c);
            }
            Err(_) => sound = false,
        }
    }
    let order: Vec<_> = columns.iter().map(|c| (!c.derived, c.fid)).collect();
    if sound && order.is_sorted() {
        for c in &columns {
            let found = view.find_tagged(c.fid, c.derived);
            ensure(
                matches!(found, Ok(Some(f)) if f.fid == c.fid),
                "a column of an ordered array is found",
            )?;
        }
    }
    exercise_builder(&view, large, sound)?;
    Ok(sound)
}

/// All values of one tagged column; `false` when one of them is damaged.
fn exercise_column(column: &TaggedColumn<'_>) -> Result<bool, Broken> {
    let (mut sound, mut bytes, mut count) = (column.value_count().is_ok(), 0, 0);
    for value in column.values() {
        let Ok(value) = value else {
            sound = false;
            continue;
        };
        (bytes, count) = (bytes + value.bytes.len(), count + 1);
        if value.separated {
            if let Ok(lid) = Lid::from_record(value.bytes) {
                ensure(*lid.to_record() == *value.bytes, "a LID has one form")?;
            }
        } else if !value.compressed {
            for coltyp in (0..19).filter_map(Coltyp::from_u32) {
                if let Ok(Value::Text(text)) = Value::new(coltyp, 1200, value.bytes) {
                    let mut out = Vec::new();
                    text.push_wtf8(&mut out);
                    ensure(
                        out.len() <= 2 * value.bytes.len(),
                        "text grows by half at most",
                    )?;
                }
            }
        }
    }
    ensure(bytes <= column.body.len(), "values don't share their bytes")?;
    ensure(
        !sound || column.value_count() == Ok(count),
        "there are as many values as the column says",
    )?;
    Ok(sound)
}

/// What parses builds; what was built parses and builds to the same bytes.
fn exercise_builder(view: &RecordView<'_>, large: bool, sound: bool) -> Result<(), Broken> {
    let Ok(builder) = RecordBuilder::from_view(view, &FIXED_COLUMNS) else {
        return ensure(!sound, "a sound record can be taken apart");
    };
    let mut once = Vec::new();
    if builder.build(&mut once).is_err() {
        return ensure(once.is_empty(), "a failed build leaves nothing behind");
    }
    let again = RecordView::new(&once, large).map_err(|_| "what was built parses")?;
    let again = RecordBuilder::from_view(&again, &FIXED_COLUMNS)
        .map_err(|_| "what was built can be taken apart")?;
    let mut twice = Vec::new();
    again
        .build(&mut twice)
        .map_err(|_| "what was built builds again")?;
    ensure(once == twice, "what was built builds to the same bytes")
}

/// A catalog row: bit 0 of the first byte as in [`exercise_record`]. Returns whether it is a row.
///
/// # Errors
/// The name of a promise that was broken.
pub fn exercise_catalog_row(data: &[u8]) -> Result<bool, Broken> {
    let (choice, data) = choice(data);
    let large = choice & 1 != 0;
    for of in [HintsOf::Table, HintsOf::Index, HintsOf::DeferredLongValue] {
        if let Ok(hints) = SpaceHints::parse(data, of)
            && let Some(blob) = hints.build(of)
        {
            ensure(
                SpaceHints::parse(&blob, of) == Ok(hints),
                "space hints read back",
            )?;
        }
    }
    let _ = TupleLimits::parse(data);
    let Ok(view) = RecordView::new(data, large) else {
        return Ok(false);
    };
    let row = CatalogRow::parse(&view, |fid, value| {
        let mut out = Vec::new();
        if value.separated {
            return Err(CatalogError::Form(fid.0));
        }
        compress::decompress_into(value.bytes, &mut out, PLAIN_MOST)
            .map_err(|_| CatalogError::Form(fid.0))?;
        Ok(out)
    });
    let Ok(row) = row else { return Ok(false) };
    let _ = (row.fid(), row.coltyp(), row.objid(), row.default_typed());
    let _ = (row.conditional_segments(), row.tuple(), row.dependencies());
    if let Ok(segments) = row.key_segments() {
        ensure(segments.len() <= 16, "a key has sixteen segments at most")?;
    }
    // A long column may decompress to more than a record holds: then the row can't be built plain.
    let mut out = Vec::new();
    if row
        .build(large, |_, b| TaggedPart::plain(b), &mut out)
        .is_err()
    {
        return Ok(true);
    }
    let view = RecordView::new(&out, large).map_err(|_| "a built row parses")?;
    let again = CatalogRow::parse(&view, |_, _| Ok::<_, CatalogError>(Vec::new()));
    ensure(again.as_ref() == Ok(&row), "a built row is the same row")?;
    Ok(true)
}

/// A compressed value and a chunk of a long value. Bits 0-1 of the first byte choose the limit, bit 2
/// makes the check values of the head right, so that what lies behind them is reached. Returns whether
/// it decompresses.
///
/// # Errors
/// The name of a promise that was broken.
pub fn exercise_stored(data: &[u8]) -> Result<bool, Broken> {
    let (choice, data) = choice(data);
    let mut data = data.to_vec();
    if choice & 4 != 0 {
        fix_checks(&mut data);
    }
    let limit = match choice & 3 {
        0 => 64,
        1 => 1_000,
        2 => 32_768,
        _ => PLAIN_MOST,
    };
    let mut out = vec![0xEE];
    let done = compress::decompress_into(&data, &mut out, limit);
    ensure(out.first() == Some(&0xEE), "what was there stays")?;
    ensure(out.len() <= limit + 1, "the limit holds")?;
    match done {
        Ok(()) => {
            ensure(
                compress::decompressed_len(&data) == Ok(out.len() - 1),
                "the size was told before",
            )?;
            // As a chunk: shorter than its place means compressed.
            let mut chunk = Vec::new();
            if data.len() < out.len() - 1 {
                ensure(
                    lv::append_chunk(&data, out.len() - 1, &mut chunk).is_ok()
                        && Some(chunk.as_slice()) == out.get(1..),
                    "a chunk decompresses alike",
                )?;
            }
        }
        Err(_) => ensure(out.len() == 1, "a failure leaves nothing behind")?,
    }
    exercise_nodes(&data)?;
    Ok(done.is_ok())
}

/// The bytes as key and as root of a long-value tree.
fn exercise_nodes(data: &[u8]) -> Result<(), Broken> {
    for len in [4, 8, 12, data.len()] {
        if let Some(Ok(key)) = data.get(..len).map(LvKey::parse) {
            ensure(
                data.get(..len) == Some(&*key.to_bytes()),
                "a long-value key has one form",
            )?;
        }
    }
    for len in [8, 9] {
        let Some(Ok(root)) = data.get(..len).map(LvRoot::parse) else {
            continue;
        };
        let mut out = Vec::new();
        root.build(&mut out);
        ensure(
            LvRoot::parse(&out) == Ok(root),
            "a long-value root reads back",
        )?;
        if let Ok(n) = lv::chunk_plain_len(root.refcount, None, root.size) {
            ensure(
                n > 0 && n <= root.size as usize,
                "a chunk lies in its value",
            )?;
        }
    }
    Ok(())
}

/// Makes the check values right that stand before a stream and don't depend on the plain bytes.
fn fix_checks(data: &mut [u8]) {
    // Offsets: docs/format/database-compression.md §1, §5.1.
    match compress::scheme(data) {
        Ok(Scheme::Xpress9) => {
            if let Some(crc) = data.get(5..33).map(crc32c)
                && let Some(place) = data.get_mut(33..37)
            {
                place.copy_from_slice(&crc.to_le_bytes());
            }
        }
        Ok(Scheme::Xpress10) => {
            if let Some(crc) = data.get(15..).map(crc64)
                && let Some(place) = data.get_mut(7..15)
            {
                place.copy_from_slice(&crc.to_le_bytes());
            }
        }
        _ => {}
    }
}
