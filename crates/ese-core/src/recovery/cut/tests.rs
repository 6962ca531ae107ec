//! The cut on small logs.
#![forbid(unsafe_code)]
