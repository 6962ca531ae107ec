//! Upper case of UTF-16 text: indexes with LCMAP_UPPERCASE, and names that compare without case.
//!
//! Source: upper.txt (docs/format/sort-tables/README.md): ranges of code points that get a delta.
//!
//! Invariant: a text keeps its number of units.
#![forbid(unsafe_code)]

use super::units::Units;
use once_cell::sync::Lazy;

static UPPER: &str = include_str!("data/upper.txt");

/// `count` code points from `first` on, `step` apart, that become upper case by adding `delta`.
#[derive(Debug)]
struct Range {
    first: u32,
    last: u32,
    step: u32,
    delta: i32,
}

static RANGES: Lazy<Vec<Range>> = Lazy::new(|| {
    let mut ranges: Vec<Range> = UPPER.lines().filter_map(range).collect();
    ranges.sort_by_key(|r| r.first);
    ranges
});

fn range(line: &str) -> Option<Range> {
    let mut fields = line.split_ascii_whitespace();
    let first = u32::from_str_radix(fields.next()?, 16).ok()?;
    let count: u32 = fields.next()?.parse().ok()?;
    let step: u32 = fields.next()?.parse().ok()?;
    let delta = fields.next()?.parse().ok()?;
    Some(Range {
        first,
        last: first + step.checked_mul(count.checked_sub(1)?)?,
        step: step.max(1),
        delta,
    })
}

/// Upper case of a code point; itself when it has none.
#[must_use]
pub fn to_upper(c: u32) -> u32 {
    match c {
        0x61..=0x7A => return c - 0x20,
        0..=0x7F => return c,
        _ => {}
    }
    let at = RANGES.partition_point(|r| r.first <= c);
    // Ranges with a step of 2 may lie inside each other; few do, so look back a little.
    RANGES
        .iter()
        .take(at)
        .rev()
        .take(8)
        .find(|r| c <= r.last && (c - r.first).is_multiple_of(r.step))
        .map_or(c, |r| c.wrapping_add_signed(r.delta))
}

/// Appends the key of an index with exactly LCMAP_UPPERCASE: big-endian upper-case units, then
/// `00 00` (docs/format/database-keys.md §4.2); at most `room` bytes, and says whether that was all.
pub fn upper_key_into(units: impl Units, room: usize, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let mut at = 0;
    while out.len() - start <= room
        && let Some(unit) = units.get(at)
    {
        at += 1;
        let pair = match (unit, units.get(at)) {
            (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => Some(low),
            _ => None,
        };
        let Some(low) = pair else {
            let upper = u16::try_from(to_upper(u32::from(unit))).unwrap_or(unit);
            out.extend_from_slice(&upper.to_be_bytes());
            continue;
        };
        at += 1;
        let c = 0x1_0000 + (u32::from(unit - 0xD800) << 10 | u32::from(low - 0xDC00));
        let upper = char::from_u32(to_upper(c)).unwrap_or(char::REPLACEMENT_CHARACTER);
        for unit in upper.encode_utf16(&mut [0; 2]) {
            out.extend_from_slice(&unit.to_be_bytes());
        }
    }
    out.extend_from_slice(&[0, 0]);
    let whole = out.len() - start <= room;
    out.truncate(start.saturating_add(room));
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_used() {
        assert_eq!(RANGES.len(), UPPER.lines().count());
        for r in RANGES.iter() {
            for c in (r.first..=r.last).step_by(r.step as usize) {
                assert_eq!(to_upper(c), c.wrapping_add_signed(r.delta), "{c:x}");
                assert!(char::from_u32(to_upper(c)).is_some());
                assert_eq!(c > 0xFFFF, to_upper(c) > 0xFFFF);
            }
        }
        assert_eq!(to_upper(0x41), 0x41);
        assert_eq!(to_upper(0xF7), 0xF7);
    }

    #[test]
    fn the_key_is_big_endian_and_cut_at_the_room() {
        let units: Vec<u16> = "aß\u{10428}".encode_utf16().collect();
        let mut out = vec![9];
        assert!(upper_key_into(&units[..], 100, &mut out));
        assert_eq!(out, [9, 0, 0x41, 0, 0xDF, 0xD8, 0x01, 0xDC, 0x00, 0, 0]);
        for room in 0..10 {
            let mut cut = vec![9];
            assert!(!upper_key_into(&units[..], room, &mut cut), "{room}");
            assert_eq!(cut, out[..=room]);
        }
    }
}
