//! Placeholder of the layer `space`; filled by the commits that follow.
#![forbid(unsafe_code)]
