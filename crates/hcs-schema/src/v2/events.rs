//! Numbers of what the services tell of: two interfaces of the compute service, whose numbers differ, and the network service.
//!
//! They are no part of a document. What comes with one is text: [`SystemExitStatus`](super::SystemExitStatus),
//! [`CrashReport`](super::CrashReport), [`ProcessStatus`](super::ProcessStatus),
//! [`OperationSystemMigrationNotificationInfo`](super::OperationSystemMigrationNotificationInfo), or nothing.

use crate::model::numbers;

numbers! {
    /// What the interface of `vmcompute.dll` tells of. The upper four bits are flags, so compare its [`kind`](Self::kind).
    pub struct Notification(u32) {
        /// Nothing.
        INVALID = 0x0000_0000,
        /// The system has ended.
        SYSTEM_EXITED = 0x0000_0001,
        /// The system was made, or could not be.
        SYSTEM_CREATE_COMPLETED = 0x0000_0002,
        /// The system was started, or could not be.
        SYSTEM_START_COMPLETED = 0x0000_0003,
        /// The system was paused, or could not be.
        SYSTEM_PAUSE_COMPLETED = 0x0000_0004,
        /// The system goes on, or could not.
        SYSTEM_RESUME_COMPLETED = 0x0000_0005,
        /// A report of the system's crash.
        SYSTEM_CRASH_REPORT = 0x0000_0006,
        /// The job object of the container was made.
        SYSTEM_SILO_JOB_CREATED = 0x0000_0007,
        /// The system was saved, or could not be.
        SYSTEM_SAVE_COMPLETED = 0x0000_0008,
        /// Remote desktop to the guest has become possible or impossible.
        SYSTEM_RDP_ENHANCED_MODE_STATE_CHANGED = 0x0000_0009,
        /// The system could not be shut down.
        SYSTEM_SHUTDOWN_FAILED = 0x0000_000a,
        /// Properties were read, or could not be.
        SYSTEM_GET_PROPERTIES_COMPLETED = 0x0000_000b,
        /// The system was changed, or could not be.
        SYSTEM_MODIFY_COMPLETED = 0x0000_000c,
        /// The system is crashing.
        SYSTEM_CRASH_INITIATED = 0x0000_000d,
        /// The service inside is connected no more.
        SYSTEM_GUEST_CONNECTION_CLOSED = 0x0000_000e,
        /// The process has ended.
        PROCESS_EXITED = 0x0001_0000,
        /// The service has gone.
        SERVICE_DISCONNECT = 0x0100_0000,
    }

    /// What the interface of `computecore.dll` tells of, from build 17763 on. The groups from 0x80000000 on are told of only to
    /// those who asked for them, on newer builds.
    pub struct EventType(u32) {
        /// Nothing.
        INVALID = 0x0000_0000,
        /// The system has ended.
        SYSTEM_EXITED = 0x0000_0001,
        /// The system is crashing.
        SYSTEM_CRASH_INITIATED = 0x0000_0002,
        /// A report of the system's crash.
        SYSTEM_CRASH_REPORT = 0x0000_0003,
        /// Remote desktop to the guest has become possible or impossible.
        SYSTEM_RDP_ENHANCED_MODE_STATE_CHANGED = 0x0000_0004,
        /// The job object of the container was made.
        SYSTEM_SILO_JOB_CREATED = 0x0000_0005,
        /// The service inside is connected no more.
        SYSTEM_GUEST_CONNECTION_CLOSED = 0x0000_0006,
        /// The process has ended.
        PROCESS_EXITED = 0x0001_0000,
        /// An operation is complete.
        OPERATION_CALLBACK = 0x0100_0000,
        /// The service has gone.
        SERVICE_DISCONNECT = 0x0200_0000,
        /// The life of the virtual machine.
        GROUP_VM_LIFECYCLE = 0x8000_0002,
        /// A step of a live migration.
        GROUP_LIVE_MIGRATION = 0x8000_0003,
        /// How far operations are.
        GROUP_OPERATION_INFO = 0xc000_0001,
    }

    /// What the interface of `computenetwork.dll` tells of.
    pub struct NetworkNotification(u32) {
        /// A network will be made.
        NETWORK_PRE_CREATE = 0x0000_0001,
        /// A network was made.
        NETWORK_CREATE = 0x0000_0002,
        /// A network will be deleted.
        NETWORK_PRE_DELETE = 0x0000_0003,
        /// A network was deleted.
        NETWORK_DELETE = 0x0000_0004,
        /// A namespace was made.
        NAMESPACE_CREATE = 0x0000_0005,
        /// A namespace was deleted.
        NAMESPACE_DELETE = 0x0000_0006,
        /// The service has gone.
        SERVICE_DISCONNECT = 0x0100_0000,
    }
}

impl Notification {
    /// Bits of flags.
    const FLAGS: u32 = 0xf000_0000;
    /// Flag of a failure.
    const FAILURE: u32 = 0x8000_0000;

    /// The notification without its flags.
    #[must_use]
    pub fn kind(self) -> Self {
        Self(self.0 & !Self::FLAGS)
    }

    /// Whether it tells of a failure.
    pub fn is_failure(self) -> bool {
        self.0 & Self::FAILURE != 0
    }
}
