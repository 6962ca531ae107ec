//! Values of JSON lines as columns take them: what `export` writes goes in again as the same value.
//!
//! The forms are those of `crate::value`. Invariant: a value that its column can't hold exactly is
//! refused, but for fractions that floating point has not.
#![forbid(unsafe_code)]

use super::infer::{is_plain, whole};
use crate::cli::BinaryForm;
use ese_core::format::ids::Coltyp;
use ese_core::format::value::Guid;
use ese_core::record::Column;
use serde_json::Value;

/// Days from 1899-12-30 to 1970-01-01.
const UNIX_DAYS: i64 = 25_569;
/// Days from 1601-01-01 to 1970-01-01.
const FILETIME_DAYS: i64 = 134_774;
/// 100 ns units of a second.
const UNITS: i64 = 10_000_000;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// A value for a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'v> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(std::borrow::Cow<'v, str>),
    Guid(Guid),
    Bytes(Vec<u8>),
    /// Several values, in their order.
    Many(Vec<Cell<'v>>),
}

/// A value for `column`, or why it is none.
pub(super) fn cell<'v>(
    column: &Column,
    value: &'v Value,
    binary: BinaryForm,
) -> Result<Cell<'v>, String> {
    match value {
        Value::Null => Ok(Cell::Null),
        Value::Array(values) if is_plain(values) && column.fid.is_tagged() => {
            let each = values.iter().map(|v| match v {
                // A value without bytes, which is not the same as none.
                Value::Null => Ok(Cell::Bytes(Vec::new())),
                v => one(column, v, binary),
            });
            Ok(Cell::Many(each.collect::<Result<_, _>>()?))
        }
        Value::Array(_) if !column.coltyp.is_text() => {
            Err("an array, and the column takes one plain value".to_owned())
        }
        value => one(column, value, binary),
    }
}

fn one<'v>(column: &Column, value: &'v Value, binary: BinaryForm) -> Result<Cell<'v>, String> {
    let what = || match value {
        Value::String(s) if s.chars().count() > 40 => {
            let head: String = s.chars().take(40).collect();
            format!("a text that begins with {head:?}")
        }
        value => value.to_string(),
    };
    let cell = match (column.coltyp, value) {
        (Coltyp::Text | Coltyp::LongText, Value::String(s)) => Cell::Text(s.as_str().into()),
        (Coltyp::Text | Coltyp::LongText, value) => Cell::Text(value.to_string().into()),
        (Coltyp::Bit, Value::Bool(b)) => Cell::Bool(*b),
        (Coltyp::IeeeSingle | Coltyp::IeeeDouble, Value::Number(n)) => {
            Cell::Float(n.as_f64().ok_or_else(what)?)
        }
        (Coltyp::IeeeSingle | Coltyp::IeeeDouble, Value::String(s)) => {
            Cell::Float(match s.as_str() {
                "inf" => f64::INFINITY,
                "-inf" => f64::NEG_INFINITY,
                "NaN" => f64::NAN,
                _ => return Err(format!("{} is no number", what())),
            })
        }
        (Coltyp::DateTime, Value::Number(n)) => Cell::Float(n.as_f64().ok_or_else(what)?),
        (Coltyp::DateTime, Value::String(s)) => {
            let bits = time(s)
                .ok_or_else(|| format!("{} is no time, such as 2024-02-29T12:00:00Z", what()))?;
            Cell::Bytes(bits.to_le_bytes().to_vec())
        }
        (Coltyp::Guid, Value::String(s)) => {
            Cell::Guid(guid(s).ok_or_else(|| format!("{} is no GUID", what()))?)
        }
        (Coltyp::Binary | Coltyp::LongBinary, Value::String(s)) => Cell::Bytes(match binary {
            BinaryForm::Hex => {
                unhex(s).ok_or_else(|| format!("{} is not hex; see --binary", what()))?
            }
            BinaryForm::Base64 => {
                unbase64(s).ok_or_else(|| format!("{} is not base64; see --binary", what()))?
            }
        }),
        (ty, Value::Number(n)) if is_whole(ty) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => Cell::Int(n),
            (None, Some(n)) => Cell::Uint(n),
            (None, None) => return Err(format!("{} is no whole number of 64 bits", what())),
        },
        _ => return Err(format!("{} is no value of it", what())),
    };
    Ok(cell)
}

/// The number of a record, for the column that numbers them; `None` when it has none.
pub(super) fn record_number(value: Option<&Value>) -> Result<Option<u64>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(n)) => match whole(n).and_then(|n| u64::try_from(n).ok()) {
            Some(n) => Ok(Some(n)),
            None => Err(format!("{n} is no number of a record")),
        },
        Some(other) => Err(format!("{other} is no number of a record")),
    }
}

fn is_whole(ty: Coltyp) -> bool {
    matches!(
        ty,
        Coltyp::UnsignedByte
            | Coltyp::Short
            | Coltyp::UnsignedShort
            | Coltyp::Long
            | Coltyp::UnsignedLong
            | Coltyp::LongLong
            | Coltyp::UnsignedLongLong
            | Coltyp::Currency
    )
}

fn nibble(c: u8) -> Option<u8> {
    char::from(c)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
            _ => None,
        })
        .collect()
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    if digits.len() % 4 == 1 || text.len() - digits.len() > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let mut bits = 0u32;
        for &c in group {
            let digit = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * (4 - group.len());
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend(bytes.iter().take(group.len() - 1));
    }
    Some(out)
}

fn guid(text: &str) -> Option<Guid> {
    let text = text
        .strip_prefix('{')
        .and_then(|t| t.strip_suffix('}'))
        .unwrap_or(text);
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    if lengths != [8, 4, 4, 4, 12] {
        return None;
    }
    let mut bytes: [u8; 16] = unhex(&parts.concat())?.try_into().ok()?;
    // The first three numbers are stored little-endian.
    let (a, rest) = bytes.split_at_mut(4);
    let (b, rest) = rest.split_at_mut(2);
    a.reverse();
    b.reverse();
    rest.get_mut(..2)?.reverse();
    Some(Guid(bytes))
}

/// The eight bytes of a DateTime: a FILETIME with seven decimals and Z, the bits themselves, else the
/// OLE date of a moment of ISO 8601 or RFC 3339, in UTC where it has a zone.
fn time(text: &str) -> Option<u64> {
    if let Some(bits) = text.strip_prefix("0x") {
        return (bits.len() == 16).then(|| u64::from_str_radix(bits, 16).ok())?;
    }
    let moment = Moment::parse(text)?;
    if moment.decimals == 7 && moment.utc {
        let seconds = (moment.days + FILETIME_DAYS).checked_mul(DAY_SECONDS)? + moment.seconds;
        let units = seconds.checked_mul(UNITS)?.checked_add(moment.units)?;
        return u64::try_from(units).ok();
    }
    let seconds = moment.seconds - moment.zone;
    let days = moment.days + seconds.div_euclid(DAY_SECONDS) + UNIX_DAYS;
    let units = seconds.rem_euclid(DAY_SECONDS) * UNITS + moment.units;
    let fraction = units as f64 / (DAY_SECONDS * UNITS) as f64;
    // Before day 0 the fraction still counts forwards.
    let ole = match days < 0 {
        true => days as f64 - fraction,
        false => days as f64 + fraction,
    };
    Some(ole.to_bits())
}

/// A moment as it is written.
struct Moment {
    /// From 1970-01-01.
    days: i64,
    /// Of the day.
    seconds: i64,
    /// 100 ns of the second.
    units: i64,
    decimals: usize,
    /// Seconds that the zone is ahead of UTC.
    zone: i64,
    utc: bool,
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str, digits: usize| -> Option<i64> {
            let good = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
            good.then(|| text.parse().ok())?
        };
        let (date, clock) = match text.split_once(['T', 't', ' ']) {
            Some((date, clock)) => (date, clock),
            None => (text, "00:00"),
        };
        let mut parts = date.split('-');
        let (year, month, day) = (
            number(parts.next()?, 4)?,
            number(parts.next()?, 2)?,
            number(parts.next()?, 2)?,
        );
        if parts.next().is_some() || !(1..=12).contains(&month) {
            return None;
        }
        if !(1..=days_of_month(year, month)).contains(&day) {
            return None;
        }
        let (clock, zone, utc) = match clock.strip_suffix(['Z', 'z']) {
            Some(clock) => (clock, 0, true),
            None => match clock.rfind(['+', '-']) {
                None => (clock, 0, false),
                Some(at) => {
                    let (clock, zone) = clock.split_at_checked(at)?;
                    let (sign, zone) = zone.split_at_checked(1)?;
                    let (hours, minutes) = zone.split_once(':')?;
                    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
                    if hours > 23 || minutes > 59 {
                        return None;
                    }
                    let seconds = hours * 3600 + minutes * 60;
                    (clock, if sign == "-" { -seconds } else { seconds }, false)
                }
            },
        };
        let (clock, decimals) = clock.split_once('.').unwrap_or((clock, ""));
        if clock.len() < 8 && !decimals.is_empty() {
            return None;
        }
        let mut parts = clock.split(':');
        let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
        let second = parts.next().map_or(Some(0), |s| number(s, 2))?;
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        if !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let units: String = decimals.chars().chain("0000000".chars()).take(7).collect();
        Some(Self {
            days: days_from_civil(year, month, day),
            seconds: hour * 3600 + minute * 60 + second,
            units: units.parse().ok()?,
            decimals: decimals.len(),
            zone,
            utc,
        })
    }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::push_json;
    use ese_core::format::catalog_row::ColumnFlags;
    use ese_core::format::ids::Fid;
    use ese_core::format::value::Value as Typed;

    fn column(coltyp: Coltyp, tagged: bool) -> Column {
        Column {
            name: "c".into(),
            fid: Fid(if tagged { 256 } else { 1 }),
            coltyp,
            code_page: 1200,
            cb_max: 0,
            offset: 4,
            flags: ColumnFlags::empty(),
            default: None,
            derived: false,
        }
    }

    /// The bytes of eight that a DateTime column gets, written and read again.
    #[track_caller]
    fn again(bits: u64) {
        let bytes = bits.to_le_bytes();
        let typed = Typed::new(Coltyp::DateTime, 0, &bytes).unwrap();
        let mut text = String::new();
        push_json(&typed, &mut String::new(), &mut text);
        let value: Value = serde_json::from_str(&text).unwrap();
        let column = column(Coltyp::DateTime, false);
        let cell = cell(&column, &value, BinaryForm::Hex).unwrap();
        let now = match cell {
            Cell::Bytes(b) => u64::from_le_bytes(b.try_into().unwrap()),
            Cell::Float(f) => f.to_bits(),
            other => panic!("{other:?}"),
        };
        let mut second = String::new();
        let now = now.to_le_bytes();
        let typed = Typed::new(Coltyp::DateTime, 0, &now).unwrap();
        push_json(&typed, &mut String::new(), &mut second);
        assert_eq!(text, second);
    }

    #[test]
    fn times_that_export_writes_come_back() {
        for ole in [
            0.0,
            36_585.5,
            45_000.123_456,
            -1.25,
            -0.5,
            2_958_465.9,
            -657_434.0,
            1e300,
        ] {
            again(f64::to_bits(ole));
        }
        for filetime in [132_000_000_001_234_567, 94_354_848_000_000_000, 5] {
            again(filetime);
        }
        again(f64::NAN.to_bits());
        assert_eq!(
            time("2019-04-17T18:40:00.1234567Z"),
            Some(132_000_000_001_234_567)
        );
    }

    #[test]
    fn times_with_a_zone_are_utc() {
        let ole = |text: &str| time(text).map(f64::from_bits);
        assert_eq!(ole("2000-02-29T12:00:00Z"), Some(36_585.5));
        assert_eq!(ole("2000-02-29T14:30:00+02:30"), Some(36_585.5));
        assert_eq!(ole("2000-02-28T23:00:00-13:00"), Some(36_585.5));
        assert_eq!(ole("2000-02-29 12:00"), Some(36_585.5));
        assert_eq!(ole("2000-02-29"), Some(36_585.0));
        for bad in [
            "",
            "now",
            "2000-02-30T00:00",
            "2000-2-1",
            "2000-02-29T24:00",
            "2000-02-29T12:00:00+2",
            "2000-02-29T12:00.5",
            "0x12",
            "1900-02-29",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn binary_has_two_forms() {
        assert_eq!(unhex("00aBff"), Some(vec![0, 0xAB, 0xFF]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("0g"), None);
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9vYg", b"foob"),
            ("-_8=", b"\xFB\xFF"),
        ] {
            assert_eq!(unbase64(text).as_deref(), Some(bytes), "{text}");
        }
        for bad in ["Z", "Zg=a", "Zg===", "Zm9v\n"] {
            assert_eq!(unbase64(bad), None, "{bad}");
        }
    }

    #[test]
    fn guids_come_back() {
        let g = Guid([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        assert_eq!(guid(&g.to_string()), Some(g));
        assert_eq!(guid(&format!("{{{g}}}").to_uppercase()), Some(g));
        assert_eq!(guid("00000001-57ee"), None);
        assert_eq!(guid("é0000001-57ee-1e5c-00b4-d0000bb1e1"), None);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let say = |ty, tagged, value: &str| {
            let value: Value = serde_json::from_str(value).unwrap();
            cell(&column(ty, tagged), &value, BinaryForm::Hex).map(|_| ())
        };
        assert!(
            say(Coltyp::Long, false, "3.5")
                .unwrap_err()
                .starts_with("3.5 is no")
        );
        assert!(
            say(Coltyp::Long, false, "[1]")
                .unwrap_err()
                .contains("array")
        );
        assert!(say(Coltyp::Long, true, "[1,2]").is_ok());
        assert!(say(Coltyp::Long, true, "[1,\"x\"]").is_err());
        assert!(say(Coltyp::Bit, false, "1").is_err());
        assert!(say(Coltyp::Guid, false, "1").is_err());
        assert!(say(Coltyp::LongText, false, "[1]").is_ok());
    }
}
