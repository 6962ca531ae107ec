//! The length limit of a primary index, which the engine makes as small as its columns allow.
//!
//! Source: docs/format/database-keys.md §5.2.
#![forbid(unsafe_code)]

use super::segment::{KeyRules, Segment, SegmentType};

/// The two limits of an index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldLimits {
    /// Most bytes of a key.
    pub key_most: u16,
    /// Most bytes of a text or binary segment.
    pub var_seg_mac: u16,
}

/// What creating a primary index over these segments makes of the limits asked for.
#[must_use]
pub fn minimised(rules: &KeyRules, segments: &[Segment]) -> FieldLimits {
    let asked = FieldLimits {
        key_most: rules.key_most,
        var_seg_mac: rules
            .segment_most()
            .map_or(rules.key_most, |_| rules.var_seg_mac),
    };
    let segment_most = usize::from(asked.var_seg_mac);
    let mut sum = 0usize;
    for segment in segments {
        sum += match (segment.ty, segment.ty.size()) {
            (_, Some(size)) => 1 + size,
            (SegmentType::Binary, _) if segment.fixed => {
                (1 + segment.cb_max as usize).min(segment_most)
            }
            _ if rules.segment_most().is_some() => segment_most,
            _ => return asked,
        };
    }
    match u16::try_from(sum) {
        Ok(sum) if sum < asked.key_most => FieldLimits {
            key_most: sum,
            var_seg_mac: asked.var_seg_mac.min(sum),
        },
        _ => asked,
    }
}
