//! Placeholder of the layer `lv`; filled by the commits that follow.
#![forbid(unsafe_code)]
