//! Placeholder of the layer `record`; filled by the commits that follow.
#![forbid(unsafe_code)]
