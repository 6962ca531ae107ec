//! Columns with the Rust type of their values.
//!
//! ```
//! use ese_core::catalog::write::{IndexDefinition, TableDef};
//! use ese_core::database::Typed;
//! # use ese_core::instance::{CreateOptions, Instance, InstanceParams};
//! # use ese_core::io::env::Env;
//!
//! const ID: Typed<i32> = Typed::new("id");
//! const NAME: Typed<String> = Typed::new("name");
//! const TAGS: Typed<String> = Typed::new("tags");
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let instance = Instance::start(Env::real(), InstanceParams::new(folder.path()))?;
//! # let db = instance.create(folder.path().join("a.edb"), &CreateOptions::default())?;
//! # let session = instance.session()?;
//! let people = TableDef::new("people")
//!     .column(ID.def())
//!     .column(NAME.def().not_null())
//!     .column(TAGS.def().multi_valued())
//!     .index(IndexDefinition::new("by_id", "+id").primary());
//! db.create_table(&session, &people)?;
//! let mut table = db.table(&session, "people")?;
//! let mut row = table.insert()?;
//! row.put(ID, &7)?.put(NAME, "Ada")?;
//! row.put_all(TAGS, ["first", "programmer"])?;
//! row.save()?;
//!
//! assert!(table.first()?);
//! assert_eq!(table.read(ID)?, Some(7));
//! assert_eq!(table.read(NAME)?.as_deref(), Some("Ada"));
//! assert_eq!(table.read_all(TAGS)?, ["first", "programmer"]);
//! # Ok(())
//! # }
//! ```
//!
//! Invariant: a value that is not of the type is an error, never another value.
#![forbid(unsafe_code)]

use super::{ColumnType, DbError, Given, RowEdit, Table};
use crate::catalog::write::ColumnDef;
use crate::error::JetErr;
use crate::format::value::{Guid, Value};
use std::marker::PhantomData;

/// A column by its name, with the Rust type of its values.
pub struct Typed<T> {
    name: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Typed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Typed<T> {}

impl<T> Typed<T> {
    /// The column of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            value: PhantomData,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<T: ColumnValue> Typed<T> {
    /// A column that such values are usually kept in; one of another type that holds them does as well.
    #[must_use]
    pub fn def(self) -> ColumnDef {
        ColumnDef::new(self.name, T::COLUMN_TYPE)
    }
}

/// A Rust type of values of columns.
pub trait ColumnValue: Sized {
    /// What is borrowed to be stored.
    type Borrowed: ?Sized;

    /// The column type that fits.
    const COLUMN_TYPE: ColumnType;

    /// To be stored.
    fn given(value: &Self::Borrowed) -> Given<'_>;

    /// From what is stored; `None` when that is no value of the type.
    fn from_value(value: &Value<'_>) -> Option<Self>;
}

/// A whole number as stored, of whatever width.
fn whole(value: &Value<'_>) -> Option<i128> {
    Some(match *value {
        Value::UnsignedByte(n) => n.into(),
        Value::Short(n) => n.into(),
        Value::UnsignedShort(n) => n.into(),
        Value::Long(n) => n.into(),
        Value::UnsignedLong(n) => n.into(),
        Value::LongLong(n) | Value::Currency(n) => n.into(),
        Value::UnsignedLongLong(n) => n.into(),
        _ => return None,
    })
}

macro_rules! whole_numbers {
    ($($rust:ty => $column:ident),* $(,)?) => {$(
        impl ColumnValue for $rust {
            type Borrowed = $rust;
            const COLUMN_TYPE: ColumnType = ColumnType::$column;

            fn given(value: &$rust) -> Given<'_> {
                (*value).into()
            }

            fn from_value(value: &Value<'_>) -> Option<Self> {
                whole(value).and_then(|n| n.try_into().ok())
            }
        }
    )*};
}

whole_numbers!(u8 => UnsignedByte, i16 => Short, u16 => UnsignedShort, i32 => Long,
    u32 => UnsignedLong, i64 => LongLong, u64 => UnsignedLongLong);

macro_rules! plain_values {
    ($($rust:ty, $column:ident, $($pattern:pat => $value:expr),+;)*) => {$(
        impl ColumnValue for $rust {
            type Borrowed = $rust;
            const COLUMN_TYPE: ColumnType = ColumnType::$column;

            fn given(value: &$rust) -> Given<'_> {
                (*value).into()
            }

            fn from_value(value: &Value<'_>) -> Option<Self> {
                match *value {
                    $($pattern => Some($value),)+
                    _ => None,
                }
            }
        }
    )*};
}

plain_values! {
    bool, Bit, Value::Bit(b) => b;
    f32, Single, Value::IeeeSingle(f) => f;
    f64, Double, Value::IeeeDouble(f) => f, Value::IeeeSingle(f) => f.into(),
        Value::DateTime(d) => d.ole();
    Guid, Guid, Value::Guid(g) => g;
}

impl ColumnValue for String {
    type Borrowed = str;
    const COLUMN_TYPE: ColumnType = ColumnType::LongText;

    fn given(value: &str) -> Given<'_> {
        Given::Text(value)
    }

    /// A lone surrogate becomes U+FFFD.
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }
}

impl ColumnValue for Vec<u8> {
    type Borrowed = [u8];
    const COLUMN_TYPE: ColumnType = ColumnType::LongBinary;

    fn given(value: &[u8]) -> Given<'_> {
        Given::Bytes(value)
    }

    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Binary(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

fn typed<T: ColumnValue>(column: Typed<T>, value: &Value<'_>) -> Result<T, DbError> {
    T::from_value(value).ok_or_else(|| {
        let what = format!("{value:?} of column {} is not of the type", column.name);
        DbError::refused(JetErr::INVALID_COLUMN_TYPE, what)
    })
}

impl Table<'_> {
    /// Reads a value of the current record: the first of the column; `None` for NULL.
    ///
    /// # Errors
    /// As [`Table::get`]; JET_errInvalidColumnType: the value is not of the type.
    pub fn read<T: ColumnValue>(&mut self, column: Typed<T>) -> Result<Option<T>, DbError> {
        let mut buf = Vec::new();
        match self.get(column.name, &mut buf)? {
            Some(value) => typed(column, &value).map(Some),
            None => Ok(None),
        }
    }

    /// Reads all values of a column of the current record.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn read_all<T: ColumnValue>(&mut self, column: Typed<T>) -> Result<Vec<T>, DbError> {
        let (mut all, mut buf) = (Vec::new(), Vec::new());
        for itag in 1.. {
            match self.get_nth(column.name, itag, &mut buf)? {
                Some(value) => all.push(typed(column, &value)?),
                None => break,
            }
        }
        Ok(all)
    }
}

impl RowEdit<'_, '_> {
    /// Sets a column: the first value of a multi-valued one.
    ///
    /// # Errors
    /// As [`RowEdit::set`].
    pub fn put<T: ColumnValue>(
        &mut self,
        column: Typed<T>,
        value: &T::Borrowed,
    ) -> Result<&mut Self, DbError> {
        self.set(column.name, T::given(value))
    }

    /// Adds values to a multi-valued column.
    ///
    /// # Errors
    /// As [`RowEdit::add`].
    pub fn put_all<'v, T: ColumnValue>(
        &mut self,
        column: Typed<T>,
        values: impl IntoIterator<Item = &'v T::Borrowed>,
    ) -> Result<&mut Self, DbError>
    where
        T::Borrowed: 'v,
    {
        for value in values {
            self.add(column.name, T::given(value))?;
        }
        Ok(self)
    }

    /// Sets a column to NULL.
    ///
    /// # Errors
    /// As [`RowEdit::set`].
    pub fn clear<T>(&mut self, column: Typed<T>) -> Result<&mut Self, DbError> {
        self.set(column.name, Given::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_or_are_none() {
        assert_eq!(i32::from_value(&Value::Short(-3)), Some(-3));
        assert_eq!(u8::from_value(&Value::Long(255)), Some(255));
        assert_eq!(u8::from_value(&Value::Long(256)), None);
        assert_eq!(u64::from_value(&Value::LongLong(-1)), None);
        assert_eq!(i32::from_value(&Value::IeeeDouble(1.0)), None);
        assert_eq!(f64::from_value(&Value::IeeeSingle(0.5)), Some(0.5));
        assert_eq!(bool::from_value(&Value::Long(1)), None);
        assert_eq!(Vec::from_value(&Value::Binary(b"x")), Some(b"x".to_vec()));
    }
}
