//! A key looked for on a page that is in memory: on a leaf, and on the page above it.
#![forbid(unsafe_code)]

use super::Result;
use super::sample::Sample;
use criterion::Criterion;
use ese_core::format::page::PageView;
use std::hint::black_box;

/// Keys of the first `count` nodes, in another order than theirs.
fn keys(view: &PageView<'_>, count: usize) -> Result<Vec<Vec<u8>>> {
    /// A prime: no number of nodes of a page has it as a divisor.
    const STRIDE: usize = 7919;
    (0..count)
        .map(|n| Ok(view.node(n * STRIDE % count)?.key()))
        .collect()
}

pub(super) fn bench(c: &mut Criterion, sample: &Sample) -> Result<()> {
    let mut group = c.benchmark_group("page search");
    let (leaf, above) = sample.pages()?;
    for (name, page) in [("leaf", leaf), ("internal page", above)] {
        let view = page.view()?;
        if view.is_leaf() != (name == "leaf") {
            return Err(format!("the {name} is none").into());
        }
        // The last node of an internal page stands for everything behind it, whatever its key.
        let nodes = view.node_count() - usize::from(!view.is_leaf());
        let keys = keys(&view, nodes)?;
        let place = |key: &[u8]| view.partition_among(0, nodes, |node| node.cmp_key(key).is_lt());
        for key in &keys {
            if view.node(place(key)?)?.key() != *key {
                return Err("a key is not found on its page".into());
            }
        }
        let mut next = keys.iter().cycle();
        group.bench_function(name, |b| {
            b.iter(|| place(black_box(next.next().map_or(&[][..], Vec::as_slice))));
        });
    }
    group.finish();
    Ok(())
}
