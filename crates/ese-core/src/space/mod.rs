//! Who owns which pages: the space trees of a tree, read.
//!
//! A tree with a single extent keeps a bitmap in its root; any other has two trees of extents,
//! owned (OE) and available (AE). Source: docs/format/database-btree-space.md §5.
//!
//! Invariant: extents come out as they are stored; whether they make sense is `integrity`'s question.
#![forbid(unsafe_code)]
