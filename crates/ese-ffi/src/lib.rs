//! The JET API as an esent-compatible C library (`libesent`).
//!
//! Nothing is exported yet: the API tables under `api/` are what the exports will be generated
//! from. A function that is not here does not link, which is more honest than one that lies.
#![forbid(unsafe_code)]
