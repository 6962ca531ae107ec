//! What lies in a folder: databases, logs and their companions, told by their first bytes.
#![forbid(unsafe_code)]

use crate::format::header_page::{FileKind, file_kind};
use crate::io::{self, FileSystem, OpenMode};
use std::path::{Path, PathBuf};

/// Bytes that are enough to tell a file's kind: the largest page, so that a header copy is whole.
const HEAD_BYTES: usize = 32 * 1024;

/// A file of a folder.
#[derive(Clone, Debug)]
pub struct FolderEntry {
    /// The path.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes.
    pub len: u64,
}

/// The files of a folder that this engine knows, in byte order of their names.
pub fn list_folder(fs: &dyn FileSystem, folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let mut out = Vec::new();
    let mut head = vec![0u8; HEAD_BYTES];
    for entry in fs.read_dir(folder)? {
        if entry.is_dir {
            continue;
        }
        // A file that can't be opened (a socket, a lock) is none of ours.
        let Ok(file) = fs.open(&entry.path, OpenMode::Read) else {
            continue;
        };
        let (Ok(len), Ok(n)) = (file.len(), file.read_at(&mut head, 0)) else {
            continue;
        };
        let kind = file_kind(head.get(..n).unwrap_or(&[]));
        if !matches!(kind, FileKind::Foreign | FileKind::Empty) {
            out.push(FolderEntry {
                path: entry.path,
                kind,
                len,
            });
        }
    }
    Ok(out)
}
