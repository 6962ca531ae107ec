//! Instances: made, ended, listed; the modes of the process (behaviour-instances.md §1).

use crate::arguments::{array_mut, needed, out};
use crate::gate::{Answer, DONE};
use crate::memory;
use crate::params::{Input, Param};
use crate::process::process;
use crate::strings::{PATH_UNITS_MAX, path, text, text_in};
use crate::structs::{JET_INSTANCE_INFO, JET_SETSYSPARAM};
use crate::types::{Char, JET_GRBIT, JET_INSTANCE, JET_SESID};
use ese_core::JetErr;

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

/// JetTerm.
///
/// # Safety
/// The contract of the C function.
// PARTLY: ends instances that are not initialised; none can be yet
pub(crate) unsafe fn jet_term(instance: JET_INSTANCE) -> Answer {
    // SAFETY: passed on.
    unsafe { jet_term2(instance, crate::constants::JET_bitTermAbrupt) }
}

/// JetTerm2. An instance that was never initialised is freed, whatever the bits.
///
/// # Safety
/// The contract of the C function.
// PARTLY: ends instances that are not initialised; none can be yet
pub(crate) unsafe fn jet_term2(instance: JET_INSTANCE, _grbit: JET_GRBIT) -> Answer {
    let process = process();
    let mut state = process.state();
    let (handle, _) = process.instance(&state, instance)?;
    process.free(&mut state, handle)
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
// PARTLY: lists instances without databases; none can be attached yet
pub(crate) unsafe fn jet_get_instance_info<C: Char>(
    count: *mut u32,
    list: *mut *mut JET_INSTANCE_INFO<C>,
) -> Answer {
    // SAFETY: the caller's contract.
    let (count, list) = unsafe { (needed(count)?, needed(list)?) };
    let instances = process().instances.all();
    *count = 0;
    *list = std::ptr::null_mut();
    if instances.is_empty() {
        return DONE;
    }
    let names: Vec<Option<Vec<C>>> = instances
        .iter()
        .map(|(_, i)| i.name.as_deref().filter(|n| !n.is_empty()))
        .map(|name| {
            let name = name.map(text_in::<C>);
            name.map(|n| n.into_iter().chain([C::NUL]).collect())
        })
        .collect();
    let head = instances.len() * size_of::<JET_INSTANCE_INFO<C>>();
    let characters: usize = names.iter().flatten().map(Vec::len).sum();
    let block = memory::give(head + characters * size_of::<C>())?;
    let rows = block.cast::<JET_INSTANCE_INFO<C>>();
    // SAFETY: the strings lie behind the rows, in the same block.
    let mut next = unsafe { block.add(head) }.cast::<C>();
    for (at, ((handle, _), name)) in instances.iter().zip(&names).enumerate() {
        let mut place = std::ptr::null_mut();
        if let Some(name) = name {
            // SAFETY: `characters` counted it.
            unsafe {
                next.copy_from_nonoverlapping(name.as_ptr(), name.len());
                place = next;
                next = next.add(name.len());
            }
        }
        // SAFETY: `head` counted it.
        unsafe {
            rows.add(at).write(JET_INSTANCE_INFO {
                hInstanceId: *handle,
                szInstanceName: place,
                cDatabases: 0,
                szDatabaseFileName: std::ptr::null_mut(),
                szDatabaseDisplayName: std::ptr::null_mut(),
                szDatabaseSLVFileName_Obsolete: std::ptr::null_mut(),
            });
        }
    }
    *count = u32::try_from(instances.len()).unwrap_or(u32::MAX);
    *list = rows;
    DONE
}

/// What JetGetVersion says: major 10, minor 0, the build of the Windows whose behaviour we follow
/// (design §9), service pack 0.
const VERSION: u32 = 10 << 28 | 26_100 << 8;

/// JetGetVersion. Needs a session.
///
/// # Safety
/// The contract of the C function.
// PARTLY: knows no session yet, so that every one is invalid
pub(crate) unsafe fn jet_get_version(sesid: JET_SESID, version: *mut u32) -> Answer {
    // SAFETY: the caller's contract.
    let version = unsafe { needed(version) };
    process().sessions.get(sesid)?;
    *version? = VERSION;
    DONE
}
