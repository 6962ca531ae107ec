//! Goal: `info` and `doctor` tell what any file is, in words a person understands; a file that is
//! cut, empty, foreign, zero-filled, only a header or half copied gets a sentence and exit 1.
#![forbid(unsafe_code)]

mod common;

use common::{Ran, copy, database, kind, run};
use ese_core::format::header_page::stamp_header;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything that the original's header dump shows of a database (witness/tools.md), by the label.
const LABELS: [&str; 42] = [
    "state",
    "header copies",
    "first checksum",
    "second checksum",
    "page size",
    "magic",
    "format",
    "efv of the last engine",
    "created as",
    "this program",
    "operating system",
    "sort version (NLS)",
    "database",
    "log sequence",
    "flush map",
    "revert snapshot",
    "required generations",
    "highest required made",
    "committed generation",
    "committed made",
    "consistent generation",
    "recovering generation",
    "last consistent",
    "last attach",
    "last detach",
    "last re-attach",
    "last resize",
    "dbid",
    "dbtime",
    "last object id",
    "shadowed",
    "last full",
    "last incremental",
    "last copy",
    "last differential",
    "full under way",
    "snapshot under way",
    "repairs",
    "bits corrected",
    "bad checksums",
    "pages patched",
    "scrubs",
];

#[test]
fn databases_in_words_and_in_fields() {
    for name in testkit::sets("databases") {
        let (path, golden) = database(&name);
        let json = run("info", &path, &["--json"]).code(0).json();
        assert_eq!(json["kind"], "database", "{name}");
        assert_eq!(json["state"], golden["state"], "{name}");
        assert_eq!(json["page_size"], golden["page_size"], "{name}");
        let fields = json["header"].as_object().unwrap();
        assert_eq!(
            fields.len(),
            ese_core::format::db_header::DbHeader::FIELDS.len()
        );
        let text = run("info", &path, &[]).code(0).text();
        for label in LABELS {
            assert!(
                text.lines().any(|l| l.trim_start().starts_with(label)),
                "{label}\n{text}"
            );
        }
    }
}

/// A folder of the witness with logs, checkpoint and database.
fn history() -> PathBuf {
    let name = testkit::sets("histories").into_iter().next().unwrap();
    testkit::unpack_set("histories", &name).unwrap()
}

fn find(dir: &Path, wanted: impl Fn(&str) -> bool) -> PathBuf {
    let mut names: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    names
        .into_iter()
        .find(|p| wanted(p.file_name().unwrap().to_str().unwrap()))
        .unwrap_or_else(|| panic!("{}", dir.display()))
}

#[test]
fn logs_checkpoints_and_flush_maps() {
    let dir = history();
    let log = find(&dir, |n| n.ends_with(".log") || n.ends_with(".jtx"));
    let json = run("info", &log, &["--json"]).code(0).json();
    assert_eq!(json["kind"], "transaction log");
    assert!(json["generation"].as_i64().unwrap() > 0);
    assert!(json["report"]["records"].as_u64().unwrap() > 0);
    assert!(json["page_references"].as_u64().unwrap() > 0);
    let text = run("info", &log, &[]).code(0).text();
    for label in [
        "generation",
        "format version",
        "signature",
        "made",
        "checkpoint",
        "system_path",
        "log_path",
        "flags",
        "records",
        "page references",
        "end of data",
    ] {
        assert!(text.contains(&format!("  {label}")), "{label}\n{text}");
    }
    let with_checkpoint = testkit::sets("crashes")
        .into_iter()
        .filter_map(|s| testkit::unpack_set("crashes", &s))
        .chain([dir])
        .find_map(|d| {
            fs::read_dir(d)
                .unwrap()
                .map(|e| e.unwrap().path())
                .find(|p| matches!(p.extension().and_then(|x| x.to_str()), Some("chk" | "jcp")))
        })
        .expect("a checkpoint is among the fixtures");
    let json = run("info", &with_checkpoint, &["--json"]).code(0).json();
    assert_eq!(json["kind"], "checkpoint");
    assert!(json["checkpoint"].is_string() && json["sign_log"]["random"].is_u64());

    let (db, _) = kind("types");
    let json = run("info", &db.with_extension("jfm"), &["--json"])
        .code(0)
        .json();
    assert_eq!(json["kind"], "flush map");
    assert_eq!(json["clean"], true);
    assert!(json["known_states"].as_u64().unwrap() > 20);
}

#[test]
fn reserve_logs_are_what_their_name_says() {
    let dir = tempfile::tempdir().unwrap();
    let reserve = dir.path().join("edbres00001.jrs");
    fs::write(&reserve, vec![0; 65536]).unwrap();
    let json = run("info", &reserve, &["--json"]).code(0).json();
    assert_eq!(json["kind"], "reserve log");
    assert_eq!(json["bytes"], 65536);
    assert_eq!(json["all_zero"], true);
}

/// The sentence that a person reads.
fn sentence(ran: &Ran) -> String {
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    ran.stderr.clone()
}

#[test]
fn broken_files_get_a_sentence_and_exit_1() {
    let (path, golden) = kind("types");
    let size = golden["page_size"].as_u64().unwrap() as usize;
    let whole = fs::read(&path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.edb");
    let mut headless = whole.clone();
    headless[700] ^= 1;
    headless[size + 700] ^= 1;
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("empty", Vec::new(), "the file is empty"),
        ("zero-filled", vec![0; 100_000], "nothing but zeros"),
        (
            "zeroed header",
            [vec![0; 2 * size], whole[2 * size..].to_vec()].concat(),
            "its header is lost",
        ),
        ("text", b"Dear all,\n".repeat(50), "it looks like text"),
        (
            "SQLite",
            [&b"SQLite format 3\0"[..], &[1; 5000]].concat(),
            "it looks like a SQLite database",
        ),
        (
            "cut in its header",
            whole[..1000].to_vec(),
            "inside its header",
        ),
        (
            "header only",
            whole[..2 * size].to_vec(),
            "there is no page in it",
        ),
        (
            "cut inside a page",
            whole[..whole.len() - 100].to_vec(),
            "behind the last whole page",
        ),
        (
            "both headers bad",
            headless,
            "neither copy of the database header is valid",
        ),
    ];
    for (what, bytes, said) in cases {
        fs::write(&file, &bytes).unwrap();
        let text = sentence(&run("info", &file, &[]));
        assert!(text.contains(said), "{what}: {text}");
        // No verb ends otherwise than with a sentence on such a file.
        for (verb, args) in [
            ("doctor", &[][..]),
            ("tables", &[]),
            ("schema", &[]),
            ("export", &["--format", "canonical", "--json"]),
            ("checksum", &[]),
            ("space", &[]),
            ("page", &["1"]),
            ("logs", &[]),
        ] {
            let ran = run(verb, &file, args);
            assert!(
                ran.code == 1 || what == "cut inside a page",
                "{what}: {verb} {}",
                ran.code
            );
            assert!(
                !ran.stderr.contains("panicked"),
                "{what}: {verb}: {}",
                ran.stderr
            );
            if ran.code == 1 {
                assert!(ran.stderr.len() + ran.stdout.len() > 40, "{what}: {verb}");
            }
        }
    }
    let missing = run("info", &dir.path().join("none"), &[]).code(1);
    assert!(
        missing.stderr.contains("JET_errFileNotFound"),
        "{}",
        missing.stderr
    );
    // A log where a database is wanted.
    let log = find(&history(), |n| n.ends_with(".log") || n.ends_with(".jtx"));
    let text = sentence(&run("tables", &log, &[]));
    assert!(
        text.contains("this is a transaction log, not a database"),
        "{text}"
    );
    assert!(text.contains("eseutil logs"), "{text}");
}

/// Changes fields of both header copies and signs them.
fn patch(path: &Path, fields: &[(usize, &[u8])]) {
    let mut bytes = fs::read(path).unwrap();
    let size = u32::from_le_bytes(bytes[236..240].try_into().unwrap()) as usize;
    for header in bytes.chunks_exact_mut(size).take(2) {
        for (at, what) in fields {
            header[*at..*at + what.len()].copy_from_slice(what);
        }
        stamp_header(header);
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn doctor_on_a_clean_and_on_a_half_copied_database() {
    let (path, _) = kind("types");
    let ran = run("doctor", &path, &["--json"]).code(0);
    let json = ran.json();
    assert_eq!(json["good"], true);
    assert!(json["verdict"].as_str().unwrap().starts_with("clean"));
    assert!(
        json["next"]
            .as_str()
            .unwrap()
            .starts_with("eseutil checksum")
    );
    // The first generation of a backup is set, the last is not: its end never came.
    let (_dir, half) = copy(&path);
    patch(&half, &[(184 + 16, &5u32.to_le_bytes()), (52, &[2])]);
    for verb in ["info", "doctor"] {
        let ran = run(verb, &half, &[]);
        let all = format!("{}{}", ran.text(), ran.stderr);
        assert!(
            all.contains("streaming backup that was not finished"),
            "{verb}: {all}"
        );
    }
    run("info", &half, &[]).code(1);
}

#[test]
fn doctor_names_the_logs_that_are_needed_there_and_missing() {
    let mut dirty = 0;
    for name in testkit::sets("crashes") {
        let dir = testkit::unpack_set("crashes", &name).unwrap();
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|x| x != "edb") {
                continue;
            }
            let ran = run("doctor", &path, &["--json"]);
            if ran.stdout.is_empty() {
                // A database whose creation was cut: no page, and a sentence.
                assert!(ran.stderr.contains("error"), "{}", ran.stderr);
                continue;
            }
            let json = ran.json();
            if json["state"] == "CleanShutdown" {
                continue;
            }
            dirty += 1;
            let [min, max] = [0, 1].map(|i| json["required_generations"][i].as_i64());
            let (Some(min), Some(max)) = (min, max) else {
                continue;
            };
            let present: Vec<Value> = (min..=max).map(Value::from).collect();
            assert_eq!(json["present"], Value::from(present), "{name}: {json}");
            assert_eq!(json["missing"].as_array().unwrap().len(), 0, "{name}");
            // The same database without its logs.
            let (_away, alone) = copy(&path);
            let json = run("doctor", &alone, &["--json"]).code(1).json();
            assert_eq!(
                json["missing"].as_array().unwrap().len() as i64,
                max - min + 1
            );
            assert!(
                json["next"]
                    .as_str()
                    .unwrap()
                    .contains("find the missing logs")
            );
            // And with its logs named.
            let json = run(
                "doctor",
                &alone,
                &["--json", "--logs", dir.to_str().unwrap()],
            )
            .json();
            assert_eq!(json["missing"].as_array().unwrap().len(), 0, "{json}");
        }
    }
    assert!(dirty >= 1, "{dirty}");
}
