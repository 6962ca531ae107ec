//! Speed of the page checksums against `memcpy` of the same cached pages.
//!
//! Prints lines `page size, form, ratio` (above 1: faster than memcpy). One process start: whoever
//! wants a figure takes the median of several.
#![forbid(unsafe_code)]

use ese_bench::{Noise, median};
#[cfg(target_arch = "x86_64")]
use ese_core::format::checksum::simd;
use ese_core::format::checksum::{portable, stamp, verify};
use ese_core::format::ids::Pgno;
use ese_core::format::page::{OFF_FLAGS, PageFlags};
use ese_core::format::page_mut::PageBuf;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The pages of one pass: they and their copy fit into the second-level cache.
const SET_BYTES: usize = 256 << 10;
/// How long a form runs in one round.
const SLICE: Duration = Duration::from_millis(8);
const ROUNDS: usize = 11;

/// Seconds of one pass, measured over at least [`SLICE`].
fn time(mut pass: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut passes = 0_u32;
    loop {
        for _ in 0..8 {
            pass();
        }
        passes += 8;
        let spent = start.elapsed();
        if spent >= SLICE {
            return spent.as_secs_f64() / f64::from(passes);
        }
    }
}

fn main() {
    for page_bytes in [4096, 8192, 16384, 32768] {
        let mut noise = Noise::new(page_bytes as u64);
        let pages: Vec<PageBuf> = (0..SET_BYTES / page_bytes)
            .map(|i| {
                let mut bytes = vec![0; page_bytes];
                noise.fill(&mut bytes);
                bytes[OFF_FLAGS..OFF_FLAGS + 4]
                    .copy_from_slice(&PageFlags::NEW_CHECKSUM.bits().to_le_bytes());
                let mut page = PageBuf::from_slice(&bytes);
                stamp(&mut page, pgno(i)).expect("a page has a place for its checksum");
                page
            })
            .collect();
        // One piece, as the pages lie in a read buffer.
        let set: Vec<u8> = pages.iter().flat_map(|p| p.iter().copied()).collect();
        let mut copy = vec![0_u8; SET_BYTES];
        let block = if page_bytes > 8192 {
            page_bytes / 4
        } else {
            page_bytes
        };

        let mut ratios: [Vec<f64>; 3] = Default::default();
        for _ in 0..ROUNDS {
            let memcpy = time(|| {
                for (from, to) in set
                    .chunks_exact(page_bytes)
                    .zip(copy.chunks_exact_mut(page_bytes))
                {
                    to.copy_from_slice(black_box(from));
                }
                black_box(&mut copy);
            });
            let portable = time(|| {
                for (i, b) in set.chunks_exact(block).enumerate() {
                    black_box(portable::block(black_box(b), i % 4 == 0));
                }
            });
            let checked = time(|| {
                for (i, page) in set.chunks_exact(page_bytes).enumerate() {
                    black_box(verify(black_box(page), pgno(i)));
                }
            });
            ratios[0].push(memcpy / portable);
            ratios[1].push(memcpy / checked);
            if let Some(seconds) = avx2(&set, block) {
                ratios[2].push(memcpy / seconds);
            }
        }
        for (form, ratios) in ["portable", "verify", "avx2"].into_iter().zip(&mut ratios) {
            if !ratios.is_empty() {
                println!("{page_bytes}\t{form}\t{:.4}", median(ratios));
            }
        }
    }
}

fn pgno(i: usize) -> Pgno {
    Pgno(u32::try_from(i).unwrap_or(0) + 1)
}

/// The AVX2 form; `None` where the processor has none.
#[cfg(target_arch = "x86_64")]
fn avx2(set: &[u8], block: usize) -> Option<f64> {
    simd::block(&set[..block], true)?;
    Some(time(|| {
        for (i, b) in set.chunks_exact(block).enumerate() {
            black_box(simd::block(black_box(b), i % 4 == 0));
        }
    }))
}

#[cfg(not(target_arch = "x86_64"))]
fn avx2(_: &[u8], _: usize) -> Option<f64> {
    None
}
