//! Gives the shared library its name for the linker, `libesent.so.0`.
//!
//! Invariant: the name changes with the first incompatible change of the C interface, and only then.
#![forbid(unsafe_code)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if ["linux", "freebsd", "netbsd", "openbsd", "android"].contains(&target.as_str()) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libesent.so.0");
    }
}
