//! Reclaiming what crashed keepers left behind.
//!
//! A container whose keeper is gone without having written down an end is replayed from its ledger, youngest entry first. What
//! is in use is left alone: its folder is locked, or its keeper lives.

use super::launch::forget;
use super::release::{self, Networks};
use super::{is_alive, lock_path};
use crate::Reclaimed;
use crate::ledger::{self, describe};
use crate::record::Status;
use crate::roots::check_id;
use crate::store::Store;
use hcs_host::{Error, Resource, Result};
use hcs_schema::HResult;
use hcs_windows::WindowsHost;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Releases the leftovers of a state root, or only tells with `dry_run`.
pub async fn gc(store: &Store, dry_run: bool) -> Result<Vec<Reclaimed>> {
    let mut reclaimed = Vec::new();
    for id in store.ids()? {
        // What is wrong with one container is no reason to leave the others.
        reclaimed.extend(collect(store, &id, dry_run).await.unwrap_or_else(|error| {
            let what = store.roots.folder(&id).display().to_string();
            vec![Reclaimed { id, kind: "folder".into(), what, error: Some(error.to_string()) }]
        }));
    }
    reclaimed.extend(orphaned_layers(store, dry_run).await?);
    if !dry_run {
        orphaned_locks(store);
    }
    Ok(reclaimed)
}

/// Writable layers whose container has no folder any more.
async fn orphaned_layers(store: &Store, dry_run: bool) -> Result<Vec<Reclaimed>> {
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
        let path = data.join(&id);
        let what = path.display().to_string();
        let error = if dry_run { None } else { forget_layer(store, &id, path).await.err() };
        reclaimed.push(Reclaimed {
            id,
            kind: "writable layer".into(),
            what,
            error: error.map(|error| error.to_string()),
        });
    }
    Ok(reclaimed)
}

/// Removes a writable layer without a container. Its name is taken meanwhile, lest a new container of this name loses its own.
async fn forget_layer(store: &Store, id: &str, path: PathBuf) -> Result<()> {
    let lock = match store.claim(id) {
        // There is one now.
        Err(error) if error.code == HResult::HCS_E_SYSTEM_ALREADY_EXISTS => return Ok(()),
        lock => lock?,
    };
    let resources = [
        Resource::Layer { path: path.clone() },
        Resource::ActiveLayer { path: path.clone() },
        Resource::PreparedLayer { path },
    ];
    let kept = release::all(&resources, &Networks::default(), &WindowsHost::open()?, &|_| Ok(())).await;
    drop(lock);
    store.disclaim(id);
    kept.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
}

async fn collect(store: &Store, id: &str, dry_run: bool) -> Result<Vec<Reclaimed>> {
    let Some(_lock) = store.try_lock(id)? else { return Ok(Vec::new()) };
    let (leftover, whole) = match store.read(id) {
        // Whoever holds no lock and wrote no record, or a spoilt one, will not write one any more.
        Err(error) if error.is_not_found() || error.code == HResult::ERROR_INVALID_DATA => (true, true),
        // What cannot be looked at for now may well be running.
        Err(error) => return Err(error),
        Ok(record) if record.keeper.is_some_and(is_alive) => (false, false),
        Ok(record) if record.status != Status::Stopped || record.remove => (true, true),
        Ok(_) => (ledger::outstanding(&store.roots.folder(id))?.iter().any(|resource| !stays(resource)), false),
    };
    if !leftover {
        return Ok(Vec::new());
    }
    let mut reclaimed = reclaim(store, id, dry_run, whole).await?;
    if whole && reclaimed.iter().all(|item| item.error.is_none()) {
        let what = store.roots.folder(id).display().to_string();
        let error = if dry_run { None } else { forget(store, id).err().map(|error| error.to_string()) };
        reclaimed.push(Reclaimed { id: id.into(), kind: "folder".into(), what, error });
    }
    Ok(reclaimed)
}

/// What a stopped container keeps until it is removed.
fn stays(resource: &Resource) -> bool {
    matches!(resource, Resource::Layer { .. })
}

/// Releases everything that a container's ledger lists; a stopped one that is not `whole`ly removed keeps its writable layer.
/// The caller holds its lock.
pub async fn reclaim(store: &Store, id: &str, dry_run: bool, whole: bool) -> Result<Vec<Reclaimed>> {
    let folder = store.roots.folder(id);
    let all = ledger::outstanding(&folder)?;
    let (going, staying): (Vec<Resource>, Vec<Resource>) =
        all.into_iter().partition(|resource| whole || !stays(resource));
    let told = |resource: &Resource, error: Option<&Error>| {
        let (kind, what) = describe(resource);
        Reclaimed { id: id.into(), kind: kind.into(), what, error: error.map(ToString::to_string) }
    };
    if dry_run || going.is_empty() {
        return Ok(going.iter().rev().map(|resource| told(resource, None)).collect());
    }
    let host = WindowsHost::open()?;
    let kept = release::all(&going, &Networks::default(), &host, &|_| Ok(())).await;
    let left: Vec<Resource> =
        staying.into_iter().chain(kept.iter().rev().map(|(resource, _)| resource.clone())).collect();
    ledger::replace(&folder, &left)?;
    let reason = |resource: &Resource| kept.iter().find(|(other, _)| other == resource).map(|(_, error)| error);
    Ok(going.iter().rev().map(|resource| told(resource, reason(resource))).collect())
}

/// Removes locks whose container has no folder any more.
fn orphaned_locks(store: &Store) {
    let Ok(entries) = std::fs::read_dir(store.roots.state()) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let folder = path.with_extension("");
        if path.extension().is_some_and(|extension| extension == "lock")
            && lock_path(&folder) == path
            && !folder.exists()
        {
            // Whoever holds it is about to make the folder, and finds that its lock is gone.
            let _ = std::fs::remove_file(&path);
        }
    }
}
