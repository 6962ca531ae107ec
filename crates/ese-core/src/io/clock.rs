//! The time, injectable, so that a run can be repeated to the byte.
#![forbid(unsafe_code)]
