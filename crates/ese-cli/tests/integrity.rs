//! Goal: `integrity` says in words and in JSON what the check found, with the right exit code.
#![forbid(unsafe_code)]

mod common;

use common::{database, kind, run};

#[test]
fn a_sound_database() {
    let (path, golden) = kind("types");
    let json = run("integrity", &path, &["--json"]).code(0).json();
    assert_eq!(json["sound"], true);
    assert_eq!(json["findings"], serde_json::json!([]));
    let tables = golden["tables"].as_object().unwrap();
    assert_eq!(json["tables"], tables.len());
    let records: u64 = tables
        .values()
        .map(|t| t["records"].as_u64().unwrap())
        .sum();
    assert_eq!(json["records"], records);
    let text = run("integrity", &path, &[]).code(0).text();
    assert!(text.ends_with("sound\n"), "{text}");
}

#[test]
fn damage_is_named_and_ends_with_1() {
    let (path, _) = database("damage-4k-8920");
    let mut bytes = std::fs::read(&path).unwrap();
    // Two bits of page 71, a leaf of the table t.
    bytes[72 * 4096 + 100] ^= 1;
    bytes[72 * 4096 + 201] ^= 4;
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad.edb");
    std::fs::write(&bad, &bytes).unwrap();
    let json = run("integrity", &bad, &["--json"]).code(1).json();
    assert_eq!(json["sound"], false);
    let first = &json["findings"][0];
    assert_eq!(
        (&first["rule"], &first["page"]),
        (&"page-checksum".into(), &71.into())
    );
    assert_eq!(
        (&first["table"], &first["severity"]),
        (&"t".into(), &"damage".into())
    );
    let text = run("integrity", &bad, &[]).code(1).text();
    assert!(
        text.contains("DAMAGE page-checksum") && text.contains("page 71, t: "),
        "{text}"
    );
    assert_eq!(
        std::fs::read(&bad).unwrap(),
        bytes,
        "the input is not written to"
    );
}

#[test]
fn no_database() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty.edb");
    std::fs::write(&empty, b"").unwrap();
    run("integrity", &empty, &[]).code(1);
    run("integrity", &dir.path().join("none.edb"), &[]).code(1);
}
