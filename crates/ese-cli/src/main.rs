//! `eseutil`: what an administrator or an investigator runs on ESE files.
#![forbid(unsafe_code)]

fn main() {}
