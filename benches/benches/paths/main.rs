//! Single paths under criterion: what one call costs, in memory, on real pages and records.
//!
//! | room | purpose |
//! |---|---|
//! | `sample` | a small database that the others take pages and records from |
//! | `checksum` | a page verified |
//! | `page_search` | a key looked for on a page |
//! | `key_encoding` | values made into keys |
//! | `record_decode` | columns taken out of a record |
//! | `log_codec` | log records written and parsed |
//! | `ffi_call` | calls of the C interface |
//!
//! `cargo xtask bench paths` runs them; `cargo bench -p ese-bench --bench paths -- NAME` one of them. They say what a
//! change of one path did; what users see is the matter of the other groups.
//!
//! Invariant: what is measured is looked at once before, so that nothing is fast because it fails.
#![deny(unsafe_code)]

mod checksum;
mod ffi_call;
mod key_encoding;
mod log_codec;
mod page_search;
mod record_decode;
mod sample;

use criterion::Criterion;
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let sample = sample::Sample::new()?;
    checksum::bench(&mut criterion)?;
    page_search::bench(&mut criterion, &sample)?;
    key_encoding::bench(&mut criterion)?;
    record_decode::bench(&mut criterion, &sample)?;
    log_codec::bench(&mut criterion)?;
    ffi_call::bench(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
