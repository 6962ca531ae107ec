//! Placeholder of the layer `dbfile`; filled by the commits that follow.
#![forbid(unsafe_code)]
