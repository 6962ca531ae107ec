//! `witness/stored-values.tsv`: what the original stores for a value, row by row, and the generator of
//! the values.
#![forbid(unsafe_code)]
#![allow(unreachable_pub, dead_code)] // A test has no outside, and takes what it needs.

use ese_core::format::ids::PageSize;
use testkit::{hex, unhex};

/// Bytes in the file: whole, or their start, length and SHA-1.
pub enum Seen {
    Whole(Vec<u8>),
    Digest {
        start: Vec<u8>,
        len: usize,
        sha1: String,
    },
}

impl Seen {
    fn parse(s: &str) -> Self {
        match s.split_once("... ") {
            None => Self::Whole(unhex(s)),
            Some((start, rest)) => {
                let mut words = rest.split(' ');
                let len = words.next().and_then(|n| n.parse().ok());
                Self::Digest {
                    start: unhex(start),
                    len: len.expect("a length"),
                    sha1: words.nth(2).expect("a digest").to_owned(),
                }
            }
        }
    }

    pub fn start(&self) -> &[u8] {
        match self {
            Self::Whole(b) | Self::Digest { start: b, .. } => b,
        }
    }

    pub fn assert_is(&self, ours: &[u8], what: &str) {
        match self {
            Self::Whole(b) => assert_eq!(hex(ours), hex(b), "{what}"),
            Self::Digest { start, len, sha1 } => {
                assert_eq!(
                    (ours.len(), hex(&ours[..start.len()])),
                    (*len, hex(start)),
                    "{what}"
                );
                assert_eq!(sha1_hex(ours), *sha1, "{what}");
            }
        }
    }
}

/// SHA-1 (FIPS 180-1): the digest that the file happens to use.
fn sha1_hex(data: &[u8]) -> String {
    let mut h = [
        0x6745_2301u32,
        0xEFCD_AB89,
        0x98BA_DCFE,
        0x1032_5476,
        0xC3D2_E1F0,
    ];
    let mut msg = data.to_vec();
    msg.push(0x80);
    while msg.len() % 64 != 56 {
        msg.push(0);
    }
    msg.extend_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for block in msg.chunks_exact(64) {
        let mut w: Vec<u32> = block
            .chunks_exact(4)
            .map(|c| u32::from_be_bytes(c.try_into().expect("four bytes")))
            .collect();
        for i in 16..80 {
            w.push((w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i / 20 {
                0 => ((b & c) | (!b & d), 0x5A82_7999),
                1 => (b ^ c ^ d, 0x6ED9_EBA1),
                2 => ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC),
                _ => (b ^ c ^ d, 0xCA62_C1D6u32),
            };
            let t = a
                .rotate_left(5)
                .wrapping_add(f)
                .wrapping_add(e)
                .wrapping_add(k)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, t);
        }
        for (x, y) in h.iter_mut().zip([a, b, c, d, e]) {
            *x = x.wrapping_add(y);
        }
    }
    h.iter().map(|x| format!("{x:08x}")).collect()
}

/// The generator of programs/lv-compression.c: kind letter and length.
pub fn generated(name: &str) -> Vec<u8> {
    let (kind, n) = name.split_at(1);
    let n: usize = n.parse().expect("a length");
    let text = b"The quick brown fox jumps over the lazy dog. ";
    let mut x = 12345u32;
    let mut v: Vec<u8> = (0..n)
        .map(|i| match kind {
            "A" | "H" => text[i % 45],
            "U" | "W" if i % 2 == 1 => 0,
            "U" | "W" => text[i / 2 % 45],
            "Z" => 0,
            "S" => match i % 16 {
                0 => (i / 16) as u8,
                1 => (i / 4096) as u8,
                m => (m * 17) as u8,
            },
            "R" | "N" => {
                x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (x >> 24) as u8 & if kind == "N" { 0x7F } else { 0xFF }
            }
            other => panic!("generator {other}"),
        })
        .collect();
    match kind {
        "H" => v[n - 1] = 0xE9,
        "W" => v[n - 2] = 0xE9,
        _ => {}
    }
    v
}

/// One row of the file.
pub struct Row {
    pub page: PageSize,
    pub case: i32,
    pub column: String,
    pub value: String,
    pub record: Seen,
    /// Root, then chunks by offset.
    pub nodes: Vec<(Option<u32>, Seen)>,
}

pub fn rows() -> Option<Vec<Row>> {
    let path = testkit::witness_file("stored-values.tsv")?;
    let text = std::fs::read_to_string(path).expect("a file that is there");
    Some(
        text.lines()
            .filter(|l| !l.starts_with('#') && !l.starts_with("page"))
            .map(|line| {
                let f: Vec<&str> = line.split('\t').collect();
                let [page, case, column, value, record, nodes] = f[..] else {
                    panic!("six fields: {line}");
                };
                let nodes = if nodes == "-" { "" } else { nodes };
                Row {
                    page: PageSize::from_bytes(page.parse().expect("a number"))
                        .expect("a page size"),
                    case: case.parse().expect("a number"),
                    column: column.to_owned(),
                    value: value.to_owned(),
                    record: Seen::parse(record),
                    nodes: nodes
                        .split(" | ")
                        .filter(|n| !n.is_empty())
                        .map(|n| match n.strip_prefix("root ") {
                            Some(root) => (None, Seen::parse(root)),
                            None => {
                                let (at, bytes) = n
                                    .strip_prefix("at ")
                                    .and_then(|n| n.split_once(": "))
                                    .expect("a chunk");
                                (at.parse().ok(), Seen::parse(bytes))
                            }
                        })
                        .collect(),
                }
            })
            .collect(),
    )
}
