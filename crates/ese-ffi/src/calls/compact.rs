//! JetCompact (behaviour-instances.md §12) over [`ese_core::maintenance::compact`].
//!
//! Statistics are for who has a status function, as in the original, which does not look at
//! JET_bitCompactRepair: what it does for its repair tool that bit does here.
//!
//! Invariant: the source is clean in its file while it is read: a database that may change is detached
//! for as long, and nobody opens it meanwhile.

use super::compact_stats::Stats;
use super::databases::{attached_at, db_path};
use crate::constants as jet;
use crate::database::Attached;
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::session::{Entered, enter};
use crate::structs::{JET_CONVERT, JET_SNPROG};
use crate::types::{Char, JET_GRBIT, JET_PFNSTATUS, JET_SESID};
use ese_core::JetErr;
use ese_core::io::env::Env;
use ese_core::maintenance::compact::{Options, Progress, compact_telling};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Tells a status function how far a compaction is (JET_snpCompact).
struct Teller {
    sesid: JET_SESID,
    status: JET_PFNSTATUS,
    /// What it answered last, if that is an error.
    refused: Option<JetErr>,
    repair: bool,
    stats: Option<Stats>,
}

impl Teller {
    fn tell(&mut self, kind: u32, done: u64, total: u64) {
        let Some(status) = self.status else { return };
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let mut progress = JET_SNPROG {
            cbStruct: size_of::<JET_SNPROG>() as u32,
            cunitDone: small(done.min(total)),
            cunitTotal: small(total),
        };
        let more = (&raw mut progress).cast();
        // SAFETY: the caller of JetCompact gave it for just this.
        let said = unsafe { status(self.sesid, jet::JET_snpCompact, kind, more) };
        if said < 0 {
            self.refused = Some(JetErr(said));
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        self.refused.map_or(Ok(()), refuse)
    }

    fn run(&mut self, source: &Path, target: &Path) -> Result<(), Refusal> {
        let options = Options {
            repair: self.repair,
            ..Options::default()
        };
        let mut stats = self.stats.take();
        let done = compact_telling(
            &Env::real(),
            source,
            target,
            &options,
            &mut |p: &Progress| {
                self.tell(jet::JET_sntProgress, p.pages, p.pages_total);
                match self.refused {
                    Some(_) => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                }
            },
            &mut |table| {
                if let Some(stats) = &mut stats {
                    stats.table(table);
                }
            },
        );
        self.stats = stats;
        self.check()?;
        done?;
        Ok(())
    }
}

/// JetCompact.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_compact<C: Char>(
    sesid: JET_SESID,
    source: *const C,
    target: *const C,
    status: JET_PFNSTATUS,
    convert: *mut JET_CONVERT<C>,
    grbit: JET_GRBIT,
) -> Answer {
    let session = enter(sesid)?;
    demand(convert.is_null(), JetErr::FEATURE_NOT_AVAILABLE)?;
    let known =
        jet::JET_bitCompactStats | jet::JET_bitCompactRepair | jet::JET_bitCompactPreserveOriginal;
    demand(grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    demand(session.core.level() == 0, JetErr::IN_TRANSACTION)?;
    // SAFETY: the caller's contract.
    let (source, target) = unsafe { (db_path(source)?, db_path(target)?) };
    let mut teller = Teller {
        sesid,
        status,
        refused: None,
        repair: grbit & jet::JET_bitCompactRepair != 0,
        stats: None,
    };
    teller.tell(jet::JET_sntBegin, 0, 1);
    let wanted = grbit & jet::JET_bitCompactStats != 0 && status.is_some();
    let done = teller.check().and_then(|()| {
        if wanted {
            let temp = session.running.temp.as_ref().and_then(|t| t.parent());
            let folder = temp.unwrap_or(Path::new("."));
            teller.stats = Some(Stats::begin(folder, &source)?);
        }
        at_rest(&session, &source, &target, &mut teller)
    });
    if let Some(stats) = &mut teller.stats {
        stats.end(done.is_ok().then_some(&*target));
    }
    let end = match done {
        Ok(()) => jet::JET_sntComplete,
        Err(_) => jet::JET_sntFail,
    };
    teller.tell(end, 1, 1);
    done?;
    DONE
}

/// Compacts an attached database, which nobody has open.
fn at_rest(
    session: &Entered,
    source: &Path,
    target: &Path,
    teller: &mut Teller,
) -> Result<(), Refusal> {
    let Some(db) = attached_at(&session.running, source) else {
        return refuse(JetErr::DATABASE_NOT_FOUND);
    };
    demand(!target.exists(), JetErr::DATABASE_DUPLICATE)?;
    db.opened(true, false)?;
    let done = match db.read_only {
        true => teller.run(source, target),
        false => detached(session, &db, || teller.run(source, target)),
    };
    db.closed(1, true);
    done
}

/// Runs `work` while a database lies clean in its file.
fn detached(
    session: &Entered,
    db: &Arc<Attached>,
    work: impl FnOnce() -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let running = &session.running;
    {
        let _others = running.databases();
        super::databases::detach_core(running, db)?;
    }
    // It stays in the list, opened by this call alone: who asks meanwhile, the status function too, finds
    // it attached and locked, and nobody waits.
    let done = work();
    let mut all = running.databases();
    let again = running.core.open_with(&db.path, &db.options());
    all.retain(|d| !Arc::ptr_eq(d, db));
    let again = Attached::new(again?, db.path.clone(), false, db.unlogged);
    all.push(Arc::new(again));
    all.sort_by_key(|d| d.dbid);
    done
}
