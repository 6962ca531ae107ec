//! Goal: docs/integrity.md lists the rules that the check knows, and no others.

use ese_core::maintenance::integrity::Rule;

#[test]
fn the_page_lists_every_rule() {
    let page = std::fs::read_to_string(testkit::root().join("docs/integrity.md")).unwrap();
    let listed: Vec<&str> = page.lines().filter(|l| l.starts_with("| `")).collect();
    assert_eq!(listed.len(), Rule::ALL.len());
    for (line, rule) in listed.iter().zip(Rule::ALL) {
        let start = format!(
            "| `{}` | {} | {} |",
            rule.name(),
            rule.severity().name(),
            rule.sentence()
        );
        assert!(line.starts_with(&start), "{line}\nwanted {start}");
        let (file, section) = rule.source().split_once(' ').unwrap();
        assert!(line.contains(file) && line.contains(section), "{line}");
        assert!(
            testkit::root().join("docs/format").join(file).is_file(),
            "{file} of {}",
            rule.name()
        );
    }
}
