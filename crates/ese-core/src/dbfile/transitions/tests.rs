//! What no header of the witness shows.
#![forbid(unsafe_code)]

use super::*;

const NOW: LogTime = LogTime([1, 2, 3, 4, 5, 120, 1, 0]);

fn time(of: i32) -> LogTime {
    LogTime([of as u8, 0, 0, 1, 1, 120, 1, 0])
}

fn generation(number: i32) -> Generation {
    Generation {
        number,
        created: time(number),
    }
}

/// Dirty since generation 3, of the version that `efv` writes.
fn dirty(efv: u32) -> DbHeader {
    let v = FormatVersion::of_efv(efv).unwrap();
    let mut h = DbHeader {
        version_major: v.major,
        update_major: v.update_major,
        update_minor: v.update_minor,
        lgpos_attach: Lgpos::new(3, 8, 0),
        sign_log: Signature([7; 28]),
        ..DbHeader::default()
    };
    went_dirty(&mut h, generation(3));
    h
}

fn generations(h: &DbHeader) -> [i32; 4] {
    [
        h.gen_min_required,
        h.gen_min_consistent,
        h.gen_max_required,
        h.gen_max_committed,
    ]
}

#[test]
fn logs_waypoint_and_checkpoint_move_on() {
    let mut h = dirty(9600);
    let committed = Advance {
        committed: Some(generation(5)),
        waypoint: Some(generation(4)),
        ..Advance::default()
    };
    let written = Moved {
        sync_first: false,
        write: true,
    };
    assert_eq!(generations_moved(&mut h, &committed), written);
    assert_eq!(generations(&h), [3, 3, 4, 5]);
    assert_eq!(h.logtime_gen_max_create, time(5));
    assert_eq!(h.logtime_gen_max_required, time(4));
    // The committed generation alone can wait; nothing goes back.
    let lazy = Advance {
        committed: Some(generation(6)),
        waypoint: Some(generation(2)),
        min_required: Some(1),
        min_consistent: Some(4),
    };
    assert_eq!(generations_moved(&mut h, &lazy), Moved::default());
    assert_eq!(generations(&h), [3, 4, 4, 6]);
    let older = Advance {
        committed: Some(generation(5)),
        ..Advance::default()
    };
    generations_moved(&mut h, &older);
    assert_eq!(h.logtime_gen_max_create, time(6));
    let checkpoint = Advance {
        min_required: Some(4),
        ..Advance::default()
    };
    let synced = Moved {
        sync_first: true,
        write: true,
    };
    assert_eq!(generations_moved(&mut h, &checkpoint), synced);
    assert_eq!(generations(&h), [4, 4, 4, 6]);
    // Older formats don't note the time of the required one.
    let mut h = dirty(9240);
    generations_moved(&mut h, &committed);
    assert_eq!(h.logtime_gen_max_required, LogTime::NONE);

    assert!(!committed_lost(&mut h, generation(5)));
    reached(&mut h, 4);
    assert!(committed_lost(&mut h, generation(4)));
    assert_eq!((h.gen_max_committed, h.gen_recovering), (4, 0));
    assert_eq!(h.logtime_gen_max_create, time(4));
}

#[test]
fn redo_from_before_what_is_needed_lowers_it() {
    let mut h = dirty(9300);
    h.gen_min_required = 6;
    h.gen_min_consistent = 7;
    h.gen_max_required = 8;
    h.gen_max_committed = 9;
    h.lgpos_last_resize = Lgpos::new(9, 3, 3);
    redo_begins(&mut h, generation(4));
    assert_eq!(generations(&h), [4, 4, 8, 9]);
    assert_eq!(
        (h.gen_pre_redo_min_required, h.gen_pre_redo_min_consistent),
        (6, 7)
    );
    assert_eq!(h.gen_recovering, 4);
    assert_eq!(h.lgpos_last_resize, Lgpos::new(8, u16::MAX, u16::MAX));
    // Once more, and on past it.
    redo_begins(&mut h, generation(3));
    assert_eq!((h.gen_min_required, h.gen_pre_redo_min_required), (3, 6));
    let past = Advance {
        min_required: Some(6),
        min_consistent: Some(6),
        ..Advance::default()
    };
    generations_moved(&mut h, &past);
    assert_eq!(
        (h.gen_pre_redo_min_required, h.gen_pre_redo_min_consistent),
        (0, 7)
    );
    // Older formats only start from what is needed.
    let mut h = dirty(9280);
    h.gen_min_required = 6;
    h.gen_min_consistent = 7;
    h.gen_max_required = 8;
    redo_begins(&mut h, generation(4));
    assert_eq!((h.gen_min_required, h.gen_min_consistent), (6, 6));
    assert_eq!(h.gen_pre_redo_min_required, 0);
    // A clean one whose log ran on.
    h.dbstate = DbState::CleanShutdown.to_u32();
    redo_begins(&mut h, generation(9));
    assert_eq!(h.state(), DbState::DirtyShutdown);
    assert_eq!(generations(&h), [9, 9, 9, 9]);
}

fn attach(sign_log: u8, redo: bool) -> Attach {
    Attach {
        lgpos: Lgpos::new(5, 9, 9),
        sign_log: Signature([sign_log; 28]),
        dbid: 4,
        current: generation(5),
        now: NOW,
        redo,
    }
}

#[test]
fn an_attach_forgets_what_belongs_to_another_log_sequence() {
    let backup = BkInfo {
        gen_low: 1,
        gen_high: 2,
        ..BkInfo::default()
    };
    let mut clean = dirty(9600);
    let detach = Detach {
        lgpos: Lgpos::new(4, 4, 4),
        now: time(4),
        marks: Marks {
            dbtime: Dbtime(88),
            objid: Objid(9),
        },
        restored: false,
    };
    detached(&mut clean, &detach);
    clean.bkinfo_full_prev = backup;
    clean.lgpos_last_reattach = Lgpos::new(3, 3, 3);
    for (sign, keeps) in [(7, true), (8, false)] {
        let mut h = clean;
        attached(&mut h, &attach(sign, sign == 8));
        assert_eq!(h.state(), DbState::DirtyShutdown);
        assert_eq!(generations(&h), [5, 5, 5, 5]);
        assert_eq!((h.lgpos_attach, h.dbid), (Lgpos::new(5, 9, 9), 4));
        assert_eq!(h.lgpos_last_resize, h.lgpos_attach);
        assert_eq!((h.logtime_attach, h.logtime_consistent), (NOW, time(4)));
        assert_eq!(
            (h.lgpos_detach, h.logtime_detach),
            (Lgpos::MIN, LogTime::NONE)
        );
        assert_eq!(h.lgpos_last_reattach, Lgpos::MIN);
        let consistent = if keeps {
            Lgpos::new(4, 4, 4)
        } else {
            Lgpos::MIN
        };
        assert_eq!(h.lgpos_consistent, consistent);
        assert_eq!(h.bkinfo_full_prev.is_none(), !keeps);
        assert_eq!(h.sign_log, Signature([sign; 28]));
        assert_eq!(h.gen_recovering, if keeps { 0 } else { 5 });
        assert_eq!((h.dbtime_dirtied, h.objid_last), (Dbtime(88), 9));
        reattached(&mut h, Lgpos::new(6, 0, 0), time(6), keeps);
        assert_eq!(h.lgpos_attach, Lgpos::new(5, 9, 9));
        assert_eq!(h.gen_recovering, if keeps { 0 } else { 5 });
        redo_ended(&mut h);
        assert_eq!(h.gen_recovering, 0);
    }
}

#[test]
fn a_patched_database_stays_patched_until_redo_has_passed_it() {
    let mut h = dirty(9600);
    h.dbstate = DbState::DirtyAndPatched.to_u32();
    h.gen_max_required = 7;
    h.gen_max_committed = 7;
    attached(&mut h, &attach(7, true));
    assert_eq!(h.state(), DbState::DirtyAndPatched);
    let detach = Detach {
        lgpos: Lgpos::new(6, 1, 1),
        now: NOW,
        marks: Marks::default(),
        restored: false,
    };
    detached(&mut h, &detach);
    assert_eq!(h.state(), DbState::DirtyAndPatched);
    assert_eq!(generations(&h), [3, 3, 7, 7]);
    assert_eq!(h.lgpos_consistent, Lgpos::new(6, 1, 1));
    let mut later = attach(7, true);
    later.lgpos.generation = 7;
    attached(&mut h, &later);
    assert_eq!(h.state(), DbState::DirtyShutdown);
}

#[test]
fn versions_and_sizes_never_go_back() {
    let mut h = dirty(9180);
    let v = |efv| FormatVersion::of_efv(efv).unwrap();
    assert!(!set_version(&mut h, v(9180)) && !set_version(&mut h, v(8920)));
    assert!(set_version(&mut h, v(9600)));
    assert_eq!(h.version(), v(9600));
    assert!(resized_at(&mut h, Lgpos::new(4, 0, 0)));
    assert!(!resized_at(&mut h, Lgpos::new(3, 9, 0)));
    assert_eq!(h.lgpos_last_resize, Lgpos::new(4, 0, 0));
    let mut old = dirty(9160);
    assert!(!resized_at(&mut old, Lgpos::new(4, 0, 0)));
    // Without logging a detach has no position.
    let detach = Detach {
        lgpos: Lgpos::MIN,
        now: NOW,
        marks: Marks::default(),
        restored: false,
    };
    detached(&mut h, &detach);
    assert_eq!(h.lgpos_last_resize, Lgpos::new(4, 0, 0));
    h.extend_count = u32::MAX;
    grown(&mut h, NOW);
    shrunk(&mut h, time(1));
    assert_eq!((h.extend_count, h.shrink_count), (0, 1));
    assert_eq!(
        (h.logtime_last_extend, h.logtime_last_shrink),
        (NOW, time(1))
    );
}

#[test]
fn backups_by_kind_and_scope() {
    let info = |generation: i32| BkInfo {
        mark: Lgpos::new(generation, 0, 0),
        gen_low: 1,
        gen_high: 2,
        ..BkInfo::default()
    };
    let mut h = dirty(9600);
    let mut note = |kind, scope, generation| {
        backed_up(&mut h, &Backup::of_record(kind, scope, info(generation)))
    };
    assert!(note(BackupType::NORMAL, BackupScope::COPY, 2));
    assert!(note(BackupType::SURROGATE, BackupScope::INCREMENTAL, 3));
    assert!(note(BackupType::OS_SNAPSHOT, BackupScope::DIFFERENTIAL, 4));
    assert!(!note(BackupType::NORMAL, BackupScope::COPY, 1));
    assert_eq!(h.bkinfo_copy_prev, info(2));
    assert_eq!((h.bkinfo_inc_prev, h.bkinfo_type_inc_prev), (info(3), 1));
    assert_eq!((h.bkinfo_diff_prev, h.bkinfo_type_diff_prev), (info(4), 1));
    // A full one makes those that stood on the one before void.
    let full = Backup::of_record(BackupType::NORMAL, BackupScope::FULL, info(5));
    assert!(backed_up(&mut h, &full));
    assert_eq!(h.bkinfo_full_prev, info(5));
    assert!(h.bkinfo_inc_prev.is_none() && h.bkinfo_diff_prev.is_none());
    assert_eq!((h.bkinfo_type_inc_prev, h.bkinfo_copy_prev), (0, info(2)));
    // The end of a restore forgets all.
    h.bkinfo_full_cur = info(6);
    let detach = Detach {
        lgpos: Lgpos::new(6, 1, 1),
        now: NOW,
        marks: Marks::default(),
        restored: true,
    };
    detached(&mut h, &detach);
    for forgotten in [h.bkinfo_full_cur, h.bkinfo_full_prev, h.bkinfo_copy_prev] {
        assert!(forgotten.is_none());
    }
}
