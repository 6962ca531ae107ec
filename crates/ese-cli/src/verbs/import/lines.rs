//! JSON lines from standard input, each with its number.
//!
//! Invariant: memory is bounded by the longest line that is allowed, and by what the sample may hold.
#![forbid(unsafe_code)]

use crate::error::CliError;
use serde_json::{Map, Value};
use std::io::{BufRead, Read as _};

/// Bytes of the longest line.
const LINE_MOST: u64 = 64 << 20;
/// Bytes of lines that are kept to find out the columns of a new table.
const SAMPLE_BYTES_MOST: usize = 16 << 20;

/// A record to be.
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// Bytes of its text.
    pub(super) bytes: usize,
    pub(super) members: Map<String, Value>,
}

/// The lines.
pub(super) struct Lines<R> {
    from: R,
    number: u64,
    text: Vec<u8>,
}

/// What is wrong with a line.
pub(super) fn bad(number: u64, what: impl std::fmt::Display) -> CliError {
    CliError::new(format!("line {number}: {what}")).detail("line", number)
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            number: 0,
            text: Vec::new(),
        }
    }

    /// The number of the last line that was read, 0 before the first.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Line>, CliError> {
        loop {
            self.text.clear();
            let mut part = (&mut self.from).take(LINE_MOST + 1);
            let read = part.read_until(b'\n', &mut self.text);
            read.map_err(|e| bad(self.number + 1, format!("standard input: {e}")))?;
            if self.text.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            if self.text.len() as u64 > LINE_MOST {
                return Err(bad(
                    self.number,
                    format!("longer than {} MiB", LINE_MOST >> 20),
                ));
            }
            let text = match self.number {
                // A byte order mark is no part of the text.
                1 => self
                    .text
                    .strip_prefix(b"\xEF\xBB\xBF")
                    .unwrap_or(&self.text),
                _ => &self.text,
            };
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let members = match serde_json::from_slice(text) {
                Ok(Value::Object(members)) => members,
                Ok(_) => return Err(bad(self.number, "not an object, such as {\"id\": 1}")),
                Err(e) => {
                    let what = format!("not JSON at column {}: {}", e.column(), cause(&e));
                    return Err(bad(self.number, what));
                }
            };
            return Ok(Some(Line {
                number: self.number,
                bytes: self.text.len(),
                members,
            }));
        }
    }

    /// The first lines, at most `most` of them.
    pub(super) fn sample(&mut self, most: usize) -> Result<Vec<Line>, CliError> {
        let (mut sample, mut bytes) = (Vec::new(), 0);
        while sample.len() < most.max(1) && bytes < SAMPLE_BYTES_MOST {
            let Some(line) = self.next()? else { break };
            bytes += line.bytes;
            sample.push(line);
        }
        Ok(sample)
    }
}

/// The parser's words without its own idea of the line.
fn cause(e: &serde_json::Error) -> String {
    let text = e.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_numbers_and_faults_too() {
        let mut lines = Lines::new(&b"\xEF\xBB\xBF{\"a\":1}\r\n\n  \n{\"a\":2}"[..]);
        let line = lines.next().unwrap().unwrap();
        assert_eq!((line.number, &line.members["a"]), (1, &Value::from(1)));
        assert_eq!(lines.next().unwrap().unwrap().number, 4);
        assert!(lines.next().unwrap().is_none());

        let message = |text: &str| {
            let mut lines = Lines::new(text.as_bytes());
            let first = lines.next();
            let second = lines.next();
            first.and(second).map(|_| ()).unwrap_err().message
        };
        assert!(message("{}\n[1]\n").starts_with("line 2: not an object"));
        let text = message("{}\n{\"a\":}\n");
        assert!(text.starts_with("line 2: not JSON at column 6: "), "{text}");
        assert!(!text.contains("line 1"), "{text}");
    }

    #[test]
    fn a_sample_ends_at_its_limit() {
        let text = "{\"a\":1}\n".repeat(5);
        let mut lines = Lines::new(text.as_bytes());
        assert_eq!(lines.sample(3).unwrap().len(), 3);
        assert_eq!(lines.next().unwrap().unwrap().number, 4);
        let mut lines = Lines::new(text.as_bytes());
        assert_eq!(lines.sample(100).unwrap().len(), 5);
    }
}
