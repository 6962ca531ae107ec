//! Instances: made, ended, listed; the modes of the process (behaviour-instances.md §1).

use super::instance_lists::{self, Row};
use super::recovering::Recovering;
use crate::arguments::{array_mut, needed, out};
use crate::gate::{Answer, DONE, Refusal, demand, refuse};
use crate::instance::{Instance, Phase};
use crate::params::{Input, Param};
use crate::process::{Mode, is_nil, process};
use crate::session::enter;
use crate::start::start;
use crate::strings::{PATH_UNITS_MAX, path, text};
use crate::structs::{JET_INSTANCE_INFO, JET_RSTINFO, JET_RSTINFO2, JET_SETSYSPARAM};
use crate::types::{Char, JET_GRBIT, JET_INSTANCE, JET_SESID};
use ese_core::JetErr;
use ese_core::instance::TermKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// JetCreateInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_instance<C: Char>(
    instance: *mut JET_INSTANCE,
    name: *const C,
) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_create_instance2(instance, name, std::ptr::null(), 0) }
}

/// JetCreateInstance2. The name to show is for event logs only, the bits mean nothing.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_create_instance2<C: Char>(
    instance: *mut JET_INSTANCE,
    name: *const C,
    _shown: *const C,
    _grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    let place = unsafe { needed(instance) }?;
    *place = crate::constants::JET_instanceNil;
    // SAFETY: the caller's contract.
    let name = unsafe { text(name, PATH_UNITS_MAX, JetErr::INVALID_PARAMETER) }?;
    *place = process().create(name)?;
    DONE
}

/// JetInit.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_init(instance: *mut JET_INSTANCE) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_init2(instance, 0) }
}

/// JetInit2.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_init2(instance: *mut JET_INSTANCE, grbit: JET_GRBIT) -> Answer {
    // SAFETY: the caller's contract.
    init(unsafe { instance.as_mut() }, grbit, &Recovering::plain())
}

/// JetInit3.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_init3<C: Char>(
    instance: *mut JET_INSTANCE,
    restore: *mut JET_RSTINFO<C>,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    let (instance, how) = unsafe { (instance.as_mut(), Recovering::of_info(restore)?) };
    init(instance, grbit, &how)
}

/// JetInit4.
///
/// # Safety
/// The contract of the C function.
// PARTLY: the callback hears how far recovery is, and is not asked to control it
pub(crate) unsafe fn jet_init4<C: Char>(
    instance: *mut JET_INSTANCE,
    restore: *mut JET_RSTINFO2<C>,
    grbit: JET_GRBIT,
) -> Answer {
    // SAFETY: the caller's contract.
    let (instance, how) = unsafe { (instance.as_mut(), Recovering::of_info2(restore)?) };
    let control = crate::constants::JET_bitExternalRecoveryControl;
    demand(grbit & control == 0, JetErr::FEATURE_NOT_AVAILABLE)?;
    init(instance, grbit, &how)
}

/// Initialises an instance, found or made as the mode says (behaviour-instances.md §1, §3). One that
/// fails is freed.
fn init(mut place: Option<&mut JET_INSTANCE>, grbit: JET_GRBIT, how: &Recovering) -> Answer {
    let process = process();
    let given = place.as_deref().copied();
    let (handle, instance) = {
        let mut state = process.state();
        let named = given.is_some_and(|h| !is_nil(h));
        match state.mode {
            Mode::Open if named || given.is_none() => {
                let made = process.make(&mut state)?;
                state.mode = Mode::Single;
                made
            }
            Mode::Open => {
                let made = process.make(&mut state)?;
                state.mode = Mode::Single;
                made
            }
            Mode::Single => {
                let (handle, _) = process.instance(&state, 0)?;
                if let Some(place) = place {
                    *place = handle;
                }
                return refuse(JetErr::ALREADY_INITIALIZED);
            }
            Mode::Multi if given.is_none() => {
                return refuse(JetErr::RUNNING_IN_MULTI_INSTANCE_MODE);
            }
            Mode::Multi if named => process.instance(&state, given.unwrap_or(0))?,
            Mode::Multi => process.make(&mut state)?,
        }
    };
    if !instance.advance(Phase::Created, Phase::Initialising) {
        return refuse(JetErr::ALREADY_INITIALIZED);
    }
    let started = catch_unwind(AssertUnwindSafe(|| start(&instance, grbit, how)));
    let started = how.ended(started.unwrap_or(refuse(JetErr::INTERNAL_ERROR)));
    match started {
        Ok(running) => {
            super::watch_commits(&instance, handle, &running);
            instance.set_running(Some(Arc::new(running)));
            instance.advance(Phase::Initialising, Phase::Running);
            if let Some(place) = &mut place {
                **place = handle;
            }
            DONE
        }
        Err(why) => {
            let _ = process.free(&mut process.state(), handle);
            if let Some(place) = &mut place {
                **place = 0;
            }
            Err(why)
        }
    }
}

/// JetTerm.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_term(instance: JET_INSTANCE) -> Answer {
    term(instance, crate::constants::JET_bitTermAbrupt)
}

/// JetTerm2. An instance that was never initialised is freed, whatever the bits.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_term2(instance: JET_INSTANCE, grbit: JET_GRBIT) -> Answer {
    term(instance, grbit)
}

/// Ends an instance (behaviour-instances.md §4).
fn term(handle: JET_INSTANCE, grbit: JET_GRBIT) -> Answer {
    use crate::constants as jet;
    let process = process();
    let (handle, instance) = {
        let mut state = process.state();
        if state.mode == Mode::Multi && is_nil(handle) {
            return refuse(JetErr::INVALID_PARAMETER);
        }
        let (handle, instance) = process.instance(&state, handle)?;
        match instance.phase() {
            Phase::Created => return process.free(&mut state, handle),
            Phase::Initialising => return refuse(JetErr::INIT_IN_PROGRESS),
            Phase::Restoring => return refuse(JetErr::RESTORE_IN_PROGRESS),
            Phase::Terminating => return refuse(JetErr::TERM_IN_PROGRESS),
            Phase::Running => {}
        }
        if !instance.advance(Phase::Running, Phase::Terminating) {
            return refuse(JetErr::TERM_IN_PROGRESS);
        }
        (handle, instance)
    };
    let Some(sessions) = instance.wait_until_empty() else {
        instance.advance(Phase::Terminating, Phase::Running);
        return refuse(JetErr::TOO_MANY_ACTIVE_USERS);
    };
    let kind = if grbit & jet::JET_bitTermDirty != 0 {
        TermKind::Dirty
    } else if grbit & jet::JET_bitTermAbrupt != 0 {
        TermKind::Abrupt
    } else {
        TermKind::Clean
    };
    let Some(running) = instance.engine() else {
        return refuse(JetErr::INTERNAL_ERROR);
    };
    if grbit & jet::JET_bitTermStopBackup != 0 && running.backup.is_running() {
        running.backup.stop();
        let _ = running.backup.end();
    }
    let ended = running.core.term(kind).map_err(Refusal::from);
    if ended == refuse(JetErr::TOO_MANY_ACTIVE_USERS) || ended == refuse(JetErr::BACKUP_IN_PROGRESS)
    {
        // It goes on as before.
        instance.advance(Phase::Terminating, Phase::Running);
        return ended.map(|()| JetErr::SUCCESS);
    }
    // The point of no return: everything goes, whatever came of it.
    sessions.end();
    let databases = std::mem::take(&mut *running.databases());
    for db in databases {
        super::free_table_locals(&instance, db.take_locals());
        db.let_go();
    }
    instance.set_running(None);
    let _ = process.free(&mut process.state(), handle);
    ended?;
    match kind {
        TermKind::Dirty => refuse(JetErr::DIRTY_SHUTDOWN),
        _ => DONE,
    }
}

/// JetStopService.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_stop_service() -> Answer {
    let (_, instance) = process().only_instance()?;
    stop(&instance)
}

/// JetStopServiceInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_stop_service_instance(instance: JET_INSTANCE) -> Answer {
    let (_, instance) = process().instance(&process().state(), instance)?;
    stop(&instance)
}

/// JetStopServiceInstance2. What is asked for but a full stop has nothing to stop here, and is undone
/// at once.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_stop_service_instance2(
    instance: JET_INSTANCE,
    grbit: JET_GRBIT,
) -> Answer {
    use crate::constants as jet;
    let (_, instance) = process().instance(&process().state(), instance)?;
    let mild = jet::JET_bitStopServiceBackgroundUserTasks | jet::JET_bitStopServiceQuiesceCaches;
    let known = mild | jet::JET_bitStopServiceResume | jet::JET_bitStopServiceStopAndEmitLog;
    demand(grbit & !known == 0, JetErr::INVALID_GRBIT)?;
    let emit = jet::JET_bitStopServiceStopAndEmitLog;
    demand(grbit & emit == 0 || grbit == emit, JetErr::INVALID_GRBIT)?;
    if grbit == jet::JET_bitStopServiceAll {
        return stop(&instance);
    }
    instance.running(false)?;
    demand(grbit != emit, JetErr::FEATURE_NOT_AVAILABLE)?;
    DONE
}

fn stop(instance: &Arc<Instance>) -> Answer {
    instance.running(false)?;
    instance.stop();
    DONE
}

/// JetEnableMultiInstance.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_enable_multi_instance<C: Char>(
    settings: *mut JET_SETSYSPARAM<C>,
    count: u32,
    succeeded: *mut u32,
) -> Answer {
    // SAFETY: the caller's contract.
    let settings = unsafe { array_mut(settings, count) }?;
    // SAFETY: the caller's contract.
    let mut succeeded = unsafe { out(succeeded) };
    succeeded.set(0);
    let mut texts = Vec::with_capacity(settings.len());
    for s in settings.iter() {
        // SAFETY: the caller's contract: strings end with a zero.
        texts.push(unsafe { setting_text(s.paramid, s.sz) });
    }
    let entries: Vec<(u32, Option<Input<'_>>)> = settings
        .iter()
        .zip(&texts)
        .map(|(s, text)| {
            let is_text = Param::of(s.paramid).is_ok_and(|p| p.kind.is_text());
            let input = match text {
                Ok(text) if is_text => Some(Input::Text(text.as_deref())),
                Ok(_) => Some(Input::Number(s.lParam)),
                Err(_) => None,
            };
            (s.paramid, input)
        })
        .collect();
    let mut good = 0;
    process().enable_multi(&entries, |at, err| {
        if let Some(s) = settings.get_mut(at) {
            s.err = err.0;
        }
        good += u32::from(err == JetErr::SUCCESS);
        succeeded.set(good);
    })
}

/// The string of a setting, if its parameter is one.
///
/// # Safety
/// `sz` is null or ends with a zero.
unsafe fn setting_text<C: Char>(
    id: u32,
    sz: *const C,
) -> Result<Option<Vec<u16>>, crate::gate::Refusal> {
    let Ok(param) = Param::of(id) else {
        return Ok(None);
    };
    let most = param.longest();
    // SAFETY: passed on.
    unsafe {
        match (param.kind.is_text(), param.kind.is_path()) {
            (false, _) => Ok(None),
            (true, true) => path(sz, most, JetErr::INVALID_PARAMETER),
            (true, false) => text(sz, most, JetErr::INVALID_PARAMETER),
        }
    }
}

/// JetGetInstanceInfo: one block with all instances, for JetFreeBuffer.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_instance_info<C: Char>(
    count: *mut u32,
    list: *mut *mut JET_INSTANCE_INFO<C>,
) -> Answer {
    // SAFETY: the caller's contract.
    let (count, list) = unsafe { (needed(count)?, needed(list)?) };
    let instances = process().instances.all();
    let rows = instances.iter().map(|(handle, instance)| {
        let running = instance.engine();
        // Those that a backup would copy.
        let databases = running.map(|r| {
            let all = r.databases();
            let logged = all.iter().filter(|d| !d.unlogged && !d.read_only);
            logged.map(|d| d.path.clone()).collect()
        });
        Row {
            handle: *handle,
            name: instance.name.clone(),
            databases: databases.unwrap_or_default(),
        }
    });
    instance_lists::give(&rows.collect::<Vec<_>>(), count, list)
}

/// What JetGetVersion says: major 10, minor 0, the build of the Windows whose behaviour we follow
/// (design §9), service pack 0.
const VERSION: u32 = 10 << 28 | 26_100 << 8;

/// JetGetVersion. Needs a session.
///
/// # Safety
/// The contract of the C function.
pub(crate) unsafe fn jet_get_version(sesid: JET_SESID, version: *mut u32) -> Answer {
    // SAFETY: the caller's contract.
    let version = unsafe { needed(version) };
    let _session = enter(sesid)?;
    *version? = VERSION;
    DONE
}
