//! Options of the calls that pause, save, shut down and crash a system. Starting one has options for migration only: see
//! [`StartOptions`](super::StartOptions).

use crate::model::{object, words};

object! {
    /// How a system is paused. Schema 2.0.
    pub struct PauseOptions {
        /// What is given up.
        "SuspensionLevel" suspension_level: PauseSuspensionLevel,
        /// What the guest is told (2.1).
        "HostedNotification" hosted_notification: Option<PauseNotification>,
    }

    /// What a guest is told of a pause. Schema 2.1.
    pub struct PauseNotification {
        /// Why.
        "Reason" reason: PauseReason,
    }

    /// How a paused system is saved. Schema 2.1.
    pub struct SaveOptions {
        /// What is saved.
        "SaveType" save_type: SaveType,
        /// File that gets the state.
        "SaveStateFilePath" save_state_file_path: String,
    }

    /// How a system is shut down. Schema 2.5.
    pub struct ShutdownOptions {
        /// Who in the guest is asked.
        "Mechanism" mechanism: ShutdownMechanism,
        /// What it is asked for.
        "Type" kind: ShutdownType,
        /// Whether programs are not waited for.
        "Force" force: bool,
        /// Why, for the guest's logs.
        "Reason" reason: String,
    }

    /// How a system is crashed. Schema 2.3.
    pub struct CrashOptions {
        /// By what.
        "Type" kind: CrashType,
    }
}

words! {
    /// What a pause gives up. Schema 2.0.
    pub enum PauseSuspensionLevel {
        /// The processors.
        Suspend = "Suspend",
        /// Also a little memory.
        MemoryLow = "MemoryLow",
        /// Also some memory.
        MemoryMedium = "MemoryMedium",
        /// Also much memory.
        MemoryHigh = "MemoryHigh",
    }

    /// Why a system is paused. Schema 2.1.
    pub enum PauseReason {
        /// For no reason that matters.
        None = "None",
        /// To be saved.
        Save = "Save",
        /// To become a template.
        Template = "Template",
    }

    /// What is saved. Schema 2.1.
    pub enum SaveType {
        /// Memory and devices.
        ToFile = "ToFile",
        /// Devices; the system stays, as a template that others are copied from.
        AsTemplate = "AsTemplate",
    }

    /// Who in a guest is asked to shut down. Schema 2.5.
    pub enum ShutdownMechanism {
        /// The service that the host is connected to.
        GuestConnection = "GuestConnection",
        /// The integration service.
        IntegrationService = "IntegrationService",
    }

    /// What a guest is asked for. Schema 2.5.
    pub enum ShutdownType {
        /// To end.
        Shutdown = "Shutdown",
        /// To save itself and end.
        Hibernate = "Hibernate",
        /// To start anew.
        Reboot = "Reboot",
    }

    /// By what a system is crashed. Schema 2.3.
    pub enum CrashType {
        /// By what its processor has for it.
        CrashGuest = "CrashGuest",
    }
}
