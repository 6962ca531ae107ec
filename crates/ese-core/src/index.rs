//! Placeholder of the layer `index`; filled by the commits that follow.
#![forbid(unsafe_code)]
