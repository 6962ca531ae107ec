//! The attachment list (2,048 bytes) of a log header or checkpoint: which databases were attached.
//!
//! ```text
//! off size field                                   off size field
//!   0    1 dbid; 0 ends the list                     16    4 cpgDatabaseSizeMax (0 no limit)
//!   1    1 flags: 0x20 UTF-16LE, 0x40 sparse         20    8 lgposAttach
//!   2    2 cbNames (bytes, with the NUL)             28    8 lgposConsistent
//!   4    8 dbtime                                    36   28 signDb
//!  12    4 objidLast                                 64    n path
//! ```
//! Source: docs/format/log-files.md §3.3.
//!
//! Invariant: the 2,048 bytes are kept as they are; an entry that does not fit ends the walk with an
//! error, never with a read outside the list.
#![forbid(unsafe_code)]

use super::super::bytes::{slice, u8_at};
use super::super::ids::{Dbtime, Lgpos, Objid, Signature};
use super::{Field, ShowFlags, Sink, ansi_text, covers, flags_field, put, sub, utf16_text};

/// Bytes of the list.
pub const ATTACH_LIST_BYTES: usize = 2048;
/// Bytes of an entry before its path.
pub const ATTACH_ENTRY_BYTES: usize = 64;

const OFF_FLAGS: usize = 1;
const OFF_CB_NAMES: usize = 2;
const OFF_DBTIME: usize = 4;
const OFF_OBJID: usize = 12;
const OFF_SIZE_MAX: usize = 16;
const OFF_LGPOS_ATTACH: usize = 20;
const OFF_LGPOS_CONSISTENT: usize = 28;
const OFF_SIGN_DB: usize = 36;
const _: () = assert!(
    covers(
        0,
        ATTACH_ENTRY_BYTES,
        &[
            (0, 1),
            (OFF_FLAGS, 1),
            (OFF_CB_NAMES, 2),
            (OFF_DBTIME, 8),
            (OFF_OBJID, 4),
            (OFF_SIZE_MAX, 4),
            (OFF_LGPOS_ATTACH, Lgpos::BYTES),
            (OFF_LGPOS_CONSISTENT, Lgpos::BYTES),
            (OFF_SIGN_DB, Signature::BYTES),
        ],
    ),
    "an entry's fields must cover every byte before its path once"
);

bitflags::bitflags! {
    /// Flags of an attachment entry.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct AttachFlags: u8 {
        /// The path is UTF-16LE; otherwise ANSI.
        const UNICODE = 0x20;
        /// Sparse file operations are allowed.
        const SPARSE = 0x40;
        const _ = !0;
    }
}
flags_field!(AttachFlags as u8);

/// One attached database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttachInfo<'a> {
    /// Database id in the log sequence, 1-6.
    pub dbid: u8,
    /// Flags.
    pub flags: AttachFlags,
    /// Last known database time.
    pub dbtime: Dbtime,
    /// Highest object id.
    pub objid_last: Objid,
    /// Largest allowed size in pages, 0 for no limit.
    pub cpg_size_max: u32,
    /// Position of the attach.
    pub lgpos_attach: Lgpos,
    /// Position up to which the file is consistent.
    pub lgpos_consistent: Lgpos,
    /// Signature of the database.
    pub sign_db: Signature,
    /// The path's bytes, terminator included.
    pub path: &'a [u8],
}

impl<'a> AttachInfo<'a> {
    /// The path as text.
    #[must_use]
    pub fn path_text(&self) -> String {
        if self.flags.contains(AttachFlags::UNICODE) {
            utf16_text(self.path)
        } else {
            ansi_text(self.path)
        }
    }

    fn read(b: &'a [u8], at: usize) -> Option<Self> {
        let e = b.get(at..).filter(|e| e.len() >= ATTACH_ENTRY_BYTES)?;
        let cb = usize::from(u16::get(e, OFF_CB_NAMES));
        Some(Self {
            dbid: u8::get(e, 0),
            flags: AttachFlags::get(e, OFF_FLAGS),
            dbtime: Dbtime::get(e, OFF_DBTIME),
            objid_last: Objid::get(e, OFF_OBJID),
            cpg_size_max: u32::get(e, OFF_SIZE_MAX),
            lgpos_attach: Lgpos::get(e, OFF_LGPOS_ATTACH),
            lgpos_consistent: Lgpos::get(e, OFF_LGPOS_CONSISTENT),
            sign_db: Signature::get(e, OFF_SIGN_DB),
            path: slice(e, ATTACH_ENTRY_BYTES, cb)?,
        })
    }

    fn append(&self, out: &mut Vec<u8>) -> Result<(), AttachListError> {
        let cb = u16::try_from(self.path.len()).map_err(|_| AttachListError::Full)?;
        out.extend([self.dbid, self.flags.bits()]);
        out.extend(cb.to_le_bytes());
        out.extend(self.dbtime.0.to_le_bytes());
        out.extend(self.objid_last.0.to_le_bytes());
        out.extend(self.cpg_size_max.to_le_bytes());
        out.extend(self.lgpos_attach.to_bytes());
        out.extend(self.lgpos_consistent.to_bytes());
        out.extend(self.sign_db.0);
        out.extend(self.path);
        Ok(())
    }
}

/// What is wrong with an attachment list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachListError {
    /// An entry reaches behind the list's end.
    #[error("attachment {index} reaches behind the end of the list")]
    Outside {
        /// Ordinal of the entry, from 0.
        index: usize,
    },
    /// More entries than 2,048 bytes hold, or an entry with dbid 0.
    #[error("the attachments do not fit into the list")]
    Full,
}

impl crate::error::HasJetErr for AttachListError {
    fn jet_err(&self) -> crate::error::JetErr {
        crate::error::JetErr::LOG_FILE_CORRUPT
    }
}

/// The list as it lies in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttachList<'a>(&'a [u8]);

impl<'a> AttachList<'a> {
    /// The entries, up to the first with dbid 0.
    pub fn entries(
        &self,
    ) -> impl Iterator<Item = Result<AttachInfo<'a>, AttachListError>> + use<'a> {
        let list = self.0;
        let mut at = Some(0);
        let mut index = 0;
        std::iter::from_fn(move || {
            let off = at.take()?;
            if u8_at(list, off).unwrap_or(0) == 0 {
                return None;
            }
            let Some(entry) = AttachInfo::read(list, off) else {
                return Some(Err(AttachListError::Outside { index }));
            };
            index += 1;
            at = Some(off + ATTACH_ENTRY_BYTES + entry.path.len());
            Some(Ok(entry))
        })
    }

    /// The bytes of a list of these entries; `out` is where they are put together.
    pub fn build(
        entries: &[AttachInfo<'_>],
        out: &'a mut Vec<u8>,
    ) -> Result<Self, AttachListError> {
        out.clear();
        for e in entries {
            if e.dbid == 0 {
                return Err(AttachListError::Full);
            }
            e.append(out)?;
            if out.len() > ATTACH_LIST_BYTES {
                return Err(AttachListError::Full);
            }
        }
        out.resize(ATTACH_LIST_BYTES, 0);
        Ok(Self(out))
    }
}

impl<'a> Field<'a> for AttachList<'a> {
    const BYTES: usize = ATTACH_LIST_BYTES;
    fn get(b: &'a [u8], off: usize) -> Self {
        Self(slice(b, off, ATTACH_LIST_BYTES).unwrap_or_default())
    }
    fn store(&self, dst: &mut [u8]) {
        dst.fill(0);
        put(dst, self.0);
    }
    fn show(&self, name: &str, sink: &mut Sink<'_>) {
        for (i, entry) in self.entries().enumerate() {
            let name = format!("{name}[{i}]");
            match entry {
                Err(e) => sink(&name, &e),
                Ok(e) => {
                    sink(&sub(&name, "dbid"), &e.dbid);
                    sink(&sub(&name, "flags"), &ShowFlags(&e.flags));
                    sink(&sub(&name, "path"), &e.path_text());
                    sink(&sub(&name, "dbtime"), &e.dbtime.0);
                    sink(&sub(&name, "objid_last"), &e.objid_last);
                    sink(&sub(&name, "cpg_size_max"), &e.cpg_size_max);
                    sink(&sub(&name, "lgpos_attach"), &e.lgpos_attach);
                    sink(&sub(&name, "lgpos_consistent"), &e.lgpos_consistent);
                    sink(&sub(&name, "sign_db"), &e.sign_db);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &[u8]) -> AttachInfo<'_> {
        AttachInfo {
            dbid: 1,
            flags: AttachFlags::UNICODE | AttachFlags::from_bits_retain(1),
            dbtime: Dbtime(0x40),
            objid_last: Objid(9),
            cpg_size_max: 7,
            lgpos_attach: Lgpos::new(1, 2, 3),
            lgpos_consistent: Lgpos::new(4, 5, 6),
            sign_db: Signature([8; 28]),
            path,
        }
    }

    #[test]
    fn entries_come_back() {
        let long = [b'x'; 300];
        let list = [entry(b"a\0b\0\0\0"), entry(&long), entry(b"")];
        let mut buf = Vec::new();
        let built = AttachList::build(&list, &mut buf).unwrap();
        let read: Vec<_> = built.entries().collect::<Result<_, _>>().unwrap();
        assert_eq!(read, list);
        assert_eq!(read[0].path_text(), "ab");
        let full: Vec<_> = (0..6).map(|_| entry(&long)).collect();
        let mut buf = Vec::new();
        assert_eq!(
            AttachList::build(&full, &mut buf).unwrap_err(),
            AttachListError::Full
        );
    }

    #[test]
    fn an_entry_behind_the_end_is_an_error() {
        let mut b = vec![0u8; ATTACH_LIST_BYTES];
        b[0] = 1;
        b[2] = 0xFF;
        b[3] = 0xFF;
        let all: Vec<_> = AttachList::get(&b, 0).entries().collect();
        assert_eq!(all, [Err(AttachListError::Outside { index: 0 })]);
        // Entries back to back up to the very end, no terminator.
        let b = [1u8; ATTACH_LIST_BYTES];
        assert!(AttachList::get(&b, 0).entries().count() < 40);
    }
}
