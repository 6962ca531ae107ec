//! The store as a whole: sessions, chains, cleanup, memory.
#![forbid(unsafe_code)]
