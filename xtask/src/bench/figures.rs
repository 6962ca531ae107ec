//! Figures of the small programs, which print numbers and no report of their own.
//!
//! Invariant: the JSON has the shape that the programs' own reports have, so that one tool stamps and draws all.
#![forbid(unsafe_code)]

use std::fmt::Write as _;

/// Figures of one run.
#[derive(Default)]
pub(super) struct Report {
    /// What was kept, if anything was written.
    pub(super) durability: &'static str,
    pub(super) notes: Vec<String>,
    pub(super) figures: Vec<Figure>,
}

/// One figure with every measurement behind it.
pub(super) struct Figure {
    pub(super) name: String,
    unit: &'static str,
    pub(super) values: Vec<f64>,
    /// What is hoped for, in words.
    wanted: &'static str,
}

impl Figure {
    fn sorted(&self) -> Vec<f64> {
        let mut v = self.values.clone();
        v.sort_by(f64::total_cmp);
        v
    }

    /// Value below which `share` of the measurements lie.
    fn quantile(&self, share: f64) -> f64 {
        let v = self.sorted();
        let at = (share * v.len() as f64).ceil() as usize;
        v.get(at.saturating_sub(1).min(v.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

impl Report {
    pub(super) fn add(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        values: Vec<f64>,
        wanted: &'static str,
    ) {
        self.figures.push(Figure {
            name: name.into(),
            unit,
            values,
            wanted,
        });
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for note in &self.notes {
            let _ = writeln!(out, "{note}");
        }
        let _ = writeln!(
            out,
            "durability {}\n{:<34} {:>10} {:>10} {:>10} {:>10} {:>4}  wanted",
            self.durability, "", "median", "lowest", "p99", "highest", "n"
        );
        for f in &self.figures {
            let _ = writeln!(
                out,
                "{:<34} {:>10.3} {:>10.3} {:>10.3} {:>10.3} {:>4}  {} {}",
                f.name,
                f.quantile(0.5),
                f.quantile(0.0),
                f.quantile(0.99),
                f.quantile(1.0),
                f.values.len(),
                f.unit,
                f.wanted,
            );
        }
        out
    }

    /// In the shape of all reports (`ese_bench::report`), not yet stamped.
    pub(super) fn json(&self, group: &str) -> String {
        let mut out = format!("{{\"group\":{}", quoted(group));
        let notes: Vec<String> = self.notes.iter().map(|n| quoted(n)).collect();
        let _ = write!(out, ",\"notes\":[{}],\"engines\":[]", notes.join(","));
        out.push_str(",\"comparisons\":[");
        for (i, f) in self.figures.iter().enumerate() {
            let values: Vec<String> = f.values.iter().map(|v| number(*v)).collect();
            let _ = write!(
                out,
                "{}{{\"name\":{},\"unit\":{},\"durability\":{},\"wanted\":{},\
                 \"rounds\":{{\"ours\":[{}]}},\"medians\":{{\"ours\":{}}},\"p99\":{},\"ratios\":{{}}}}",
                if i == 0 { "" } else { "," },
                quoted(&f.name),
                quoted(f.unit),
                quoted(self.durability),
                quoted(f.wanted),
                values.join(","),
                number(f.quantile(0.5)),
                number(f.quantile(0.99)),
            );
        }
        out.push_str("],\"lines\":[]}");
        out
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A number as JSON has it; what is none is `null`.
fn number(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:.6}"),
        false => "null".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn figures_are_medians_and_the_json_is_whole() {
        let mut r = Report {
            durability: "none: reads",
            ..Report::default()
        };
        r.notes.push("a \"note\"".into());
        r.add("x", "x faster", vec![3.0, 1.0, 2.0], ">= 1");
        assert!((r.figures[0].quantile(0.5) - 2.0).abs() < 1e-9);
        assert!((r.figures[0].quantile(0.99) - 3.0).abs() < 1e-9);
        assert!((r.figures[0].quantile(0.0) - 1.0).abs() < 1e-9);
        r.add("y", "ns", vec![f64::NAN], "");
        assert_eq!(
            r.json("g"),
            "{\"group\":\"g\",\"notes\":[\"a \\\"note\\\"\"],\"engines\":[],\"comparisons\":[\
             {\"name\":\"x\",\"unit\":\"x faster\",\"durability\":\"none: reads\",\"wanted\":\">= 1\",\
             \"rounds\":{\"ours\":[3.000000,1.000000,2.000000]},\"medians\":{\"ours\":2.000000},\
             \"p99\":3.000000,\"ratios\":{}},\
             {\"name\":\"y\",\"unit\":\"ns\",\"durability\":\"none: reads\",\"wanted\":\"\",\
             \"rounds\":{\"ours\":[null]},\"medians\":{\"ours\":null},\"p99\":null,\"ratios\":{}}],\"lines\":[]}"
        );
        assert!(r.text().contains("none: reads"));
        assert!(r.text().contains("2.000"));
    }
}
