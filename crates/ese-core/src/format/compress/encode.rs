//! Which scheme a value gets when it is written: the engine's own choice, so that files look alike.
//!
//! Source: docs/format/database-compression.md §2. A writer may always store plain.
#![forbid(unsafe_code)]

use super::sevenbit::{self, encode_ascii, encode_unicode};
use super::xpress;

/// Values from this length on are sampled before anything is tried.
const SAMPLE_FROM: usize = 128;
/// Most bytes of the sample.
const SAMPLE_MOST: usize = 1024;
/// Below this χ² the sample counts as noise.
const CHI_SQUARED_LEAST: f64 = 500.0;
/// JET_paramMinDataForXpress unless set.
const MIN_FOR_XPRESS: usize = 1024;

/// What a writer is allowed to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompressPolicy {
    /// 7-bit ASCII and Unicode.
    pub seven_bit: bool,
    /// XPRESS.
    pub xpress: bool,
    /// Smallest plain size in bytes that XPRESS is tried on (JET_paramMinDataForXpress).
    pub min_for_xpress: usize,
    /// Smallest result worth storing: the LID size (4 or 8) for values inside a record, 0 for chunks.
    pub min_result: usize,
}

impl CompressPolicy {
    /// What the original does for a value inside a record whose tree uses LIDs of `lid_bytes`.
    #[must_use]
    pub fn intrinsic(lid_bytes: usize) -> Self {
        Self {
            seven_bit: true,
            xpress: true,
            min_for_xpress: MIN_FOR_XPRESS,
            min_result: lid_bytes,
        }
    }

    /// What the original does for a chunk of a separated value.
    #[must_use]
    pub fn chunk() -> Self {
        Self::intrinsic(0)
    }
}

/// `true` when the first 1,024 bytes of a value of at least 128 look like noise: χ² of the byte
/// counts against equal counts is below 500.
#[must_use]
pub fn looks_incompressible(plain: &[u8]) -> bool {
    if plain.len() < SAMPLE_FROM {
        return false;
    }
    let sample = plain.get(..SAMPLE_MOST).unwrap_or(plain);
    let mut counts = [0u32; 256];
    for &b in sample {
        if let Some(c) = counts.get_mut(usize::from(b)) {
            *c += 1;
        }
    }
    let expected = sample.len() as f64 / 256.0;
    let chi: f64 = counts
        .iter()
        .map(|&c| (f64::from(c) - expected).powi(2) / expected)
        .sum();
    chi < CHI_SQUARED_LEAST
}

/// Appends the stored form of `plain` to `out`; `false`, and nothing is appended, when it is to be
/// stored plain. The form is always shorter than the plain bytes.
pub fn compress(plain: &[u8], policy: &CompressPolicy, out: &mut Vec<u8>) -> bool {
    if looks_incompressible(plain) {
        return false;
    }
    let start = out.len();
    let mut done =
        policy.xpress && plain.len() >= policy.min_for_xpress && xpress::encode(plain, out);
    if policy.seven_bit {
        if done {
            // 7-bit Unicode wins when it is smaller and possible.
            if out.len() - start > sevenbit::encoded_len(plain.len() / 2) {
                let xpress_end = out.len();
                if encode_unicode(plain, out) {
                    out.drain(start..xpress_end);
                }
            }
        } else {
            done = encode_unicode(plain, out) || encode_ascii(plain, out);
        }
    }
    let len = out.len() - start;
    if done && (len >= plain.len() || len < policy.min_result) {
        out.truncate(start);
        return false;
    }
    done
}
