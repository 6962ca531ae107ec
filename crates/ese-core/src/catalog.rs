//! Placeholder of the layer `catalog`; filled by the commits that follow.
#![forbid(unsafe_code)]
