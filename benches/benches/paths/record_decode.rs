//! Columns taken out of the records of a leaf: the view alone, and every column of it.
#![forbid(unsafe_code)]

use super::Result;
use super::sample::{COLUMNS, Sample};
use criterion::Criterion;
use ese_core::format::record::RecordView;
use ese_core::record::{ColumnValues, column_values};
use std::hint::black_box;

pub(super) fn bench(c: &mut Criterion, sample: &Sample) -> Result<()> {
    let (leaf, _) = sample.pages()?;
    let view = leaf.view()?;
    let large = view.size().is_large();
    let mut records = Vec::new();
    for n in 0..view.node_count() {
        records.push(view.node(n)?.data);
    }
    let table = sample.table()?;
    let schema = table.schema();
    let columns: Vec<_> = schema
        .columns()
        .iter()
        .filter(|c| COLUMNS.contains(&c.name.as_str()))
        .collect();
    let bytes = |record: &[u8]| -> Result<usize> {
        let view = RecordView::new(record, large)?;
        let mut bytes = 0;
        for column in &columns {
            bytes += match column_values(&view, column)? {
                ColumnValues::One(value) => value.bytes.len(),
                ColumnValues::Default(value) => value.len(),
                ColumnValues::Many(_) | ColumnValues::Null => 0,
            };
        }
        Ok(bytes)
    };
    if columns.len() != COLUMNS.len() || records.iter().any(|r| !bytes(r).is_ok_and(|n| n > 150)) {
        return Err("a record has not its columns".into());
    }
    let mut group = c.benchmark_group("record decode");
    let mut next = records.iter().cycle();
    group.bench_function("view", |b| {
        b.iter(|| RecordView::new(black_box(next.next().copied().unwrap_or(&[])), large));
    });
    group.bench_function("four columns", |b| {
        b.iter(|| bytes(black_box(next.next().copied().unwrap_or(&[]))).unwrap_or(0));
    });
    group.finish();
    Ok(())
}
