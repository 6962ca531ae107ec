//! Undo of changes through the trees, logged.
//!
//! Source: docs/format/versioning.md §7, docs/format/recovery.md §5.
#![forbid(unsafe_code)]
