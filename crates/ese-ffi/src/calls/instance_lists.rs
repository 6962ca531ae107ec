//! Lists of instances, as JetGetInstanceInfo and frozen snapshots give them.
//!
//! ```text
//! block:  rows | for each row: names of files, display names | characters
//! ```
//! Invariant: a list is one block, which JetFreeBuffer takes back whole.

use crate::gate::{Answer, DONE};
use crate::memory;
use crate::strings::{path_in, path_units, text_in};
use crate::structs::JET_INSTANCE_INFO;
use crate::types::{Char, JET_INSTANCE};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr::null_mut;

/// One instance of a list.
pub(super) struct Row {
    pub(super) handle: JET_INSTANCE,
    pub(super) name: Option<Vec<u16>>,
    pub(super) databases: Vec<PathBuf>,
}

/// Text with its zero.
fn closed<C: Char>(text: Vec<C>) -> Vec<C> {
    text.into_iter().chain([C::NUL]).collect()
}

/// Gives a caller a list; of nothing it is null.
pub(super) fn give<C: Char>(
    rows: &[Row],
    count: &mut u32,
    list: &mut *mut JET_INSTANCE_INFO<C>,
) -> Answer {
    *count = 0;
    *list = null_mut();
    if rows.is_empty() {
        return DONE;
    }
    let names: Vec<Option<Vec<C>>> = rows
        .iter()
        .map(|r| r.name.as_deref().filter(|n| !n.is_empty()))
        .map(|name| name.map(|n| closed(text_in::<C>(n))))
        .collect();
    let files: Vec<Vec<Vec<C>>> = rows
        .iter()
        .map(|r| {
            let paths = r.databases.iter().map(|p| p.as_os_str().as_bytes());
            paths.map(|p| closed(path_in(&path_units(p)))).collect()
        })
        .collect();
    let head = rows.len() * size_of::<JET_INSTANCE_INFO<C>>();
    let pointers = 2 * files.iter().map(Vec::len).sum::<usize>();
    let texts = names.iter().flatten().chain(files.iter().flatten());
    let characters: usize = texts.map(Vec::len).sum();
    let arrays = pointers * size_of::<*mut C>();
    let block = memory::give(head + arrays + characters * size_of::<C>())?;
    let first = block.cast::<JET_INSTANCE_INFO<C>>();
    // SAFETY: the arrays lie behind the rows, in the same block.
    let mut array = unsafe { block.add(head) }.cast::<*mut C>();
    // SAFETY: and the characters behind those.
    let mut next = unsafe { block.add(head + arrays) }.cast::<C>();
    let mut put = |text: &[C]| {
        // SAFETY: `characters` counted it.
        unsafe {
            let place = next;
            place.copy_from_nonoverlapping(text.as_ptr(), text.len());
            next = next.add(text.len());
            place
        }
    };
    for (at, row) in rows.iter().enumerate() {
        let name = names[at].as_deref().map_or(null_mut(), &mut put);
        let (mut paths, mut displays) = (null_mut(), null_mut());
        let several = files[at].len();
        if several != 0 {
            // SAFETY: `pointers` counted both arrays.
            unsafe {
                paths = array;
                displays = array.add(several);
                array = array.add(2 * several);
            }
        }
        for (n, file) in files[at].iter().enumerate() {
            let place = put(file);
            // SAFETY: as above. There are no display names.
            unsafe {
                paths.add(n).write(place);
                displays.add(n).write(null_mut());
            }
        }
        // SAFETY: `head` counted it.
        unsafe {
            first.add(at).write(JET_INSTANCE_INFO {
                hInstanceId: row.handle,
                szInstanceName: name,
                cDatabases: several,
                szDatabaseFileName: paths,
                szDatabaseDisplayName: displays,
                szDatabaseSLVFileName_Obsolete: null_mut(),
            });
        }
    }
    *count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    *list = first;
    DONE
}
