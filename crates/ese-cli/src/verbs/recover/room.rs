//! Whether the copies will fit, asked before the first byte of them is written.
//!
//! Invariant: only a hint that comes early. A disk that does not tell is no error, and one that fills
//! up meanwhile is the error of the write.
#![forbid(unsafe_code)]

use super::explain::about;
use crate::error::CliError;
use crate::text::size;
use ese_core::JetErr;
use std::path::Path;

/// Refuses when the file system of folder `to` has less room than `needed` bytes.
pub(super) fn check(needed: u64, to: &Path) -> Result<(), CliError> {
    free(to).map_or(Ok(()), |free| judge(needed, free, to))
}

fn judge(needed: u64, free: u64, to: &Path) -> Result<(), CliError> {
    if needed <= free {
        return Ok(());
    }
    let what = format!(
        "{}: databases and logs need {} ({needed} bytes), {} ({free} bytes) are free there; nothing was \
         copied",
        to.display(),
        size(needed),
        size(free)
    );
    let e = CliError::refused(JetErr::DISK_FULL, what)
        .next("make room there, or name a folder on another disk with --to")
        .detail("bytes_needed", needed)
        .detail("bytes_free", free);
    Err(about(to, e))
}

/// Bytes that may still be written to the file system of a folder, where the system tells.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let fs = rustix::fs::statvfs(folder).ok()?;
    fs.f_bavail.checked_mul(fs.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_says_how_much_is_needed_and_there() {
        assert!(judge(4096, 4096, Path::new("/to")).is_ok());
        let e = judge(3 << 30, 1 << 20, Path::new("/to")).unwrap_err();
        assert_eq!(e.jet, Some(JetErr::DISK_FULL));
        assert!(e.message.contains("3.00 GiB (3221225472 bytes)"), "{e}");
        assert!(e.message.contains("1.00 MiB (1048576 bytes)"), "{e}");
        assert_eq!(e.details["bytes_free"], 1 << 20);
        assert_eq!(e.details["file"], "/to");
    }

    #[cfg(unix)]
    #[test]
    fn the_system_tells() {
        let free = free(&std::env::temp_dir()).expect("a number");
        assert!(free > 0);
        assert_eq!(super::free(Path::new("/no/such/folder")), None);
    }
}
