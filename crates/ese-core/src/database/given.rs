//! Values as programs give them, made into the bytes of a column.
//!
//! Source: docs/format/database-records.md §2.
//!
//! Invariant: a number that its column can't hold is an error, never another number.
#![forbid(unsafe_code)]

use super::DbError;
use crate::error::JetErr;
use crate::format::ids::Coltyp;
use crate::format::value::{Guid, western_byte};
use crate::record::{CODE_PAGE_UTF16, Column};

/// A value for a column. Numbers fit any column of numbers that holds them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Given<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A number with a sign.
    Int(i64),
    /// A number without one.
    Uint(u64),
    /// Floating point; a DateTime counts days from the end of 1899.
    Float(f64),
    /// A GUID.
    Guid(Guid),
    /// Text, stored in the code page of its column; also for binary columns, as UTF-8.
    Text(&'a str),
    /// The bytes as they are stored.
    Bytes(&'a [u8]),
}

macro_rules! given {
    ($($from:ty => $to:ident),* $(,)?) => {$(
        impl From<$from> for Given<'_> {
            fn from(value: $from) -> Self {
                Self::$to(value.into())
            }
        }
    )*};
}

given!(bool => Bool, u8 => Uint, u16 => Uint, u32 => Uint, u64 => Uint, i8 => Int, i16 => Int,
    i32 => Int, i64 => Int, f32 => Float, f64 => Float, Guid => Guid);

impl<'a> From<&'a str> for Given<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Given<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Given<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Given<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Given<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, T: Into<Given<'a>>> From<Option<T>> for Given<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a> Given<'a> {
    /// The bytes of the value in a column, in `buf` where they have to be made; `None` for NULL.
    ///
    /// # Errors
    /// JET_errInvalidParameter: not a value of this column's type. JET_errUnicodeTranslationFail: a
    /// character that the column's code page does not have.
    #[inline]
    pub fn bytes<'b>(
        &self,
        column: &Column,
        buf: &'b mut Vec<u8>,
    ) -> Result<Option<&'b [u8]>, DbError>
    where
        'a: 'b,
    {
        match *self {
            Self::Null => Ok(None),
            Self::Bytes(bytes) => Ok(Some(bytes)),
            _ => self.made(column, buf).map(Some),
        }
    }

    /// The bytes of a value that has none of its own.
    fn made<'b>(&self, column: &Column, buf: &'b mut Vec<u8>) -> Result<&'b [u8], DbError>
    where
        'a: 'b,
    {
        buf.clear();
        let misfit = || {
            let (name, ty) = (&column.name, column.coltyp.name());
            let what = format!("{self:?} is no value of column {name} ({ty})");
            DbError::refused(JetErr::INVALID_PARAMETER, what)
        };
        match (*self, column.coltyp) {
            (Self::Text(text), Coltyp::Text | Coltyp::LongText) => {
                if column.code_page == CODE_PAGE_UTF16 {
                    buf.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                } else {
                    for c in text.chars() {
                        buf.push(western_byte(c).ok_or_else(|| {
                            let what = format!("code page 1252 has no character {c:?}");
                            DbError::refused(JetErr::UNICODE_TRANSLATION_FAIL, what)
                        })?);
                    }
                }
            }
            (Self::Text(text), Coltyp::Binary | Coltyp::LongBinary) => {
                return Ok(text.as_bytes());
            }
            (Self::Bool(b), Coltyp::Bit) => buf.push(if b { 0xFF } else { 0 }),
            (Self::Guid(guid), Coltyp::Guid) => buf.extend_from_slice(&guid.0),
            (Self::Float(f), Coltyp::IeeeDouble | Coltyp::DateTime) => {
                buf.extend_from_slice(&f.to_le_bytes());
            }
            #[allow(clippy::cast_possible_truncation)] // The column has no more digits.
            (Self::Float(f), Coltyp::IeeeSingle) => {
                buf.extend_from_slice(&(f as f32).to_le_bytes());
            }
            (Self::Int(n), ty) => number(i128::from(n), ty, buf).ok_or_else(misfit)?,
            (Self::Uint(n), ty) => number(i128::from(n), ty, buf).ok_or_else(misfit)?,
            _ => return Err(misfit()),
        }
        Ok(buf)
    }
}

fn number(n: i128, ty: Coltyp, buf: &mut Vec<u8>) -> Option<()> {
    match ty {
        Coltyp::UnsignedByte => buf.extend_from_slice(&u8::try_from(n).ok()?.to_le_bytes()),
        Coltyp::Short => buf.extend_from_slice(&i16::try_from(n).ok()?.to_le_bytes()),
        Coltyp::UnsignedShort => buf.extend_from_slice(&u16::try_from(n).ok()?.to_le_bytes()),
        Coltyp::Long => buf.extend_from_slice(&i32::try_from(n).ok()?.to_le_bytes()),
        Coltyp::UnsignedLong => buf.extend_from_slice(&u32::try_from(n).ok()?.to_le_bytes()),
        Coltyp::LongLong | Coltyp::Currency => {
            buf.extend_from_slice(&i64::try_from(n).ok()?.to_le_bytes());
        }
        Coltyp::UnsignedLongLong => {
            buf.extend_from_slice(&u64::try_from(n).ok()?.to_le_bytes());
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HasJetErr;
    use crate::format::catalog_row::ColumnFlags;
    use crate::format::ids::Fid;

    fn column(coltyp: Coltyp, code_page: u16) -> Column {
        Column {
            name: "c".into(),
            fid: Fid(1),
            coltyp,
            code_page,
            cb_max: 0,
            offset: 4,
            flags: ColumnFlags::empty(),
            default: None,
            derived: false,
        }
    }

    fn bytes(given: Given<'_>, coltyp: Coltyp, code_page: u16) -> Result<Vec<u8>, JetErr> {
        let mut buf = Vec::new();
        let bytes = given.bytes(&column(coltyp, code_page), &mut buf);
        bytes.map(|b| b.unwrap().to_vec()).map_err(|e| e.jet_err())
    }

    #[test]
    fn numbers_fit_or_are_refused() {
        assert_eq!(bytes(7.into(), Coltyp::Long, 0), Ok(vec![7, 0, 0, 0]));
        assert_eq!(bytes(7u64.into(), Coltyp::Short, 0), Ok(vec![7, 0]));
        assert_eq!(bytes((-1).into(), Coltyp::Short, 0), Ok(vec![255, 255]));
        let no = Err(JetErr::INVALID_PARAMETER);
        assert_eq!(bytes((-1).into(), Coltyp::UnsignedByte, 0), no);
        assert_eq!(bytes(256.into(), Coltyp::UnsignedByte, 0), no);
        assert_eq!(bytes(u64::MAX.into(), Coltyp::LongLong, 0), no);
        assert_eq!(bytes("7".into(), Coltyp::Long, 0), no);
        assert_eq!(bytes(true.into(), Coltyp::Bit, 0), Ok(vec![0xFF]));
    }

    #[test]
    fn text_is_in_its_columns_code_page() {
        assert_eq!(bytes("é€".into(), Coltyp::Text, 1252), Ok(vec![0xE9, 0x80]));
        assert_eq!(
            bytes("é€".into(), Coltyp::Text, 1200),
            Ok(vec![0xE9, 0, 0xAC, 0x20])
        );
        let no = Err(JetErr::UNICODE_TRANSLATION_FAIL);
        assert_eq!(bytes("→".into(), Coltyp::LongText, 1252), no);
        assert_eq!(bytes("é".into(), Coltyp::Binary, 0), Ok(vec![0xC3, 0xA9]));
    }
}
