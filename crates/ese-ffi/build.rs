//! Gives the shared library its name for the linker, `libesent.so`, and keeps it in memory.
//!
//! Invariants: once loaded it stays (an engine's threads run in it, whoever unloads it). The name has no version. The interface is that of esent.dll, which has none either and
//! never breaks: structures grow by their sizes, functions by new names.
#![forbid(unsafe_code)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if ["linux", "freebsd", "netbsd", "openbsd", "android"].contains(&target.as_str()) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libesent.so");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
