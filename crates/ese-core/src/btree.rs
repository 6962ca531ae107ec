//! Placeholder of the layer `btree`; filled by the commits that follow.
#![forbid(unsafe_code)]
