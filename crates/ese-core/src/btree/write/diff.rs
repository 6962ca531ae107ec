//! What goes into a ReplaceD record: the steps from a node's old data to the new.
//!
//! Bytes that both have in front and behind are left out; between them, data of one length is
//! compared byte for byte, data of different lengths is one step.
//!
//! Source: docs/format/log-records.md §4.1.
//!
//! Invariant: applied to the old data, the diff gives the new.
#![forbid(unsafe_code)]

use crate::format::page_edit::PREFIX_NOT_WORTH;

const SAME_LENGTH: u8 = 0x20;
const INSERT: u8 = 0x40;
const TWO_BYTE_LENGTHS: u8 = 0x80;
/// Equal bytes that are not worth the head of another step.
const GAP_NOT_WORTH: usize = PREFIX_NOT_WORTH + 2;
/// Lengths from here on take two bytes.
const LONG: usize = 256;

/// Makes the diff in `out` (emptied first); an empty one says that the data is the same. `wide`:
/// three-byte heads, for pages of 16 KiB and more. `false` when the diff is not shorter than the new
/// data.
pub(super) fn diff(old: &[u8], new: &[u8], wide: bool, out: &mut Vec<u8>) -> bool {
    out.clear();
    let common = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = match (old.get(common..), new.get(common..)) {
        (Some(o), Some(n)) => (o, n),
        _ => return false,
    };
    let behind = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_mid = old_rest.get(..old_rest.len() - behind).unwrap_or_default();
    let new_mid = new_rest.get(..new_rest.len() - behind).unwrap_or_default();
    if old_mid.is_empty() && new_mid.is_empty() {
        return true;
    }
    if old_mid.len() == new_mid.len() {
        runs(common, old_mid, new_mid, wide, out);
    } else {
        step(common, old_mid.len(), new_mid, wide, out);
    }
    out.len() < new.len()
}

/// Steps of equal length.
fn runs(offset: usize, old: &[u8], new: &[u8], wide: bool, out: &mut Vec<u8>) {
    let mut differ = old
        .iter()
        .zip(new)
        .enumerate()
        .filter_map(|(i, (a, b))| (a != b).then_some(i));
    let Some(mut from) = differ.next() else {
        return;
    };
    let mut last = from;
    let mut emit = |from: usize, last: usize| {
        let bytes = new.get(from..=last).unwrap_or_default();
        step(offset + from, bytes.len(), bytes, wide, out);
    };
    for i in differ {
        if i - last > GAP_NOT_WORTH {
            emit(from, last);
            from = i;
        }
        last = i;
    }
    emit(from, last);
}

/// One step: `old_len` bytes at `offset` become `new`.
fn step(offset: usize, old_len: usize, new: &[u8], wide: bool, out: &mut Vec<u8>) {
    let mut flags = 0;
    if old_len == 0 {
        flags |= INSERT;
    } else if old_len == new.len() {
        flags |= SAME_LENGTH;
    }
    let long = new.len() >= LONG || old_len >= LONG;
    if long {
        flags |= TWO_BYTE_LENGTHS;
    }
    // Offsets lie inside a node, that is inside a page: 13 bits on small ones.
    let [low, high] = u16::try_from(offset).unwrap_or(u16::MAX).to_le_bytes();
    if wide {
        out.extend_from_slice(&[low, high, flags]);
    } else {
        out.extend_from_slice(&[low, high | flags]);
    }
    let mut length = |n: usize| {
        let bytes = u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
        let [one, _] = bytes;
        if long {
            out.extend_from_slice(&bytes);
        } else {
            out.push(one);
        }
    };
    length(new.len());
    if flags & (INSERT | SAME_LENGTH) == 0 {
        length(old_len);
    }
    out.extend_from_slice(new);
}

#[cfg(test)]
mod tests;
