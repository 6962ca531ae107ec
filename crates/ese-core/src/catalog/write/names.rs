//! Names of tables, columns and indexes.
//!
//! Source: docs/jet-api behaviour-schema §1.
//!
//! Invariant: a checked name is stored, and looked for, as it is.
#![forbid(unsafe_code)]

use crate::error::JetErr;
use crate::format::value::western_bytes;
use crate::work::WorkError;

/// Most bytes of a name (JET_cbNameMost).
const NAME_MOST: usize = 64;
/// Bytes below this one are refused.
const CONTROL_END: u8 = 0x20;
/// Bytes that are refused beside control characters.
const REFUSED: [u8; 4] = *b"!.[]";

/// A name without its trailing spaces, or JET_errInvalidName.
pub(in crate::catalog) fn checked(name: &str) -> Result<String, WorkError> {
    let bad = |why| WorkError::refused(JetErr::INVALID_NAME, format!("{name:?}: {why}"));
    let bytes = western_bytes(name).ok_or_else(|| bad("characters outside code page 1252"))?;
    let cut = name.trim_end_matches(' ');
    if bytes.first().is_none_or(|&b| b == b' ') {
        return Err(bad("a name neither is empty nor begins with a space"));
    }
    // One byte a character.
    if bytes.len() > NAME_MOST {
        return Err(bad("a name has at most 64 characters"));
    }
    if bytes
        .iter()
        .any(|b| *b < CONTROL_END || REFUSED.contains(b))
    {
        return Err(bad("control characters and ! . [ ] are in no name"));
    }
    Ok(cut.to_owned())
}

/// Two names are the same.
pub(in crate::catalog) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_original_takes() {
        assert_eq!(checked("a b, c  ").unwrap(), "a b, c");
        assert_eq!(checked("\u{e4}\u{7f}").unwrap(), "\u{e4}\u{7f}");
        assert_eq!(checked(&"n".repeat(64)).unwrap().len(), 64);
        for bad in [
            "", " a", "  ", "a.b", "a!", "[a", "a]", "a\u{1f}", "\u{4e00}",
        ] {
            let e = checked(bad).unwrap_err();
            assert_eq!(
                crate::error::HasJetErr::jet_err(&e),
                JetErr::INVALID_NAME,
                "{bad:?}"
            );
        }
        assert!(checked(&"n".repeat(65)).is_err());
        // Trailing spaces count.
        assert!(checked(&format!("{} ", "n".repeat(64))).is_err());
        assert!(same("aB", "Ab") && !same("\u{e4}", "\u{c4}"));
    }
}
