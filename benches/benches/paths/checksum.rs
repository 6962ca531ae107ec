//! A page verified: zero test, number, checksum, correction at hand.
#![forbid(unsafe_code)]

use super::Result;
use criterion::{BenchmarkId, Criterion, Throughput};
use ese_bench::Noise;
use ese_core::format::checksum::{PageVerdict, stamp, verify};
use ese_core::format::ids::Pgno;
use ese_core::format::page::{OFF_FLAGS, PageFlags};
use ese_core::format::page_mut::PageBuf;
use std::hint::black_box;

const PGNO: Pgno = Pgno(7);

/// A signed page full of noise.
fn page(bytes: usize) -> Result<PageBuf> {
    let mut noise = vec![0; bytes];
    Noise::new(bytes as u64).fill(&mut noise);
    let flags = PageFlags::NEW_CHECKSUM.bits().to_le_bytes();
    noise[OFF_FLAGS..OFF_FLAGS + flags.len()].copy_from_slice(&flags);
    let mut page = PageBuf::from_slice(&noise);
    stamp(&mut page, PGNO)?;
    Ok(page)
}

pub(super) fn bench(c: &mut Criterion) -> Result<()> {
    let mut group = c.benchmark_group("checksum");
    for bytes in [4096, 8192, 16_384, 32_768] {
        let mut page = page(bytes)?;
        if verify(&page, PGNO) != PageVerdict::Good {
            return Err("a signed page is not good".into());
        }
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(BenchmarkId::new("verify", bytes), |b| {
            b.iter(|| verify(black_box(&page), PGNO));
        });
        group.bench_function(BenchmarkId::new("stamp", bytes), |b| {
            b.iter(|| stamp(black_box(&mut page), PGNO));
        });
    }
    group.finish();
    Ok(())
}
