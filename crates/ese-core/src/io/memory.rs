//! Files in memory, for tests: the same promises as the real ones, nothing touches a disk.
#![forbid(unsafe_code)]
