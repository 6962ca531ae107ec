//! Unicode sort keys against the published vectors (docs/format/sort-tables/README.md): 901 keys of
//! 26 sorts under 12 sets of flags, none of an uncertain class.
#![forbid(unsafe_code)]

use ese_core::format::sortkey::{
    Collation, Sort, SortFlags, SortKeyBuffers, Uncertainty, sort_key,
};

struct Vector {
    collation: Collation,
    units: Vec<u16>,
    key: Vec<u8>,
    line: &'static str,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("keys_data/vectors.txt");
    let all: Vec<Vector> = text
        .lines()
        .map(|line| {
            let f: Vec<&str> = line.split('\t').collect();
            Vector {
                collation: Collation {
                    sort: Sort::new(u8::from_str_radix(f[0], 16).unwrap()).unwrap(),
                    flags: SortFlags::from_bits_retain(u32::from_str_radix(f[1], 16).unwrap()),
                },
                units: f[2]
                    .split_whitespace()
                    .map(|u| u16::from_str_radix(u, 16).unwrap())
                    .collect(),
                key: testkit::unhex(f[3]),
                line,
            }
        })
        .collect();
    assert_eq!(all.len(), 901);
    all
}

#[test]
fn every_vector() {
    let mut wrong = Vec::new();
    for v in vectors() {
        let key = sort_key(&v.units, v.collation);
        if key != v.key {
            wrong.push(format!("{}\n    made {}", v.line, testkit::hex(&key)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_cut_key_is_the_beginning_of_the_whole_one() {
    let mut buffers = SortKeyBuffers::default();
    for v in vectors() {
        for room in (0..v.key.len()).chain([v.key.len(), v.key.len() + 1]) {
            let mut out = vec![0xAA];
            let whole = buffers.key_into(&v.units[..], v.collation, room, &mut out);
            assert_eq!(whole, room >= v.key.len(), "{}", v.line);
            let n = room.min(v.key.len());
            assert_eq!(out[0], 0xAA);
            assert_eq!(out[1..], v.key[..n], "{} at {room}", v.line);
        }
    }
}

#[test]
fn vectors_are_of_no_uncertain_class() {
    // Only flags may be unconfirmed, and units that later tables may weigh.
    let allowed = Uncertainty::FLAGS
        | Uncertainty::NO_WEIGHT
        | Uncertainty::JAMO
        | Uncertainty::INVERSE_CASING;
    for v in vectors() {
        let found = Uncertainty::of(&v.units[..], v.collation);
        assert!((found - allowed).is_empty(), "{}: {found:?}", v.line);
    }
}
