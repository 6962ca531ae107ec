//! Keys as the original engine made them: `keys.tsv` (every type but Unicode text, both
//! directions), and the transcripts of the programs key-cut, key-make and key-most.
#![forbid(unsafe_code)]

use ese_core::HasJetErr;
use ese_core::format::key::{
    DecodedSegment, KeyBuilder, KeyRules, MakeKeyFlags, SearchIndex, SearchKey, Segment,
    SegmentType, decode_key, minimised, pad_fixed,
};
use std::collections::BTreeMap;
use testkit::{hex, unhex};

fn read(rel: &str) -> Option<String> {
    let file = testkit::witness_file(rel);
    if file.is_none() {
        testkit::skip(rel);
    }
    file.map(|f| std::fs::read_to_string(f).unwrap())
}

fn fixed(ty: SegmentType, cb_max: u32) -> Segment {
    Segment {
        fixed: true,
        cb_max,
        ..Segment::new(ty)
    }
}

fn descending(segment: Segment) -> Segment {
    Segment {
        descending: true,
        ..segment
    }
}

/// The segment of a column type as keys.tsv names it.
fn segment_of(coltyp: &str) -> Segment {
    use SegmentType::*;
    match coltyp {
        "Bit" => Segment::new(Bit),
        "UnsignedByte" => Segment::new(UnsignedByte),
        "Short" => Segment::new(Short),
        "UnsignedShort" => Segment::new(UnsignedShort),
        "Long" | "Long-tagged" => Segment::new(Long),
        "UnsignedLong" => Segment::new(UnsignedLong),
        "LongLong" => Segment::new(LongLong),
        "UnsignedLongLong" => Segment::new(UnsignedLongLong),
        "Currency" => Segment::new(Currency),
        "IEEESingle" => Segment::new(IeeeSingle),
        "IEEEDouble" => Segment::new(IeeeDouble),
        "DateTime" => Segment::new(DateTime),
        "GUID" => Segment::new(Guid),
        "Binary" | "Binary-tagged" | "LongBinary" => Segment::new(Binary),
        "Text" | "LongText" => Segment::new(Text),
        "Binary-fixed10" => fixed(Binary, 10),
        "Text-fixed10" => fixed(Text, 10),
        other => panic!("column type {other}"),
    }
}

#[test]
fn every_row_of_keys_tsv() {
    let Some(text) = read("keys.tsv") else { return };
    let rules = KeyRules::default();
    let mut builder = KeyBuilder::new();
    let (mut rows, mut read_back) = (0, 0);
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split('\t').collect();
        let mut segment = segment_of(f[0]);
        segment.descending = f[2] == "desc";
        let value = match f[3] {
            "NULL" => None,
            "zero-length" => Some(Vec::new()),
            v => Some(unhex(v)),
        };
        let mut buffer = [0; 256];
        let stored = value
            .as_deref()
            .map(|v| pad_fixed(&segment, v, &mut buffer));
        let key = builder.build(&rules, &[(segment, stored)]).unwrap();
        assert_eq!(hex(key), f[4], "{line}");
        rows += 1;

        // Back again, where the key holds the value.
        let decoded = decode_key(key, &rules, &[segment]);
        match (&decoded[..], stored) {
            ([DecodedSegment::Null], None) => {}
            ([DecodedSegment::ZeroLength], Some(v)) => assert!(v.is_empty()),
            ([DecodedSegment::Value(back)], Some(v)) => {
                if segment.ty == SegmentType::Bit {
                    assert_eq!(back[0] != 0, v[0] != 0);
                } else {
                    assert_eq!(back, v, "{line}");
                }
                read_back += 1;
            }
            ([DecodedSegment::Text(back)], Some(v)) => {
                let end = v.iter().position(|&b| b == 0).unwrap_or(v.len());
                // A cut key can end in what looks like a terminator.
                let end = if builder.is_truncated() {
                    back.len()
                } else {
                    end
                };
                assert_eq!(*back, v[..end].to_ascii_uppercase(), "{line}");
                read_back += 1;
            }
            ([DecodedSegment::Cut(back)], Some(v)) => {
                assert!(builder.is_truncated(), "{line}");
                if segment.ty == SegmentType::Binary {
                    let n = back.len().min(v.len());
                    assert_eq!(back[..n], v[..n], "{line}");
                }
            }
            other => panic!("{line}: {other:?}"),
        }
    }
    assert_eq!(rows, 664);
    assert!(read_back > 450, "{read_back}");
}

/// The columns of the program key-cut, with the values of its record.
fn cut_columns(z: &[u8]) -> BTreeMap<&'static str, (Segment, Vec<u8>)> {
    use SegmentType::*;
    let big = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";
    let first = |n: usize| big[..n].to_vec();
    BTreeMap::from([
        ("n", (Segment::new(Long), 1i32.to_le_bytes().to_vec())),
        (
            "l",
            (Segment::new(Long), 0x0102_0304i32.to_le_bytes().to_vec()),
        ),
        ("g", (Segment::new(Guid), first(16))),
        ("fb", (fixed(Binary, 20), first(20))),
        ("ft", (fixed(Text, 20), first(20))),
        ("vb", (Segment::new(Binary), first(30))),
        ("vt", (Segment::new(Text), first(30))),
        ("lb", (Segment::new(Binary), first(30))),
        ("lt", (Segment::new(Text), first(30))),
        ("tb", (Segment::new(Binary), first(30))),
        ("z", (Segment::new(Text), z.to_vec())),
    ])
}

fn segments_of<'a>(
    definition: &str,
    columns: &'a BTreeMap<&'static str, (Segment, Vec<u8>)>,
) -> Vec<(Segment, Option<&'a [u8]>)> {
    definition
        .split('|')
        .map(|part| {
            let (sign, name) = part.split_at(1);
            let (segment, value) = &columns[name];
            let segment = if sign == "-" {
                descending(*segment)
            } else {
                *segment
            };
            (segment, Some(&value[..]))
        })
        .collect()
}

/// `true` when `shown` (whole, or `head...tail` of a long one) is this key.
fn shows(shown: &str, key: &[u8]) -> bool {
    let key = hex(key);
    match shown.split_once("...") {
        Some((head, tail)) => key.starts_with(head) && key.ends_with(tail),
        None => key == shown,
    }
}

#[test]
fn keys_are_cut_as_in_key_cut() {
    let Some(text) = read("expected/key-cut.txt") else {
        return;
    };
    let mut builder = KeyBuilder::new();
    let mut checked = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [
            definition,
            "segment",
            "limit",
            n,
            "errSuccess",
            len,
            "bytes",
            key,
        ] = words[..]
        {
            let rules = KeyRules {
                var_seg_mac: n.trim_end_matches(':').parse().unwrap(),
                ..KeyRules::default()
            };
            let columns = cut_columns(b"");
            let made = builder
                .build(&rules, &segments_of(definition, &columns))
                .unwrap();
            assert_eq!(hex(made), key, "{line}");
            assert_eq!(made.len().to_string(), len);
            assert!(!builder.is_truncated(), "{line}");
            checked += 1;
        } else if let [definition, "with", "text", "of", rest @ ..] = &words[..] {
            // JetSetColumn of 256 bytes was 255.
            let n: usize = rest[0].trim_matches([':', ',']).parse().unwrap();
            let columns = cut_columns(&vec![b'q'; n.min(255)]);
            let made = builder
                .build(&KeyRules::default(), &segments_of(definition, &columns))
                .unwrap()
                .to_vec();
            match rest[1..] {
                ["errSuccess", len, "bytes", key] => {
                    assert!(shows(key, &made), "{line}: {}", hex(&made));
                    assert_eq!(made.len().to_string(), len);
                }
                ["disallow:", result] => assert_eq!(
                    builder.is_truncated(),
                    result == "JET_errKeyTruncated",
                    "{line}"
                ),
                _ => panic!("{line}"),
            }
            checked += 1;
        }
    }
    assert!(checked > 190, "{checked}");
}

/// The indexes of the program key-make.
fn make_index(name: &str) -> (KeyRules, Vec<Segment>) {
    use SegmentType::*;
    let rules = |key_most, var_seg_mac| KeyRules {
        key_most,
        var_seg_mac,
        ..KeyRules::default()
    };
    let default = rules(255, 0);
    let (n, vt, vb) = (Segment::new(Long), Segment::new(Text), Segment::new(Binary));
    match name {
        "n2" => (default, vec![n, vt]),
        "dn" => (default, vec![descending(n), vt]),
        "fb" => (default, vec![fixed(Binary, 6)]),
        "ft" => (default, vec![fixed(Text, 6)]),
        "vb" | "lb" | "tb" => (default, vec![vb]),
        "vt" | "lt" => (default, vec![vt]),
        "tl" => (default, vec![n]),
        "dvt" => (default, vec![descending(vt)]),
        "dvb" => (default, vec![descending(vb)]),
        "three" => (default, vec![n, vt, vb]),
        "k256" => (rules(256, 0), vec![vb]),
        "k500" => (rules(500, 0), vec![vb, n]),
        "v10" => (rules(255, 10), vec![vt, n]),
        "t500" => (rules(500, 0), vec![vt, n]),
        other => panic!("index {other}"),
    }
}

fn flags_of(options: &str) -> MakeKeyFlags {
    options
        .split('+')
        .map(|option| match option {
            "plain" => MakeKeyFlags::empty(),
            "Str" => MakeKeyFlags::STR_LIMIT,
            "SubStr" => MakeKeyFlags::SUB_STR_LIMIT,
            "FullStart" => MakeKeyFlags::FULL_COLUMN_START,
            "FullEnd" => MakeKeyFlags::FULL_COLUMN_END,
            "PartStart" => MakeKeyFlags::PARTIAL_COLUMN_START,
            "PartEnd" => MakeKeyFlags::PARTIAL_COLUMN_END,
            other => panic!("option {other}"),
        })
        .fold(MakeKeyFlags::NEW_KEY, |all, one| all | one)
}

struct Maker {
    key: SearchKey,
    rules: KeyRules,
    segments: Vec<Segment>,
}

impl Maker {
    fn new(index: &str) -> Self {
        let (rules, segments) = make_index(index);
        Self {
            key: SearchKey::new(),
            rules,
            segments,
        }
    }

    /// Makes one column and says the result in the words of the transcript.
    fn make(&mut self, data: &[u8], flags: MakeKeyFlags) -> String {
        let index = SearchIndex {
            rules: &self.rules,
            segments: &self.segments,
            tuples: None,
            placeholder: false,
        };
        let result = match self.key.make(&index, data, flags) {
            Ok(()) => "errSuccess".to_owned(),
            Err(e) => e.jet_err().name().trim_start_matches("JET_").to_owned(),
        };
        // The original has no bytes to show for an empty ready-made key either.
        let Some(key) = self.key.key().filter(|k| !k.is_empty()) else {
            return format!("{result}, key errKeyNotMade");
        };
        let head = key.iter().rposition(|&b| b != 0xFF).map_or(0, |at| at + 1);
        if key.len() - head > 8 {
            format!(
                "{result}, {} bytes {} then ff to the end",
                key.len(),
                hex(&key[..head])
            )
        } else {
            format!("{result}, {} bytes {}", key.len(), hex(key))
        }
    }
}

#[test]
fn search_keys_are_made_as_in_key_make() {
    let Some(text) = read("expected/key-make.txt") else {
        return;
    };
    let five = 5i32.to_le_bytes();
    // Lines that every option is shown for: index, words of the data, the data, zero length.
    let data: &[(&str, &[u8], bool)] = &[
        ("n2 Long 5", &five, false),
        ("dn descending Long 5", &five, false),
        ("tl tagged Long 5", &five, false),
        ("fb fixed binary", b"abcdef", false),
        ("ft fixed text", b"abcdef", false),
        ("vb 8 bytes", b"abcdefgh", false),
        ("vb 3 bytes", b"abc", false),
        ("vb 11 bytes", b"abcdefghijk", false),
        ("vb 16 bytes", b"abcdefghijklmnop", false),
        ("vt abc", b"abc", false),
        ("vt one letter", b"a", false),
        ("lb 3 bytes", b"abc", false),
        ("lt abc", b"abc", false),
        ("tb 9 bytes", b"abcdefghi", false),
        ("dvt abc", b"abc", false),
        ("dvb abc", b"abc", false),
        ("dvb abcdefghi", b"abcdefghi", false),
        ("n2 NULL", b"", false),
        ("vb NULL", b"", false),
        ("vt NULL", b"", false),
        ("dvt NULL", b"", false),
        ("vb zero length", b"", true),
        ("vt zero length", b"", true),
        ("dvb zero length", b"", true),
        ("n2 zero length", b"", true),
        ("fb zero length", b"", true),
        ("ft zero length", b"", true),
        ("vb zero length bit with data", b"ab", true),
    ];
    let mut checked = 0;
    for line in text.lines() {
        let Some((label, answer)) = line.split_once(": ") else {
            continue;
        };
        let Some((what, options)) = label.rsplit_once(' ') else {
            continue;
        };
        let Some((_, data, zero)) = data.iter().find(|(w, _, _)| *w == what) else {
            continue;
        };
        let mut maker = Maker::new(what.split(' ').next().unwrap());
        let mut flags = flags_of(options);
        if *zero {
            flags |= MakeKeyFlags::ZERO_LENGTH;
        }
        assert_eq!(maker.make(data, flags), answer, "{line}");
        checked += 1;
    }
    assert_eq!(checked, data.len() * 11);
}

#[test]
fn search_keys_of_every_size_as_in_key_make() {
    let Some(text) = read("expected/key-make.txt") else {
        return;
    };
    let answers: BTreeMap<&str, &str> = text.lines().filter_map(|l| l.split_once(": ")).collect();
    let new = MakeKeyFlags::NEW_KEY;
    let add = MakeKeyFlags::empty();
    let ready = MakeKeyFlags::NORMALIZED_KEY;
    let end = MakeKeyFlags::PARTIAL_COLUMN_END;
    let full_end = MakeKeyFlags::FULL_COLUMN_END;
    let five = 5i32.to_le_bytes();
    let (q, ones, seven) = ([b'q'; 3000], [b'1'; 300], [7u8; 300]);
    let is = |maker: &mut Maker, label: &str, data: &[u8], flags: MakeKeyFlags| {
        let answer = answers.get(label).unwrap_or_else(|| panic!("no {label}"));
        assert_eq!(maker.make(data, flags), *answer, "{label}");
    };

    let mut m = Maker::new("n2");
    is(&mut m, "Long of 2 bytes", &five[..2], new);
    is(&mut m, "Long of 8 bytes", &[0; 8], new);
    let mut m = Maker::new("fb");
    is(&mut m, "fixed binary short", b"abc", new);
    is(&mut m, "fixed binary long", b"abcdefgh", new);
    let mut m = Maker::new("ft");
    is(&mut m, "fixed text short", b"abc", new);
    is(&mut m, "fixed text long", b"abcdefgh", new);
    is(&mut m, "fixed text short, PartEnd", b"abc", new | end);
    let mut m = Maker::new("vt");
    let letters = b"abcdefghijklmnopqrstuvwxyz";
    is(&mut m, "text longer than the column", letters, new);
    is(&mut m, "text with a NUL inside", b"ab\0cd", new);
    is(&mut m, "text of one NUL", b"\0", new);
    is(&mut m, "text of 300", &q[..300], new);
    for n in 252..=256 {
        is(&mut m, &format!("key most 255, text of {n}"), &q[..n], new);
    }
    for n in 253..=256 {
        let label = format!("key most 255, digits of {n}");
        is(&mut m, &label, &ones[..n], new);
    }
    let mut m = Maker::new("lb");
    for n in [300, 226, 224] {
        is(&mut m, &format!("binary of {n}"), &q[..n], new);
    }
    is(&mut m, "binary of 300 PartEnd", &q[..300], new | end);
    is(&mut m, "binary of 300 FullEnd", &q[..300], new | full_end);
    let mut m = Maker::new("vb");
    for n in 222..=228 {
        is(
            &mut m,
            &format!("key most 255, binary of {n}"),
            &q[..n],
            new,
        );
    }
    for n in 224..=227 {
        let label = format!("key most 255, binary of {n} PartEnd");
        is(&mut m, &label, &q[..n], new | end);
    }
    let mut m = Maker::new("k500");
    is(&mut m, "key most 500, binary of 600", &q[..600], new);
    is(&mut m, "key most 500, full, then Long", &five, add);
    is(&mut m, "key most 500, then a third", &five, add);
    is(&mut m, "key most 500, binary of 440", &q[..440], new);
    is(&mut m, "key most 500, cut Long", &five, add);
    let mut m = Maker::new("v10");
    is(&mut m, "var seg 10, 3 letters", b"abc", new);
    is(&mut m, "var seg 10, then Long", &five, add);
    is(&mut m, "var seg 10, 20 letters", &letters[..20], new);
    is(&mut m, "var seg 10, cut, then Long", &five, add);
    is(
        &mut m,
        "var seg 10, 20 letters, PartEnd",
        &letters[..20],
        new | end,
    );
    let mut m = Maker::new("t500");
    is(&mut m, "key most 500, text of 600", &q[..600], new);

    let mut m = Maker::new("three");
    assert_eq!(answers["no key yet, append"], "JET_errKeyNotMade");
    assert_eq!(m.make(&five, add), "errKeyNotMade, key errKeyNotMade");
    m.make(&five, new);
    is(&mut m, "second", b"ab", add);
    is(&mut m, "third", b"cd", add);
    is(&mut m, "fourth", b"ef", add);
    m.make(&five, new);
    is(
        &mut m,
        "second with StrLimit",
        b"ab",
        MakeKeyFlags::STR_LIMIT,
    );
    is(&mut m, "append after a limit", b"cd", add);
    is(&mut m, "NewKey after a limit", &five, new);
    let both = end | MakeKeyFlags::PARTIAL_COLUMN_START;
    is(&mut m, "append bad size", b"cd", both);
    is(&mut m, "append good one after it", b"cd", add);
    is(&mut m, "NewKey, bad size", &five[..2], new);
    is(&mut m, "append after a failed NewKey", b"ab", add);
    // Our Long here is no fixed column, whose size would be looked at first.
    m.segments[0] = fixed(SegmentType::Long, 4);
    is(
        &mut m,
        "PartEnd on a Long and bad size",
        &five[..2],
        new | end,
    );
    is(&mut m, "PartEnd on a Long", &five, new | end);
    let unknown = MakeKeyFlags::from_bits_retain(0xFFF8_0000);
    is(&mut m, "unknown bits", &five, new | unknown);

    is(&mut m, "normalised, 3 bytes", b"\x7f\x80\x01", new | ready);
    is(&mut m, "append column 2 to it", b"ab", add);
    is(&mut m, "append column 3 to it", b"cd", add);
    is(&mut m, "append a fourth to it", b"cd", add);
    is(&mut m, "normalised without NewKey", b"\x7f\x80\x02", ready);
    let all = new | ready | full_end | MakeKeyFlags::STR_LIMIT | MakeKeyFlags::ZERO_LENGTH;
    is(
        &mut m,
        "normalised with limits and NULL bits",
        b"\x7f\x80\x03",
        all,
    );
    is(&mut m, "append after that", b"zz", add);
    is(&mut m, "normalised of 0 bytes", b"", new | ready);
    is(&mut m, "normalised of 255", &seven[..255], new | ready);
    is(&mut m, "append to 255", b"ab", add);
    is(&mut m, "normalised of 256", &seven[..256], new | ready);
    is(&mut m, "append to 256", b"ab", add);
    is(&mut m, "normalised of 257", &seven[..257], new | ready);
    let mut m = Maker::new("k256");
    for n in 255..=258 {
        let label = format!("key most 256, normalised of {n}");
        is(&mut m, &label, &seven[..n], new | ready);
    }
    let mut m = Maker::new("k500");
    for n in 501..=502 {
        let label = format!("key most 500, normalised of {n}");
        is(&mut m, &label, &q[..n], new | ready);
    }
}

#[test]
fn limits_of_primary_indexes_as_in_key_most() {
    use SegmentType::*;
    let Some(text) = read("expected/key-most.txt") else {
        return;
    };
    let column = |name: &str| match name {
        "bit" => fixed(Bit, 1),
        "byte" => fixed(UnsignedByte, 1),
        "short" => fixed(Short, 2),
        "long" => fixed(Long, 4),
        "cur" => fixed(Currency, 8),
        "guid" => fixed(Guid, 16),
        "taglong" => Segment::new(Long),
        "fb" => fixed(Binary, 20),
        "fbig" => fixed(Binary, 255),
        "ft" => fixed(Text, 20),
        "vb" | "lb" => Segment::new(Binary),
        "vt" | "lt" => Segment::new(Text),
        other => panic!("column {other}"),
    };
    // What was asked for: key most, segment most; 0 is nothing.
    let asked = |i: usize| match i {
        16 => (500, 0),
        17 => (2000, 0),
        18 => (300, 0),
        19..=22 => (255, 10),
        23 => (255, 200),
        24 => (500, 300),
        25 => (255, 3),
        _ => (255, 0),
    };
    let mut checked = 0;
    for line in text.lines() {
        let words: Vec<&str> = line
            .split([' ', ':', ','])
            .filter(|w| !w.is_empty())
            .collect();
        let [
            name,
            definition,
            "key",
            "most",
            "errSuccess",
            key_most,
            "segment",
            "most",
            "errSuccess",
            var_seg_mac,
            "limit",
            "key",
            limit,
            ..,
        ] = words[..]
        else {
            continue;
        };
        let Some(i) = name.strip_prefix("primary") else {
            continue;
        };
        let (most, seg) = asked(i.parse().unwrap());
        let segments: Vec<Segment> = definition
            .split('|')
            .map(|part| column(&part[1..]))
            .collect();
        let mut rules = KeyRules {
            key_most: most,
            var_seg_mac: seg,
            ..KeyRules::default()
        };
        let made = minimised(&rules, &segments);
        assert_eq!(made.key_most.to_string(), key_most, "{line}");
        assert_eq!(made.var_seg_mac.to_string(), var_seg_mac, "{line}");

        rules.key_most = made.key_most;
        rules.var_seg_mac = made.var_seg_mac;
        let mut key = SearchKey::new();
        let index = SearchIndex {
            rules: &rules,
            segments: &segments,
            tuples: None,
            placeholder: false,
        };
        key.make(
            &index,
            b"",
            MakeKeyFlags::NEW_KEY | MakeKeyFlags::FULL_COLUMN_END,
        )
        .unwrap();
        assert_eq!(key.key().unwrap().len().to_string(), limit, "{line}");
        checked += 1;
    }
    assert_eq!(checked, 26);
}
