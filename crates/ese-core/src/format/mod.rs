//! Every on-disk structure of the format: views, builders, printers. Pure functions, no I/O.
//!
//! Invariants:
//! * parsers take `&[u8]` from anywhere: any input gives a value or an error, never a panic, a hang
//!   or an allocation larger than the input calls for;
//! * numbers are little-endian; big-endian is used only where keys are built;
//! * what parses builds again to the same bytes;
//! * mutators of pages are generic over [`page_mut::PageMut`], so that the engine, redo and the
//!   tools change pages by the same code.
#![deny(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod bytes;
pub mod catalog_row;
pub mod checkpoint;
pub mod checksum;
pub mod compress;
pub mod db_header;
pub mod fields;
pub mod flush_map;
pub mod header_page;
pub mod ids;
pub mod key;
pub mod log_fields;
pub mod log_header;
pub mod log_record;
pub mod log_segment;
pub mod lv;
pub mod node;
pub mod page;
pub mod page_check;
pub mod page_edit;
pub mod page_exercise;
pub mod page_mut;
pub mod record;
pub mod record_build;
pub mod record_exercise;
pub mod sortkey;
pub mod space;
pub mod tagged;
pub mod tagged_build;
pub mod trailer;
pub mod value;
pub mod version;
