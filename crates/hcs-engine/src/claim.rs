//! Taking a name for a container, before anything else of it is made.

use crate::record::{Record, Status};
use crate::request::{Base, Request};
use crate::store::{Lock, Store, random_id};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::time::{SystemTime, UNIX_EPOCH};

/// A container that has a name and a folder, and nothing else yet.
pub struct Claimed {
    /// Its record.
    pub record: Record,
    /// What is wanted.
    pub request: Request,
    /// Where it is.
    pub store: Store,
    /// The lock of its folder.
    pub lock: Lock,
}

/// Takes a name for a request.
pub fn claim(store: &Store, request: Request) -> Result<Claimed> {
    let (id, lock) = match &request.id {
        Some(id) => (id.clone(), store.claim(id)?),
        None => claim_random(store)?,
    };
    let record = Record {
        folder: store.roots.folder(&id),
        id,
        status: Status::Creating,
        created: now(),
        keeper: crate::sys::own_identity(),
        command: request.spec.process.as_ref().map(|process| process.args.clone()).unwrap_or_default(),
        base: words(&request.base),
        labels: request.labels.clone(),
        terminal: request.spec.process.as_ref().is_some_and(|process| process.terminal),
        remove: request.remove,
        stop_signal: request.stop_signal,
        ..Record::default()
    };
    Ok(Claimed { record, request, store: store.clone(), lock })
}

fn claim_random(store: &Store) -> Result<(String, Lock)> {
    loop {
        let id = random_id(crate::sys::random()?);
        match store.claim(&id) {
            Ok(lock) => return Ok((id, lock)),
            Err(error) if error.code == HResult::HCS_E_SYSTEM_ALREADY_EXISTS => {}
            Err(error) => return Err(error),
        }
    }
}

/// Where a base's files come from, in words.
pub fn words(base: &Base) -> String {
    match base {
        Base::Host => "host".into(),
        Base::Folder(folder) | Base::Bundle(folder) => folder.display().to_string(),
        Base::Layers(layers) => layers.iter().map(|layer| layer.display().to_string()).collect::<Vec<_>>().join(":"),
    }
}

impl Claimed {
    /// Goes on with what the container needs; without it, its name is free again.
    pub fn needing<T>(self, needed: Result<T>) -> Result<(Claimed, T)> {
        match needed {
            Ok(needed) => Ok((self, needed)),
            Err(error) => {
                self.store.disclaim(&self.record.id);
                Err(error)
            }
        }
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Refuses what cannot be run before anything is made.
pub fn check(request: &Request) -> Result<()> {
    let args = request.spec.process.as_ref().map(|process| process.args.as_slice()).unwrap_or_default();
    if args.is_empty() || args[0].is_empty() {
        let id = request.id.as_deref().unwrap_or("the container");
        return Err(Error::invalid("run", id, "no program was given; name one after the base"));
    }
    Ok(())
}
