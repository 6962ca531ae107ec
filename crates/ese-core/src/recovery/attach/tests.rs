//! Every row of docs/format/recovery.md §4.1 and §4.2.
#![forbid(unsafe_code)]

use super::*;
use crate::error::HasJetErr;
use crate::format::ids::BkInfo;

fn sign(n: u8) -> Signature {
    Signature([n; 28])
}

const LOG: u8 = 1;
const LOG_BEFORE: u8 = 2;
const OTHER_LOG: u8 = 3;
const DB: u8 = 4;
const OTHER_DB: u8 = 5;

fn pos(generation: i32) -> Lgpos {
    Lgpos::new(generation, 1, 0)
}

/// A dirty file attached in generation 3, consistent in generation 2, of this log.
fn header() -> DbHeader {
    DbHeader {
        dbstate: DbState::DirtyShutdown.to_u32(),
        sign_log: sign(LOG),
        sign_db: sign(DB),
        lgpos_attach: pos(3),
        lgpos_consistent: pos(2),
        gen_min_required: 3,
        gen_max_required: 5,
        ..DbHeader::default()
    }
}

fn logged() -> Logged {
    Logged {
        sign_db: sign(DB),
        lgpos_attach: pos(3),
        lgpos_consistent: pos(2),
    }
}

fn now(generation: i32) -> Now {
    Now {
        sign_log: sign(LOG),
        lgpos: pos(generation),
        generation,
    }
}

const RECORD: Occasion = Occasion::Attach {
    sign_log_before: Signature([LOG; 28]),
};
const RECORD_BEFORE: Occasion = Occasion::Attach {
    sign_log_before: Signature([LOG_BEFORE; 28]),
};

fn start(header: &DbHeader, logged: &Logged, generation: i32) -> Result<Decision, JetErr> {
    let now = Now {
        lgpos: Lgpos::MIN,
        ..now(generation)
    };
    attach(header, logged, Occasion::Start, &now).map_err(|e| e.jet_err())
}

fn record(header: &DbHeader, logged: &Logged, occasion: Occasion) -> Result<Decision, JetErr> {
    attach(header, logged, occasion, &now(3)).map_err(|e| e.jet_err())
}

fn made(header: Option<&DbHeader>) -> Result<Decision, JetErr> {
    let logged = Logged {
        lgpos_consistent: Lgpos::MIN,
        ..logged()
    };
    create(header, &logged, &now(3)).map_err(|e| e.jet_err())
}

#[test]
fn the_very_file_is_attached() {
    assert_eq!(start(&header(), &logged(), 3), Ok(Decision::Attach));
    assert_eq!(record(&header(), &logged(), RECORD), Ok(Decision::Attach));
    let mut never = header();
    never.lgpos_consistent = Lgpos::MIN;
    assert_eq!(start(&never, &logged(), 3), Ok(Decision::Attach));
}

#[test]
fn states_that_no_replay_helps() {
    let with = |state: DbState| {
        let mut h = header();
        h.dbstate = state.to_u32();
        start(&h, &logged(), 3)
    };
    assert_eq!(
        with(DbState::JustCreated),
        Ok(Decision::Defer(Deferral::JustCreated))
    );
    assert_eq!(
        with(DbState::IncrementalReseed),
        Err(JetErr::DATABASE_INCOMPLETE_INCREMENTAL_RESEED)
    );
    assert_eq!(
        with(DbState::Revert),
        Err(JetErr::DATABASE_INCOMPLETE_REVERT)
    );
    for state in [
        DbState::BeingConverted,
        DbState::ForceDetach,
        DbState::Unknown(77),
    ] {
        assert_eq!(with(state), Err(JetErr::DATABASE_CORRUPTED), "{state}");
    }
    assert_eq!(with(DbState::DirtyAndPatched), Ok(Decision::Attach));
    assert_eq!(with(DbState::CleanShutdown), Ok(Decision::Attach));
}

#[test]
fn logs_before_the_replay_are_required() {
    assert_eq!(
        start(&header(), &logged(), 4),
        Err(JetErr::REQUIRED_LOG_FILES_MISSING)
    );
    let mut patched = header();
    patched.dbstate = DbState::DirtyAndPatched.to_u32();
    assert_eq!(start(&patched, &logged(), 4), Ok(Decision::Attach));
    let mut clean = header();
    clean.gen_min_required = 0;
    assert_eq!(start(&clean, &logged(), 4), Ok(Decision::Attach));
}

#[test]
fn a_copy_of_a_backup_is_told_to_restore() {
    let mut copy = header();
    copy.bkinfo_full_cur = BkInfo {
        gen_low: 3,
        ..BkInfo::default()
    };
    assert_eq!(
        start(&copy, &logged(), 3),
        Err(JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE)
    );
    copy.bkinfo_full_cur.gen_high = 4;
    assert_eq!(start(&copy, &logged(), 3), Ok(Decision::Attach));
}

#[test]
fn another_database_waits() {
    let mut h = header();
    h.sign_db = sign(OTHER_DB);
    let defer = Ok(Decision::Defer(Deferral::SignDb));
    assert_eq!(start(&h, &logged(), 3), defer);
    assert_eq!(record(&h, &logged(), RECORD), defer);
    h.sign_log = sign(OTHER_LOG);
    let foreign = Ok(Decision::Defer(Deferral::SignLog));
    assert_eq!(start(&h, &logged(), 3), foreign);
    assert_eq!(record(&h, &logged(), RECORD_BEFORE), foreign);
}

#[test]
fn attached_earlier_than_the_log_says() {
    let mut h = header();
    h.lgpos_attach = pos(2);
    // The record that attaches it is being replayed: the header was not written any more.
    assert_eq!(record(&h, &logged(), RECORD), Ok(Decision::Attach));
    assert_eq!(
        start(&h, &logged(), 3),
        Err(JetErr::ATTACHED_DATABASE_MISMATCH)
    );
    // The record speaks of another log before.
    assert_eq!(
        record(&h, &logged(), RECORD_BEFORE),
        Err(JetErr::ATTACHED_DATABASE_MISMATCH)
    );
}

#[test]
fn attached_later_than_the_log_says() {
    let mut h = header();
    h.lgpos_attach = pos(4);
    let defer = Ok(Decision::Defer(Deferral::AttachFuture));
    assert_eq!(start(&h, &logged(), 3), defer);
    assert_eq!(record(&h, &logged(), RECORD), defer);
}

#[test]
fn consistent_later_than_the_log_says() {
    let mut h = header();
    h.lgpos_consistent = pos(5);
    let defer = Ok(Decision::Defer(Deferral::ConsistentFuture));
    assert_eq!(start(&h, &logged(), 3), defer);
    assert_eq!(record(&h, &logged(), RECORD), defer);
    // Between what is logged and here: the file is no copy of this moment.
    let mut between = logged();
    between.lgpos_consistent = pos(1);
    assert_eq!(
        record(&header(), &between, RECORD),
        Err(JetErr::CONSISTENT_TIME_MISMATCH)
    );
    let mut other = header();
    other.sign_db = sign(OTHER_DB);
    assert_eq!(
        record(&other, &between, RECORD),
        Ok(Decision::Defer(Deferral::Unlogged))
    );
}

#[test]
fn consistent_earlier_than_the_log_says() {
    let mut h = header();
    h.lgpos_consistent = pos(1);
    assert_eq!(
        start(&h, &logged(), 3),
        Err(JetErr::CONSISTENT_TIME_MISMATCH)
    );
}

#[test]
fn a_logged_position_of_the_future_does_not_count() {
    let mut h = header();
    h.lgpos_consistent = Lgpos::MIN;
    h.sign_log = sign(LOG_BEFORE);
    let mut future = logged();
    future.lgpos_consistent = pos(9);
    assert_eq!(
        record(&h, &future, RECORD_BEFORE),
        Ok(Decision::AttachAfterHeader)
    );
}

#[test]
fn a_header_of_the_log_before() {
    let mut h = header();
    h.sign_log = sign(LOG_BEFORE);
    assert_eq!(
        record(&h, &logged(), RECORD_BEFORE),
        Ok(Decision::AttachAfterHeader)
    );
    h.gen_min_required = 1;
    assert_eq!(
        record(&h, &logged(), RECORD_BEFORE),
        Err(JetErr::REQUIRED_LOG_FILES_MISSING)
    );
    h.lgpos_consistent = pos(1);
    assert_eq!(
        record(&h, &logged(), RECORD_BEFORE),
        Err(JetErr::CONSISTENT_TIME_MISMATCH)
    );
    h.sign_db = sign(OTHER_DB);
    let defer = Ok(Decision::Defer(Deferral::SignDb));
    assert_eq!(record(&h, &logged(), RECORD_BEFORE), defer);
    h.lgpos_consistent = pos(2);
    assert_eq!(record(&h, &logged(), RECORD_BEFORE), defer);
}

#[test]
fn a_file_in_the_place_of_a_new_database() {
    assert_eq!(made(None), Ok(Decision::Create));
    let mut h = header();
    h.lgpos_consistent = Lgpos::MIN;
    assert_eq!(made(Some(&h)), Ok(Decision::Attach));
    h.gen_min_required = 2;
    assert_eq!(made(Some(&h)), Err(JetErr::REQUIRED_LOG_FILES_MISSING));
    h.lgpos_consistent = pos(4);
    assert_eq!(
        made(Some(&h)),
        Ok(Decision::Defer(Deferral::ConsistentFuture))
    );
    h.sign_db = sign(OTHER_DB);
    assert_eq!(made(Some(&h)), Ok(Decision::Defer(Deferral::SignDb)));
    h.lgpos_attach = pos(4);
    assert_eq!(made(Some(&h)), Ok(Decision::Defer(Deferral::AttachFuture)));
    h.lgpos_attach = pos(2);
    assert_eq!(made(Some(&h)), Ok(Decision::Defer(Deferral::SignDb)));
    h.sign_log = sign(OTHER_LOG);
    assert_eq!(made(Some(&h)), Ok(Decision::Defer(Deferral::SignLog)));
    h.dbstate = DbState::JustCreated.to_u32();
    assert_eq!(made(Some(&h)), Ok(Decision::Create));
    h.dbstate = DbState::BeingConverted.to_u32();
    assert_eq!(made(Some(&h)), Ok(Decision::Create));
    h.dbstate = DbState::Revert.to_u32();
    assert_eq!(made(Some(&h)), Err(JetErr::DATABASE_INCOMPLETE_REVERT));
}
