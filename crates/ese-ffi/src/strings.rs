//! Strings of the two forms: bytes in the A form, UTF-16 in the W form.
//!
//! Inside the library a text is UTF-16 units, lone surrogates kept. A texts are of code page 1252,
//! as on Windows; paths are those of this system instead: an A path is its bytes, a W path is
//! UTF-8 outside, and what is neither comes back as it went in (bytes that are no UTF-8 stand as
//! lone surrogates U+DC80 to U+DCFF). Names of tables, columns and indexes are bytes
//! (behaviour-schema.md §1). Invariant: a string is read up to its zero or a limit, never further.

use crate::gate::{Refusal, refuse};
use crate::types::Char;
use ese_core::JetErr;
use ese_core::format::value::{western_byte, western_char};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// Units of the longest path of this system, its zero included.
pub(crate) const PATH_UNITS_MAX: usize = 4096;
/// Bytes of the longest name of a table, column or index (JET_cbNameMost).
pub(crate) const NAME_BYTES_MAX: usize = 64;

/// The units of a string, `None` for a null pointer; `too_long` if there is no zero among the first
/// `most + 1` characters.
///
/// # Safety
/// `pointer` is null or points to characters up to a zero.
pub(crate) unsafe fn units<C: Char>(
    pointer: *const C,
    most: usize,
    too_long: JetErr,
) -> Result<Option<Vec<u16>>, Refusal> {
    if pointer.is_null() {
        return Ok(None);
    }
    let mut out = Vec::new();
    for i in 0..=most {
        // SAFETY: no zero has come yet, so this character is the caller's too.
        let c = unsafe { pointer.add(i).read_unaligned() };
        if c == C::NUL {
            return Ok(Some(out));
        }
        out.push(c.unit());
    }
    refuse(too_long)
}

/// A text: an instance's name, a parameter that is no path.
///
/// # Safety
/// As [`units`].
pub(crate) unsafe fn text<C: Char>(
    pointer: *const C,
    most: usize,
    too_long: JetErr,
) -> Result<Option<Vec<u16>>, Refusal> {
    // SAFETY: passed on.
    let units = unsafe { units(pointer, most, too_long) }?;
    Ok(units.map(|units| {
        if C::WIDE {
            units
        } else {
            units.into_iter().map(from_1252).collect()
        }
    }))
}

/// A path.
///
/// # Safety
/// As [`units`].
pub(crate) unsafe fn path<C: Char>(
    pointer: *const C,
    most: usize,
    too_long: JetErr,
) -> Result<Option<Vec<u16>>, Refusal> {
    // SAFETY: passed on.
    let units = unsafe { units(pointer, most, too_long) }?;
    Ok(units.map(|units| {
        if C::WIDE {
            units
        } else {
            let bytes: Vec<u8> = units.iter().map(|u| u.to_le_bytes()[0]).collect();
            path_units(&bytes)
        }
    }))
}

/// The characters of a text in a form, without the zero. What code page 1252 lacks is `?`.
pub(crate) fn text_in<C: Char>(text: &[u16]) -> Vec<C> {
    text.iter()
        .map(|u| {
            if C::WIDE {
                C::of_unit(*u)
            } else {
                C::of_unit(u16::from(to_1252(*u).unwrap_or(b'?')))
            }
        })
        .collect()
}

/// The characters of a path in a form, without the zero.
pub(crate) fn path_in<C: Char>(path: &[u16]) -> Vec<C> {
    if C::WIDE {
        path.iter().map(|u| C::of_unit(*u)).collect()
    } else {
        path_bytes(path)
            .into_iter()
            .map(|b| C::of_unit(u16::from(b)))
            .collect()
    }
}

/// A path for the file system.
pub(crate) fn os_path(path: &[u16]) -> PathBuf {
    OsString::from_vec(path_bytes(path)).into()
}

/// Units of a path of this system.
pub(crate) fn path_units(bytes: &[u8]) -> Vec<u16> {
    let mut out = Vec::new();
    for chunk in bytes.utf8_chunks() {
        out.extend(chunk.valid().encode_utf16());
        // A byte that is no UTF-8 is 0x80 or more.
        out.extend(chunk.invalid().iter().map(|b| 0xDC00 | u16::from(*b)));
    }
    out
}

fn path_bytes(path: &[u16]) -> Vec<u8> {
    let mut out = Vec::new();
    for c in char::decode_utf16(path.iter().copied()) {
        match c {
            Ok(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Err(lone) => match lone.unpaired_surrogate() {
                u @ 0xDC80..=0xDCFF => out.push(u.to_le_bytes()[0]),
                // As UTF-8 would have it if it could: three bytes.
                u => out.extend([
                    0xE0 | (u >> 12) as u8,
                    0x80 | (u >> 6 & 0x3F) as u8,
                    0x80 | (u & 0x3F) as u8,
                ]),
            },
        }
    }
    out
}

/// A name of a table, column, index or callback: 1 to 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    bytes: [u8; NAME_BYTES_MAX],
    len: usize,
}

impl Name {
    /// The bytes as they are stored.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The name in characters.
    pub(crate) fn text(&self) -> String {
        self.bytes().iter().map(|&b| western_char(b)).collect()
    }
}

/// A name by the rules of behaviour-schema.md §1, or JET_errInvalidName.
///
/// # Safety
/// As [`units`].
pub(crate) unsafe fn name<C: Char>(pointer: *const C) -> Result<Name, Refusal> {
    if pointer.is_null() {
        return refuse(JetErr::INVALID_NAME);
    }
    let mut name = Name {
        bytes: [0; NAME_BYTES_MAX],
        len: 0,
    };
    for i in 0..=NAME_BYTES_MAX {
        // SAFETY: no zero has come yet, so this character is the caller's too.
        let c = unsafe { pointer.add(i).read_unaligned() };
        if c == C::NUL {
            while name.bytes().last() == Some(&b' ') {
                name.len -= 1;
            }
            let starts = name.bytes().first();
            return match starts {
                None | Some(b' ') => refuse(JetErr::INVALID_NAME),
                Some(_) => Ok(name),
            };
        }
        let byte = if C::WIDE {
            to_1252(c.unit())
        } else {
            Some(c.unit().to_le_bytes()[0])
        };
        let allowed = byte.filter(|b| !matches!(b, 0..=0x1F | b'!' | b'.' | b'[' | b']'));
        match (allowed, name.bytes.get_mut(i)) {
            (Some(byte), Some(place)) => *place = byte,
            _ => return refuse(JetErr::INVALID_NAME),
        }
        name.len = i + 1;
    }
    refuse(JetErr::INVALID_NAME)
}

/// A name whose rules are looked at later, by the engine: what no name can have stands in it as it
/// is, or as U+FFFD. Empty for a null pointer.
///
/// # Safety
/// As [`units`].
pub(crate) unsafe fn loose_name<C: Char>(pointer: *const C) -> String {
    let mut name = String::new();
    if pointer.is_null() {
        return name;
    }
    // One more than a name may have, so that it is refused.
    for i in 0..=NAME_BYTES_MAX {
        // SAFETY: no zero has come yet, so this character is the caller's too.
        let c = unsafe { pointer.add(i).read_unaligned() };
        if c == C::NUL {
            break;
        }
        let byte = if C::WIDE {
            to_1252(c.unit())
        } else {
            Some(c.unit().to_le_bytes()[0])
        };
        name.push(byte.map_or(char::REPLACEMENT_CHARACTER, western_char));
    }
    name
}

/// The characters of a stored name in a form, without the zero.
pub(crate) fn name_in<C: Char>(name: &str) -> Vec<C> {
    let units: Vec<u16> = name.encode_utf16().collect();
    text_in(&units)
}

/// A character as a byte of the code page, if it has it.
pub(crate) fn byte_of<C: Char>(c: C) -> Option<u8> {
    if C::WIDE {
        to_1252(c.unit())
    } else {
        Some(c.unit().to_le_bytes()[0])
    }
}

fn from_1252(byte: u16) -> u16 {
    let Ok(byte) = u8::try_from(byte) else {
        return byte;
    };
    // Every character of the code page is one unit.
    u16::try_from(u32::from(western_char(byte))).unwrap_or(byte.into())
}

fn to_1252(unit: u16) -> Option<u8> {
    char::from_u32(u32::from(unit)).and_then(western_byte)
}

#[cfg(test)]
mod tests {
    use super::{
        NAME_BYTES_MAX, from_1252, name, os_path, path, path_in, path_units, text, text_in,
        to_1252, units,
    };
    use ese_core::JetErr;
    use std::ffi::{CString, c_char};
    use std::os::unix::ffi::OsStrExt;

    fn wide(s: &str) -> Vec<u16> {
        s.encode_utf16().chain([0]).collect()
    }

    #[test]
    fn code_page_1252_goes_both_ways() {
        for byte in 0..=255_u8 {
            assert_eq!(to_1252(from_1252(u16::from(byte))), Some(byte));
        }
        assert_eq!(
            (to_1252(0x20AC), to_1252(0x4E00), to_1252(0x100)),
            (Some(0x80), None, None)
        );
        let a = CString::new(vec![0x80, b'x', 0xE4]).unwrap();
        // SAFETY: ends with a zero.
        let got = unsafe { text(a.as_ptr(), 10, JetErr::INVALID_PARAMETER) };
        assert_eq!(got.unwrap().unwrap(), [0x20AC, 0x78, 0xE4]);
        assert_eq!(text_in::<u16>(&[0x4E00]), [0x4E00]);
        assert_eq!(
            text_in::<c_char>(&[0x4E00, 0xE4]),
            [b'?' as c_char, 0xE4_u8 as c_char]
        );
    }

    #[test]
    fn strings_end_at_their_zero_or_the_limit() {
        let s = wide("four");
        let get = |most| {
            // SAFETY: ends with a zero.
            unsafe { units(s.as_ptr(), most, JetErr::INVALID_PATH) }
        };
        assert_eq!(get(4).unwrap().unwrap().len(), 4);
        assert_eq!(get(3).unwrap_err().0, JetErr::INVALID_PATH);
        // SAFETY: null is allowed.
        let none = unsafe { units(std::ptr::null::<u16>(), 3, JetErr::INVALID_PATH) };
        assert_eq!(none.unwrap(), None);
        // Without a zero, nothing behind the limit is read: these are all there are.
        let full = [b'x' as c_char; 5];
        // SAFETY: reads five characters at most.
        let got = unsafe { units(full.as_ptr(), 4, JetErr::INVALID_PATH) };
        assert!(got.is_err());
    }

    #[test]
    fn paths_come_back_as_they_went_in() {
        for bytes in [
            &b"a/b"[..],
            "ä/\u{1F600}".as_bytes(),
            b"\xFF/\xC3",
            b"\xED\xA0\x80",
        ] {
            let units = path_units(bytes);
            assert_eq!(os_path(&units).as_os_str().as_bytes(), bytes);
            let a: Vec<c_char> = path_in(&units);
            let a: Vec<u8> = a.iter().map(|c| c.to_ne_bytes()[0]).collect();
            assert_eq!(a, bytes);
        }
        // A lone surrogate of the W form is kept in the W form and is a path here.
        let lone = [0xD800, u16::from(b'a'), 0];
        // SAFETY: ends with a zero.
        let got = unsafe { path(lone.as_ptr(), 9, JetErr::INVALID_PATH) };
        let got = got.unwrap().unwrap();
        assert_eq!(path_in::<u16>(&got), lone[..2]);
        assert_eq!(os_path(&got).as_os_str().as_bytes(), b"\xED\xA0\x80a");
    }

    #[test]
    fn names_by_the_rules() {
        let a = |s: &[u8]| {
            let c = CString::new(s).unwrap();
            // SAFETY: ends with a zero.
            unsafe { name(c.as_ptr()) }.map(|n| n.bytes().to_vec()).ok()
        };
        let long = [b'n'; NAME_BYTES_MAX];
        assert_eq!(a(&long).unwrap(), long);
        assert_eq!(a(&[b'n'; NAME_BYTES_MAX + 1]), None);
        assert_eq!(a(b"t  ").unwrap(), b"t");
        assert_eq!(a(b"a, b\x7F\xE4").unwrap(), b"a, b\x7F\xE4");
        for bad in [&b""[..], b" ", b" a", b"a!b", b"a.b", b"[a", b"a]", b"\x1F"] {
            assert_eq!(a(bad), None, "{bad:?}");
        }
        // Trailing spaces count before they are cut.
        let mut spaces = vec![b'n'; NAME_BYTES_MAX];
        spaces.push(b' ');
        assert_eq!(a(&spaces), None);
        let w = |s: &str| {
            let s = wide(s);
            // SAFETY: ends with a zero.
            unsafe { name(s.as_ptr()) }.map(|n| n.bytes().to_vec()).ok()
        };
        assert_eq!(w("Tä€").unwrap(), b"T\xE4\x80");
        assert_eq!(w("一"), None);
        // SAFETY: null is allowed.
        assert!(unsafe { name(std::ptr::null::<u16>()) }.is_err());
    }
}
