//! Placeholder of the layer `cache`; filled by the commits that follow.
#![forbid(unsafe_code)]
