//! Facts in groups: `label  value` for people, one flat object for machines.
#![forbid(unsafe_code)]

use crate::error::CliError;
use crate::output::Output;
use crate::text::hex;
use ese_core::format::fields::FieldValue;
use ese_core::format::ids::{BkInfo, LogTime, Signature};
use serde_json::{Map, Value, json};

/// Width of the labels.
const LABEL: usize = 25;

/// Groups of facts.
#[derive(Default)]
pub(super) struct Facts {
    lines: Vec<String>,
    json: Map<String, Value>,
}

impl Facts {
    /// Begins a group.
    pub(super) fn group(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(title.to_owned());
    }

    /// A line for people only.
    pub(super) fn text(&mut self, label: &str, text: impl AsRef<str>) {
        self.lines
            .push(format!("  {label:LABEL$} {}", text.as_ref()));
    }

    /// A fact for both.
    pub(super) fn fact(
        &mut self,
        label: &str,
        text: impl AsRef<str>,
        key: &str,
        value: impl Into<Value>,
    ) {
        self.text(label, text);
        self.value(key, value);
    }

    /// A fact for machines only.
    pub(super) fn value(&mut self, key: &str, value: impl Into<Value>) {
        self.json.insert(key.to_owned(), value.into());
    }

    /// Everything, in the form that was asked for.
    pub(super) fn print(self, out: &mut Output) -> Result<(), CliError> {
        if out.is_json() {
            return out.json(&Value::Object(self.json));
        }
        for line in self.lines {
            out.line(line.trim_end())?;
        }
        Ok(())
    }
}

/// A time in JSON: ISO 8601, `null` when not set.
pub(super) fn time_json(t: LogTime) -> Value {
    if t.is_none() {
        Value::Null
    } else {
        t.to_string().into()
    }
}

/// A signature in JSON, `null` when not set.
pub(super) fn signature_json(s: Signature) -> Value {
    if s.is_none() {
        return Value::Null;
    }
    json!({
        "random": s.random(),
        "time": time_json(s.time()),
        "computer": s.computer(),
        "hex": hex(&s.0),
    })
}

/// A signature in words.
pub(super) fn signature_text(s: Signature) -> String {
    if s.is_none() {
        return "none".into();
    }
    let computer = s.computer();
    let mut out = format!("random {:#010x}, made {}", s.random(), s.time());
    if !computer.is_empty() {
        out.push_str(&format!(", computer {computer}"));
    }
    out
}

fn backup_json(b: BkInfo) -> Value {
    if b.is_none() {
        return Value::Null;
    }
    json!({
        "mark": b.mark.to_string(),
        "time": time_json(b.time),
        "generation_low": b.gen_low,
        "generation_high": b.gen_high,
    })
}

/// Any header field in JSON.
pub(super) fn field_json(v: FieldValue<'_>) -> Value {
    match v {
        FieldValue::Unsigned(n) => n.into(),
        FieldValue::Signed(n) => n.into(),
        FieldValue::Lgpos(p) => p.to_string().into(),
        FieldValue::Time(t) => time_json(t),
        FieldValue::Signature(s) => signature_json(s),
        FieldValue::Backup(b) => backup_json(b),
        FieldValue::Bytes(b) => hex(b).into(),
    }
}

/// A list of header fields in JSON.
pub(super) fn fields_json(values: Vec<(&'static str, FieldValue<'_>)>) -> Value {
    values
        .into_iter()
        .map(|(name, v)| (name.to_owned(), field_json(v)))
        .collect::<Map<_, _>>()
        .into()
}
