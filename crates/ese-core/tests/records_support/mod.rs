//! What the record tests share: pages of a database without an engine, mutations, small encoders.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use ese_core::format::bytes::u32_at;
use ese_core::format::ids::{Objid, PageSize};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::io::rng::{Rng, SeededRng};
use std::path::PathBuf;

/// Every database at hand: the witness's and the samples'.
pub(crate) fn databases() -> Vec<PathBuf> {
    let mut out = Vec::new();
    for set in testkit::sets("databases") {
        if let Some(dir) = testkit::unpack_set("databases", &set) {
            out.extend(
                std::fs::read_dir(dir)
                    .expect("an unpacked set")
                    .filter_map(|e| Some(e.ok()?.path()))
                    .filter(|p| p.extension().is_some_and(|x| x == "edb")),
            );
        }
    }
    for rel in [
        "srum-server2022-t0/SRUDB.dat",
        "srum-win10-19043-feb2022-a/SRUDB.dat",
        "srum-win11-22000-feb2022-a/SRUDB.dat",
        "secedit-26100-yagura/secedit.sdb",
        "ual-17763-hyperv/Current.mdb",
        "stroz-testdata/decompress_test.edb",
        "dissect-esedb/default.edb",
        "dissect-esedb/multi.edb",
        "dissect-esedb/large.edb",
    ] {
        match testkit::sample(rel) {
            Some(p) => out.push(p),
            None => testkit::skip(rel),
        }
    }
    out
}

/// A database as bytes.
pub(crate) struct Database {
    pub(crate) bytes: Vec<u8>,
    pub(crate) page_size: PageSize,
}

/// What a page's leaf nodes are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    Records,
    LongValues,
}

impl Database {
    pub(crate) fn open(path: &std::path::Path) -> Self {
        let bytes = std::fs::read(path).expect("a database that is there");
        // Page size of the header (docs/format/database-header.md); 0 means 4 KiB.
        let size = match u32_at(&bytes, 236) {
            Some(0) | None => 4096,
            Some(n) => n,
        };
        let page_size = PageSize::from_bytes(size).expect("a page size");
        Self { bytes, page_size }
    }

    /// Visits every leaf of the asked kind, older pages first: (objid, key, data).
    pub(crate) fn leaves(&self, kind: Leaves, mut visit: impl FnMut(Objid, &[u8], &[u8])) {
        let mut pages: Vec<PageView<'_>> = self
            .bytes
            .chunks_exact(self.page_size.bytes())
            .skip(2)
            .map(|p| PageView::new(p).expect("a page"))
            .filter(|p| {
                let f = p.flags();
                let want = match kind {
                    Leaves::Records => PageFlags::empty(),
                    Leaves::LongValues => PageFlags::LONG_VALUE,
                };
                f.contains(PageFlags::LEAF)
                    && !f.intersects(
                        PageFlags::SPACE_TREE
                            | PageFlags::INDEX
                            | PageFlags::EMPTY
                            | PageFlags::PREINIT,
                    )
                    && (f & PageFlags::LONG_VALUE) == want
                    && p.objid() >= Objid::MSO
            })
            .collect();
        pages.sort_by_key(|p| p.dbtime());
        for p in pages {
            for i in 0..p.node_count() {
                let Ok(node) = p.node(i) else { continue };
                if !node.is_deleted() {
                    visit(p.objid(), &node.key(), node.data);
                }
            }
        }
    }
}

/// A few changes of the kinds that damage makes: flipped bits, other bytes, cuts, growth, runs moved.
pub(crate) fn mutate(rng: &mut SeededRng, bytes: &mut Vec<u8>) {
    for _ in 0..=rng.below(3) {
        let len = bytes.len() as u64;
        let at = rng.below(len.max(1)) as usize;
        match rng.below(8) {
            0..=2 if len > 0 => bytes[at] ^= 1 << rng.below(8),
            3 if len > 0 => bytes[at] = rng.next_u64() as u8,
            4 if len > 0 => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, 4, 8][rng.below(7) as usize],
            5 => bytes.truncate(at),
            6 => bytes.extend((0..rng.below(40)).map(|_| 0xA5)),
            _ if len > 8 => {
                let n = (rng.below(8) as usize).min(bytes.len() - at);
                let to = rng.below(len - n as u64) as usize;
                bytes.copy_within(at..at + n, to);
            }
            _ => {}
        }
    }
}

/// Writes bits, least significant first.
#[derive(Default)]
pub(crate) struct BitWriter {
    pub(crate) bytes: Vec<u8>,
    used: usize,
}

impl BitWriter {
    pub(crate) fn put(&mut self, value: u64, n: u32) {
        for i in 0..n {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> i & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
    }
    pub(crate) fn len(&self) -> usize {
        self.used
    }
    /// A flat code of `count` symbols (docs/format/database-compression.md §1.2), MSB first.
    pub(crate) fn flat(&mut self, symbol: u64, count: u64) {
        let m = count.ilog2();
        let short = (2 << m) - count;
        let (code, bits) = if symbol < short {
            (symbol, m)
        } else {
            (symbol + short, m + 1)
        };
        for i in (0..bits).rev() {
            self.put(code >> i & 1, 1);
        }
    }
}

/// Items of a greedy LZ77: a literal or (offset, length).
pub(crate) enum Item {
    Literal(u8),
    Match(usize, usize),
}

pub(crate) fn lz77(plain: &[u8], least: usize) -> Vec<Item> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let mut best = (0, 0);
        for off in (1..=at).take(600) {
            let n = (0..plain.len() - at)
                .take_while(|&i| plain[at + i] == plain[at + i - off])
                .count();
            if n > best.1 {
                best = (off, n);
            }
        }
        if best.1 >= least {
            out.push(Item::Match(best.0, best.1));
            at += best.1;
        } else {
            out.push(Item::Literal(plain[at]));
            at += 1;
        }
    }
    out
}

fn put_items(w: &mut BitWriter, items: &[Item], short: u64, long: u64, first_explicit: u64) {
    for item in items {
        match *item {
            Item::Literal(b) => w.flat(u64::from(b), short),
            Item::Match(off, len) => {
                let e = off.ilog2();
                let rest = len - 4;
                w.flat(
                    first_explicit + 16 * u64::from(e) + rest.min(15) as u64,
                    short,
                );
                if rest >= 15 {
                    let q = rest - 15;
                    if q < 232 {
                        w.flat(q as u64, long);
                    } else {
                        let v = q - 231;
                        let b = v.ilog2();
                        w.flat(232 + u64::from(b), long);
                        w.put((v - (1 << b)) as u64, b);
                    }
                }
                w.put((off - (1 << e)) as u64, e);
            }
        }
    }
}

/// XPRESS9 in the simplest valid form (docs/format/database-compression.md §5.4).
pub(crate) fn xpress9(plain: &[u8]) -> Vec<u8> {
    use ese_core::format::compress::crc::crc32c;
    let mut w = BitWriter::default();
    w.put(0, 6);
    put_items(&mut w, &lz77(plain, 4), 704, 256, 256);
    let mut out = vec![0x28];
    out.extend_from_slice(&crc32c(plain).to_le_bytes());
    let mut header = Vec::new();
    for v in [
        0x4E86_D72A,
        plain.len() as u32,
        256 + w.len() as u32,
        0x40006,
        0,
        0,
        0,
    ] {
        header.extend_from_slice(&v.to_le_bytes());
    }
    let crc = crc32c(&header);
    out.extend_from_slice(&header);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(&w.bytes);
    out
}

/// XPRESS10 in the simplest valid form (§6.2), in `blocks` blocks; a raw block when `raw`.
pub(crate) fn xpress10(plain: &[u8], blocks: usize, raw: bool) -> Vec<u8> {
    use ese_core::format::compress::crc::{crc32c, crc64};
    let mut w = BitWriter::default();
    w.put(0xC039_E510, 32);
    w.put(0x000B, 16);
    let items = lz77(plain, 4);
    let each = items.len().div_ceil(blocks).max(1);
    let parts: Vec<&[Item]> = items.chunks(each).collect();
    let mut done = 0;
    for (i, part) in parts.iter().enumerate() {
        let n: usize = part
            .iter()
            .map(|x| match *x {
                Item::Literal(_) => 1,
                Item::Match(_, n) => n,
            })
            .sum();
        let last = u64::from(i + 1 == parts.len()) << 31;
        if raw && i % 2 == 1 {
            w.put((32 + 8 * n) as u64 | last, 32);
            for b in &plain[done..done + n] {
                w.put(u64::from(*b), 8);
            }
        } else {
            let mut block = BitWriter::default();
            block.put(0, 4);
            put_items(&mut block, part, 576, 248, 320);
            w.put((32 + block.len()) as u64 | 1 << 29 | last, 32);
            for bit in 0..block.len() {
                w.put(u64::from(block.bytes[bit / 8] >> (bit % 8) & 1), 1);
            }
        }
        done += n;
    }
    let mut frame = w.bytes;
    frame.extend_from_slice(&crc64(plain).to_le_bytes());
    let mut out = vec![0x30];
    out.extend_from_slice(&(plain.len() as u16).to_le_bytes());
    out.extend_from_slice(&crc32c(plain).to_le_bytes());
    out.extend_from_slice(&crc64(&frame).to_le_bytes());
    out.extend_from_slice(&frame);
    out
}

/// LZ4 by the library.
pub(crate) fn lz4(plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0x38];
    out.extend_from_slice(&(plain.len() as u16).to_le_bytes());
    out.extend_from_slice(&lz4_flex::block::compress(plain));
    out
}

/// Plain bytes of many shapes: runs, text, structures, noise, by a seed.
pub(crate) fn shape(rng: &mut SeededRng, len: usize) -> Vec<u8> {
    let kind = rng.below(6);
    let period = 1 + rng.below(300) as usize;
    let noise = rng.next_u64();
    let mut x = SeededRng::new(noise);
    (0..len)
        .map(|i| match kind {
            0 => 0,
            1 => b"The quick brown fox jumps over the lazy dog. "[i % 45],
            2 => (i % period) as u8,
            3 => x.next_u64() as u8,
            4 => [b'a', b'b'][(x.next_u64() & 1) as usize],
            _ => {
                if i % 2 == 1 {
                    0
                } else {
                    b'a' + (x.next_u64() % 26) as u8
                }
            }
        })
        .collect()
}
