//! From a request to a running process: the helper that is re-executed, and how the keeper starts it.
//!
//! [`spawn`](spawn::spawn) is the keeper's side. The helper's side begins in [`run_if_helper`], which a program calls first in
//! its `main`: it recognises the name it was started by, reads its request, and becomes a container's init ([`init`]) or a
//! process that joins one ([`join`]). When every namespace is new, the helper is born in them; when some are joined by path it is a *stage*
//! that joins them, makes the others, leaves init behind as the keeper's child and ends.

pub mod channel;
pub mod idmap;
mod init;
mod join;
pub mod message;
mod namespaces;
mod network;
mod program;
pub mod seal;
pub mod spawn;
mod streams;

pub use namespaces::{Namespaces, clone_flags};

use crate::cgroup::Joiner;
use crate::sys::clone;
use crate::{Context, Failure};
use channel::Channel;
use message::Request;
use std::convert::Infallible;
use std::io::Read;
use std::os::fd::OwnedFd;

/// Becomes a helper if this process was started as one, and then never returns.
pub fn run_if_helper() {
    let mut args = std::env::args_os();
    if args.next().is_none_or(|name| name.as_encoded_bytes() != spawn::HELPER_NAME.to_bytes()) {
        return;
    }
    let mut fd = || args.next()?.to_str()?.parse().ok().and_then(clone::inherited);
    let (Some(channel), Some(document)) = (fd(), fd()) else {
        // Somebody started the helper by hand.
        eprintln!("silo-init: this program starts itself under this name and takes no orders by hand");
        clone::exit_now(125);
    };
    let channel = Channel::from_fd(channel);
    let failure = match helper(&channel, document.into()) {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    spawn::fail(&channel, failure)
}

fn helper(channel: &Channel, mut document: std::fs::File) -> Result<Infallible, Failure> {
    // Whatever happens, a helper does not outlive its keeper.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .doing(|| "tie the helper to its keeper")?;
    rustix::io::fcntl_setfd(channel, rustix::io::FdFlags::CLOEXEC).doing(|| "keep the helper's socket private")?;
    let mut body = Vec::new();
    document.read_to_end(&mut body).doing(|| "read the helper's request")?;
    drop(document);
    let request = serde_json::from_slice(&body)
        .map_err(|error| Failure::new("decode the helper's request", error.to_string()))?;
    match request {
        Request::Init(request) => init::start(*request, channel),
        Request::Join(request) => join::start(*request, channel),
        Request::Remove(request) => {
            std::fs::remove_dir_all(&request.path).doing(|| format!("remove {}", request.path))?;
            clone::exit_now(0)
        }
    }
}

/// Takes an inherited descriptor.
fn claim(number: i32) -> Result<OwnedFd, Failure> {
    clone::inherited(number).ok_or_else(|| Failure::new("take a descriptor", format!("{number} is not open")))
}

/// Takes the version 1 control groups to join; a helper is born in the version 2 one.
fn claim_groups(numbers: &[i32]) -> Result<Joiner, Failure> {
    Joiner::from_fds(numbers.iter().copied().map(claim).collect::<Result<_, _>>()?, false)
}
