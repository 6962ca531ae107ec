//! Goal: `tables` and `schema` name everything that the original's catalog listing names.
#![forbid(unsafe_code)]

mod common;

use common::{database, kind, run};

#[test]
fn tables_counts_and_order() {
    for name in testkit::sets("databases") {
        let (path, golden) = database(&name);
        let ran = run("tables", &path, &["--count", "--json"]).code(0);
        let json = ran.json();
        let tables = json["tables"].as_array().unwrap();
        let names: Vec<&str> = tables.iter().map(|t| t["name"].as_str().unwrap()).collect();
        assert!(names.is_sorted(), "{name}: ASCII order");
        let wanted = golden["tables"].as_object().unwrap();
        assert_eq!(names.len(), wanted.len(), "{name}");
        for t in tables {
            let golden = &wanted[t["name"].as_str().unwrap()];
            assert_eq!(t["records"], golden["records"], "{name}");
            let indexes = golden["indexes"].as_object().map_or(0, |i| i.len());
            let trees = t["trees"].as_array().unwrap();
            let secondary = trees.iter().filter(|t| t["kind"] == "index").count();
            let primary = usize::from(trees[0]["name"] != t["name"]);
            assert_eq!(secondary + primary, indexes, "{name}: {t}");
        }
        let text = run("tables", &path, &["--count"]).code(0).text();
        assert!(names.iter().all(|n| text.contains(n)), "{name}");
        assert!(text.contains(&format!("{} tables", names.len())), "{text}");
    }
}

#[test]
fn schema_names_columns_and_keys() {
    let (path, golden) = kind("index");
    let json = run("schema", &path, &["--json"]).code(0).json();
    let text = run("schema", &path, &[]).code(0).text();
    let mut keys = 0;
    for t in json["tables"].as_array().unwrap() {
        let wanted = &golden["tables"][t["name"].as_str().unwrap()];
        if t["kind"] != "system" {
            assert_eq!(
                t["columns"].as_array().unwrap().len(),
                wanted["columns"].as_array().unwrap().len()
            );
        }
        for i in t["indexes"].as_array().unwrap() {
            let name = i["name"].as_str().unwrap();
            assert!(text.contains(name), "{name}");
            if let Some(key) = wanted["indexes"][name]["key"].as_str() {
                let ours: String = i["key"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|s| s.as_str().unwrap())
                    .collect();
                assert_eq!(ours, key);
                keys += 1;
            }
        }
    }
    assert!(keys > 10, "{keys}");
    let one = run("schema", &path, &["--table", "MSysObjids"])
        .code(0)
        .text();
    assert!(one.starts_with("MSysObjids (system, objid "), "{one}");
    assert!(!one.contains("MSysLocales"));
    run("schema", &path, &["--table", "none"]).code(1);
}
