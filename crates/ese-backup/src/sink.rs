//! Where a stream goes: anything that is [`std::io::Write`]; here the one over a `File`.
//!
//! Invariant: bytes are written in order, each exactly once.
#![forbid(unsafe_code)]

use ese_core::io::File;
use std::io::{Result, Write};
use std::sync::Arc;

/// Appends to a file of any [`ese_core::io::FileSystem`].
pub struct FileSink {
    file: Arc<dyn File>,
    at: u64,
}

impl FileSink {
    /// Writes from the file's first byte on.
    #[must_use]
    pub fn new(file: Arc<dyn File>) -> Self {
        Self { file, at: 0 }
    }

    /// Bytes written.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Makes everything written durable.
    pub fn sync(&self) -> Result<()> {
        self.file.sync_all()
    }
}

impl Write for FileSink {
    fn write(&mut self, buf: &[u8]) -> Result<usize> {
        self.file.write_all_at(buf, self.at)?;
        self.at += buf.len() as u64;
        Ok(buf.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
