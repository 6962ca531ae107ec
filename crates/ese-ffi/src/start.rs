//! What the parameters of an instance mean to the engine, and how it is started.
//!
//! Order of work: behaviour-instances.md §3. Invariant: an instance whose start fails is as before.
#![forbid(unsafe_code)]

use crate::calls::Recovering;
use crate::gate::{Refusal, demand, refuse};
use crate::instance::{Instance, Running};
use crate::params::table as id;
use crate::params::{Param, absolute};
use crate::process::process;
use crate::strings::os_path;
use crate::types::JET_GRBIT;
use ese_core::JetErr;
use ese_core::cache::Budget;
use ese_core::format::ids::PageSize;
use ese_core::instance::InstanceParams;
use ese_core::io::env::Env;
use ese_core::recovery::{InitBits, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most memory that the cache takes when the parameter names no sensible limit.
const CACHE_BYTES_MOST: usize = 512 << 20;
/// Fewest pages of a cache that works.
const CACHE_PAGES_LEAST: u32 = 256;
/// Sessions that a user gets beyond JET_paramMaxSessions (behaviour-instances.md §5).
const SESSIONS_BEYOND: usize = 60;
/// Most sessions of the engine.
const SESSIONS_MOST: usize = 30_000;
/// Units of a base name.
const BASE_UNITS: usize = 3;
/// Sectors of a log file have this size.
const KIB_PER_STEP: usize = 4;

/// `true` where changes are logged (JET_paramRecovery "on" or "repair", in any case).
pub(crate) fn is_logging(instance: &Instance) -> bool {
    let text = String::from_utf16_lossy(&instance.text(id::JET_paramRecovery));
    text.eq_ignore_ascii_case("on") || text.eq_ignore_ascii_case("repair")
}

fn path_of(instance: &Instance, param: u32) -> Result<PathBuf, Refusal> {
    Ok(os_path(&absolute(&instance.text(param))?))
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// File of the temporary database; `None` where there is to be none.
fn temp_path(instance: &Instance) -> Result<Option<PathBuf>, Refusal> {
    if instance.number(id::JET_paramMaxTemporaryTables) == 0 {
        return Ok(None);
    }
    let mut path = path_of(instance, id::JET_paramSystemPath)?;
    let text = instance.text(id::JET_paramTempPath);
    path.push(os_path(&text));
    if text.is_empty() || text.last() == Some(&u16::from(b'/')) {
        path.push("tmp.edb");
    }
    Ok(Some(path))
}

/// The engine format version that was asked for; `None` for the engine's own.
fn format_version(instance: &Instance) -> Option<u32> {
    use crate::constants as jet;
    let asked = small(instance.number(id::JET_paramEngineFormatVersion));
    if asked == jet::JET_efvUseEngineDefault || asked == jet::JET_efvUsePersistedFormat {
        return None;
    }
    let higher = jet::JET_efvAllowHigherPersistedFormat;
    Some(if asked & higher == higher {
        asked & !higher
    } else {
        asked
    })
}

fn params(instance: &Instance, grbit: JET_GRBIT) -> Result<InstanceParams, Refusal> {
    let number = |id| instance.number(id);
    let base = String::from_utf16(&instance.text(id::JET_paramBaseName));
    let base = base.map_err(|_| Refusal(JetErr::INVALID_PATH))?;
    demand(
        base.encode_utf16().count() == BASE_UNITS && !base.contains(['/', '\\']),
        JetErr::INVALID_PATH,
    )?;
    let mut p = InstanceParams::new(path_of(instance, id::JET_paramLogFilePath)?);
    p.system_dir = path_of(instance, id::JET_paramSystemPath)?;
    p.base = base;
    let log_file = number(id::JET_paramLogFileSize);
    demand(
        log_file.is_multiple_of(KIB_PER_STEP),
        JetErr::INVALID_SETTINGS,
    )?;
    let param = Param::of(id::JET_paramLogFileSize)?;
    // One that was never set takes the size on the disk.
    p.log_file_kib = instance
        .params()
        .is_written(param)
        .then_some(small(log_file));
    p.circular = number(id::JET_paramCircularLog) != 0;
    p.legacy_file_names = small(number(id::JET_paramLegacyFileNames));
    let page = number(id::JET_paramDatabasePageSize);
    let Some(page_size) = PageSize::from_bytes(small(page)) else {
        return refuse(JetErr::INVALID_PARAMETER);
    };
    p.page_size = page_size;
    let most = small(CACHE_BYTES_MOST / page.max(1));
    let max = small(number(id::JET_paramCacheSizeMax)).clamp(CACHE_PAGES_LEAST, most);
    p.cache = Budget {
        min: small(number(id::JET_paramCacheSizeMin)).min(max),
        max,
    };
    p.max_ver_pages = small(number(id::JET_paramMaxVerPages)).max(1);
    let sessions = number(id::JET_paramMaxSessions).saturating_add(SESSIONS_BEYOND);
    p.max_sessions = u16::try_from(sessions.min(SESSIONS_MOST)).unwrap_or(u16::MAX);
    p.checkpoint_depth = number(id::JET_paramCheckpointDepthMax) as u64;
    p.engine_format_version = format_version(instance);
    p.create_path = number(id::JET_paramCreatePathIfNotExist) != 0;
    p.recovery = is_logging(instance);
    p.zero_during_backup = number(id::JET_paramZeroDatabaseDuringBackup) != 0;
    p.db_extension = small(number(id::JET_paramDbExtensionSize)).max(1);
    p.delete_out_of_range_logs = number(id::JET_paramDeleteOutOfRangeLogs) != 0;
    p.cleanup_mismatched_logs = number(id::JET_paramCleanupMismatchedLogFiles) != 0;
    demand(
        !p.cleanup_mismatched_logs || p.circular,
        JetErr::INVALID_SETTINGS,
    )?;
    let recovery = instance.text(id::JET_paramAlternateDatabaseRecoveryPath);
    p.recovery_dir = (!recovery.is_empty()).then(|| os_path(&recovery));
    p.flush_map = number(id::JET_paramPersistedLostFlushDetection) != 0;
    p.max_temp_tables = small(number(id::JET_paramMaxTemporaryTables));
    if let Some(temp) = temp_path(instance)? {
        p.temp_path = temp;
    }
    p.bits = InitBits::from_bits_truncate(grbit);
    Ok(p)
}

/// Names of the system are compared without regard to case, as on Windows.
fn same(a: &Path, b: &Path) -> bool {
    a.as_os_str().eq_ignore_ascii_case(b)
}

/// Other initialised instances leave this one its files.
fn check_clash(
    own: &Arc<Instance>,
    folders: Option<&(PathBuf, PathBuf)>,
    temp: Option<&PathBuf>,
) -> Result<(), Refusal> {
    let others = process().instances.all();
    let others = others.iter().filter(|(_, i)| !Arc::ptr_eq(i, own));
    let others: Vec<_> = others.filter_map(|(_, i)| i.engine()).collect();
    for other in &others {
        let clash = temp.zip(other.temp.as_ref());
        demand(
            !clash.is_some_and(|(a, b)| same(a, b)),
            JetErr::TEMP_PATH_IN_USE,
        )?;
    }
    for other in &others {
        let Some((mine, theirs)) = folders.zip(other.folders.as_ref()) else {
            continue;
        };
        demand(!same(&mine.1, &theirs.1), JetErr::SYSTEM_PATH_IN_USE)?;
        demand(!same(&mine.0, &theirs.0), JetErr::LOG_FILE_PATH_IN_USE)?;
    }
    Ok(())
}

/// What a restore into the folders of an instance goes by.
pub(crate) fn restore_options(instance: &Arc<Instance>) -> Result<Options, Refusal> {
    let params = params(instance, 0)?;
    let folders = (params.log_dir.clone(), params.system_dir.clone());
    check_clash(instance, Some(&folders), None)?;
    for dir in [&folders.0, &folders.1] {
        if params.create_path {
            std::fs::create_dir_all(dir)?;
        }
        demand(dir.is_dir(), JetErr::INVALID_PATH)?;
    }
    Ok(params.recovery_options())
}

/// Starts the engine of an instance.
pub(crate) fn start(
    instance: &Arc<Instance>,
    grbit: JET_GRBIT,
    how: &Recovering,
) -> Result<Running, Refusal> {
    let params = params(instance, grbit)?;
    let temp = temp_path(instance)?;
    let folders = params
        .recovery
        .then(|| (params.log_dir.clone(), params.system_dir.clone()));
    check_clash(instance, folders.as_ref(), temp.as_ref())?;
    crate::calls::try_runtime(instance)?;
    let mut recovery = params.recovery_options();
    how.apply(&mut recovery);
    use ese_core::instance::Instance as Engine;
    let core = Engine::start_with(Env::real(), params, &recovery, how)?;
    Ok(Running::new(core, folders, temp))
}
