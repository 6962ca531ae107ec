//! A workload, once for each of its operations, with something going wrong there.
//!
//! A [`Sweep`] runs the workload once undisturbed to count its operations, then again for each (or
//! each of some kinds, or a seeded choice), from the same start, with a crash or a fault at that
//! operation, and lets the caller check what is left. The first check that fails ends it, with a
//! [`Case`] that says how to get there again ([`Sweep::only`]).
//!
//! Invariant: a run that did not meet its fault at the operation the first run had there is an error,
//! not a passed case: the workload is not a function of its start.
#![forbid(unsafe_code)]

use super::super::rng::{Rng as _, SeededRng};
use super::{CrashKind, Fault, FaultyFileSystem, OpKind, OpRecord, Plan};
use std::collections::BTreeSet;
use std::fmt;

/// Where something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// Nowhere: the whole workload ran undisturbed.
    Nowhere,
    /// This happened to this operation.
    At(Fault, OpRecord),
}

/// One run of the workload, and for crashes one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What went wrong, and where.
    pub point: Point,
    /// What kind of end it was, and the seed of the image; `None` when the machine stayed up.
    pub image: Option<(CrashKind, u64)>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.point {
            Point::Nowhere => write!(f, "after the whole workload")?,
            Point::At(fault, op) => write!(f, "{fault:?} at {op}")?,
        }
        match self.image {
            None => Ok(()),
            Some((kind, seed)) => write!(f, ", {kind:?} seed {seed}"),
        }
    }
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{case} (sweep seed {seed}): {reason}")]
pub struct SweepFailed {
    /// Where.
    pub case: Box<Case>,
    /// Seed of the sweep.
    pub seed: u64,
    /// What the check said.
    pub reason: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Operations of the undisturbed workload.
    pub ops: u64,
    /// Runs of the workload.
    pub runs: u64,
    /// Checks that passed.
    pub cases: u64,
}

/// Which operations, how many images, from which seed.
#[derive(Clone, Debug)]
pub struct Sweep {
    seed: u64,
    torn: u64,
    kinds: Vec<OpKind>,
    sample: Option<u64>,
    only: Option<u64>,
}

/// Says where it was when the workload or a check panics.
struct Witness<'a>(&'a Case, u64);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("sweep seed {}: {}", self.1, self.0);
        }
    }
}

impl Sweep {
    /// Every operation, eight torn images for each crash.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            torn: 8,
            kinds: Vec::new(),
            sample: None,
            only: None,
        }
    }

    /// How many [`CrashKind::TornWrites`] images for each crash, beside the other two kinds. One write
    /// that is torn in a given way is seen by about one image in ten; two crashes lie between a write
    /// and its sync at least.
    #[must_use]
    pub fn torn(mut self, images: u64) -> Self {
        self.torn = images;
        self
    }

    /// Only operations of these kinds.
    #[must_use]
    pub fn kinds(mut self, kinds: &[OpKind]) -> Self {
        self.kinds = kinds.to_vec();
        self
    }

    /// At most so many operations, a seeded choice.
    #[must_use]
    pub fn sample(mut self, operations: u64) -> Self {
        self.sample = Some(operations);
        self
    }

    /// Only this operation: to see one case again.
    #[must_use]
    pub fn only(mut self, op: u64) -> Self {
        self.only = Some(op);
        self
    }

    fn operations(&self, trace: Vec<OpRecord>, fits: impl Fn(OpKind) -> bool) -> Vec<OpRecord> {
        let mut ops: Vec<OpRecord> = trace
            .into_iter()
            .filter(|r| self.only.is_none_or(|n| n == r.op))
            .filter(|r| self.kinds.is_empty() || self.kinds.contains(&r.kind))
            .filter(|r| fits(r.kind))
            .collect();
        if let Some(most) = self.sample
            && (ops.len() as u64) > most
        {
            let mut rng = SeededRng::new(self.seed);
            let mut chosen = BTreeSet::new();
            while (chosen.len() as u64) < most {
                chosen.insert(rng.below(ops.len() as u64) as usize);
            }
            let mut at = 0;
            ops.retain(|_| {
                at += 1;
                chosen.contains(&(at - 1))
            });
        }
        ops
    }

    fn failed(&self, case: &Case, reason: String) -> SweepFailed {
        SweepFailed {
            case: Box::new(case.clone()),
            seed: self.seed,
            reason,
        }
    }

    /// The plan of one run; each operation has its own seed.
    fn plan(&self, op: u64, fault: Fault) -> Plan {
        Plan::seeded(self.seed.wrapping_add(op)).at(op, fault)
    }

    fn run<R>(
        &self,
        start: &FaultyFileSystem,
        fault: Fault,
        op: &OpRecord,
        workload: &mut impl FnMut(&FaultyFileSystem) -> R,
    ) -> Result<(FaultyFileSystem, R, Case), SweepFailed> {
        let case = Case {
            point: Point::At(fault, op.clone()),
            image: None,
        };
        let fs = start.fork(self.plan(op.op, fault));
        let result = {
            let _witness = Witness(&case, self.seed);
            workload(&fs)
        };
        match fs.fired().first() {
            Some((met, _)) if met == op => Ok((fs, result, case)),
            met => {
                let met = met.map_or("nothing".into(), |(r, _)| r.to_string());
                Err(self.failed(
                    &case,
                    format!("the workload does not repeat itself: {met} was there instead"),
                ))
            }
        }
    }

    /// The machine goes down before and after each operation. `workload` gets a fresh copy of `start`
    /// each time and gives what it knows at its end (which commits were acknowledged); `check` gets
    /// that and the disk as it comes up again: after a process crash, after a power cut, and some torn
    /// ones. The end of the whole workload is checked likewise.
    ///
    /// # Errors
    /// The first check that failed, or a workload that does not repeat itself.
    pub fn crashes<R>(
        &self,
        start: &FaultyFileSystem,
        mut workload: impl FnMut(&FaultyFileSystem) -> R,
        mut check: impl FnMut(&Case, &R, &FaultyFileSystem) -> Result<(), String>,
    ) -> Result<Swept, SweepFailed> {
        let mut cases = 0;
        let mut images = |fs: &FaultyFileSystem, point: &Point, salt: u64, result: &R| {
            let mut rng = SeededRng::new(self.seed ^ salt.rotate_left(32));
            let mut kinds = vec![(CrashKind::ProcessCrash, 0), (CrashKind::PowerCut, 0)];
            kinds.extend((0..self.torn).map(|_| (CrashKind::TornWrites, rng.next_u64())));
            for (kind, seed) in kinds {
                let case = Case {
                    point: point.clone(),
                    image: Some((kind, seed)),
                };
                let witness = Witness(&case, self.seed);
                check(&case, result, &fs.image(kind, seed)).map_err(|e| self.failed(&case, e))?;
                drop(witness);
                cases += 1;
            }
            Ok::<(), SweepFailed>(())
        };

        let fs = start.fork(Plan::seeded(self.seed).traced());
        let result = workload(&fs);
        if self.only.is_none() {
            images(&fs, &Point::Nowhere, u64::MAX, &result)?;
        }
        let ops = fs.ops();
        let mut runs = 1;
        for op in self.operations(fs.trace(), |_| true) {
            for (after, fault) in [Fault::CrashBefore, Fault::CrashAfter]
                .into_iter()
                .enumerate()
            {
                let (fs, result, case) = self.run(start, fault, &op, &mut workload)?;
                images(&fs, &case.point, op.op * 2 + after as u64, &result)?;
                runs += 1;
            }
        }
        Ok(Swept { ops, runs, cases })
    }

    /// `fault` happens once, to each operation it fits in turn. `check` gets what the workload gave,
    /// and the disk, which stays up; first for the workload undisturbed ([`Point::Nowhere`]).
    ///
    /// # Errors
    /// The first check that failed, or a workload that does not repeat itself.
    pub fn faults<R>(
        &self,
        start: &FaultyFileSystem,
        fault: Fault,
        mut workload: impl FnMut(&FaultyFileSystem) -> R,
        mut check: impl FnMut(&Case, R, &FaultyFileSystem) -> Result<(), String>,
    ) -> Result<Swept, SweepFailed> {
        let fs = start.fork(Plan::seeded(self.seed).traced());
        let case = Case {
            point: Point::Nowhere,
            image: None,
        };
        let result = workload(&fs);
        let (ops, trace) = (fs.ops(), fs.trace());
        check(&case, result, &fs).map_err(|e| self.failed(&case, e))?;
        let mut runs = 1;
        for op in self.operations(trace, |kind| fault.fits(kind)) {
            let (fs, result, case) = self.run(start, fault, &op, &mut workload)?;
            let _witness = Witness(&case, self.seed);
            check(&case, result, &fs).map_err(|e| self.failed(&case, e))?;
            runs += 1;
        }
        Ok(Swept {
            ops,
            runs,
            cases: runs,
        })
    }
}
