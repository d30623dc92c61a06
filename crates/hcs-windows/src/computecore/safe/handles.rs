//! Systems and processes as callers drive them, with documents as types.

use super::operation::milliseconds;
use crate::computecore::api::{Operation, Process, Request, System};
use crate::document;
use crate::system::driver::{Order, Step};
use hcs_host::Result;
use hcs_schema::document::{Change, ProcessParameters};
use hcs_schema::v2::{
    CrashOptions, MigrationCancelOptions, MigrationFinalizedOptions, MigrationInitializeOptions, MigrationStartOptions,
    MigrationTransferOptions, PauseOptions, ProcessModifyRequest, ProcessSignal, ProcessStatus, PropertyQuery,
    SaveOptions, ShutdownOptions, StartOptions, SystemExitStatus,
};
use serde::Serialize;
use std::time::Duration;

/// Options as text: none are nothing.
fn text(options: Option<&impl Serialize>) -> String {
    options.map(document::write).unwrap_or_default()
}

/// Each call begins with an operation, whose result is that of the call.
impl System {
    /// Starts it.
    pub fn start(&self, options: Option<&StartOptions>, operation: &Operation) -> Result<()> {
        self.order(Order::Start, &text(options), operation)
    }

    /// Asks it to end.
    pub fn shut_down(&self, options: Option<&ShutdownOptions>, operation: &Operation) -> Result<()> {
        self.order(Order::Shutdown, &text(options), operation)
    }

    /// Ends it by force.
    pub fn terminate(&self, operation: &Operation) -> Result<()> {
        self.order(Order::Terminate, "", operation)
    }

    /// Crashes its guest, for a dump.
    pub fn crash(&self, options: Option<&CrashOptions>, operation: &Operation) -> Result<()> {
        self.order(Order::Crash, &text(options), operation)
    }

    /// Suspends it.
    pub fn pause(&self, options: Option<&PauseOptions>, operation: &Operation) -> Result<()> {
        self.order(Order::Pause, &text(options), operation)
    }

    /// Lets it go on.
    pub fn resume(&self, operation: &Operation) -> Result<()> {
        self.order(Order::Resume, "", operation)
    }

    /// Writes its state to a file.
    pub fn save(&self, options: &SaveOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Save, &document::write(options), operation)
    }

    /// Asks for properties, which are the result: [`Properties`](hcs_schema::document::Properties) as JSON.
    pub fn properties(&self, query: &PropertyQuery, operation: &Operation) -> Result<()> {
        self.ask(&document::write(query), operation)
    }

    /// Changes it.
    pub fn modify(&self, change: &Change, operation: &Operation) -> Result<()> {
        let change = match change {
            Change::Resource(request) => document::write(request),
            Change::Setting(request) => document::write(request),
        };
        self.change(&change, operation)
    }

    /// Starts a process, whose id and pipes are the operation's [`process_information`](Operation::process_information).
    pub fn create_process(&self, parameters: &ProcessParameters, operation: &Operation) -> Result<Process> {
        self.start_process(&document::write(parameters), operation)
    }

    /// Waits for its exit. The thread is blocked meanwhile. Since build 20348.
    ///
    /// # Errors
    /// `HCS_E_OPERATION_TIMEOUT` (0x80370118) when the time is over.
    #[doc(alias = "HcsWaitForComputeSystemExit")]
    pub fn wait_for_exit(&self, limit: Duration) -> Result<SystemExitStatus> {
        document::read("wait for", self.id(), &self.wait_for(milliseconds(limit))?)
    }

    /// Makes the source of a migration ready. Since build 26100, as all that follow.
    pub fn initialize_migration(&self, options: &MigrationInitializeOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Migrate(Step::Initialize), &document::write(options), operation)
    }

    /// Begins a migration at its source. The operation has the socket as a resource.
    pub fn start_migration(&self, options: &MigrationStartOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Migrate(Step::Start), &document::write(options), operation)
    }

    /// Begins to transfer memory.
    pub fn transfer_migration(&self, options: &MigrationTransferOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Migrate(Step::Transfer), &document::write(options), operation)
    }

    /// Concludes a migration.
    pub fn finalize_migration(&self, options: &MigrationFinalizedOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Migrate(Step::Finalize), &document::write(options), operation)
    }

    /// Gives a migration up.
    pub fn cancel_migration(&self, options: &MigrationCancelOptions, operation: &Operation) -> Result<()> {
        self.order(Order::Migrate(Step::Cancel), &document::write(options), operation)
    }
}

/// Each call begins with an operation, whose result is that of the call.
impl Process {
    /// Ends it by force.
    pub fn terminate(&self, operation: &Operation) -> Result<()> {
        self.request(Request::Terminate, "", operation)
    }

    /// Sends it a console event.
    pub fn signal(&self, event: &ProcessSignal, operation: &Operation) -> Result<()> {
        let options = serde_json::json!({ "Signal": event }).to_string();
        self.request(Request::Signal, &options, operation)
    }

    /// Asks for its status, which is the result: [`ProcessStatus`] as JSON.
    pub fn properties(&self, operation: &Operation) -> Result<()> {
        self.request(Request::Properties, "", operation)
    }

    /// Changes it.
    pub fn modify(&self, request: &ProcessModifyRequest, operation: &Operation) -> Result<()> {
        self.request(Request::Modify, &document::write(request), operation)
    }

    /// Waits for its exit. The thread is blocked meanwhile. Since build 20348.
    ///
    /// # Errors
    /// `HCS_E_OPERATION_TIMEOUT` (0x80370118) when the time is over.
    #[doc(alias = "HcsWaitForProcessExit")]
    pub fn wait_for_exit(&self, limit: Duration) -> Result<ProcessStatus> {
        document::read("wait for a process of", self.system_id(), &self.wait_for(milliseconds(limit))?)
    }
}
