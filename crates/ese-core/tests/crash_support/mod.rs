//! Sets of the witness as the world of a recovery: files in memory, options of the recorded call.
#![forbid(unsafe_code)]
#![allow(dead_code, unreachable_pub)] // Each test uses a part.

use ese_core::format::ids::PageSize;
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::recovery::{InitBits, NameDigits, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use testkit::crash::{Call, CrashSet};

/// The folder that all files lie in.
pub const DIR: &str = "/set";

/// Numbers of JET_paramXxx that the calls set.
const PARAM_LOG_FILE_SIZE: u32 = 11;
const PARAM_CIRCULAR_LOG: u32 = 17;
const PARAM_RECOVERY: u32 = 34;
const PARAM_DELETE_OUT_OF_RANGE_LOGS: u32 = 52;
const PARAM_CLEANUP_MISMATCHED_LOG_FILES: u32 = 77;
const PARAM_LEGACY_FILE_NAMES: u32 = 136;
/// JET_bitEightDotThreeSoftCompat of JET_paramLegacyFileNames.
const SOFT_COMPAT: u32 = 2;

/// A file system in memory with these files in [`DIR`].
pub fn memory(files: &[(String, Vec<u8>)]) -> Arc<MemoryFileSystem> {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).expect("memory");
    for (name, bytes) in files {
        fs.put(&path(name), bytes.clone());
    }
    Arc::new(fs)
}

/// A file of the set.
pub fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

/// A world with a time and random numbers of its own.
pub fn env(fs: Arc<dyn FileSystem>) -> Env {
    Env::new(
        fs,
        Arc::new(ManualClock::new(1_800_000_000_000)),
        Box::new(SeededRng::new(7)),
    )
}

/// The options that the recorded call means. Parameters that are not known fail the test.
pub fn options(call: &Call) -> Options {
    let mut o = Options::of_folder(PathBuf::from(DIR), "edb");
    o.page_size = PageSize::from_bytes(call.page_size);
    assert!(o.page_size.is_some(), "page size {}", call.page_size);
    o.digits = NameDigits::Eight;
    for (&n, &v) in &call.params {
        match n {
            PARAM_LOG_FILE_SIZE => o.log_file_kib = Some(v),
            PARAM_CIRCULAR_LOG => o.circular = v != 0,
            PARAM_DELETE_OUT_OF_RANGE_LOGS => o.delete_out_of_range_logs = v != 0,
            PARAM_CLEANUP_MISMATCHED_LOG_FILES => o.cleanup_mismatched_logs = v != 0,
            PARAM_LEGACY_FILE_NAMES if v & SOFT_COMPAT != 0 => o.digits = NameDigits::Five,
            PARAM_LEGACY_FILE_NAMES => {}
            _ => panic!("parameter {n}"),
        }
    }
    for (&n, v) in &call.texts {
        match n {
            PARAM_RECOVERY => o.recovery = v == "on",
            _ => panic!("parameter {n}"),
        }
    }
    o.format_version = call.engine_format_version;
    o.bits = InitBits::from_bits(call.init_bits).expect("bits that are known");
    o
}

/// The world and the options of a set.
pub fn world(set: &CrashSet) -> (Arc<MemoryFileSystem>, Env, Options) {
    let fs = memory(&set.files());
    let env = env(Arc::clone(&fs) as Arc<dyn FileSystem>);
    (fs, env, options(&set.call))
}
