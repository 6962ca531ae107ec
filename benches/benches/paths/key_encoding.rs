//! Values made into normalised keys: a number, bytes, Unicode text by its sort key, and three together.
#![forbid(unsafe_code)]

use super::Result;
use criterion::Criterion;
use ese_core::format::key::{KeyBuilder, KeyRules, Segment, SegmentType};
use std::hint::black_box;

/// Code page of UTF-16 columns.
const CODE_PAGE_UNICODE: u16 = 1200;

type Values<'v> = Vec<(Segment, Option<&'v [u8]>)>;

pub(super) fn bench(c: &mut Criterion) -> Result<()> {
    let number = 1_234_567_i32.to_le_bytes();
    let bytes = [0xA5; 24];
    let text: Vec<u8> = "Straßenbahn 42"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let long = Segment {
        fixed: true,
        ..Segment::new(SegmentType::Long)
    };
    let binary = Segment::new(SegmentType::Binary);
    let unicode = Segment {
        code_page: CODE_PAGE_UNICODE,
        ..Segment::new(SegmentType::Text)
    };
    let (number, bytes, text) = (
        (long, Some(&number[..])),
        (binary, Some(&bytes[..])),
        (unicode, Some(&text[..])),
    );
    let cases: [(&str, Values<'_>); 4] = [
        ("long", vec![number]),
        ("binary of 24", vec![bytes]),
        ("unicode of 14", vec![text]),
        ("all three", vec![number, bytes, text]),
    ];
    let rules = KeyRules::default();
    let mut builder = KeyBuilder::new();
    let mut group = c.benchmark_group("key encoding");
    for (name, values) in &cases {
        if builder.build(&rules, values)?.is_empty() || builder.is_truncated() {
            return Err(format!("{name} makes no key").into());
        }
        group.bench_function(*name, |b| {
            b.iter(|| builder.build(&rules, black_box(values)).map(<[u8]>::len));
        });
    }
    group.finish();
    Ok(())
}
