//! What must hold of keys whatever the values: their order is the order of the values, descending
//! is the reverse, a cut key is a beginning, limits enclose what they say, and no input is too odd.
#![forbid(unsafe_code)]

use ese_core::format::ids::Fid;
use ese_core::format::key::{
    KEY_MOST_MAX, KeyBuilder, KeyRules, MakeKeyFlags, SearchIndex, SearchKey, Segment, SegmentType,
    TupleLimits, decode_key,
};
use ese_core::format::sortkey::{
    Collation, Sort, SortFlags, SortKeyBuffers, Uncertainty, sort_key, upper_key_into,
};
use ese_core::index::{
    ColumnRef, ColumnSource, Condition, EntryBuilder, Expansion, IndexDef, IndexSegment, NullRules,
};
use ese_core::io::rng::{Rng, SeededRng};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::convert::Infallible;
use testkit::hex;

const TYPES: [SegmentType; 15] = [
    SegmentType::Bit,
    SegmentType::UnsignedByte,
    SegmentType::Short,
    SegmentType::UnsignedShort,
    SegmentType::Long,
    SegmentType::UnsignedLong,
    SegmentType::LongLong,
    SegmentType::UnsignedLongLong,
    SegmentType::Currency,
    SegmentType::IeeeSingle,
    SegmentType::IeeeDouble,
    SegmentType::DateTime,
    SegmentType::Guid,
    SegmentType::Binary,
    SegmentType::Text,
];

fn bytes(rng: &mut SeededRng, len: usize) -> Vec<u8> {
    // Few different bytes: ties and near misses are what matters.
    let narrow = rng.below(2) == 0;
    (0..len)
        .map(|_| {
            let b = rng.next_u64() as u8;
            if narrow {
                [0, 1, 0x61, 0x7F, 0x80, 0xFF][usize::from(b) % 6]
            } else {
                b
            }
        })
        .collect()
}

fn value(rng: &mut SeededRng, ty: SegmentType) -> Vec<u8> {
    let len = ty.size().unwrap_or_else(|| rng.below(30) as usize);
    bytes(rng, len)
}

fn key(rules: &KeyRules, segment: Segment, value: Option<&[u8]>) -> Vec<u8> {
    KeyBuilder::new()
        .build(rules, &[(segment, value)])
        .unwrap_or_else(|e| panic!("{segment:?} {value:?}: {e}"))
        .to_vec()
}

/// The order of two values of a type by its meaning.
fn order(ty: SegmentType, dotnet: bool, a: &[u8], b: &[u8]) -> Ordering {
    use SegmentType::*;
    let int = |v: &[u8], signed: bool| {
        let mut wide = [if signed && v[v.len() - 1] & 0x80 != 0 {
            0xFF
        } else {
            0
        }; 16];
        wide[..v.len()].copy_from_slice(v);
        i128::from_le_bytes(wide)
    };
    match ty {
        Bit => (a[0] != 0).cmp(&(b[0] != 0)),
        UnsignedByte | UnsignedShort | UnsignedLong | UnsignedLongLong => {
            int(a, false).cmp(&int(b, false))
        }
        Short | Long | LongLong | Currency => int(a, true).cmp(&int(b, true)),
        IeeeSingle => f32::from_le_bytes(a.try_into().unwrap())
            .total_cmp(&f32::from_le_bytes(b.try_into().unwrap())),
        IeeeDouble | DateTime => f64::from_le_bytes(a.try_into().unwrap())
            .total_cmp(&f64::from_le_bytes(b.try_into().unwrap())),
        Guid => {
            // Either by the printed form's fields, or by its last group first.
            let fields = |g: &[u8]| {
                let head = [g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6]];
                if dotnet {
                    [&head[..], &g[8..]].concat()
                } else {
                    [&g[10..16], &g[8..10], &g[6..8], &g[4..6], &g[..4]].concat()
                }
            };
            fields(a).cmp(&fields(b))
        }
        Binary => a.cmp(b),
        Text => {
            let text = |v: &[u8]| {
                let end = v.iter().position(|&b| b == 0).unwrap_or(v.len());
                // A zero-length text sorts before one that only begins with a NUL.
                (!v.is_empty(), v[..end].to_ascii_uppercase())
            };
            text(a).cmp(&text(b))
        }
    }
}

#[test]
fn the_order_of_keys_is_the_order_of_values() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for _ in 0..testkit::rounds(3_000, 100_000) {
        for ty in TYPES {
            let rules = KeyRules {
                nulls_high: rng.below(2) == 0,
                dotnet_guid: rng.below(2) == 0,
                ..KeyRules::default()
            };
            let (a, b) = (value(&mut rng, ty), value(&mut rng, ty));
            let up = Segment::new(ty);
            let down = Segment {
                descending: true,
                ..up
            };
            let wanted = order(ty, rules.dotnet_guid, &a, &b);
            let of = |s, v: &[u8]| key(&rules, s, Some(v));
            let what = || format!("{ty:?} {} {}", hex(&a), hex(&b));
            assert_eq!(of(up, &a).cmp(&of(up, &b)), wanted, "{}", what());
            assert_eq!(
                of(down, &a).cmp(&of(down, &b)),
                wanted.reverse(),
                "{}",
                what()
            );
            let null = key(&rules, up, None);
            assert_eq!(null > of(up, &a), rules.nulls_high, "{}", what());
            // No key is a beginning of another: what follows it in a longer key can't disturb.
            if wanted != Ordering::Equal {
                assert!(!of(up, &a).starts_with(&of(up, &b)), "{}", what());
            }
        }
    }
}

#[test]
fn a_cut_key_is_a_beginning() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut builder = KeyBuilder::new();
    for _ in 0..testkit::rounds(5_000, 200_000) {
        let count = 1 + rng.below(4) as usize;
        let values: Vec<(Segment, Option<Vec<u8>>)> = (0..count)
            .map(|_| {
                let ty = TYPES[rng.below(15) as usize];
                let mut segment = Segment::new(ty);
                segment.descending = rng.below(2) == 0;
                segment.fixed = ty == SegmentType::Binary && rng.below(3) == 0;
                (segment, (rng.below(6) > 0).then(|| value(&mut rng, ty)))
            })
            .collect();
        let values: Vec<(Segment, Option<&[u8]>)> =
            values.iter().map(|(s, v)| (*s, v.as_deref())).collect();
        let rules = |key_most| KeyRules {
            key_most,
            ..KeyRules::default()
        };
        let whole = builder
            .build(&rules(KEY_MOST_MAX), &values)
            .unwrap()
            .to_vec();
        assert!(!builder.is_truncated());
        for most in 1..=whole.len() {
            let cut = builder
                .build(&rules(most as u16), &values)
                .unwrap()
                .to_vec();
            assert_eq!(cut.len(), most);
            if most < whole.len() {
                // A text of which only the prefix fits at the very end is not called truncated.
                let bare = whole[most - 1] == 0x7F || whole[most - 1] == 0x80;
                assert!(builder.is_truncated() || bare, "{most} {}", hex(&whole));
            }
            // In the place of a text's terminator may stand its next byte, wrongly upper-cased.
            assert_eq!(cut[..most - 1], whole[..most - 1], "{most}");
        }
    }
}

/// Every combination of the flags of docs/format/sort-keys.md §3.
fn flag_sets() -> impl Iterator<Item = SortFlags> {
    let each = [
        0x1u32, 0x2, 0x4, 0x8, 0x10, 0x20, 0x800, 0x1000, 0x1_0000, 0x2_0000, 0x800_0000,
    ];
    (0..1u32 << each.len()).map(move |set| {
        let bits = each.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1);
        SortFlags::from_bits_retain(bits.fold(0x400, |all, (_, bit)| all | bit))
    })
}

fn units(rng: &mut SeededRng) -> Vec<u16> {
    let len = rng.below(24) as usize;
    // Where the special rules live: Latin, marks, kana, Jamo, symbols, digits, surrogates, all.
    let blocks = [
        (0x20u16, 0x60u64),
        (0x300, 0x70),
        (0x3000, 0x100),
        (0x1100, 0x100),
        (0xD7B0, 0x50),
        (0x2000, 0x100),
        (0x30, 10),
        (0xD800, 0x800),
        (0x0F00, 0x100),
        (0, 0x1_0000),
    ];
    (0..len)
        .map(|_| {
            let (first, count) = blocks[rng.below(blocks.len() as u64) as usize];
            first.wrapping_add(rng.below(count) as u16)
        })
        .collect()
}

#[test]
fn no_text_is_too_odd_for_a_sort_key() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut buffers = SortKeyBuffers::default();
    for _ in 0..testkit::rounds(2, 100) {
        for flags in flag_sets() {
            let sort = Sort::new(1 + rng.below(75) as u8).unwrap();
            let collation = Collation { sort, flags };
            let text = units(&mut rng);
            let whole = sort_key(&text, collation);
            assert!(
                whole.len() <= text.len() * 15 + 9,
                "{text:04x?} {collation:?}"
            );
            assert!(whole.len() >= 5);
            let room = rng.below(whole.len() as u64 + 2) as usize;
            let mut cut = Vec::new();
            let all = buffers.key_into(&text[..], collation, room, &mut cut);
            assert_eq!(all, room >= whole.len(), "{text:04x?} {collation:?} {room}");
            assert_eq!(
                cut,
                whole[..room.min(whole.len())],
                "{text:04x?} {collation:?}"
            );
            let _ = Uncertainty::of(&text[..], collation);
            let mut upper = Vec::new();
            assert!(upper_key_into(&text[..], usize::MAX, &mut upper));
            assert_eq!(upper.len(), text.len() * 2 + 2);
        }
    }
}

#[test]
fn long_runs_of_marks_take_linear_time() {
    // A mark looks back over the marks before it: a million of them must not look a million back.
    let mut text = vec![0x304B_u16];
    text.resize(1 << 20, 0x309D);
    let key = sort_key(&text, Collation::default());
    assert!(key.len() > text.len() * 2);
    let nothing_before = vec![0x309D_u16; 1 << 20];
    assert!(sort_key(&nothing_before, Collation::default()).len() > 2 << 20);
}

#[test]
fn unicode_keys_are_read_on_until_they_are_full() {
    // 300 units of which none is weighed, then letters: a key longer than 255 bytes sees them.
    let mut text: Vec<u8> = std::iter::repeat_n([0x0D_u8, 0x20], 300)
        .flatten()
        .collect();
    text.extend("letters".encode_utf16().flat_map(u16::to_le_bytes));
    let unicode = Segment {
        code_page: 1200,
        ..Segment::new(SegmentType::Text)
    };
    let none = hex(&[0x7F, 1, 1, 1, 1, 0]);
    let rules = |key_most| KeyRules {
        key_most,
        ..KeyRules::default()
    };
    assert_eq!(hex(&key(&rules(255), unicode, Some(&text))), none);
    assert_ne!(hex(&key(&rules(256), unicode, Some(&text))), none);
}

struct Values(Vec<Vec<Vec<u8>>>);

impl ColumnSource for Values {
    type Error = Infallible;

    fn value(
        &self,
        column: ColumnRef,
        itag: u32,
        offset: usize,
        max: usize,
    ) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        let values = &self.0[usize::from(column.fid.0)];
        Ok(values.get(itag as usize - 1).map(|v| {
            let rest = v.get(offset..).unwrap_or(&[]);
            Cow::Borrowed(rest.get(..max).unwrap_or(rest))
        }))
    }
}

#[test]
fn entries_of_any_definition_are_proper_keys() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut builder = EntryBuilder::new();
    let mut made = 0;
    for _ in 0..testkit::rounds(20_000, 1_000_000) {
        let mut columns = Vec::new();
        let segments: Vec<IndexSegment> = (0..1 + rng.below(5))
            .map(|fid| {
                let ty = TYPES[rng.below(15) as usize];
                let multi_valued = rng.below(3) == 0;
                let most = if multi_valued { 4 } else { 2 };
                let code_page = if rng.below(3) == 0 { 1200 } else { 1252 };
                columns.push(
                    (0..rng.below(most))
                        .map(|_| {
                            let mut v = value(&mut rng, ty);
                            if code_page == 1200 && ty == SegmentType::Text && v.len() == 1 {
                                v.push(0);
                            }
                            v
                        })
                        .collect(),
                );
                IndexSegment {
                    column: ColumnRef {
                        fid: Fid(fid as u16),
                        template: false,
                    },
                    multi_valued,
                    segment: Segment {
                        descending: rng.below(2) == 0,
                        code_page,
                        ..Segment::new(ty)
                    },
                }
            })
            .collect();
        let variable = segments[0].segment.ty.is_variable();
        let def = IndexDef {
            rules: KeyRules {
                key_most: 1 + rng.below(300) as u16,
                var_seg_mac: rng.below(300) as u16,
                ..KeyRules::default()
            },
            primary: rng.below(10) == 0,
            nulls: NullRules::from_flags(rng.next_u64() as u16),
            expansion: Expansion::from_flags(rng.next_u64() as u16),
            disallow_truncation: rng.below(4) == 0,
            tuples: (variable && rng.below(3) == 0).then(|| TupleLimits {
                length_min: rng.below(6) as u32,
                length_max: rng.next_u64() as u32 >> rng.below(32),
                tuples_most: rng.below(40) as u32,
                increment: rng.next_u64() as u32 >> rng.below(32),
                start: rng.below(4) as u32,
            }),
            conditions: (0..rng.below(2))
                .map(|_| Condition {
                    column: segments[0].column,
                    must_be_null: rng.below(2) == 0,
                })
                .collect(),
            segments,
        };
        let Ok(entries) = builder.entries(&def, &Values(columns)) else {
            continue;
        };
        let keys: Vec<&[u8]> = entries.iter().collect();
        assert!(keys.windows(2).all(|w| w[0] < w[1]), "{def:?}");
        let segments: Vec<Segment> = def.segments.iter().map(|s| s.segment).collect();
        for key in keys {
            assert!(!key.is_empty() && key.len() <= usize::from(def.rules.key_most));
            assert!(entries.contains(key));
            let mut odd = key.to_vec();
            let _ = decode_key(&odd, &def.rules, &segments);
            let at = rng.below(odd.len() as u64) as usize;
            odd[at] = rng.next_u64() as u8;
            let _ = decode_key(&odd, &def.rules, &segments);
            made += 1;
        }
    }
    assert!(made > 10_000, "{made}");
}

#[test]
fn limits_enclose_what_begins_so() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let rules = KeyRules::default();
    for _ in 0..testkit::rounds(20_000, 500_000) {
        let ty = [SegmentType::Binary, SegmentType::Text][rng.below(2) as usize];
        let segments = [
            Segment {
                descending: rng.below(2) == 0,
                ..Segment::new(ty)
            },
            Segment::new(SegmentType::Long),
        ];
        let len = 1 + rng.below(20) as usize;
        let mut prefix = bytes(&mut rng, len);
        let more = rng.below(20) as usize;
        let mut longer = bytes(&mut rng, more);
        if ty == SegmentType::Text {
            // A NUL ends a text.
            prefix
                .iter_mut()
                .chain(&mut longer)
                .for_each(|b| *b = (*b).max(1));
        }
        let whole = [&prefix[..], &longer].concat();
        let index = SearchIndex {
            rules: &rules,
            segments: &segments,
            tuples: None,
            placeholder: false,
        };
        let limit = |data: &[u8], flags| {
            let mut key = SearchKey::new();
            key.make(&index, data, flags | MakeKeyFlags::NEW_KEY)
                .unwrap();
            assert!(key.is_limit());
            key.key().unwrap().to_vec()
        };
        let number = value(&mut rng, SegmentType::Long);
        let entry = KeyBuilder::new()
            .build(
                &rules,
                &[(segments[0], Some(&whole)), (segments[1], Some(&number))],
            )
            .unwrap()
            .to_vec();
        let what = || format!("{ty:?} {} in {}", hex(&prefix), hex(&whole));
        let start = limit(&prefix, MakeKeyFlags::PARTIAL_COLUMN_START);
        let end = limit(&prefix, MakeKeyFlags::PARTIAL_COLUMN_END);
        assert!(start <= entry && entry <= end, "{}", what());
        let start = limit(&whole, MakeKeyFlags::FULL_COLUMN_START);
        let end = limit(&whole, MakeKeyFlags::FULL_COLUMN_END);
        assert!(start <= entry && entry <= end, "{}", what());
    }
}

#[test]
fn any_calls_leave_a_search_key_in_bounds() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for _ in 0..testkit::rounds(3_000, 100_000) {
        let segments: Vec<Segment> = (0..rng.below(4))
            .map(|_| Segment {
                ty: TYPES[rng.below(15) as usize],
                code_page: if rng.below(2) == 0 { 1200 } else { 1252 },
                fixed: rng.below(3) == 0,
                descending: rng.below(2) == 0,
                cb_max: rng.below(300) as u32,
            })
            .collect();
        let rules = KeyRules {
            key_most: 1 + rng.below(400) as u16,
            var_seg_mac: rng.below(400) as u16,
            ..KeyRules::default()
        };
        let index = SearchIndex {
            rules: &rules,
            segments: &segments,
            tuples: (rng.below(4) == 0).then(TupleLimits::default),
            placeholder: rng.below(8) == 0,
        };
        let mut key = SearchKey::new();
        for _ in 0..8 {
            let len = rng.below(600) as usize >> rng.below(8);
            let data = bytes(&mut rng, len);
            let flags =
                MakeKeyFlags::from_bits_retain(rng.next_u64() as u32 & rng.next_u64() as u32);
            let before = key.key().map(<[u8]>::to_vec);
            let result = key.make(&index, &data, flags);
            match (key.key(), result) {
                (Some(now), Ok(())) => assert!(now.len() <= usize::from(rules.key_most) + 1),
                (None, Ok(())) => panic!("made, but not there"),
                (now, Err(_)) if !flags.contains(MakeKeyFlags::NEW_KEY) => {
                    assert_eq!(now, before.as_deref());
                }
                (now, Err(e)) => assert!(
                    now.is_none() || flags.contains(MakeKeyFlags::NORMALIZED_KEY),
                    "{e}"
                ),
            }
        }
    }
}
