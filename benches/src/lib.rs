//! Workloads and peers of the benchmarks: engines side by side in one run, ratios and never bare times.
#![forbid(unsafe_code)]
