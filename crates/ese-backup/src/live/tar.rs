//! A set as a tar stream into any [`Write`]: a pipe, a socket, a file.
//!
//! ```text
//! ese-backup.json (not complete) │ databases │ logs │ ese-backup.json (complete) │ two blocks of zeros
//! ```
//! Who unpacks it gets the folder that [`super::DirectorySink`] would have filled: a later entry takes
//! the place of an earlier one of its name. A stream that was cut off leaves the first manifest, so the
//! folder never passes for a set.
//!
//! Source: POSIX.1-2017 ustar and pax interchange formats. Invariant: of every file exactly the bytes
//! follow that its entry names.
#![forbid(unsafe_code)]

use super::sink::BackupSink;
use crate::set::Manifest;
use crate::set::manifest::NAME;
use std::io::{Error, ErrorKind, Result, Write};

/// Bytes of a block.
const BLOCK: usize = 512;
/// Bytes of a name in a ustar entry.
const NAME_BYTES: usize = 100;
/// Highest size in eleven octal digits.
const OCTAL_MOST: u64 = 0o777_7777_7777;
/// Offsets in an entry's block.
const OFF_MODE: usize = 100;
const OFF_UID: usize = 108;
const OFF_GID: usize = 116;
const OFF_SIZE: usize = 124;
const OFF_MTIME: usize = 136;
const OFF_CHECKSUM: usize = 148;
const OFF_TYPE: usize = 156;
const OFF_MAGIC: usize = 257;

/// A set as a tar stream.
pub struct TarSink<W> {
    to: W,
    /// Bytes of the open file that are to come.
    left: u64,
    /// Bytes of the open file.
    bytes: u64,
}

impl<W: Write + Send> TarSink<W> {
    /// Writes to `to`.
    pub fn new(to: W) -> Self {
        Self {
            to,
            left: 0,
            bytes: 0,
        }
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.to
    }

    fn entry(&mut self, name: &str, bytes: u64, kind: u8) -> Result<()> {
        let header = header(name, bytes, kind)
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "no tar entry can say this"))?;
        self.to.write_all(&header)
    }

    /// The extended header, where the plain one is too short for name or size.
    fn extended(&mut self, name: &str, bytes: u64) -> Result<()> {
        let mut text = Vec::new();
        if name.len() > NAME_BYTES {
            text.extend(record("path", name));
        }
        if bytes > OCTAL_MOST {
            text.extend(record("size", &bytes.to_string()));
        }
        if text.is_empty() {
            return Ok(());
        }
        self.entry("pax", text.len() as u64, b'x')?;
        self.to.write_all(&text)?;
        self.pad(text.len() as u64)
    }

    fn pad(&mut self, bytes: u64) -> Result<()> {
        let over = usize::try_from(bytes % BLOCK as u64).unwrap_or(0);
        let zeros = [0; BLOCK];
        match over {
            0 => Ok(()),
            n => self.to.write_all(zeros.get(n..).unwrap_or_default()),
        }
    }

    fn manifest(&mut self, manifest: &Manifest) -> Result<()> {
        let text = manifest.to_bytes().map_err(Error::other)?;
        self.open(NAME, text.len() as u64)?;
        self.write(&text)?;
        self.close()
    }
}

/// A record of an extended header: its own length, the key, the value.
fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let digits = |n: usize| n.to_string().len();
    let mut len = rest + digits(rest);
    if digits(len) > digits(rest) {
        len = rest + digits(len);
    }
    format!("{len} {key}={value}\n").into_bytes()
}

fn header(name: &str, bytes: u64, kind: u8) -> Option<[u8; BLOCK]> {
    let mut b = [0; BLOCK];
    let cut = name.len().min(NAME_BYTES);
    put(&mut b, 0, name.as_bytes().get(..cut)?)?;
    put(&mut b, OFF_MODE, b"0000600\0")?;
    put(&mut b, OFF_UID, b"0000000\0")?;
    put(&mut b, OFF_GID, b"0000000\0")?;
    let size = format!("{:011o}\0", bytes.min(OCTAL_MOST));
    put(&mut b, OFF_SIZE, size.as_bytes())?;
    put(&mut b, OFF_MTIME, b"00000000000\0")?;
    put(&mut b, OFF_CHECKSUM, b"        ")?;
    put(&mut b, OFF_TYPE, &[kind])?;
    put(&mut b, OFF_MAGIC, b"ustar\x0000")?;
    let sum: u32 = b.iter().map(|&byte| u32::from(byte)).sum();
    put(&mut b, OFF_CHECKSUM, format!("{sum:06o}\0 ").as_bytes())?;
    Some(b)
}

fn put(b: &mut [u8; BLOCK], off: usize, bytes: &[u8]) -> Option<()> {
    let to = b.get_mut(off..off.checked_add(bytes.len())?)?;
    to.copy_from_slice(bytes);
    Some(())
}

impl<W: Write + Send> BackupSink for TarSink<W> {
    fn begin(&mut self, manifest: &Manifest) -> Result<()> {
        self.manifest(manifest)
    }

    fn open(&mut self, name: &str, bytes: u64) -> Result<()> {
        self.extended(name, bytes)?;
        self.entry(name, bytes, b'0')?;
        (self.left, self.bytes) = (bytes, bytes);
        Ok(())
    }

    fn write(&mut self, block: &[u8]) -> Result<()> {
        let left = self.left.checked_sub(block.len() as u64);
        self.left = left
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "more bytes than the file has"))?;
        self.to.write_all(block)
    }

    fn close(&mut self) -> Result<()> {
        if self.left != 0 {
            return Err(Error::new(
                ErrorKind::UnexpectedEof,
                "fewer bytes than the file has",
            ));
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.pad(bytes)
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<()> {
        self.manifest(manifest)?;
        self.to.write_all(&[0; 2 * BLOCK])?;
        self.to.flush()
    }

    /// A stream that was cut off within a file can't say any more that it is none: its first manifest
    /// does. One that was finished gets another manifest, behind the end.
    fn abort(&mut self, manifest: &Manifest) {
        if self.left == 0 {
            let _ = self.manifest(manifest).and_then(|()| self.to.flush());
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_what_tar_reads() {
        let h = header("a.edb", 4096, b'0').unwrap();
        assert_eq!(&h[..6], b"a.edb\0");
        assert_eq!(&h[OFF_SIZE..OFF_SIZE + 12], b"00000010000\0");
        let stored = std::str::from_utf8(&h[OFF_CHECKSUM..OFF_CHECKSUM + 6]).unwrap();
        let mut blank = h;
        blank[OFF_CHECKSUM..OFF_CHECKSUM + 8].fill(b' ');
        let sum: u32 = blank.iter().map(|&b| u32::from(b)).sum();
        assert_eq!(u32::from_str_radix(stored, 8).unwrap(), sum);
    }

    #[test]
    fn an_extended_record_counts_itself() {
        for n in [1, 5, 86, 87, 88, 89, 90, 980, 985, 990, 995] {
            let r = record("path", &"x".repeat(n));
            let text = String::from_utf8(r.clone()).unwrap();
            let len: usize = text.split(' ').next().unwrap().parse().unwrap();
            assert_eq!(len, r.len(), "{n}");
        }
    }

    #[test]
    fn a_file_has_the_bytes_that_it_names() {
        let mut tar = TarSink::new(Vec::new());
        tar.open("a", 3).unwrap();
        assert!(tar.write(b"1234").is_err());
        tar.write(b"12").unwrap();
        assert!(tar.close().is_err());
        tar.write(b"3").unwrap();
        tar.close().unwrap();
        assert_eq!(tar.into_inner().len(), 2 * BLOCK);
    }
}
