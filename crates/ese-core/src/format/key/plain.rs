//! Segments that need no more than their value's bytes: the short way of [`super::KeyBuilder`].
//!
//! Invariant: what is appended is what [`super::KeyBuilder::append`] appends to a key that is not truncated,
//! whole; where that would cut or refuse anything nothing is appended.
#![forbid(unsafe_code)]

use super::builder::fixed;
use super::segment::{KeyRules, Segment, SegmentType};
use super::{BINARY_CHUNK, BINARY_MORE, PREFIX_VALUE};

/// Appends an ascending segment of a value that is there, if it goes into the key whole: of a variable
/// column of bytes, or of a type of one size. `false`, and the key is as it was, for everything else.
#[inline]
pub fn append_plain(key: &mut Vec<u8>, rules: &KeyRules, segment: &Segment, value: &[u8]) -> bool {
    if segment.descending || value.is_empty() {
        return false;
    }
    let start = key.len();
    let available = usize::from(rules.key_most).saturating_sub(start);
    match (segment.ty, segment.ty.size()) {
        (SegmentType::Binary, _) if !segment.fixed => {
            let most = rules.segment_most().unwrap_or(usize::MAX).min(available);
            let len = 1 + value.len().div_ceil(BINARY_CHUNK) * (BINARY_CHUNK + 1);
            if len > most {
                return false;
            }
            key.reserve(len);
            key.push(PREFIX_VALUE);
            append_pieces(key, value);
            true
        }
        (ty, Some(size)) if size == value.len() && size < available => {
            key.push(PREFIX_VALUE);
            let made = fixed(key, rules, ty, value, available);
            if made.is_err() {
                key.truncate(start);
            }
            made.is_ok()
        }
        _ => false,
    }
}

/// Pieces of eight bytes, each with an end mark (docs/format/database-keys.md §3).
fn append_pieces(key: &mut Vec<u8>, value: &[u8]) {
    let (whole, rest) = value.as_chunks::<BINARY_CHUNK>();
    let mut piece = [BINARY_MORE; BINARY_CHUNK + 1];
    for bytes in whole {
        if let Some(to) = piece.first_chunk_mut() {
            *to = *bytes;
        }
        key.extend_from_slice(&piece);
    }
    if rest.is_empty() {
        if let Some(mark) = key.last_mut() {
            *mark = BINARY_CHUNK as u8;
        }
        return;
    }
    piece = [0; BINARY_CHUNK + 1];
    for (to, from) in piece.iter_mut().zip(rest) {
        *to = *from;
    }
    let [.., mark] = &mut piece;
    *mark = rest.len() as u8;
    key.extend_from_slice(&piece);
}
