//! The options of `cargo xtask crash`, which come in an environment variable.
#![forbid(unsafe_code)]

use ese_core::format::ids::PageSize;
use ese_core::io::faulty::CrashKind;
use std::ops::Range;

/// Where they stand.
pub const VARIABLE: &str = "ESE_CRASH";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Crash(CrashKind),
    Rot,
    Lost,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// `--seeds A..B`, B not included.
    pub seeds: Range<u64>,
    /// `--kind process|power|torn`; by the seed without it. `--kind rot|lost`: bits that turn over,
    /// writes of pages that are lost.
    pub kind: Option<Kind>,
    /// `--page-size N`; by the seed without it.
    pub page_size: Option<PageSize>,
    /// `--keep-going`: all that fail are told.
    pub keep_going: bool,
    /// `--every-sync`: instead of seeds, before and after each sync of one workload.
    pub every_sync: bool,
    /// `--faults`: instead of seeds, each fault at each operation of one workload.
    pub faults: bool,
    /// `--workload N`: the seed of that workload.
    pub workload: u64,
    /// `--kill N`: instead of seeds, so many processes that are killed.
    pub kill: u64,
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is no number"))
}

impl Options {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut out = Self {
            seeds: 1..2,
            kind: None,
            page_size: None,
            keep_going: false,
            every_sync: false,
            faults: false,
            workload: 1,
            kill: 0,
        };
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word {
                "--seeds" => {
                    let range = value()?;
                    let (a, b) = range
                        .split_once("..")
                        .ok_or_else(|| format!("{range:?} is no range A..B"))?;
                    out.seeds = number(a)?..number(b)?;
                }
                "--kind" => {
                    out.kind = Some(match value()? {
                        "process" => Kind::Crash(CrashKind::ProcessCrash),
                        "power" => Kind::Crash(CrashKind::PowerCut),
                        "torn" => Kind::Crash(CrashKind::TornWrites),
                        "rot" => Kind::Rot,
                        "lost" => Kind::Lost,
                        other => return Err(format!("{other:?} is no kind of crash")),
                    });
                }
                "--page-size" => {
                    let bytes = number(value()?)?;
                    let size = PageSize::from_bytes(bytes);
                    out.page_size = Some(size.ok_or(format!("no page has {bytes} bytes"))?);
                }
                "--keep-going" => out.keep_going = true,
                "--every-sync" => out.every_sync = true,
                "--faults" => out.faults = true,
                "--workload" => out.workload = number(value()?)?,
                "--kill" => out.kill = number(value()?)?,
                other => return Err(format!("{other:?} is not understood")),
            }
        }
        Ok(out)
    }

    pub fn kind_of(&self, seed: u64) -> Kind {
        self.kind.unwrap_or(Kind::Crash(match seed % 3 {
            0 => CrashKind::ProcessCrash,
            1 => CrashKind::PowerCut,
            _ => CrashKind::TornWrites,
        }))
    }

    /// The command that runs one seed.
    pub fn again(&self, seed: u64) -> String {
        let kind = match self.kind_of(seed) {
            Kind::Crash(CrashKind::ProcessCrash) => "process",
            Kind::Crash(CrashKind::PowerCut) => "power",
            Kind::Crash(CrashKind::TornWrites) => "torn",
            Kind::Rot => "rot",
            Kind::Lost => "lost",
        };
        let size = self
            .page_size
            .map_or_else(String::new, |s| format!(" --page-size {}", s.bytes()));
        format!(
            "cargo xtask crash --seeds {seed}..{} --kind {kind}{size}",
            seed + 1
        )
    }
}
