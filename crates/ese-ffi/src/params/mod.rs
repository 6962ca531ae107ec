//! System parameters: their values, and the rules by which they are set and read
//! (behaviour-instances.md §5).
//!
//! A set of values belongs to the process (the defaults of later instances, and what is global) or
//! to one instance. Invariants: what is refused changes nothing; a number is within its range, a
//! boolean 0 or 1, a folder absolute with a separator at its end.
#![forbid(unsafe_code)]

mod special;
pub mod table;

pub(crate) use special::UnicodeIndex;

use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::strings::{PATH_UNITS_MAX, os_path, path_units};
use ese_core::JetErr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Number,
    /// A power of two, in bytes.
    BlockSize,
    /// A function or an object of the program.
    Pointer,
    Text,
    /// A path of a file: a bare name stays one.
    Path,
    Folder,
    /// With rules of its own.
    Other,
}

impl Kind {
    /// `true` for what is set and read as a string.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Path | Self::Folder)
    }

    /// `true` for a string in the characters of the file system.
    pub(crate) fn is_path(self) -> bool {
        matches!(self, Self::Path | Self::Folder)
    }
}

/// The value of a parameter that nobody has set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default {
    Number(usize),
    Text(&'static str),
    None,
}

/// Whose parameter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Global,
    Instance,
}

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    Normal,
    /// Stored and never looked at.
    Ignored,
    ReadOnly,
}

/// One system parameter.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) id: u32,
    #[allow(dead_code, reason = "for messages")]
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    default: Default,
    /// Default of the small configuration.
    low_memory: Default,
    /// Smallest and largest number; of strings, the length in characters.
    min: usize,
    max: usize,
    pub(crate) scope: Scope,
    /// May change after the first instance exists (global) or runs (instance).
    settable_late: bool,
    /// Guarded by JET_paramEnableAdvanced.
    advanced: bool,
    pub(crate) handling: Handling,
}

impl Param {
    /// The parameter of an id, or JET_errInvalidParameter.
    pub(crate) fn of(id: u32) -> Result<&'static Self, Refusal> {
        table::PARAMS
            .binary_search_by_key(&id, |p| p.id)
            .ok()
            .and_then(|at| table::PARAMS.get(at))
            .ok_or(Refusal(JetErr::INVALID_PARAMETER))
    }

    /// May change after the first instance exists (global) or runs (instance).
    pub(crate) fn settable_late(&self) -> bool {
        self.settable_late
    }

    /// Longest string it takes, in characters.
    pub(crate) fn longest(&self) -> usize {
        self.max.min(PATH_UNITS_MAX)
    }
}

/// Two sets of defaults (JET_paramConfiguration).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configuration {
    Small = 0,
    Legacy = 1,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Number(usize),
    /// UTF-16 units, without a zero.
    Text(Vec<u16>),
    /// There is none to read.
    None,
}

/// A value on its way in.
#[derive(Debug)]
pub(crate) enum Input<'a> {
    Number(usize),
    /// `None` for a null pointer.
    Text(Option<&'a [u16]>),
}

/// The values of the process or of one instance.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    /// By place in the table.
    values: Vec<Value>,
    /// Which of them were set since.
    written: Vec<bool>,
    unicode_index: UnicodeIndex,
}

impl Values {
    /// All defaults of a configuration.
    pub(crate) fn new(configuration: Configuration) -> Self {
        let value = |p: &Param| {
            if p.id == table::JET_paramConfiguration {
                return Value::Number(configuration as usize);
            }
            let default = match configuration {
                Configuration::Small => p.low_memory,
                Configuration::Legacy => p.default,
            };
            match default {
                Default::Number(n) => Value::Number(n),
                // The folder of the process, as this system writes it.
                Default::Text(".\\") => Value::Text("./".encode_utf16().collect()),
                Default::Text(text) => Value::Text(text.encode_utf16().collect()),
                Default::None => Value::None,
            }
        };
        Self {
            values: table::PARAMS.iter().map(value).collect(),
            written: vec![false; table::PARAMS.len()],
            unicode_index: UnicodeIndex::STANDARD,
        }
    }

    /// What a parameter holds.
    pub(crate) fn get(&self, param: &Param) -> &Value {
        place(param)
            .and_then(|at| self.values.get(at))
            .unwrap_or(&Value::None)
    }

    /// What a number holds; 0 for anything else.
    pub(crate) fn number(&self, id: u32) -> usize {
        match Param::of(id).map(|p| self.get(p)) {
            Ok(Value::Number(n)) => *n,
            _ => 0,
        }
    }

    /// `true` if it was set since the defaults.
    pub(crate) fn is_written(&self, param: &Param) -> bool {
        place(param).is_some_and(|at| self.written.get(at) == Some(&true))
    }

    /// The locale and flags of indexes that name none.
    pub(crate) fn unicode_index(&self) -> UnicodeIndex {
        self.unicode_index
    }

    /// Sets the locale and flags of indexes that name none; JET_errInvalidParameter for those that
    /// no index could have.
    pub(crate) fn set_unicode_index(&mut self, value: UnicodeIndex) -> Result<(), Refusal> {
        demand(value.is_known(), JetErr::INVALID_PARAMETER)?;
        self.unicode_index = value.completed();
        Ok(())
    }

    /// Sets a parameter. `late`: the time has passed in which all may change. `whose`: defaults of
    /// the process, or the values of an instance.
    pub(crate) fn set(
        &mut self,
        param: &Param,
        input: &Input<'_>,
        late: bool,
        whose: Scope,
    ) -> Answer {
        demand(
            param.handling != Handling::ReadOnly,
            JetErr::INVALID_PARAMETER,
        )?;
        if param.advanced && self.number(table::JET_paramEnableAdvanced) == 0 {
            return DONE; // and no effect
        }
        let same =
            matches!((input, self.get(param)), (Input::Number(a), Value::Number(b)) if a == b);
        if same {
            self.note(param);
            return DONE;
        }
        demand(!late || param.settable_late, JetErr::ALREADY_INITIALIZED)?;
        if let Some(answer) = self.set_special(param, input, whose) {
            return answer;
        }
        let value = match input {
            Input::Number(n) => {
                demand(
                    (param.min..=param.max).contains(n),
                    JetErr::INVALID_PARAMETER,
                )?;
                match param.kind {
                    Kind::Bool => Value::Number(usize::from(*n != 0)),
                    Kind::BlockSize => {
                        demand(n.is_power_of_two(), JetErr::INVALID_PARAMETER)?;
                        Value::Number(*n)
                    }
                    _ => Value::Number(*n),
                }
            }
            Input::Text(text) => {
                let text = text.unwrap_or_default();
                demand(
                    (param.min..=param.max).contains(&text.len()),
                    JetErr::INVALID_PARAMETER,
                )?;
                Value::Text(match param.kind {
                    Kind::Folder => folder(text)?,
                    Kind::Path => file(text)?,
                    _ => text.to_vec(),
                })
            }
        };
        self.put(param, value);
        DONE
    }

    fn put(&mut self, param: &Param, value: Value) {
        if let Some(slot) = place(param).and_then(|at| self.values.get_mut(at)) {
            *slot = value;
        }
        self.note(param);
    }

    fn note(&mut self, param: &Param) {
        if let Some(flag) = place(param).and_then(|at| self.written.get_mut(at)) {
            *flag = true;
        }
    }
}

fn place(param: &Param) -> Option<usize> {
    table::PARAMS.binary_search_by_key(&param.id, |p| p.id).ok()
}

/// A folder, absolute, with a separator at its end; "" is the current one.
fn folder(text: &[u16]) -> Result<Vec<u16>, Refusal> {
    let mut units = absolute(text)?;
    if units.last() != Some(&u16::from(b'/')) {
        units.push(u16::from(b'/'));
    }
    Ok(units)
}

/// A file: a bare name and "" stay as they are.
fn file(text: &[u16]) -> Result<Vec<u16>, Refusal> {
    if !text.contains(&u16::from(b'/')) {
        return Ok(text.to_vec());
    }
    let mut units = absolute(text)?;
    let slash = u16::from(b'/');
    if text.last() == Some(&slash) && units.last() != Some(&slash) {
        units.push(slash);
    }
    Ok(units)
}

/// Absolute against the current folder, `.` and `..` resolved by name; JET_errInvalidPath when that
/// is too long.
pub(crate) fn absolute(text: &[u16]) -> Result<Vec<u16>, Refusal> {
    let current = std::env::current_dir();
    let current = current.map_err(|_| Refusal(JetErr::INVALID_PATH))?;
    let joined = current.join(os_path(text));
    let mut out = PathBuf::from("/");
    for part in Path::new(&joined).components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                out.pop();
            }
            _ => {}
        }
    }
    let units = path_units(out.as_os_str().as_bytes());
    if units.len() >= PATH_UNITS_MAX {
        return refuse(JetErr::INVALID_PATH);
    }
    Ok(units)
}

#[cfg(test)]
mod tests;
