//! An instance in a folder of its own, and tables of a number and a text.
#![forbid(unsafe_code)]

use ese_core::cache::Budget;
use ese_core::cursor::Move;
use ese_core::database::DbError;
use ese_core::format::ids::Coltyp;
use ese_core::instance::{Instance, InstanceParams, TempBits, TempColumn, TempTable, TempTableDef};
use ese_core::io::env::Env;
use ese_core::record::edit::{NewValue, SetFlags, ValuePlace};
use ese_core::record::update::Got;
use ese_core::session::Session;

pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn params(&self) -> InstanceParams {
        let mut params = InstanceParams::new(self.dir.path());
        params.cache = Budget { min: 64, max: 512 };
        params.background = false;
        params.log_file_kib = Some(128);
        params
    }

    pub(crate) fn start(&self) -> Instance {
        self.start_with(self.params())
    }

    pub(crate) fn start_with(&self, params: InstanceParams) -> Instance {
        Instance::start(Env::real(), params).unwrap()
    }
}

/// A key of four bytes and a text; one that is to take long values has a column for them too.
pub(crate) fn keyed(bits: TempBits) -> TempTableDef {
    let def = TempTableDef::new(bits)
        .column(TempColumn::new(Coltyp::Long).key())
        .column(TempColumn::new(Coltyp::Binary));
    match bits.contains(TempBits::FORCE_MATERIALIZATION) {
        true => def.column(TempColumn::new(Coltyp::LongBinary)),
        false => def,
    }
}

pub(crate) fn set(
    table: &mut TempTable,
    session: &Session,
    column: usize,
    value: &[u8],
) -> Result<(), DbError> {
    let place = ValuePlace::default();
    table.set(
        session,
        column,
        place,
        NewValue::Bytes(value),
        SetFlags::empty(),
    )?;
    Ok(())
}

pub(crate) fn put(
    table: &mut TempTable,
    session: &Session,
    n: i32,
    text: &str,
) -> Result<(), DbError> {
    table.begin_insert()?;
    set(table, session, 0, &n.to_le_bytes())?;
    set(table, session, 1, text.as_bytes())?;
    table.save(session)
}

pub(crate) fn put_long(
    table: &mut TempTable,
    session: &Session,
    n: i32,
    value: &[u8],
) -> Result<(), DbError> {
    table.begin_insert()?;
    set(table, session, 0, &n.to_le_bytes())?;
    set(table, session, 2, value)?;
    table.save(session)
}

pub(crate) fn get(
    table: &mut TempTable,
    session: &Session,
    column: usize,
) -> Result<Vec<u8>, DbError> {
    let mut out = Vec::new();
    match table.get(session, column, ValuePlace::default(), usize::MAX, &mut out)? {
        Got::Null => Ok(Vec::new()),
        Got::Value(_) => Ok(out),
    }
}

/// The number of the current record.
pub(crate) fn key(table: &mut TempTable, session: &Session) -> i32 {
    let bytes = get(table, session, 0).unwrap();
    i32::from_le_bytes(bytes.try_into().unwrap())
}

/// The numbers of all records, in their order.
pub(crate) fn numbers(table: &mut TempTable, session: &Session) -> Vec<i32> {
    let mut found = Vec::new();
    let mut more = table.move_to(session, Move::First, false).is_ok();
    while more {
        found.push(key(table, session));
        more = table.move_to(session, Move::By(1), false).is_ok();
    }
    found
}
