//! Containers in utility VMs: the machine, and the container that the service inside it makes.
//!
//! A plan has up to two parts. The first makes the machine, unless the container joins one: its document, the sockets that the
//! guest connects to, and the first messages. The second makes the container: disks and folders of the host are given to the
//! machine, the guest mounts them, and then the container is created by a message.
//!
//! What is given to a machine is two steps, the host's and the guest's, in this order; taken back they are in the other one.
//! Everything has its undo, also in a machine that ends with its container. Whoever runs the plan may leave out what is inside
//! a machine that ends anyway, except for network adapters, whose endpoints stay taken.

mod checks;
mod devices;
mod disks;
mod document;
mod guid;
pub(crate) mod linux;
mod network;
mod paths;
mod regions;
mod slots;
mod sockets;
mod topology;
pub(crate) mod windows;

pub(crate) use checks::needs;
pub use slots::Slots;
use slots::{Region, Unit};

use super::{Call, Context, Document, GuestCall, Placeholder, Plan, Step};
use hcs_schema::model::Choice;
use hcs_schema::modify::{Modify, RequestType};
use hcs_schema::v2::{ModifySettingRequest, ResourcePath};
use serde::Serialize;
use std::collections::BTreeSet;

/// A utility VM while a plan is made.
pub(crate) struct Machine {
    /// Its id.
    pub id: String,
    /// Its SCSI controllers.
    pub controllers: u8,
    /// Whether it runs Linux.
    pub linux: bool,
    /// What of it is in use.
    pub slots: Slots,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// What the steps so far share with other containers.
    shared: BTreeSet<String>,
}

impl Machine {
    /// A machine with these places in use.
    pub fn new(id: String, linux: bool, controllers: u8, slots: Slots) -> Self {
        Machine { id, controllers, linux, slots, steps: Vec::new(), shared: BTreeSet::new() }
    }

    /// The id (GUID) by which sockets name the machine. It is known once the machine is made.
    pub fn runtime_id(&self) -> Placeholder {
        Placeholder::of("runtime-id", &self.id)
    }

    /// Adds a step, unless this plan has one that makes the same thing.
    pub fn push(&mut self, step: Step) {
        let new = step.shared.as_ref().is_none_or(|name| self.shared.insert(name.clone()));
        if new {
            self.steps.push(step);
        }
    }

    /// A change that the host makes.
    pub fn host(&self, request: ModifySettingRequest) -> Call {
        Call::ModifySystem { id: self.id.clone(), document: Document::Modification(Box::new(request)) }
    }

    /// The step in which the host adds something, and removes it in the end.
    pub fn add(&self, path: &ResourcePath, settings: &impl Serialize, why: impl Into<String>) -> Step {
        let add = self.host(ModifySettingRequest::add(path.clone(), settings));
        Step::new(add, why).undone_by(self.host(ModifySettingRequest::remove(path.clone())))
    }

    /// The step in which the host adds one of several things with the same path, and removes it in the end by its settings.
    pub fn lend<S: Serialize>(&self, path: &ResourcePath, add: &S, remove: &S, why: impl Into<String>) -> Step {
        let remove = ModifySettingRequest::update(path.clone(), remove);
        let remove =
            ModifySettingRequest { request_type: ModifySettingRequest::remove(path.clone()).request_type, ..remove };
        Step::new(self.host(ModifySettingRequest::add(path.clone(), add)), why).undone_by(self.host(remove))
    }

    /// A message to the guest.
    pub fn guest(&self, message: GuestCall) -> Call {
        Call::Guest { machine: self.id.clone(), message }
    }

    /// A change that the guest makes.
    pub fn ask<R: Choice>(&self, request: RequestType, resource: R) -> Call {
        let request = Modify::new(request, resource).into();
        self.guest(GuestCall::Modify { document: Document::GuestModification(Box::new(request)) })
    }

    /// The step in which the guest adds something, and removes it in the end.
    pub fn mount<R: Choice>(&self, add: R, remove: R, why: impl Into<String>) -> Step {
        let undo = self.ask(RequestType::Remove, remove);
        Step::new(self.ask(RequestType::Add, add), why).undone_by(undo)
    }

    /// Lets the machine open a file or disk of the host.
    pub fn grant(&mut self, path: &str) {
        let call = Call::GrantAccess { machine: self.id.clone(), path: path.into() };
        let undo = Call::RevokeAccess { machine: self.id.clone(), path: path.into() };
        let step = Step::new(call, "let the utility VM open it").undone_by(undo);
        self.push(step.shared_as(format!("access {}", paths::key(path))));
    }
}

/// What a plan says in words besides its steps.
#[derive(Default)]
pub(crate) struct Words {
    /// Layers, upper-most first.
    pub layers: Vec<String>,
    /// Folder or file of the writable layer.
    pub scratch: String,
    /// Mounts.
    pub mounts: Vec<String>,
    /// Devices.
    pub devices: Vec<String>,
    /// Network.
    pub network: Vec<String>,
    /// Credentials.
    pub credentials: Option<String>,
}

/// The plan of a machine's steps.
pub(crate) fn plan(context: Context<'_>, machine: Machine, words: Words) -> Plan {
    let mut plan = context.plan(machine.steps);
    plan.slots = Some(machine.slots);
    plan.layers = words.layers;
    plan.scratch = words.scratch;
    plan.mounts = words.mounts;
    plan.devices = words.devices;
    plan.network = words.network;
    plan.credentials = words.credentials;
    plan
}
