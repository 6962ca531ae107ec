//! Where a replay stops, as people write it: a position of the logs or a time.
//!
//! Invariants: a text means one thing or is refused; a time without zone is UTC, one with another
//! zone is refused.
#![forbid(unsafe_code)]

use ese_core::format::ids::{LogTime, LogTimeParts};
use ese_core::recovery::StopAt;

const POSITION: &str = "wanted: a generation (12, or 0xC), or a position as `eseutil logs` prints \
                        it (C:001A:0268, hexadecimal)";
const TIME: &str = "wanted: a UTC time such as 2026-11-25T00:47:21Z";

/// `GEN[:SEC[:OFF]]`.
pub(crate) fn position(s: &str) -> Result<StopAt, String> {
    let wrong = || format!("{s}: {POSITION}");
    let hex = |text: &str| {
        let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
        digits.then(|| u32::from_str_radix(text, 16).ok()).flatten()
    };
    let short = |text: &str| hex(text).and_then(|n| u16::try_from(n).ok());
    let mut parts = s.split(':');
    let first = parts.next().unwrap_or_default();
    let isec = parts
        .next()
        .map(|p| short(p).ok_or_else(wrong))
        .transpose()?;
    let ib = parts
        .next()
        .map(|p| short(p).ok_or_else(wrong))
        .transpose()?;
    if parts.next().is_some() {
        return Err(wrong());
    }
    let generation = match (isec, first.strip_prefix("0x")) {
        (_, Some(digits)) => hex(digits),
        (Some(_), None) => hex(first),
        (None, None) if first.bytes().all(|b| b.is_ascii_digit()) => first.parse().ok(),
        (None, None) => None,
    };
    let generation = generation
        .and_then(|n| i32::try_from(n).ok())
        .filter(|&n| n > 0)
        .ok_or_else(wrong)?;
    Ok(StopAt::Position {
        generation,
        isec,
        ib,
    })
}

/// `YYYY-MM-DDTHH:MM[:SS[.mmm]][Z]`.
pub(crate) fn time(s: &str) -> Result<StopAt, String> {
    let parts = parse_time(s).ok_or_else(|| format!("{s}: {TIME}"))?;
    Ok(StopAt::Time(LogTime::from_parts(parts)))
}

fn parse_time(s: &str) -> Option<LogTimeParts> {
    let text = s.strip_suffix(['Z', 'z']).unwrap_or(s);
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let number = |text: &str, digits: usize| -> Option<u16> {
        (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let byte = |text: &str, range: std::ops::RangeInclusive<u16>| {
        let n = number(text, 2).filter(|n| range.contains(n))?;
        u8::try_from(n).ok()
    };
    let mut date = date.split('-');
    let year = number(date.next()?, 4).filter(|y| (1900..=2155).contains(y))?;
    let (month, day) = (byte(date.next()?, 1..=12)?, byte(date.next()?, 1..=31)?);
    let mut clock = clock.split(':');
    let (hour, minute) = (byte(clock.next()?, 0..=23)?, byte(clock.next()?, 0..=59)?);
    let (second, millisecond) = match clock.next() {
        None => (0, 0),
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            // Finer than the logs hold is cut off.
            let ms: String = fraction.chars().chain("00".chars()).take(3).collect();
            (byte(whole, 0..=59)?, ms.parse().ok()?)
        }
    };
    if date.next().is_some() || clock.next().is_some() {
        return None;
    }
    Some(LogTimeParts {
        year,
        month,
        day,
        hour,
        minute,
        second,
        millisecond,
        utc: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(generation: i32, isec: Option<u16>, ib: Option<u16>) -> Result<StopAt, String> {
        Ok(StopAt::Position {
            generation,
            isec,
            ib,
        })
    }

    #[test]
    fn positions() {
        assert_eq!(position("12"), at(12, None, None));
        assert_eq!(position("0xC"), at(12, None, None));
        assert_eq!(position("C:1A"), at(12, Some(0x1A), None));
        assert_eq!(position("10:0"), at(16, Some(0), None));
        assert_eq!(
            position("C:001A:0268"),
            at(12, Some(0x1A), Some(0x268)),
            "as printed"
        );
        for bad in [
            "",
            "0",
            "-1",
            "C",
            "1:",
            ":1",
            "1:2:3:4",
            "1:10000",
            "1:+2",
            "0x",
            "1.5",
            "80000000:1",
            "4294967296",
        ] {
            assert!(position(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times() {
        let text = |s| match time(s) {
            Ok(StopAt::Time(t)) => t.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text("2026-11-25T00:47:21Z"), "2026-11-25T00:47:21.000Z");
        assert_eq!(text("2026-11-25 00:47"), "2026-11-25T00:47:00.000Z");
        assert_eq!(text("2026-11-25T00:47:21.5"), "2026-11-25T00:47:21.500Z");
        assert_eq!(
            text("2026-11-25t00:47:21.123999z"),
            "2026-11-25T00:47:21.123Z"
        );
        for bad in [
            "",
            "2026-11-25",
            "2026-11-25T00:47:21+02:00",
            "2026-13-25T00:47",
            "2026-11-25T24:00",
            "26-11-25T00:47",
            "2026-11-25T00:47:21.",
            "2026-11-25T00:47:21:09",
            "1899-01-01T00:00",
            "yesterday",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
