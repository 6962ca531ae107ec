//! The checkpoint file: 8,192 bytes, two equal copies of a 4,096-byte block.
//!
//! ```text
//! off size field                              off  size field
//!   0    4 checksum (XOR)                      647    1 flags: 1 attachment list counts
//!   4    8 lgposLastFullBackupCheckpoint       648    8 lgposDbConsistency
//!  12    8 lgposCheckpoint: redo starts here   656   11 zero
//!  20   28 signLog                             667    4 file type: 4
//!  48  567 DBMS_PARAM                          671    8 zero
//! 615    8 lgposFullBackup                     679 2048 attachment list
//! 623    8 logtimeFullBackup                  2727 1369 zero
//! 631    8 lgposIncBackup
//! 639    8 logtimeIncBackup
//! ```
//! Source: docs/format/log-files.md §8.
//!
//! Invariants: a parsed copy has a right checksum and the file type of a checkpoint; the first copy
//! wins when both are right. The file is an optimisation: whatever is wrong with it counts as
//! "not there" for recovery.
#![forbid(unsafe_code)]

use super::bytes::all_zero;
use super::checksum::header_xor;
use super::ids::{Lgpos, LogTime, Signature};
use super::log_fields::attach::AttachList;
use super::log_fields::params::DbmsParam;
use super::log_fields::{fixed_block, flags_field};
use crate::error::{HasJetErr, JetErr};

/// Bytes of the file.
pub const CHECKPOINT_FILE_BYTES: usize = 8192;
/// Bytes of one copy.
pub const CHECKPOINT_COPY_BYTES: usize = 4096;
/// `filetype` of a checkpoint.
pub const FILETYPE_CHECKPOINT: u32 = 4;

bitflags::bitflags! {
    /// `fVersion` of a checkpoint.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct CheckpointFlags: u8 {
        /// The attachment list counts.
        const ATTACH_LIST = 0x01;
        const _ = !0;
    }
}
flags_field!(CheckpointFlags as u8);

fixed_block! {
    /// One copy of the checkpoint; see the module.
    Checkpoint [4096] {
        /// XOR checksum; [`Checkpoint::seal`] sets it.
        0 checksum / set_checksum: u32,
        /// Checkpoint of the last full backup.
        4 lgpos_last_full_backup / set_lgpos_last_full_backup: Lgpos,
        /// Where redo starts.
        12 lgpos_checkpoint / set_lgpos_checkpoint: Lgpos,
        /// Signature of the log sequence.
        20 sign_log / set_sign_log: Signature,
        /// Parameters and paths of the instance.
        48 dbms_param / set_dbms_param: DbmsParam<'_>,
        /// Position of the last full backup (debug).
        615 lgpos_full_backup / set_lgpos_full_backup: Lgpos,
        /// Time of the last full backup.
        623 tm_full_backup / set_tm_full_backup: LogTime,
        /// Position of the last incremental backup.
        631 lgpos_inc_backup / set_lgpos_inc_backup: Lgpos,
        /// Time of the last incremental backup.
        639 tm_inc_backup / set_tm_inc_backup: LogTime,
        /// Flags.
        647 flags / set_flags: CheckpointFlags,
        /// The checkpoint without what the flush map holds back.
        648 lgpos_db_consistency / set_lgpos_db_consistency: Lgpos,
        /// Zero.
        656 reserved1 / set_reserved1: [u8; 11],
        /// 4.
        667 filetype / set_filetype: u32,
        /// Zero.
        671 reserved2 / set_reserved2: [u8; 8],
        /// Databases attached at the checkpoint; counts only with [`CheckpointFlags::ATTACH_LIST`].
        679 attachments / set_attachments: AttachList<'_>,
        /// Zero.
        2727 padding / set_padding: [u8; 1369],
    }
}

/// What is wrong with one copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// The file ends before the copy does.
    #[error("cut off")]
    Short,
    /// Nothing but zeros.
    #[error("all zero")]
    Zero,
    /// The checksum does not fit.
    #[error("its checksum is {stored:08x}, its bytes give {computed:08x}")]
    Checksum {
        /// What stands in the file.
        stored: u32,
        /// What the bytes give.
        computed: u32,
    },
    /// Another kind of file.
    #[error("file type {0} is not that of a checkpoint (4)")]
    FileType(u32),
}

/// Why a file is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no copy of the checkpoint is whole: the first: {first}; the second: {second}")]
pub struct CheckpointError {
    /// What is wrong with the copy at offset 0.
    pub first: CopyError,
    /// What is wrong with the copy at offset 4,096.
    pub second: CopyError,
}

impl HasJetErr for CheckpointError {
    fn jet_err(&self) -> JetErr {
        match self.first {
            CopyError::FileType(_) => JetErr::FILE_INVALID_TYPE,
            CopyError::Short | CopyError::Zero | CopyError::Checksum { .. } => {
                JetErr::CHECKPOINT_CORRUPT
            }
        }
    }
}

/// A checkpoint file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointFile {
    /// The copy that counts.
    pub checkpoint: Checkpoint,
    /// What is wrong with the first copy, when the second had to serve.
    pub first: Result<(), CopyError>,
    /// What is wrong with the second copy, whether it was needed or not.
    pub second: Result<(), CopyError>,
}

impl Checkpoint {
    /// Reads and checks one copy.
    pub fn parse(b: &[u8]) -> Result<Self, CopyError> {
        let copy = Self::unchecked(b).ok_or(CopyError::Short)?;
        if all_zero(&copy.bytes) {
            return Err(CopyError::Zero);
        }
        let (stored, computed) = (copy.checksum(), header_xor(&copy.bytes));
        if stored != computed {
            return Err(CopyError::Checksum { stored, computed });
        }
        match copy.filetype() {
            FILETYPE_CHECKPOINT => Ok(copy),
            other => Err(CopyError::FileType(other)),
        }
    }

    /// Reads a whole file: the first copy, else the second.
    pub fn parse_file(b: &[u8]) -> Result<CheckpointFile, CheckpointError> {
        let first = Self::parse(b);
        let second = Self::parse(b.get(CHECKPOINT_COPY_BYTES..).unwrap_or_default());
        match (first, second) {
            (Ok(checkpoint), second) => Ok(CheckpointFile {
                checkpoint,
                first: Ok(()),
                second: second.map(|_| ()),
            }),
            (Err(e), Ok(checkpoint)) => Ok(CheckpointFile {
                checkpoint,
                first: Err(e),
                second: Ok(()),
            }),
            (Err(first), Err(second)) => Err(CheckpointError { first, second }),
        }
    }

    /// Computes and stores the checksum; the last step of a builder.
    pub fn seal(&mut self) {
        let sum = header_xor(&self.bytes);
        self.set_checksum(sum);
    }

    /// The file: this copy twice.
    #[must_use]
    pub fn to_file_bytes(&self) -> Vec<u8> {
        [self.as_bytes(), self.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let mut c = Checkpoint::zeroed();
        c.set_lgpos_checkpoint(Lgpos::new(3, 1, 0));
        c.set_filetype(FILETYPE_CHECKPOINT);
        c.set_flags(CheckpointFlags::ATTACH_LIST);
        c.set_reserved1([9; 11]);
        c.seal();
        c
    }

    #[test]
    fn one_whole_copy_is_enough() {
        let c = checkpoint();
        let file = c.to_file_bytes();
        assert_eq!(c.rebuilt(), c);
        let read = Checkpoint::parse_file(&file).unwrap();
        assert_eq!(
            (&read.checkpoint, read.first, read.second),
            (&c, Ok(()), Ok(()))
        );
        for i in [0, 11, 2000, 4095] {
            let mut b = file.clone();
            b[i] ^= 1;
            let read = Checkpoint::parse_file(&b).unwrap();
            assert_eq!(read.checkpoint, c);
            assert!(read.first.is_err(), "{i}");
            b[4096 + i] ^= 1;
            assert!(Checkpoint::parse_file(&b).is_err(), "{i}");
        }
        let read = Checkpoint::parse_file(&file[..4096]).unwrap();
        assert_eq!(read.second, Err(CopyError::Short));
    }

    #[test]
    fn what_is_no_checkpoint_is_said() {
        let e = Checkpoint::parse_file(&[]).unwrap_err();
        assert_eq!(e.jet_err(), JetErr::CHECKPOINT_CORRUPT);
        let mut c = checkpoint();
        c.set_filetype(3);
        c.seal();
        let e = Checkpoint::parse_file(&c.to_file_bytes()).unwrap_err();
        assert_eq!(e.jet_err(), JetErr::FILE_INVALID_TYPE);
        assert!(Checkpoint::parse_file(&[0; 8192]).is_err());
    }
}
