//! Seeded damage of records, tagged columns, catalog rows, compressed values and long-value nodes: a
//! value or an error, never a panic, and every promise of `record_exercise` holds.
#![forbid(unsafe_code)]

mod records_support;

use ese_core::format::compress;
use ese_core::format::record::RecordView;
use ese_core::format::record_exercise::{
    Broken, exercise_catalog_row, exercise_record, exercise_stored,
};
use ese_core::io::rng::{Rng, SeededRng};
use records_support::{lz4, mutate, shape, xpress9, xpress10};
use testkit::{hex, unhex};

/// Records of every shape from docs/format/database-records.md and database-catalog.md.
fn seeds() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = [
        // The smallest; a fixed column reset to NULL; two kinds of tagged columns.
        "007f0400",
        "027f0d005100000007000000fe",
        "02800d005600000001000000fc020076760101080007010a406161017a7a",
        "02800d005600000001000000fc020076760101080007010b00006161017a7a",
        // NULL, two values, many values, many long values with the first one compressed, separated.
        "017f09004b000000fe02010420",
        "017f090044000000fe0001044018040403020105030201",
        "017f090045000000fe000104400806000a000e00050302010603020107030201",
        "017f09003f000000fe080104400b0600220036000954741914afa7c76b9058febebb41e6371ea4aeb7e173d0db5e960354686520717569636b2062726f776e20666f782054686520717569636b2062726f776e20666f78206a756d7073",
        "017f090042000000fe080104400904800c000d0000800000008078797a",
        "017f090022000000fe06010440050100008000000080",
        "017f090023000000fe0601044003180004ffffff3f000007000ffffb03",
        "017f090044000000fe0001040008040008000403020105030201",
        // Catalog rows: column, table, index; a row of MSysObjids and one of MSysLocales.
        "098023000800000002000100000004000000040000000500000000000000 2a 0400 80fe 0200 4964",
        "08802000080000000100080000001f000000500000000000000000000000ff000500 6261736963",
        "0b842900080000000300080000001f000000500000002f000100000000002a2a2a01040300050080f9040004800480048008004978496400000100050104400165002d0055005300",
        "007f04000001 0c000101 10000201 1400 02000000 02000000 0100",
        "02800a000101000000fc04002e005300",
    ]
    .iter()
    .map(|s| unhex(s))
    .collect();
    // The example of docs/format/database-records.md §1.4: columns with defaults of every kind.
    let mut big = unhex(
        "0d824c0001000000ff45341278563412f0debc9a785634120000803f000000000000004000000000c0e4e540\
         4e61bc000dd0adde01c000000dd001c0addeefbefacefeeddeadbeef0df000e0140027005700",
    );
    big.extend_from_slice(&[b'S'; 87]);
    out.push(big);
    out
}

#[test]
fn the_seeds_parse() {
    for (i, s) in seeds().iter().enumerate() {
        let views = [false, true].map(|large| RecordView::new(s, large));
        assert!(views.iter().any(Result::is_ok), "seed {i}: {views:?}");
    }
}

/// Mutates what `pool` holds and puts it through `exercise`; counts what was understood and what not.
fn campaign(
    salt: u64,
    pool: &[Vec<u8>],
    exercise: fn(&[u8]) -> Result<bool, Broken>,
) -> (u64, u64) {
    let seed = testkit::first_seed();
    let mut rng = SeededRng::new(seed ^ salt);
    let (mut good, mut bad) = (0, 0);
    for round in 0..testkit::rounds(20_000, 200_000) {
        let mut data = pool[rng.below(pool.len() as u64) as usize].clone();
        mutate(&mut rng, &mut data);
        data.insert(0, rng.next_u64() as u8);
        match exercise(&data) {
            Ok(true) => good += 1,
            Ok(false) => bad += 1,
            Err(promise) => panic!("seed {seed} round {round}: {promise}: {}", hex(&data)),
        }
    }
    (good, bad)
}

#[test]
fn mutated_records() {
    let (good, bad) = campaign(1, &seeds(), exercise_record);
    assert!(good > 1_000 && bad > 1_000, "{good} sound, {bad} broken");
}

#[test]
fn mutated_catalog_rows() {
    let rows = &seeds()[12..15];
    let (good, bad) = campaign(2, rows, exercise_catalog_row);
    assert!(good > 1_000 && bad > 1_000, "{good} rows, {bad} others");
}

#[test]
fn mutated_stored_values() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut pool: Vec<Vec<u8>> = vec![
        // An XPRESS9 value with a coded table (docs/format/database-compression.md §5).
        unhex(
            "2863a9002b2ad7864e0001000015020000a820060000000000a821995a0000000018b6820b000020a14e000000\
             51420e0020dd031daf6f0000000c76fc0dd6600dd6600dd6600d16",
        ),
        // Long-value keys and roots.
        unhex("80000000800000010000000000000fae"),
        unhex("010000002823000001"),
    ];
    for len in [40, 200, 1_500] {
        for _ in 0..6 {
            let plain = shape(&mut rng, len);
            pool.extend([
                lz4(&plain),
                xpress9(&plain),
                xpress10(&plain, 1, false),
                xpress10(&plain, 3, true),
            ]);
            for encode in [
                compress::encode_ascii,
                compress::encode_unicode,
                compress::encode_xpress,
                compress::encode_xpress_fast,
            ] {
                let mut out = Vec::new();
                if encode(&plain, &mut out) {
                    pool.push(out);
                }
            }
        }
    }
    let (good, bad) = campaign(3, &pool, exercise_stored);
    assert!(good > 200 && bad > 1_000, "{good} good, {bad} bad");
}
