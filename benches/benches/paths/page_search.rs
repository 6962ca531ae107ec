//! A key looked for on a page that is in memory: on a leaf, and on the root above it.
#![forbid(unsafe_code)]

use super::Result;
use super::sample::Sample;
use criterion::Criterion;
use ese_core::format::page::PageView;
use std::hint::black_box;

/// The keys of a page, in another order than theirs.
fn keys(view: &PageView<'_>) -> Result<Vec<Vec<u8>>> {
    /// With no number of nodes has it a divisor in common that matters.
    const STRIDE: usize = 7919;
    let count = view.node_count();
    (0..count)
        .map(|n| Ok(view.node(n * STRIDE % count)?.key()))
        .collect()
}

pub(super) fn bench(c: &mut Criterion, sample: &Sample) -> Result<()> {
    let mut group = c.benchmark_group("page search");
    for (name, page) in [("leaf", sample.leaf()?), ("root", sample.root()?)] {
        let view = page.view()?;
        if view.is_leaf() != (name == "leaf") {
            return Err(format!("the {name} is none").into());
        }
        let mut keys = keys(&view)?;
        // The last key of an internal page stands for everything behind it, and is empty.
        keys.retain(|key| !key.is_empty());
        let place = |key: &[u8]| view.partition_nodes(|node| node.cmp_key(key).is_lt());
        let found = place(&keys[0])?;
        if view.node(found)?.key() != keys[0] {
            return Err("a key is not found on its page".into());
        }
        let mut next = keys.iter().cycle();
        group.bench_function(name, |b| {
            b.iter(|| place(black_box(next.next().map_or(&[][..], Vec::as_slice))));
        });
    }
    group.finish();
    Ok(())
}
