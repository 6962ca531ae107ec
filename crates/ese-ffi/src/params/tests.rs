//! Tests of the values; whole calls are in tests/params.rs.
#![forbid(unsafe_code)]

use super::{Configuration, Input, Kind, Param, Scope, UnicodeIndex, Value, Values, table};
use ese_core::JetErr;

fn values() -> Values {
    Values::new(Configuration::Legacy)
}

fn set(v: &mut Values, id: u32, n: usize) -> Result<JetErr, JetErr> {
    v.set(
        Param::of(id).unwrap(),
        &Input::Number(n),
        false,
        Scope::Instance,
    )
    .map_err(|r| r.0)
}

fn set_text(v: &mut Values, id: u32, text: &str) -> Result<String, JetErr> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let param = Param::of(id).unwrap();
    v.set(param, &Input::Text(Some(&units)), false, Scope::Instance)
        .map_err(|r| r.0)?;
    Ok(read(v, id))
}

fn read(v: &Values, id: u32) -> String {
    match v.get(Param::of(id).unwrap()) {
        Value::Text(t) => String::from_utf16(t).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_table_is_sorted_and_defaults_are_in_range() {
    assert!(table::PARAMS.windows(2).all(|w| w[0].id < w[1].id));
    assert!(table::PARAMS.len() > 215);
    for configuration in [Configuration::Small, Configuration::Legacy] {
        let v = Values::new(configuration);
        for p in table::PARAMS {
            match v.get(p) {
                Value::Number(n) => assert!(
                    (p.min..=p.max).contains(n) || p.handling == super::Handling::ReadOnly,
                    "{} = {n}",
                    p.name
                ),
                Value::Text(t) => assert!((p.min..=p.max).contains(&t.len()), "{}", p.name),
                Value::None => {}
            }
        }
    }
    for id in [185, 221, 222, 5000, u32::MAX] {
        assert!(Param::of(id).is_err(), "{id}");
    }
}

#[test]
fn refusals_change_nothing() {
    let mut v = values();
    assert_eq!(
        set(&mut v, table::JET_paramLogFileSize, 63),
        Err(JetErr::INVALID_PARAMETER)
    );
    assert_eq!(v.number(table::JET_paramLogFileSize), 5120);
    assert!(set(&mut v, table::JET_paramLogFileSize, 64).is_ok());
    assert_eq!(v.number(table::JET_paramLogFileSize), 64);
    assert!(set(&mut v, table::JET_paramCircularLog, 2).is_ok());
    assert_eq!(v.number(table::JET_paramCircularLog), 1);
    assert!(set(&mut v, table::JET_paramMaxColtyp, 19).is_err());
}

#[test]
fn late_settings_are_refused_but_for_the_number_held() {
    let mut v = values();
    let late = |v: &mut Values, id, input: Input<'_>| {
        v.set(Param::of(id).unwrap(), &input, true, Scope::Instance)
            .map_err(|r| r.0)
    };
    let id = table::JET_paramMaxCursors;
    assert!(late(&mut v, id, Input::Number(1024)).is_ok());
    assert_eq!(
        late(&mut v, id, Input::Number(1025)),
        Err(JetErr::ALREADY_INITIALIZED)
    );
    assert!(
        late(
            &mut v,
            table::JET_paramCreatePathIfNotExist,
            Input::Number(1)
        )
        .is_ok()
    );
    let edb: Vec<u16> = "edb".encode_utf16().collect();
    let same = late(&mut v, table::JET_paramBaseName, Input::Text(Some(&edb)));
    assert_eq!(same, Err(JetErr::ALREADY_INITIALIZED));
    // Too late comes before out of range.
    let both = late(&mut v, table::JET_paramLogFileSize, Input::Number(1));
    assert_eq!(both, Err(JetErr::ALREADY_INITIALIZED));
}

#[test]
fn guarded_settings_are_swallowed() {
    let mut v = values();
    assert!(set(&mut v, table::JET_paramEnableAdvanced, 0).is_ok());
    assert!(set(&mut v, table::JET_paramVersionStoreTaskQueueMax, 999).is_ok());
    assert_eq!(v.number(table::JET_paramVersionStoreTaskQueueMax), 4);
    assert!(set(&mut v, table::JET_paramEnableAdvanced, 1).is_ok());
    assert!(set(&mut v, table::JET_paramVersionStoreTaskQueueMax, 999).is_err());
    assert!(set(&mut v, table::JET_paramVersionStoreTaskQueueMax, 9).is_ok());
    assert_eq!(v.number(table::JET_paramVersionStoreTaskQueueMax), 9);
}

#[test]
fn page_sizes_are_powers_of_two() {
    let mut v = values();
    for (size, good, key, chunk) in [
        (0, false, 1000, 4014),
        (2048, false, 1000, 4014),
        (6000, false, 1000, 4014),
        (8192, true, 2000, 8110),
        (16_384, true, 2000, 4050),
        (32_768, true, 2000, 8150),
        (65_536, false, 2000, 8150),
    ] {
        let said = set(&mut v, table::JET_paramDatabasePageSize, size);
        assert_eq!(said.is_ok(), good, "{size}");
        let shown = |id| v.shown(Param::of(id).unwrap());
        assert_eq!(shown(table::JET_paramKeyMost), Some(key));
        assert_eq!(shown(table::JET_paramLVChunkSizeMost), Some(chunk));
    }
}

#[test]
fn parameters_with_rules_of_their_own() {
    let mut v = values();
    let shrink = table::JET_paramEnableShrinkDatabase;
    for (n, said) in [
        (1, Ok(JetErr::SUCCESS)),
        (2, Err(JetErr::INVALID_GRBIT)),
        (3, Ok(JetErr::SUCCESS)),
        (4, Err(JetErr::INVALID_GRBIT)),
        (0x8001, Ok(JetErr::SUCCESS)),
        (0, Ok(JetErr::SUCCESS)),
        (usize::MAX, Err(JetErr::INVALID_GRBIT)),
    ] {
        assert_eq!(set(&mut v, shrink, n), said, "{n:#x}");
    }
    let format = table::JET_paramEngineFormatVersion;
    assert_eq!(v.shown(Param::of(format).unwrap()), Some(8920));
    for (n, good) in [
        (8520, true),
        (7060, true),
        (7059, false),
        (99_999, false),
        (0x4100_0000 | 8920, true),
        (0x4000_0002, true),
    ] {
        assert_eq!(set(&mut v, format, n).is_ok(), good, "{n}");
    }
    let closed = Param::of(table::JET_paramCachedClosedTables).unwrap();
    for n in [0, usize::MAX] {
        assert!(
            v.set(closed, &Input::Number(n), false, Scope::Global)
                .is_ok()
        );
    }
    assert_eq!(v.number(closed.id), 64);
    assert!(set(&mut v, closed.id, 65).is_ok());
    assert_eq!(v.number(closed.id), 65);
}

#[test]
fn a_configuration_resets_everything() {
    let mut v = values();
    assert!(set(&mut v, table::JET_paramMaxCursors, 5).is_ok());
    set_text(&mut v, table::JET_paramBaseName, "abc").unwrap();
    assert!(set(&mut v, table::JET_paramConfiguration, 2).is_err());
    assert_eq!(v.number(table::JET_paramMaxCursors), 5);
    assert!(set(&mut v, table::JET_paramConfiguration, 0).is_ok());
    assert_eq!(v.number(table::JET_paramMaxCursors), 2_147_483_647);
    assert_eq!(v.number(table::JET_paramConfiguration), 0);
    assert_eq!(read(&v, table::JET_paramBaseName), "edb");
    assert!(set(&mut v, table::JET_paramConfiguration, 1).is_ok());
    assert_eq!(v.number(table::JET_paramMaxCursors), 1024);
}

#[test]
fn texts_have_their_length() {
    let mut v = values();
    let base = table::JET_paramBaseName;
    for bad in ["", "ab", "abcd"] {
        assert_eq!(set_text(&mut v, base, bad), Err(JetErr::INVALID_PARAMETER));
    }
    assert_eq!(set_text(&mut v, base, "XyZ").unwrap(), "XyZ");
    let recovery = table::JET_paramRecovery;
    assert_eq!(set_text(&mut v, recovery, "Perhaps").unwrap(), "Perhaps");
    assert!(set_text(&mut v, recovery, &"b".repeat(260)).is_err());
    assert!(set_text(&mut v, recovery, &"b".repeat(259)).is_ok());
    let param = Param::of(recovery).unwrap();
    assert!(
        v.set(param, &Input::Text(None), false, Scope::Instance)
            .is_ok()
    );
    assert_eq!(read(&v, recovery), "");
}

#[test]
fn folders_become_absolute() {
    let mut v = values();
    assert_eq!(read(&v, table::JET_paramSystemPath), "./");
    let here = std::env::current_dir().unwrap().display().to_string();
    let id = table::JET_paramLogFilePath;
    for (given, kept) in [
        ("logs", format!("{here}/logs/")),
        ("logs/", format!("{here}/logs/")),
        ("", format!("{here}/")),
        (".", format!("{here}/")),
        ("a/../b/.", format!("{here}/b/")),
        ("/", "/".to_owned()),
        ("/../x", "/x/".to_owned()),
    ] {
        assert_eq!(set_text(&mut v, id, given).unwrap(), kept, "{given:?}");
    }
    let temp = table::JET_paramTempPath;
    for (given, kept) in [
        ("scratch.edb", "scratch.edb".to_owned()),
        ("", String::new()),
        ("t/x.edb", format!("{here}/t/x.edb")),
        ("t/", format!("{here}/t/")),
    ] {
        assert_eq!(set_text(&mut v, temp, given).unwrap(), kept, "{given:?}");
    }
}

#[test]
fn the_default_of_unicode_indexes_is_checked() {
    let mut v = values();
    assert_eq!(v.unicode_index().lcid, 1033);
    let bad = UnicodeIndex {
        lcid: 1033,
        flags: 0x8000_0000,
    };
    assert!(v.set_unicode_index(bad).is_err());
    assert!(
        v.set_unicode_index(UnicodeIndex { lcid: 0, flags: 0 })
            .is_err()
    );
    let good = UnicodeIndex {
        lcid: 1046,
        flags: 1,
    };
    v.set_unicode_index(good).unwrap();
    assert_eq!(v.unicode_index().flags, 0x401);
}

#[test]
fn kinds_are_read_from_the_table() {
    let kind = |id| Param::of(id).unwrap().kind;
    assert_eq!(kind(table::JET_paramVerPageSize), Kind::BlockSize);
    assert_eq!(kind(table::JET_paramTempPath), Kind::Path);
    assert_eq!(kind(table::JET_paramCircularLog), Kind::Bool);
}
