//! The operating system's files (`pread`/`pwrite` and their Windows kin).
#![deny(unsafe_code)]
