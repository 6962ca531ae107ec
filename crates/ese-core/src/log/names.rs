//! Names of log files: base name, what the file is, which family of extensions.
//!
//! | file | legacy | new |
//! |---|---|---|
//! | current log | `edb.log` | `edb.jtx` |
//! | archived generation | `edb%05X.log`, `edb%08X.log` | `edb%05X.jtx`, `edb%08X.jtx` |
//! | next log, being prepared | `edbtmp.log` | `edbtmp.jtx` |
//! | checkpoint | `edb.chk` | `edb.jcp` |
//! | reserve log | `edbres%05X.jrs` | the same |
//!
//! Source: docs/format/log-files.md §2. Invariant: the base name has three characters; case does not
//! count, as on Windows.
#![forbid(unsafe_code)]

/// Characters of a base name.
pub const BASE_CHARS: usize = 3;
/// Highest generation with a name of five digits.
pub const FIVE_DIGITS_MAX: u32 = 0xF_FFFF;

/// Which extensions a sequence uses; logs and checkpoint always the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// `.log`, `.chk`.
    Legacy,
    /// `.jtx`, `.jcp`.
    New,
}

impl Family {
    /// Extension of a log.
    #[must_use]
    pub fn log_extension(self) -> &'static str {
        match self {
            Self::Legacy => "log",
            Self::New => "jtx",
        }
    }

    /// Extension of a checkpoint.
    #[must_use]
    pub fn checkpoint_extension(self) -> &'static str {
        match self {
            Self::Legacy => "chk",
            Self::New => "jcp",
        }
    }
}

/// What a file is by its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LogKind {
    /// An archived generation.
    Archived {
        /// Its number by the name.
        generation: u32,
        /// Digits of the name: 5 or 8.
        digits: u8,
    },
    /// The current log.
    Current,
    /// The next log, being prepared.
    Temp,
    /// A reserve log.
    Reserve {
        /// Its number.
        number: u32,
    },
    /// The checkpoint.
    Checkpoint,
}

/// A name, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogName {
    /// Base name, as written.
    pub base: String,
    /// What the file is.
    pub kind: LogKind,
    /// The family; `None` for reserve logs, which have one extension only.
    pub family: Option<Family>,
}

fn hex(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

impl LogName {
    /// Takes a file name apart; `None` for a name that no log sequence has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        let (base, rest) = stem.split_at_checked(BASE_CHARS)?;
        let is = |e: &str| extension.eq_ignore_ascii_case(e);
        let family = [Family::Legacy, Family::New]
            .into_iter()
            .find(|f| is(f.log_extension()) || is(f.checkpoint_extension()));
        let kind = if let Some(family) = family {
            if is(family.checkpoint_extension()) {
                rest.is_empty().then_some(LogKind::Checkpoint)?
            } else if rest.is_empty() {
                LogKind::Current
            } else if rest.eq_ignore_ascii_case("tmp") {
                LogKind::Temp
            } else {
                let digits = u8::try_from(rest.len()).ok()?;
                let generation = matches!(digits, 5 | 8).then(|| hex(rest))??;
                LogKind::Archived { generation, digits }
            }
        } else if is("jrs") {
            let (word, digits) = rest.split_at_checked(3)?;
            let number =
                (word.eq_ignore_ascii_case("res") && digits.len() == 5).then(|| hex(digits))??;
            LogKind::Reserve { number }
        } else {
            return None;
        };
        Some(Self {
            base: base.to_owned(),
            kind,
            family,
        })
    }

    /// The file name of `kind` in a sequence.
    #[must_use]
    pub fn format(base: &str, kind: LogKind, family: Family) -> String {
        let log = family.log_extension();
        match kind {
            LogKind::Current => format!("{base}.{log}"),
            LogKind::Temp => format!("{base}tmp.{log}"),
            LogKind::Archived {
                generation,
                digits: 8,
            } => format!("{base}{generation:08X}.{log}"),
            LogKind::Archived { generation, .. } if generation > FIVE_DIGITS_MAX => {
                format!("{base}{generation:08X}.{log}")
            }
            LogKind::Archived { generation, .. } => format!("{base}{generation:05X}.{log}"),
            LogKind::Reserve { number } => format!("{base}res{number:05X}.jrs"),
            LogKind::Checkpoint => format!("{base}.{}", family.checkpoint_extension()),
        }
    }

    /// `true` for the files that hold, or will hold, records.
    #[must_use]
    pub fn is_log(&self) -> bool {
        matches!(
            self.kind,
            LogKind::Archived { .. } | LogKind::Current | LogKind::Temp
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for (name, kind) in [
            ("edb.log", LogKind::Current),
            ("edb.jtx", LogKind::Current),
            ("USStmp.jtx", LogKind::Temp),
            (
                "SRU0000A.log",
                LogKind::Archived {
                    generation: 10,
                    digits: 5,
                },
            ),
            (
                "edb00000001.log",
                LogKind::Archived {
                    generation: 1,
                    digits: 8,
                },
            ),
            (
                "V0101234567.jtx",
                LogKind::Archived {
                    generation: 0x0123_4567,
                    digits: 8,
                },
            ),
            ("edbres00002.jrs", LogKind::Reserve { number: 2 }),
            ("edb.chk", LogKind::Checkpoint),
            ("edb.jcp", LogKind::Checkpoint),
        ] {
            let n = LogName::parse(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(n.kind, kind, "{name}");
            let family = n.family.unwrap_or(Family::Legacy);
            assert_eq!(LogName::format(&n.base, n.kind, family), name);
        }
        let five = LogKind::Archived {
            generation: 0x10_0000,
            digits: 5,
        };
        assert_eq!(
            LogName::format("edb", five, Family::Legacy),
            "edb00100000.log"
        );
    }

    #[test]
    fn other_names_are_none() {
        for name in [
            "",
            ".log",
            "ed.log",
            "edb0001.log",
            "edb0000G.log",
            "edb+0001.log",
            "edb00001.chk",
            "res1.log",
            "SRUDB.dat",
            "edbres1.jrs",
            "edbfoo00001.jrs",
            "größe.log",
            "edb.log.bak",
        ] {
            assert_eq!(LogName::parse(name), None, "{name}");
        }
    }
}
