//! Reclaiming what crashed keepers left behind.
//!
//! A container whose keeper is gone without having written down an end is replayed from its ledger, youngest entry first. A folder that
//! never got a record, and a writable layer whose container is no longer known, go too. What is in use is left alone: its
//! folder is locked, or its keeper lives.

use super::{is_alive, launch, scratch};
use crate::ledger::describe;
use crate::record::Status;
use crate::roots::check_id;
use crate::store::{Lock, Store};
use crate::{Reclaimed, ledger};
use hcs_host::{Resource, Result};
use hcs_schema::HResult;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// Longest wait for a lock that nobody living seems to hold: its holder has been killed, and has yet to get the time to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Releases the leftovers of a state root, or only tells with `dry_run`.
pub async fn gc(store: &Store, dry_run: bool) -> Result<Vec<Reclaimed>> {
    let mut reclaimed = Vec::new();
    for id in store.ids()? {
        // What is wrong with one container is no reason to leave the others.
        reclaimed.extend(collect(store, &id, dry_run).unwrap_or_else(|error| {
            let what = store.roots.folder(&id).display().to_string();
            vec![Reclaimed { id, kind: "folder".into(), what, error: Some(error.to_string()) }]
        }));
    }
    reclaimed.extend(orphaned_layers(store, dry_run)?);
    if !dry_run {
        hcs_linux::prune();
    }
    Ok(reclaimed)
}

fn collect(store: &Store, id: &str, dry_run: bool) -> Result<Vec<Reclaimed>> {
    match patient_lock(store, id)? {
        Some(_lock) if is_leftover(store, id)? => reclaim(store, id, dry_run),
        _ => Ok(Vec::new()),
    }
}

/// Takes the lock of a folder that nobody works on. A helper whose keeper was killed shares the keeper's lock for the moment
/// until it notices, so a lock without a living keeper on record is asked for again.
fn patient_lock(store: &Store, id: &str) -> Result<Option<Lock>> {
    let until = Instant::now() + PATIENCE;
    loop {
        let lock = store.try_lock(id)?;
        let kept = || store.read(id).is_ok_and(|record| record.keeper.is_some_and(is_alive));
        if lock.is_some() || kept() || !store.roots.folder(id).exists() || Instant::now() > until {
            return Ok(lock);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn is_leftover(store: &Store, id: &str) -> Result<bool> {
    Ok(match store.read(id) {
        // Whoever holds no lock and wrote no record, or a spoilt one, will not write one any more.
        Err(error) if error.is_not_found() || error.code == HResult::ERROR_INVALID_DATA => true,
        // What cannot be looked at for now may well be running.
        Err(error) => return Err(error),
        Ok(record) if record.keeper.is_some_and(is_alive) => false,
        // Whoever had it made deletes it, too.
        Ok(record) if record.unkept.is_some() => false,
        Ok(record) => record.status != Status::Stopped || record.remove || !outstanding_processes(store, id).is_empty(),
    })
}

/// Entries of a stopped container that its keeper did not come to release: all but the writable layer.
fn outstanding_processes(store: &Store, id: &str) -> Vec<Resource> {
    let outstanding = ledger::outstanding(&store.roots.folder(id)).unwrap_or_default();
    outstanding.into_iter().filter(|resource| !matches!(resource, Resource::Folder { .. })).collect()
}

/// Releases everything one container left. The caller holds its lock.
pub fn reclaim(store: &Store, id: &str, dry_run: bool) -> Result<Vec<Reclaimed>> {
    let folder = store.roots.folder(id);
    let stopped = store.read(id).is_ok_and(|record| record.status == Status::Stopped && !record.remove);
    let mut reclaimed = Vec::new();
    let mut kept = false;
    for resource in ledger::outstanding(&folder)?.iter().rev() {
        if stopped && matches!(resource, Resource::Folder { .. }) {
            continue;
        }
        let (kind, what) = describe(resource);
        let error = if dry_run { None } else { release(resource).err().map(|error| error.to_string()) };
        kept |= error.is_some();
        reclaimed.push(Reclaimed { id: id.into(), kind: kind.into(), what, error });
    }
    if stopped {
        if !dry_run && !kept {
            settle_ledger(store, id)?;
        }
        return Ok(reclaimed);
    }
    let what = folder.display().to_string();
    // With something kept, the ledger stays for the next time.
    let error =
        if dry_run || kept { None } else { launch::forget(store, id, None).err().map(|error| error.to_string()) };
    if !kept {
        reclaimed.push(Reclaimed { id: id.into(), kind: "folder".into(), what, error });
    }
    Ok(reclaimed)
}

/// Strikes off what was just released for a container that stays.
fn settle_ledger(store: &Store, id: &str) -> Result<()> {
    let folder = store.roots.folder(id);
    let mut left = ledger::outstanding(&folder)?;
    left.retain(|resource| matches!(resource, Resource::Folder { .. }));
    ledger::replace(&folder, &left)
}

fn release(resource: &Resource) -> Result<()> {
    match resource {
        Resource::Folder { path } => scratch::remove(path),
        Resource::File { path } => match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(crate::store::failed("remove", path, &error)),
            _ => Ok(()),
        },
        // Those of Windows are refused there.
        _ => hcs_linux::release(resource).map_err(|failure| failure.into_error("release", &describe(resource).1)),
    }
}

/// Writable layers whose container has no folder any more, for example after the machine was started anew.
fn orphaned_layers(store: &Store, dry_run: bool) -> Result<Vec<Reclaimed>> {
    let Some(data) = store.roots.data() else { return Ok(Vec::new()) };
    let entries = match std::fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(crate::store::failed("list", data, &error)),
    };
    let mut reclaimed = Vec::new();
    for id in entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
        if check_id(&id).is_err() || store.roots.folder(&id).exists() {
            continue;
        }
        let what = data.join(&id).display().to_string();
        let error = if dry_run { None } else { forget_layer(store, &id).err().map(|error| error.to_string()) };
        reclaimed.push(Reclaimed { id, kind: "folder".into(), what, error });
    }
    Ok(reclaimed)
}

/// Removes a writable layer without a container. Its name is taken meanwhile, lest a new container of this name loses its own.
fn forget_layer(store: &Store, id: &str) -> Result<()> {
    match store.claim(id) {
        Ok(_lock) => launch::forget(store, id, None),
        // There is one now, which has cleared the layer away itself.
        Err(error) if error.code == HResult::HCS_E_SYSTEM_ALREADY_EXISTS => Ok(()),
        Err(error) => Err(error),
    }
}
