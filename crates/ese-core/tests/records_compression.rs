//! Compressed values: the test vectors of docs/format/database-compression.md, round trips of our
//! encoders, and the errors of damaged ones.
#![forbid(unsafe_code)]

mod records_support;

use ese_core::format::compress::{
    CompressError, CompressPolicy, PLAIN_MOST, Scheme, compress, decompress_into, decompressed_len,
    encode_ascii, encode_unicode, encode_xpress, encode_xpress_fast, scheme,
};
use ese_core::io::rng::{Rng, SeededRng};
use records_support::{lz4, shape, xpress9, xpress10};
use testkit::{hex, unhex};

fn plain_of(stored: &[u8]) -> Result<Vec<u8>, CompressError> {
    let mut out = vec![0xEE; 3];
    decompress_into(stored, &mut out, PLAIN_MOST)?;
    assert_eq!(out[..3], [0xEE; 3], "what was there stays");
    assert_eq!(out.len() - 3, decompressed_len(stored)?);
    Ok(out.split_off(3))
}

fn wide(s: &str) -> Vec<u8> {
    s.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Plain bytes and stored bytes, as in the document.
fn vectors() -> Vec<(Vec<u8>, &'static str)> {
    let run = |b: u8, n: usize| vec![b; n];
    let ascii = |s: &str| s.as_bytes().to_vec();
    let count = |from: u8, n: u8| (from..from + n).collect::<Vec<u8>>();
    vec![
        // 7-bit.
        (ascii("1234567890ABCDEF"), "0f31d98c56b3dd703958503824168d"),
        (
            ascii("The quick brown fox jumps"),
            "0e54741914afa7c76b9058febebb41e6371ea4aeb7e173",
        ),
        (
            ascii("ABCDEFGHIJKLMNOPQRSTUVWX"),
            "0f41e19058341e9149e592d9743ea151e9945ab55eb1",
        ),
        (wide("12"), "153119"),
        (wide("abcd"), "1361f1980c"),
        (wide("Hello, ESE"), "15c8329bfd66818ad322"),
        (wide("ABCDEFGH"), "1741e19058341e91"),
        // XPRESS.
        (run(0x78, 50), "183200ffffff3f787807000f17"),
        (
            [run(0x71, 25), run(0x72, 25)].concat(),
            "183200ffffff2f71710700ed720700",
        ),
        (ascii(&"abc".repeat(12)), "182400ffffff0f6162636117000f07"),
        (run(0, 300), "182c01ffffff3f000007000fff2701"),
        (
            [count(0, 31), count(0, 31)].concat(),
            "183e0000000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e00fffffffff7000f05",
        ),
        (
            [count(0x41, 28), count(0x41, 11), run(0x2d, 23)].concat(),
            "183e00050000004142434445464748494a4b4c4d4e4f505152535455565758595a5b5c41df00c02d0700ffffffff",
        ),
        // XPRESS9.
        (
            run(0x61, 64),
            "2833eeae372ad7864e400000003e0100001b2006000000000041c4f22e0000000045ebb4ec00000060c8303c2d",
        ),
        (
            ascii(&"abcdefgh".repeat(8)),
            "28f828ee232ad7864e40000000810100001b20060000000000d4743d9600000000924fcfc000000060c8883113a6cc98b360583f0900",
        ),
        (
            run(0, 2000),
            "28d3b9a5fc2ad7864ed0070000480100001b60060000000000f8b064ca000000002926c587000000000020fc93b5",
        ),
        (
            (b'A'..=b'P')
                .flat_map(|c| [&[c][..], b"1234567"].concat())
                .collect(),
            "286f87d9d22ad7864e800000007e0200001b2006000000000080e56cec000000009f5e842600000020881113662c58b161275433080725129468506241890725813108c9a0a482920e4a2628d9a0e482920f4a2128",
        ),
        (
            (0u32..256).map(|i| ((i * 7919) >> 5 & 1) as u8).collect(),
            "2863a9002b2ad7864e0001000015020000a820060000000000a821995a0000000018b6820b000020a14e00000051420e0020dd031daf6f0000000c76fc0dd6600dd6600dd6600d16",
        ),
        // XPRESS10.
        (
            run(0x61, 64),
            "30400033eeae37c3c16eee4a33724510e539c00b003e0000a0c0b03c0bafe6460369db8c28",
        ),
        (
            ascii(&"abcdefgh".repeat(8)),
            "304000f828ee234ed5ebdb0e51911c10e539c00b00800000a0c0901163264c993167d19f1633c9accc668fbf88",
        ),
        (
            run(0, 600),
            "305802f460fd6060cf27580beb6d8210e539c00b00460000a000a0fc471716984c92de6ea11e",
        ),
        // LZ4.
        (run(0x61, 64), "3840001f61010027506161616161"),
        (
            ascii(&"abcdefgh".repeat(4)),
            "3820008f6162636465666768080000506465666768",
        ),
        (run(0, 300), "382c011f000100ff14500000000000"),
        (
            ascii(&"0123456789abcdefghij".repeat(2)),
            "382800fb05303132333435363738396162636465666768696a140050666768696a",
        ),
    ]
}

#[test]
fn every_vector_decodes() {
    for (plain, stored) in vectors() {
        assert_eq!(
            hex(&plain_of(&unhex(stored)).unwrap_or_default()),
            hex(&plain),
            "{stored}"
        );
    }
}

#[test]
fn seven_bit_has_one_encoding() {
    for (plain, stored) in vectors() {
        let mut out = Vec::new();
        match scheme(&unhex(stored)) {
            Ok(Scheme::SevenBitAscii) => assert!(encode_ascii(&plain, &mut out)),
            Ok(Scheme::SevenBitUnicode) => assert!(encode_unicode(&plain, &mut out)),
            _ => continue,
        }
        assert_eq!(hex(&out), stored);
    }
    // Smallest sizes that gain (docs/format/database-compression.md §2).
    let mut out = Vec::new();
    assert!(!encode_ascii(&[b'a'; 15], &mut out) && encode_ascii(&[b'a'; 16], &mut out));
    assert!(!encode_unicode(&wide("a"), &mut out) && encode_unicode(&wide("ab"), &mut out));
    assert!(!encode_unicode(b"a\0b\0c", &mut out));
    assert!(!encode_ascii(&[0x80; 100], &mut out));
}

#[test]
fn damaged_vectors_give_the_right_error() {
    assert_eq!(plain_of(&[]), Err(CompressError::Short(0)));
    for first in [0x00, 0x07, 0x40, 0xFF] {
        assert_eq!(plain_of(&[first; 9]), Err(CompressError::Scheme(first)));
    }
    assert_eq!(plain_of(b"\x20LLLLLL"), Err(CompressError::Scrubbed));
    // A wrong number of used bits, or no last byte.
    assert!(plain_of(&unhex("143119")).is_err());
    assert!(plain_of(&unhex("15")).is_err());
    // XPRESS without its end mark, and with a u16 length below its least.
    assert!(plain_of(&unhex("183200feffff3f787807000f17")).is_ok());
    assert!(plain_of(&unhex("183200ffffff1f787807000f17")).is_err());
    assert!(plain_of(&unhex("182c01ffffff3f000007000fff1401")).is_err());
    // The extra word of ones is needed when the items fill their words.
    let whole = "183e00050000004142434445464748494a4b4c4d4e4f505152535455565758595a5b5c41df00c02d0700ffffffff";
    assert!(plain_of(&unhex(&whole[..whole.len() - 8])).is_err());
    // A wrong check value of XPRESS9 and XPRESS10 is told from damage.
    for (_, stored) in vectors() {
        let mut bytes = unhex(stored);
        let at = match scheme(&bytes) {
            Ok(Scheme::Xpress9) => 1,
            Ok(Scheme::Xpress10) => 3,
            _ => continue,
        };
        bytes[at] ^= 1;
        assert_eq!(plain_of(&bytes), Err(CompressError::Check), "{stored}");
    }
    // LZ4: offsets of 0 and beyond what is out; a plain size that the block doesn't fill.
    assert!(plain_of(&unhex("3840001f61010027506161616161")).is_ok());
    assert!(plain_of(&unhex("3840001f61000027506161616161")).is_err());
    assert!(plain_of(&unhex("3840001f61020027506161616161")).is_err());
    assert!(plain_of(&unhex("3841001f61010027506161616161")).is_err());
    assert!(plain_of(&unhex("383f001f61010027506161616161")).is_err());
    // Every cut of every vector is seen: no stream may be read past its end.
    for (plain, stored) in vectors() {
        let bytes = unhex(stored);
        let seven_bit = bytes[0] < 0x18;
        for n in 0..bytes.len() {
            let cut = plain_of(&bytes[..n]);
            assert!(cut.is_err() || seven_bit, "{stored} cut to {n}");
            assert_ne!(cut.as_ref(), Ok(&plain), "{stored} cut to {n}");
        }
    }
}

#[test]
fn the_callers_limit_holds() {
    for (plain, stored) in vectors() {
        let bytes = unhex(stored);
        let mut out = Vec::new();
        assert_eq!(
            decompress_into(&bytes, &mut out, plain.len() - 1),
            Err(CompressError::Limit {
                len: plain.len(),
                limit: plain.len() - 1
            })
        );
        assert!(out.is_empty());
        assert_eq!(decompress_into(&bytes, &mut out, plain.len()), Ok(()));
        assert_eq!(out, plain);
    }
    // A 7-bit value has no size of its own: the documented limit is what stops it.
    let long = vec![0x0F; 100_000];
    assert!(matches!(
        plain_of(&long),
        Err(CompressError::Limit { .. } | CompressError::Stream)
    ));
}

/// All encoders at hand, by name.
fn encodings(plain: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut out = Vec::new();
    let mut add = |name, f: fn(&[u8], &mut Vec<u8>) -> bool| {
        let mut bytes = Vec::new();
        if f(plain, &mut bytes) {
            assert!(bytes.len() < plain.len(), "{name} does not gain");
            out.push((name, bytes));
        } else {
            assert!(bytes.is_empty(), "{name} left something behind");
        }
    };
    add("7-bit ASCII", encode_ascii);
    add("7-bit Unicode", encode_unicode);
    add("XPRESS", encode_xpress);
    add("XPRESS, fast", encode_xpress_fast);
    add("policy", |p, o| compress(p, &CompressPolicy::chunk(), o));
    if !plain.is_empty() {
        out.push(("LZ4", lz4(plain)));
    }
    if (1..2000).contains(&plain.len()) {
        out.push(("XPRESS9", xpress9(plain)));
        out.push(("XPRESS10", xpress10(plain, 1, false)));
        out.push(("XPRESS10 in blocks", xpress10(plain, 3, true)));
    }
    out
}

#[test]
fn what_is_encoded_decodes() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut seen = std::collections::BTreeMap::new();
    for round in 0..testkit::rounds(600, 6_000) {
        let len = match round % 4 {
            0 => rng.below(300),
            1 => rng.below(2_000),
            2 => [8_110, 8_150, 4_014, 32_768, 65_535][rng.below(5) as usize],
            _ => rng.below(9_000),
        } as usize;
        let plain = shape(&mut rng, len);
        for (name, stored) in encodings(&plain) {
            assert!(
                plain_of(&stored).as_ref() == Ok(&plain),
                "{name}, {len} bytes, round {round}"
            );
            *seen.entry(name).or_insert(0u32) += 1;
        }
    }
    assert!(
        seen.len() == 9 && seen.values().all(|&n| n > 10),
        "{seen:?}"
    );
}

#[test]
fn policy_of_the_corner_cases() {
    let p = CompressPolicy::chunk();
    let first = |plain: &[u8]| {
        let mut out = Vec::new();
        compress(plain, &p, &mut out).then(|| (scheme(&out).unwrap_or(Scheme::Scrubbed), out.len()))
    };
    let text: Vec<u8> = b"The quick brown fox jumps over the lazy dog. "
        .iter()
        .copied()
        .cycle()
        .take(1024)
        .collect();
    // docs/format/database-compression.md §2, corner cases; XPRESS lengths are the encoder's own.
    assert!(matches!(first(&text), Some((Scheme::Xpress, n)) if n <= 80));
    assert_eq!(first(&text[..1023]), Some((Scheme::SevenBitAscii, 897)));
    assert_eq!(first(&[0; 1000]), Some((Scheme::SevenBitUnicode, 439)));
    assert_eq!(first(&[0; 1023]), Some((Scheme::SevenBitAscii, 897)));
    let mut x = 12345u32;
    let noise: Vec<u8> = (0..2000)
        .map(|_| {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 24) as u8 & 0x7F
        })
        .collect();
    assert!(matches!(
        first(&noise[..127]),
        Some((Scheme::SevenBitAscii, _))
    ));
    assert_eq!(first(&noise[..128]), None);
    assert!(matches!(first(&noise), Some((Scheme::SevenBitAscii, _))));
    // An empty value, and one below every limit.
    assert_eq!(first(&[]), None);
    assert_eq!(first(b"abc"), None);
}

/// The fast form gives up early on what gets hardly shorter, whatever comes behind; what does is packed.
#[test]
fn the_fast_form_gives_up_on_noise() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let noise = |rng: &mut SeededRng, len: usize| -> Vec<u8> {
        (0..len).map(|_| rng.next_u64() as u8).collect()
    };
    // Rows whose first bytes are alike, as on a page: 20 bytes of 180 can be saved.
    let rows = |rng: &mut SeededRng, alike: usize| -> Vec<u8> {
        let head = noise(rng, alike);
        let row = |_| [head.clone(), noise(rng, 180 - alike)].concat();
        (0..40).flat_map(row).collect()
    };
    let packed = |plain: &[u8]| {
        let mut out = Vec::new();
        let is = encode_xpress_fast(plain, &mut out);
        assert_eq!(is, !out.is_empty());
        is.then_some(out.len())
    };
    assert_eq!(packed(&rows(&mut rng, 8)), None);
    let half = rows(&mut rng, 90);
    assert!(packed(&half).is_some_and(|n| n < half.len() * 2 / 3));
    let late = [rows(&mut rng, 8), vec![7; 2000]].concat();
    assert_eq!(packed(&late), None);
    let early = [vec![7; 2000], rows(&mut rng, 8)].concat();
    assert!(packed(&early).is_some());
}
