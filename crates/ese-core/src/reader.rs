//! Placeholder of the layer `reader`; filled by the commits that follow.
#![forbid(unsafe_code)]
