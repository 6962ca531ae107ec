//! Rule: a link of a page to a file of this repository leads somewhere.
#![forbid(unsafe_code)]

use super::Finding;
use std::path::Path;

/// Relative links of a Markdown text whose file is not there.
pub(super) fn broken(text: &str, dir: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices("](") {
            let rest = &line[at + 2..];
            let link = rest.split(')').next().unwrap_or_default();
            let file = link.split('#').next().unwrap_or_default();
            let foreign = file.is_empty() || file.contains(':') || file.contains(' ');
            if !foreign && !dir.join(file).exists() {
                found.push(Finding::new(i + 1, format!("the link to {file} is broken")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::broken;
    use std::path::Path;

    #[test]
    fn a_missing_file_is_found_the_rest_is_not() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = "[a](Cargo.toml) [b](https://x.y/z) [c](#d)\n[e](src/main.rs#f) [g](gone.md)\n";
        let found = broken(text, dir);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
    }
}
