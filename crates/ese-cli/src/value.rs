//! Values as text, the same in every verb.
//!
//! * numbers plain, 64-bit ones exact; Currency as the 64-bit integer that is stored (ten-thousandths);
//! * Bit `true`/`false`; GUID with dashes, lower case; binary as lower-case hex;
//! * DateTime: an OLE date as ISO 8601 without zone; where the eight bytes are a FILETIME of the years
//!   1900 to 2300 (many programs keep one there) as ISO 8601 with seven decimals and `Z`; else the
//!   number;
//! * text without NULs at its end, a lone surrogate as U+FFFD.
//!
//! The two readings of a DateTime can't be confused: as a double, a FILETIME is smaller than 1e-150.
#![forbid(unsafe_code)]

use crate::text::hex;
use ese_core::format::ids::Coltyp;
use ese_core::format::value::{DateTime, Value};
use std::fmt::Write as _;

/// Days from 1899-12-30 (day 0 of OLE dates) back to 1601-01-01 (day 0 of FILETIMEs).
const OLE_OF_1601: i64 = -109_205;
/// 100 ns units of a day.
const DAY_UNITS: u64 = 864_000_000_000;
/// Years in which a FILETIME is believed: 1900 up to 2300, in days of FILETIME.
const FILETIME_DAYS: std::ops::Range<u64> = 109_207..255_304;

/// A FILETIME as ISO 8601 in UTC, when it is of the years 1900 to 2300.
pub(crate) fn filetime_iso(filetime: u64) -> Option<String> {
    let days = filetime / DAY_UNITS;
    if !FILETIME_DAYS.contains(&days) {
        return None;
    }
    let date = DateTime {
        bits: ((days as i64 + OLE_OF_1601) as f64).to_bits(),
    }
    .to_iso()?;
    let units = filetime % DAY_UNITS;
    let seconds = units / 10_000_000;
    Some(format!(
        "{}T{:02}:{:02}:{:02}.{:07}Z",
        date.get(..10)?,
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        units % 10_000_000
    ))
}

/// `true` when JSON writes the value without quotes.
fn is_bare(v: &Value<'_>) -> bool {
    match v {
        Value::Binary(_) | Value::Text(_) | Value::Guid(_) => false,
        Value::IeeeSingle(f) => f.is_finite(),
        Value::IeeeDouble(f) => f.is_finite(),
        Value::DateTime(d) => {
            d.to_iso().is_none() && filetime_iso(d.bits).is_none() && d.ole().is_finite()
        }
        _ => true,
    }
}

/// Appends the value as plain text.
pub(crate) fn push_plain(v: &Value<'_>, out: &mut String) {
    // Writing to a String does not fail.
    let _ = match v {
        Value::Bit(b) => write!(out, "{b}"),
        Value::UnsignedByte(n) => write!(out, "{n}"),
        Value::Short(n) => write!(out, "{n}"),
        Value::Long(n) => write!(out, "{n}"),
        Value::Currency(n) | Value::LongLong(n) => write!(out, "{n}"),
        Value::UnsignedLong(n) => write!(out, "{n}"),
        Value::UnsignedShort(n) => write!(out, "{n}"),
        Value::UnsignedLongLong(n) => write!(out, "{n}"),
        Value::IeeeSingle(f) if !f.is_finite() => write!(out, "{f}"),
        Value::IeeeDouble(f) if !f.is_finite() => write!(out, "{f}"),
        // The shortest digits that give the same number again, exponents where they are shorter.
        Value::IeeeSingle(f) => out.write_str(&serde_json::to_string(f).unwrap_or_default()),
        Value::IeeeDouble(f) => out.write_str(&serde_json::to_string(f).unwrap_or_default()),
        Value::DateTime(d) => match d.to_iso().or_else(|| filetime_iso(d.bits)) {
            Some(iso) => out.write_str(&iso),
            None if d.ole().is_finite() => {
                write!(
                    out,
                    "{}",
                    serde_json::to_string(&d.ole()).unwrap_or_default()
                )
            }
            None => write!(out, "0x{:016x}", d.bits),
        },
        Value::Guid(g) => write!(out, "{g}"),
        Value::Binary(b) => {
            out.push_str(&hex(b));
            Ok(())
        }
        Value::Text(t) => {
            t.trim_end_nul().push_to(out);
            Ok(())
        }
    };
}

/// Appends a string with JSON's quotes and escapes.
pub(crate) fn push_json_str(s: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (i, b) in s.bytes().enumerate() {
        let escape = match b {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1F | 0x7F => "",
            _ => continue,
        };
        out.push_str(&s[plain..i]);
        plain = i + 1;
        if escape.is_empty() {
            let _ = write!(out, "\\u{b:04x}");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&s[plain..]);
    out.push('"');
}

/// Appends the value as JSON; `scratch` is used for text.
pub(crate) fn push_json(v: &Value<'_>, scratch: &mut String, out: &mut String) {
    match v {
        Value::Text(t) => {
            scratch.clear();
            t.trim_end_nul().push_to(scratch);
            push_json_str(scratch, out);
        }
        v if is_bare(v) => push_plain(v, out),
        v => {
            out.push('"');
            push_plain(v, out);
            out.push('"');
        }
    }
}

/// The plain bytes of a value as text, hex where they are no value of the type.
pub(crate) fn text_of(coltyp: Coltyp, code_page: u16, bytes: &[u8]) -> String {
    let mut out = String::new();
    match Value::new(coltyp, code_page, bytes) {
        Ok(v) => push_plain(&v, &mut out),
        Err(_) => out = hex(bytes),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(coltyp: Coltyp, code_page: u16, bytes: &[u8]) -> (String, String) {
        let v = Value::new(coltyp, code_page, bytes).unwrap();
        let (mut plain, mut json) = (String::new(), String::new());
        push_plain(&v, &mut plain);
        push_json(&v, &mut String::new(), &mut json);
        (plain, json)
    }

    #[test]
    fn dates_three_ways() {
        let date = |bits: u64| both(Coltyp::DateTime, 0, &bits.to_le_bytes());
        assert_eq!(date(36_585.5f64.to_bits()).0, "2000-02-29T12:00:00.000");
        assert_eq!(
            date(132_000_000_001_234_567),
            (
                "2019-04-17T18:40:00.1234567Z".into(),
                "\"2019-04-17T18:40:00.1234567Z\"".into()
            )
        );
        // The first and the last moment that are believed.
        assert_eq!(
            filetime_iso(94_354_848_000_000_000).unwrap(),
            "1900-01-01T00:00:00.0000000Z"
        );
        assert_eq!(filetime_iso(94_354_847_999_999_999), None);
        assert_eq!(
            filetime_iso(220_582_655_999_999_999).unwrap(),
            "2299-12-31T23:59:59.9999999Z"
        );
        assert_eq!(filetime_iso(220_582_656_000_000_000), None);
        assert_eq!(date(5), ("2.5e-323".into(), "2.5e-323".into()));
        assert_eq!(date(f64::NAN.to_bits()).1, "\"0x7ff8000000000000\"");
        assert_eq!(date(1e300f64.to_bits()).0, "1e+300");
    }

    #[test]
    fn numbers_stay_exact() {
        assert_eq!(
            both(Coltyp::LongLong, 0, &i64::MIN.to_le_bytes()).1,
            "-9223372036854775808"
        );
        assert_eq!(
            both(Coltyp::UnsignedLongLong, 0, &u64::MAX.to_le_bytes()).1,
            "18446744073709551615"
        );
        assert_eq!(both(Coltyp::IeeeSingle, 0, &0.1f32.to_le_bytes()).1, "0.1");
        assert_eq!(
            both(Coltyp::IeeeDouble, 0, &f64::INFINITY.to_le_bytes()),
            ("inf".into(), "\"inf\"".into())
        );
        assert_eq!(both(Coltyp::Bit, 0, &[0xFF]).1, "true");
    }

    #[test]
    fn text_and_binary() {
        assert_eq!(
            both(Coltyp::Text, 1200, b"a\0\"\0\x01\0\x00\xd8\0\0").1,
            "\"a\\\"\\u0001\u{FFFD}\""
        );
        assert_eq!(both(Coltyp::Text, 1252, b"\xe9\x80\\\n").1, "\"é€\\\\\\n\"");
        assert_eq!(
            both(Coltyp::Binary, 0, &[0, 0xAB]),
            ("00ab".into(), "\"00ab\"".into())
        );
    }
}
