//! The three forms against each other and against numbers worked by hand; every kind of verdict.
#![forbid(unsafe_code)]

use super::*;
use crate::format::page_mut::PageBuf;
use crate::io::rng::{Rng, SeededRng};

fn random_page(size: PageSize, seed: u64) -> PageBuf {
    let mut rng = SeededRng::new(seed);
    let mut page = PageBuf::zeroed(size);
    for b in page.as_mut_slice() {
        *b = rng.next_u64() as u8;
    }
    page
}

fn signed_page(size: PageSize, seed: u64, pgno: Pgno) -> PageBuf {
    let mut page = random_page(size, seed);
    stamp(&mut page, pgno).unwrap();
    page
}

fn flipped(page: &PageBuf, bits: &[u32]) -> PageBuf {
    let mut page = page.clone();
    for &bit in bits {
        page.as_mut_slice()[bit as usize / 8] ^= 1 << (bit % 8);
    }
    page
}

#[test]
fn one_bit_sums_to_its_number() {
    // By the definition: lo is the bit's number, hi its complement, XOR the bit in its column.
    for len in [1024usize, 2048, 4096, 8192] {
        for bit in [64, 301, 8 * len / 2 - 1, 8 * len - 1] {
            let mut block = vec![0u8; len];
            block[bit / 8] = 1 << (bit % 8);
            let mask = 8 * len as u32 - 1;
            let expected = BlockSum {
                xor: 1 << (bit % 32),
                ecc: (mask ^ bit as u32) << 16 | bit as u32,
            };
            assert_eq!(reference::block(&block, true), expected, "{len} {bit}");
            assert_eq!(ecc_block(&block, true), expected, "{len} {bit}");
        }
    }
}

#[test]
fn all_forms_are_equal() {
    let mut rng = SeededRng::new(7);
    for round in 0..200 {
        for len in [1024, 2048, 4096, 8192, 0, 1, 4, 8, 100, 1000, 1028, 16384] {
            // Sparse blocks too: a dense one hides a wrong index bit behind many others.
            let mut block = vec![0u8; len];
            if round % 2 == 0 {
                block.fill_with(|| rng.next_u64() as u8);
            } else if len > 0 {
                for _ in 0..rng.below(5) {
                    let at = rng.below(len as u64) as usize;
                    block[at] = rng.next_u64() as u8;
                }
            }
            for skip in [false, true] {
                let expected = reference::block(&block, skip);
                assert_eq!(portable::block(&block, skip), expected, "{len} {skip}");
                assert_eq!(ecc_block(&block, skip), expected, "{len} {skip}");
                #[cfg(target_arch = "x86_64")]
                for form in [simd::block, simd::block_avx2, simd::block_avx512] {
                    if let Some(sum) = form(&block, skip) {
                        assert_eq!(sum, expected, "{len} {skip}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_single_bit_is_corrected_or_reported() {
    for size in PageSize::ALL {
        let pgno = Pgno(0x123);
        let good = signed_page(size, 1, pgno);
        assert_eq!(verify(&good, pgno), PageVerdict::Good);
        for bit in 0..8 * size.bytes() as u32 {
            let bad = flipped(&good, &[bit]);
            let mut page = bad.clone();
            let verdict = correct(&mut page, pgno);
            if bit < STORED_BITS || bit == FORMAT_FLAG_BIT {
                assert!(matches!(verdict, PageVerdict::Bad { .. }), "{size:?} {bit}");
                assert_eq!(page, bad, "what can't be corrected stays");
            } else {
                let PageVerdict::Correctable { bits } = verdict else {
                    panic!("{size:?} bit {bit}: {verdict:?}");
                };
                assert_eq!(bits.as_slice(), [bit]);
                assert_eq!(page, good);
            }
        }
    }
}

#[test]
fn two_bits_of_a_block_are_reported() {
    for size in PageSize::ALL {
        let pgno = Pgno(77);
        let good = signed_page(size, 2, pgno);
        let mut rng = SeededRng::new(3);
        let block = 8 * block_bytes(size) as u64;
        for _ in 0..5_000 {
            let base = rng.below(8 * size.bytes() as u64 / block) * block;
            let a = base + rng.below(block);
            let b = base + rng.below(block);
            if a == b {
                continue;
            }
            let bad = flipped(&good, &[a as u32, b as u32]);
            let verdict = verify(&bad, pgno);
            // Both flips in the stored XOR part look like another page; still bad.
            assert!(
                matches!(verdict, PageVerdict::Bad { .. }),
                "{size:?} {a} {b}: {verdict:?}"
            );
        }
    }
}

#[test]
fn one_bit_in_each_block_is_corrected() {
    for size in [PageSize::K16, PageSize::K32] {
        let pgno = Pgno(9);
        let good = signed_page(size, 4, pgno);
        let block = 8 * block_bytes(size) as u32;
        // In block 0 once a data bit, once a bit of the stored checksum of block 2, once a bit of
        // the page's own number.
        for first in [5000, 48 * 8 + 13, 64 * 8] {
            let bits = [first, block + 1, 2 * block + 64, 4 * block - 1];
            let mut page = flipped(&good, &bits);
            let PageVerdict::Correctable { bits: found } = correct(&mut page, pgno) else {
                panic!("{size:?} {first}");
            };
            assert_eq!(found.as_slice(), bits);
            assert_eq!(page, good);
        }
        // Two bits in one of them spoil the page.
        let page = flipped(&good, &[5000, block + 1, block + 2]);
        assert!(matches!(
            verify(&page, pgno),
            PageVerdict::Bad { block: 1, .. }
        ));
    }
}

#[test]
fn three_bits_of_a_column_are_miscorrected_as_by_the_original() {
    // docs/format/database-pages.md §5.4: inherent in the code, and so part of the format.
    let good = signed_page(PageSize::K4, 5, Pgno(3));
    let (a, b, c) = (32 * 100 + 7, 32 * 200 + 7, 32 * 511 + 7);
    let bad = flipped(&good, &[a, b, c]);
    let PageVerdict::Correctable { bits } = verify(&bad, Pgno(3)) else {
        panic!("three bits of a column pass the test");
    };
    assert_eq!(bits.as_slice(), [a ^ b ^ c]);
    // But never by clearing the format flag, nor by a change of the stored checksum.
    for (to, shift) in [(FORMAT_FLAG_BIT, 0), (7, 3), (39, 5)] {
        let (a, b) = (to + 32 * (64 + shift), to + 32 * (128 + shift));
        let bad = flipped(&good, &[a, b, a ^ b ^ to]);
        assert!(
            matches!(verify(&bad, Pgno(3)), PageVerdict::Bad { .. }),
            "bit {to}"
        );
    }
}

#[test]
fn other_verdicts() {
    assert_eq!(verify(&[], Pgno(1)), PageVerdict::NotAPage { len: 0 });
    assert_eq!(
        verify(&[0; 5000], Pgno(1)),
        PageVerdict::NotAPage { len: 5000 }
    );
    for size in PageSize::ALL {
        let zero = PageBuf::zeroed(size);
        assert_eq!(verify(&zero, Pgno(1)), PageVerdict::Zero);
        assert!(!matches!(
            verify(&flipped(&zero, &[8 * size.bytes() as u32 - 1]), Pgno(1)),
            PageVerdict::Zero | PageVerdict::Good
        ));
    }
    // A large page signed for its place with another number inside.
    let mut page = signed_page(PageSize::K16, 6, Pgno(50));
    page.store_u32(OFF_PGNO_LARGE, 51).unwrap();
    let sums = page_checksums(&page, Pgno(50));
    page.store_u64(0, sums.get(0)).unwrap();
    let verdict = verify(&page, Pgno(50));
    assert_eq!(
        verdict,
        PageVerdict::WrongPgno {
            asked: Pgno(50),
            found: Pgno(51)
        }
    );
    assert_eq!(
        verdict.usable(Pgno(50)).unwrap_err().jet_err(),
        JetErr::READ_PGNO_VERIFY_FAILURE
    );
}

#[test]
fn legacy_pages_are_read() {
    let mut page = random_page(PageSize::K4, 8);
    let flags = u32_at(&page, OFF_FLAGS).unwrap() & !PageFlags::NEW_CHECKSUM.bits();
    page.store_u32(OFF_FLAGS, flags).unwrap();
    page.store_u32(4, 12).unwrap();
    let xor = page
        .chunks(4)
        .skip(1)
        .fold(XOR_SEED, |x, w| x ^ u32_at(w, 0).unwrap());
    page.store_u32(0, xor).unwrap();
    assert_eq!(verify(&page, Pgno(12)), PageVerdict::Good);
    assert!(matches!(
        verify(&page, Pgno(13)),
        PageVerdict::Bad {
            looks_like: Some(Pgno(12)),
            ..
        }
    ));
    for bit in (0..4096 * 8).step_by(97) {
        assert!(
            matches!(
                verify(&flipped(&page, &[bit]), Pgno(12)),
                PageVerdict::Bad { .. }
            ),
            "{bit}"
        );
    }
}
