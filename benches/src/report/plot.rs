//! Bars and lines as SVG text: no more than the plots of the benches need.
//!
//! Invariants: the same data give the same bytes; a value that is no number is left out, never drawn
//! somewhere; every text is escaped.
#![forbid(unsafe_code)]

use super::{Points, short};
use std::fmt::Write as _;

/// Width of a plot, in the units of the picture.
const WIDTH: f64 = 960.0;
/// Room for the names at the left.
const LEFT: f64 = 250.0;
/// Room for figures at the right.
const RIGHT: f64 = 70.0;
/// Room for the title.
const TOP: f64 = 46.0;
/// Room for the axis and the legend.
const BOTTOM: f64 = 60.0;
/// Height of one bar.
const BAR: f64 = 12.0;
/// Between two groups of bars.
const GAP: f64 = 10.0;
/// Height of the field of a line plot.
const FIELD: f64 = 360.0;
/// Left edge of the field of a line plot.
const FIELD_LEFT: f64 = 70.0;
/// Right of it stands the legend.
const LEGEND: f64 = 230.0;
/// One for each series; they come round.
const COLOURS: [&str; 7] = [
    "#0b6e4f", "#c8553d", "#3d5a80", "#e09f3e", "#7b2d8b", "#5c6b73", "#2a9d8f",
];

/// One group of bars.
#[derive(Clone, Debug)]
pub struct Group {
    /// What was done.
    pub name: String,
    /// By peer.
    pub bars: Vec<(String, f64)>,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn colour(at: usize) -> &'static str {
    COLOURS[at % COLOURS.len()]
}

fn begin(height: f64, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"22\" font-size=\"15\">{}</text>\n",
        escaped(title)
    )
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let words = escaped(words);
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

fn stroke(out: &mut String, from: (f64, f64), to: (f64, f64), how: &str) {
    let _ = writeln!(
        out,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {how}/>",
        from.0, from.1, to.0, to.1
    );
}

const GRID: &str = "stroke=\"#dddddd\"";
const AXIS: &str = "stroke=\"#333333\"";

/// Names in the order in which they first appear.
fn names<'a>(of: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for name in of {
        if !out.contains(&name.as_str()) {
            out.push(name);
        }
    }
    out
}

/// A place for every peer's bar in every group, on a logarithmic scale around 1.
#[must_use]
pub fn bars(title: &str, groups: &[Group]) -> String {
    let peers = names(groups.iter().flat_map(|g| g.bars.iter().map(|(n, _)| n)));
    let usable = |v: f64| v.is_finite() && v > 0.0;
    // Whole decades to both sides of 1, as many as the farthest bar takes.
    let decades = (groups.iter().flat_map(|g| &g.bars))
        .filter(|(_, v)| usable(*v))
        .fold(1.0_f64, |most, (_, v)| most.max(v.log10().abs().ceil()));
    let field = WIDTH - LEFT - RIGHT;
    let x_of = |v: f64| LEFT + field * (v.log10() + decades) / (2.0 * decades);
    let group_height = |g: &Group| g.bars.len() as f64 * BAR + GAP;
    let bottom = TOP + groups.iter().map(group_height).sum::<f64>();
    let mut out = begin(bottom + BOTTOM, title);
    let mut tick = -decades;
    while tick <= decades {
        let value = 10_f64.powf(tick);
        let how = if tick == 0.0 { AXIS } else { GRID };
        stroke(&mut out, (x_of(value), TOP), (x_of(value), bottom), how);
        text(
            &mut out,
            x_of(value),
            bottom + 16.0,
            "middle",
            &short(value),
        );
        tick += 1.0;
    }
    let mut y = TOP;
    for group in groups {
        let middle = y + (group_height(group) - GAP) / 2.0 + 4.0;
        text(&mut out, LEFT - 8.0, middle, "end", &group.name);
        for (name, value) in &group.bars {
            let at = peers.iter().position(|p| p == name).unwrap_or(0);
            if usable(*value) {
                let (from, to) = (x_of(1.0).min(x_of(*value)), x_of(1.0).max(x_of(*value)));
                let _ = writeln!(
                    out,
                    "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"><title>{}: {}</title></rect>",
                    (to - from).max(1.0),
                    BAR - 2.0,
                    colour(at),
                    escaped(name),
                    short(*value)
                );
                text(&mut out, to + 3.0, y + BAR - 3.0, "start", &short(*value));
            }
            y += BAR;
        }
        y += GAP;
    }
    for (at, name) in peers.iter().enumerate() {
        let x = 10.0 + at as f64 * 130.0;
        mark(&mut out, (x, bottom + 34.0), at, name);
    }
    out.push_str("</svg>\n");
    out
}

/// An entry of the legend.
fn mark(out: &mut String, at: (f64, f64), series: usize, name: &str) {
    let (x, y) = at;
    let fill = colour(series);
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"10\" height=\"10\" fill=\"{fill}\"/>"
    );
    text(out, x + 15.0, y + 9.0, "start", name);
}

/// Lines over a logarithmic x, y from 0 on.
#[must_use]
pub fn lines(title: &str, x_name: &str, y_name: &str, series: &[(String, Points)]) -> String {
    let usable = |p: &&(f64, f64)| p.0 > 0.0 && p.0.is_finite() && p.1.is_finite();
    let points = || series.iter().flat_map(|(_, p)| p.iter().filter(usable));
    let low = points().fold(f64::INFINITY, |a, p| a.min(p.0.log10()));
    let high = points().fold(f64::NEG_INFINITY, |a, p| a.max(p.0.log10()));
    let most = points().fold(0.0_f64, |a, p| a.max(p.1));
    let bottom = TOP + FIELD;
    let mut out = begin(bottom + BOTTOM, title);
    let field = WIDTH - FIELD_LEFT - LEGEND;
    let spread = if high > low { high - low } else { 1.0 };
    let top = step(most) * (most / step(most)).ceil().max(1.0);
    let place = |p: (f64, f64)| {
        let x = FIELD_LEFT + field * (p.0.log10() - low) / spread;
        (x, bottom - FIELD * p.1 / top)
    };
    let mut value = 0.0;
    while value <= top * 1.000_001 {
        let y = bottom - FIELD * value / top;
        let how = if value == 0.0 { AXIS } else { GRID };
        stroke(&mut out, (FIELD_LEFT, y), (FIELD_LEFT + field, y), how);
        text(&mut out, FIELD_LEFT - 6.0, y + 4.0, "end", &short(value));
        value += step(most);
    }
    let mut ticks: Vec<f64> = points().map(|p| p.0).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    for tick in ticks {
        let (x, _) = place((tick, 0.0));
        stroke(&mut out, (x, bottom), (x, bottom + 4.0), AXIS);
        text(&mut out, x, bottom + 17.0, "middle", &short(tick));
    }
    text(
        &mut out,
        FIELD_LEFT + field / 2.0,
        bottom + 38.0,
        "middle",
        x_name,
    );
    text(&mut out, 10.0, TOP - 8.0, "start", y_name);
    for (at, (name, points)) in series.iter().enumerate() {
        let path: Vec<String> = (points.iter().filter(usable))
            .map(|p| place(*p))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let (path, fill) = (path.join(" "), colour(at));
        let _ = writeln!(
            out,
            "<polyline points=\"{path}\" fill=\"none\" stroke=\"{fill}\" stroke-width=\"2\"/>"
        );
        let x = FIELD_LEFT + field + 16.0;
        mark(&mut out, (x, TOP + at as f64 * 18.0), at, name);
    }
    out.push_str("</svg>\n");
    out
}

/// Distance of the lines of a grid that goes up to `most`: 1, 2 or 5 times a power of ten.
fn step(most: f64) -> f64 {
    if !(most > 0.0 && most.is_finite()) {
        return 1.0;
    }
    let rough = most / 5.0;
    let decade = 10_f64.powf(rough.log10().floor());
    match rough / decade {
        r if r <= 1.0 => decade,
        r if r <= 2.0 => 2.0 * decade,
        r if r <= 5.0 => 5.0 * decade,
        _ => 10.0 * decade,
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, bars, lines, step};

    fn groups() -> Vec<Group> {
        let group = |name: &str, a: f64, b: f64| Group {
            name: name.into(),
            bars: vec![("lmdb".into(), a), ("re<db".into(), b)],
        };
        vec![
            group("reads & ranges", 2.0, 0.5),
            group("writes", f64::NAN, 10.0),
        ]
    }

    /// The attribute of every element of a kind.
    fn all(svg: &str, element: &str, attribute: &str) -> Vec<f64> {
        svg.lines()
            .filter(|l| l.starts_with(&format!("<{element} ")) && l.contains("<title>"))
            .filter_map(|l| l.split(&format!("{attribute}=\"")).nth(1))
            .filter_map(|rest| rest.split('"').next()?.parse().ok())
            .collect()
    }

    #[test]
    fn bars_lie_on_the_side_of_one_that_their_value_says() {
        let svg = bars("engine", &groups());
        let (x, width) = (all(&svg, "rect", "x"), all(&svg, "rect", " width"));
        // The field is 640 wide, from 250 on, and one decade to each side: 1 lies at 570.
        let reach = 320.0 * 2_f64.log10();
        assert_eq!(x.len(), 3, "a value that is no number is not drawn");
        for (at, (from, wide)) in [(570.0, reach), (570.0 - reach, reach), (570.0, 320.0)]
            .into_iter()
            .enumerate()
        {
            assert!((x[at] - from).abs() < 0.1, "bar {at} begins at {}", x[at]);
            assert!((width[at] - wide).abs() < 0.1, "bar {at}: {}", width[at]);
        }
    }

    #[test]
    fn texts_are_escaped_and_the_picture_is_closed() {
        let svg = bars("a <b> & \"c\"", &groups());
        assert!(svg.contains("a &lt;b&gt; &amp; &quot;c&quot;"));
        assert!(svg.contains("re&lt;db") && !svg.contains("re<db"));
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert_eq!(
            svg,
            bars("a <b> & \"c\"", &groups()),
            "same data, same bytes"
        );
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn lines_go_from_corner_to_corner() {
        let series = vec![
            ("ese".into(), vec![(10.0, 1.0), (1000.0, 5.0)]),
            ("lmdb".into(), vec![(10.0, f64::NAN), (100.0, 2.5)]),
        ];
        let svg = lines("growth", "rows", "times", &series);
        // The field: x 70 to 730, y 406 (0) to 46 (5).
        assert!(svg.contains("points=\"70.0,334.0 730.0,46.0\""), "{svg}");
        assert!(svg.contains("points=\"400.0,226.0\""), "{svg}");
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn nothing_to_draw_is_still_a_picture() {
        assert!(bars("none", &[]).ends_with("</svg>\n"));
        let svg = lines("none", "x", "y", &[]);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn grids_have_round_steps() {
        assert_eq!(
            [5.0, 7.0, 30.0, 0.4, 0.0]
                .map(step)
                .map(|s| format!("{s:.2}")),
            ["1.00", "2.00", "10.00", "0.10", "1.00"].map(String::from)
        );
    }
}
