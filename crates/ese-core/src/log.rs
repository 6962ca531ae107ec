//! Placeholder of the layer `log`; filled by the commits that follow.
#![forbid(unsafe_code)]
