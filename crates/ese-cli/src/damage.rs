//! Damage met by a verb: each page named once on standard error as it is met, and listed in JSON.
//!
//! Invariant: memory is bounded by the number of damaged pages, not of damaged records.
#![forbid(unsafe_code)]

use crate::output::Verdict;
use crate::text::{harmless, plural};
use ese_core::catalog::CatalogFault;
use ese_core::format::ids::Pgno;
use ese_core::reader::Fault;
use ese_core::{HasJetErr, JetErr};
use serde_json::{Value, json};
use std::collections::HashMap;

struct Place {
    page: Option<u32>,
    error: String,
    jet: JetErr,
    /// Further things wrong on the same page.
    more: u64,
}

/// What was found to be damaged.
#[derive(Default)]
pub(crate) struct Damage {
    places: Vec<Place>,
    by_page: HashMap<u32, usize>,
    by_text: HashMap<String, usize>,
}

impl Damage {
    /// Adds a page (or, without a number, a part of the file) and what is wrong with it.
    pub(crate) fn add(&mut self, page: Option<u32>, error: String, jet: JetErr) {
        let known = match page {
            Some(p) => self.by_page.get(&p),
            None => self.by_text.get(&error),
        };
        if let Some(&i) = known {
            self.places[i].more += 1;
            return;
        }
        match page {
            // Most texts begin with the page themselves.
            Some(p) if !error.contains(&format!("page {p}")) => {
                eprintln!("eseutil: damage: page {p}: {} [{jet}]", harmless(&error));
            }
            _ => eprintln!("eseutil: damage: {} [{jet}]", harmless(&error)),
        }
        match page {
            Some(p) => self.by_page.insert(p, self.places.len()),
            None => self.by_text.insert(error.clone(), self.places.len()),
        };
        self.places.push(Place {
            page,
            error,
            jet,
            more: 0,
        });
    }

    /// Adds what a reader met.
    pub(crate) fn fault(&mut self, fault: &Fault) {
        self.add(Some(fault.pgno().0), fault.to_string(), fault.jet_err());
    }

    /// Adds damage of the catalog.
    pub(crate) fn catalog(&mut self, fault: &CatalogFault) {
        // What has no page of its own is said of the catalog's root.
        let page = fault.pgno().unwrap_or(Pgno::FDP_MSO);
        self.add(Some(page.0), fault.to_string(), fault.jet_err());
    }

    /// How many places.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The verdict of a verb that did all it could.
    pub(crate) fn verdict(&self) -> Verdict {
        if self.places.is_empty() {
            Verdict::Good
        } else {
            Verdict::Damage
        }
    }

    /// The places by page.
    pub(crate) fn json(&self) -> Value {
        let mut order: Vec<&Place> = self.places.iter().collect();
        order.sort_by_key(|p| p.page);
        order
            .into_iter()
            .map(|p| {
                let mut v = json!({"page": p.page, "error": p.error, "jet_error": p.jet.0});
                if p.more > 0 {
                    v["more"] = p.more.into();
                }
                v
            })
            .collect()
    }

    /// One line of summary, when there is anything to sum up.
    pub(crate) fn summary(&self) -> Option<String> {
        (!self.places.is_empty()).then(|| {
            format!(
                "{} damaged; everything else was read. What is wrong: eseutil checksum",
                plural(self.len() as u64, "place is", "places are"),
            )
        })
    }
}
