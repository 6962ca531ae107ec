//! Locales by their number (LCID), as older structures name them.
#![forbid(unsafe_code)]

/// Numbers and names of locales that index definitions meet, by number.
const LOCALES: &[(u32, &str)] = &[
    (0x007F, ""),
    (0x0401, "ar-SA"),
    (0x0404, "zh-TW"),
    (0x0405, "cs-CZ"),
    (0x0406, "da-DK"),
    (0x0407, "de-DE"),
    (0x0408, "el-GR"),
    (0x0409, "en-US"),
    (0x040A, "es-ES_tradnl"),
    (0x040B, "fi-FI"),
    (0x040C, "fr-FR"),
    (0x040D, "he-IL"),
    (0x040E, "hu-HU"),
    (0x040F, "is-IS"),
    (0x0410, "it-IT"),
    (0x0411, "ja-JP"),
    (0x0412, "ko-KR"),
    (0x0413, "nl-NL"),
    (0x0414, "nb-NO"),
    (0x0415, "pl-PL"),
    (0x0416, "pt-BR"),
    (0x0418, "ro-RO"),
    (0x0419, "ru-RU"),
    (0x041A, "hr-HR"),
    (0x041B, "sk-SK"),
    (0x041D, "sv-SE"),
    (0x041E, "th-TH"),
    (0x041F, "tr-TR"),
    (0x0422, "uk-UA"),
    (0x0424, "sl-SI"),
    (0x0425, "et-EE"),
    (0x0426, "lv-LV"),
    (0x0427, "lt-LT"),
    (0x042A, "vi-VN"),
    (0x0804, "zh-CN"),
    (0x0807, "de-CH"),
    (0x0809, "en-GB"),
    (0x080A, "es-MX"),
    (0x080C, "fr-BE"),
    (0x0816, "pt-PT"),
    (0x0C04, "zh-HK"),
    (0x0C07, "de-AT"),
    (0x0C09, "en-AU"),
    (0x0C0A, "es-ES"),
    (0x0C0C, "fr-CA"),
    (0x1009, "en-CA"),
    (0x100C, "fr-CH"),
];

/// Name of a locale by its number; `None` for one that is not known.
pub(super) fn name_of(lcid: u32) -> Option<&'static str> {
    // The sort id in the high half does not change the name here.
    let at = LOCALES.binary_search_by_key(&(lcid & 0xFFFF), |(n, _)| *n);
    at.ok()
        .and_then(|at| LOCALES.get(at))
        .map(|(_, name)| *name)
}

/// Number of a locale by its name; that of en-US for one that is not known.
pub(super) fn number_of(name: &str) -> u32 {
    let found = LOCALES.iter().find(|(_, n)| n.eq_ignore_ascii_case(name));
    found.map_or(0x0409, |(n, _)| *n)
}

#[cfg(test)]
mod tests {
    use super::{LOCALES, name_of, number_of};

    #[test]
    fn numbers_and_names_go_both_ways() {
        assert!(LOCALES.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(name_of(1033), Some("en-US"));
        assert_eq!(name_of(0x1_0407), Some("de-DE"));
        assert_eq!(name_of(9), None);
        assert_eq!((number_of("DE-at"), number_of("xx")), (0x0C07, 0x0409));
    }
}
