//! What goes to the screen: text for people, one JSON document for machines.
//!
//! Invariant: a reader that goes away early (`| head`) ends the program quietly.
#![forbid(unsafe_code)]

use crate::error::CliError;
use crate::text::harmless;
use serde_json::{Value, json};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

/// How a verb ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// All is well.
    Good,
    /// The work is done, and damage was found.
    Damage,
}

impl Verdict {
    /// 0 or 1.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(u8::from(self == Self::Damage))
    }
}

/// Standard output, in one of its two forms.
pub(crate) struct Output {
    json: bool,
    stdout: BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            stdout: BufWriter::with_capacity(64 * 1024, io::stdout()),
        }
    }

    /// `true` when `--json` was given.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Standard output itself, buffered.
    pub(crate) fn writer(&mut self) -> &mut impl Write {
        &mut self.stdout
    }

    /// One line of text.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<(), CliError> {
        Self::quiet(writeln!(self.stdout, "{}", harmless(text.as_ref())))
    }

    /// The JSON answer.
    pub(crate) fn json(&mut self, value: &Value) -> Result<(), CliError> {
        Self::quiet(
            serde_json::to_writer_pretty(&mut self.stdout, value).map_err(io::Error::from),
        )?;
        self.line("")
    }

    /// A remark on standard error.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        eprintln!("eseutil: {}", harmless(text.as_ref()));
    }

    /// Empties the buffer.
    pub(crate) fn finish(&mut self) -> Result<(), CliError> {
        Self::quiet(self.stdout.flush())
    }

    /// Ends the program quietly when the reader went away.
    pub(crate) fn quiet<T>(r: io::Result<T>) -> Result<T, CliError> {
        match r {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other.map_err(CliError::from),
        }
    }
}

/// A progress bar over bytes on standard error; silent when that is no terminal.
pub(crate) fn progress(total: u64, what: &str) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(total);
    let style = "{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} eta {eta}";
    if let Ok(style) = indicatif::ProgressStyle::with_template(style) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what.to_owned());
    bar
}

/// A progress bar over steps on standard error; silent when that is no terminal.
pub(crate) fn steps(total: u64, what: &str) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(total);
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} eta {eta}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what.to_owned());
    bar
}

/// A counter of records on standard error; silent when that is no terminal.
pub(crate) fn spinner() -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new_spinner();
    if let Ok(style) = indicatif::ProgressStyle::with_template("{spinner} {msg}: {pos} records") {
        bar.set_style(style);
    }
    bar
}

/// Prints a failure on standard error: a sentence, or JSON.
pub(crate) fn report(e: &CliError, as_json: bool) {
    if as_json {
        let mut v = json!({
            "error": e.message,
            "jet_error": e.jet.map(|j| j.0),
            "jet_name": e.jet.map(ese_core::JetErr::name),
            "next": e.next,
        });
        for (name, value) in e.details.iter() {
            v[name] = value.clone();
        }
        eprintln!("{v}");
        return;
    }
    match e.jet {
        Some(jet) => eprintln!("eseutil: {} [{}]", harmless(&e.message), jet),
        None => eprintln!("eseutil: {}", harmless(&e.message)),
    }
    if let Some(next) = &e.next {
        eprintln!("  next: {}", harmless(next));
    }
}
