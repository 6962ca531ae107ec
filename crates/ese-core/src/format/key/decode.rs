//! Reading a key back, as far as it holds its values: for people, never for the engine.
//!
//! Numbers, GUIDs and binary values come back whole, ASCII text in upper case, Unicode text not at
//! all (a sort key has no end that could be told from its weights, so what follows is lost too).
#![forbid(unsafe_code)]

use super::builder::guid_order;
use super::segment::{KeyRules, Segment, SegmentType};
use super::{
    BINARY_CHUNK, BINARY_MORE, PREFIX_NULL, PREFIX_NULL_HIGH, PREFIX_VALUE, PREFIX_ZERO_LENGTH,
    TEXT_TERMINATOR,
};

/// What a segment of a key says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DecodedSegment {
    /// NULL.
    Null,
    /// A zero-length value.
    ZeroLength,
    /// The value, in the bytes of the column; of a Bit 0x00 or 0xFF.
    Value(Vec<u8>),
    /// An ASCII text, upper-cased.
    Text(Vec<u8>),
    /// The beginning of a value, cut by a limit of the index.
    Cut(Vec<u8>),
    /// Bytes that can't be read back; a sort key and all that follows it, or no key of this index.
    Opaque(Vec<u8>),
}

/// Reads a key segment by segment; ends early where the key does.
#[must_use]
pub fn decode_key(key: &[u8], rules: &KeyRules, segments: &[Segment]) -> Vec<DecodedSegment> {
    let mut rest = key;
    let mut all = Vec::with_capacity(segments.len());
    for segment in segments {
        if rest.is_empty() {
            break;
        }
        match decode_segment(rest, rules, segment) {
            Some((decoded, used)) => {
                all.push(decoded);
                rest = rest.get(used..).unwrap_or(&[]);
            }
            None => {
                all.push(DecodedSegment::Opaque(rest.to_vec()));
                return all;
            }
        }
    }
    if !rest.is_empty() {
        all.push(DecodedSegment::Opaque(rest.to_vec()));
    }
    all
}

fn decode_segment(
    key: &[u8],
    rules: &KeyRules,
    segment: &Segment,
) -> Option<(DecodedSegment, usize)> {
    let flip = if segment.descending { 0xFF } else { 0 };
    let (&prefix, body) = key.split_first()?;
    match prefix ^ flip {
        PREFIX_NULL | PREFIX_NULL_HIGH => return Some((DecodedSegment::Null, 1)),
        PREFIX_ZERO_LENGTH => return Some((DecodedSegment::ZeroLength, 1)),
        PREFIX_VALUE => {}
        _ => return None,
    }
    let most = rules.segment_most().map_or(body.len(), |m| m - 1);
    let limited: Vec<u8> = body.iter().take(most).map(|b| b ^ flip).collect();
    let (decoded, used) = match segment.ty {
        SegmentType::Text if segment.is_unicode() => return None,
        SegmentType::Text => match limited.iter().position(|&b| b == TEXT_TERMINATOR) {
            Some(end) => (DecodedSegment::Text(limited.get(..end)?.to_vec()), end + 1),
            None => (DecodedSegment::Cut(limited.clone()), limited.len()),
        },
        SegmentType::Binary if segment.fixed => {
            let size = segment.cb_max as usize;
            match limited.get(..size) {
                Some(value) => (DecodedSegment::Value(value.to_vec()), size),
                None => (DecodedSegment::Cut(limited.clone()), limited.len()),
            }
        }
        SegmentType::Binary => binary(&limited)?,
        ty => {
            let size = ty.size()?;
            let bytes: Vec<u8> = body.iter().take(size).map(|b| b ^ flip).collect();
            if bytes.len() == size {
                (DecodedSegment::Value(number(rules, ty, &bytes)), size)
            } else {
                let len = bytes.len();
                (DecodedSegment::Cut(bytes), len)
            }
        }
    };
    Some((decoded, used + 1))
}

fn binary(bytes: &[u8]) -> Option<(DecodedSegment, usize)> {
    let mut value = Vec::with_capacity(bytes.len());
    let mut used = 0;
    for piece in bytes.chunks(BINARY_CHUNK + 1) {
        used += piece.len();
        let Some((&mark, data)) = piece
            .split_last()
            .filter(|(_, data)| data.len() == BINARY_CHUNK)
        else {
            value.extend_from_slice(piece);
            return Some((DecodedSegment::Cut(value), used));
        };
        if mark == BINARY_MORE {
            value.extend_from_slice(data);
        } else {
            value.extend_from_slice(data.get(..usize::from(mark))?);
            return Some((DecodedSegment::Value(value), used));
        }
    }
    Some((DecodedSegment::Cut(value), used))
}

/// Undoes the normalisation of a value of one size.
fn number(rules: &KeyRules, ty: SegmentType, key: &[u8]) -> Vec<u8> {
    match ty {
        SegmentType::Bit => key.to_vec(),
        SegmentType::Guid => {
            let mut guid = vec![0; key.len()];
            for (&to, &byte) in guid_order(rules).iter().zip(key) {
                if let Some(slot) = guid.get_mut(to) {
                    *slot = byte;
                }
            }
            guid
        }
        _ => {
            let mut value: Vec<u8> = key.iter().rev().copied().collect();
            let was_positive = value.last().is_some_and(|b| b & 0x80 != 0);
            match ty {
                SegmentType::IeeeSingle | SegmentType::IeeeDouble | SegmentType::DateTime
                    if !was_positive =>
                {
                    value.iter_mut().for_each(|b| *b = !*b);
                }
                SegmentType::UnsignedByte
                | SegmentType::UnsignedShort
                | SegmentType::UnsignedLong
                | SegmentType::UnsignedLongLong => {}
                _ => {
                    if let Some(high) = value.last_mut() {
                        *high ^= 0x80;
                    }
                }
            }
            value
        }
    }
}
