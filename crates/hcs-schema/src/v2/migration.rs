//! Live migration of virtual machines: the options of each step on both hosts, and what the service tells on the way.
//!
//! Microsoft's reference does not list these. The socket between the hosts is no part of a document: it is added to the
//! operation as a handle under [`LIVE_MIGRATION_SOCKET_URI`](super::LIVE_MIGRATION_SOCKET_URI).

use crate::model::{Bytes, Timestamp, object, words};
use serde_json::Value;

object! {
    /// How a migration is prepared, on the source by a call and on the destination in the machine's document.
    pub struct MigrationInitializeOptions {
        /// Which side this is.
        "Origin" origin: MigrationOrigin,
        /// How memory travels. The destination needs it here, the source at start.
        "MemoryTransport" memory_transport: MigrationMemoryTransport,
        /// How the machine is slowed down so that its memory can be followed.
        "MemoryTransferThrottleParams" memory_transfer_throttle_params: Option<MemoryMigrationTransferThrottleParams>,
        /// How memory is compressed.
        "CompressionSettings" compression_settings: Option<MigrationCompressionSettings>,
        /// Whether memory is checked when it has arrived.
        "ChecksumVerification" checksum_verification: bool,
        /// Whether the speed of each step is traced.
        "PerfTracingEnabled" perf_tracing_enabled: bool,
        /// Whether the migration is given up where the machine would stand still for too long.
        "CancelIfBlackoutThresholdExceeds" cancel_if_blackout_threshold_exceeds: bool,
        /// Whether there is more time, as between versions of Windows.
        "PrepareMemoryTransferMode" prepare_memory_transfer_mode: bool,
        /// What the destination has to know to make a machine that fits.
        "CompatibilityData" compatibility_data: Option<CompatibilityInfo>,
    }

    /// How a machine is slowed down. Absent fields are the service's choice.
    pub struct MemoryMigrationTransferThrottleParams {
        /// Whether it is not slowed down at all.
        "SkipThrottling" skip_throttling: Option<bool>,
        /// How strongly, in percent from 1 to 100.
        "ThrottlingScale" throttling_scale: Option<f64>,
        /// To which share of its speed at least, in percent.
        "MinimumThrottlePercentage" minimum_throttle_percentage: Option<u8>,
        /// Number of passes over the memory that are aimed at.
        "TargetNumberOfBrownoutTransferPasses" target_number_of_brownout_transfer_passes: Option<u32>,
        /// Pass with which slowing down begins.
        "StartingBrownoutPassNumberForThrottling" starting_brownout_pass_number_for_throttling: Option<u32>,
        /// Number of passes after which the machine is stopped in any case.
        "MaximumNumberOfBrownoutTransferPasses" maximum_number_of_brownout_transfer_passes: Option<u32>,
        /// How long it may stand still, as is aimed at.
        "TargetBlackoutTransferTime" target_blackout_transfer_time: Option<u32>,
        /// How long it may stand still, before the migration is given up.
        "BlackoutTimeThresholdForCancellingMigration" blackout_time_threshold_for_cancelling_migration: Option<u32>,
    }

    /// How memory is compressed.
    pub struct MigrationCompressionSettings {
        /// Number of threads, not 0; the service lowers it to what is possible.
        "ThrottleWorkerCount" throttle_worker_count: Option<u32>,
    }

    /// What a destination has to know to make a machine that fits.
    pub struct CompatibilityInfo {
        /// Data of the source's service.
        "Data" data: Bytes,
    }

    /// How a system is started.
    pub struct StartOptions {
        /// As the destination of a migration.
        "DestinationMigrationOptions" destination_migration_options: Option<MigrationStartOptions>,
    }

    /// How the source starts a migration, or the destination a machine that arrives.
    pub struct MigrationStartOptions {
        /// The connection.
        "NetworkSettings" network_settings: Option<MigrationNetworkSettings>,
    }

    /// The connection of the two hosts.
    pub struct MigrationNetworkSettings {
        /// Number of the migration, the same on both.
        "SessionId" session_id: u32,
    }

    /// How the transfer of memory is started.
    pub struct MigrationTransferOptions {
        /// Which side this is.
        "Origin" origin: MigrationOrigin,
    }

    /// How a migration is concluded.
    pub struct MigrationFinalizedOptions {
        /// Which side this is.
        "Origin" origin: MigrationOrigin,
        /// What becomes of the machine here.
        "FinalizedOperation" finalized_operation: MigrationFinalOperation,
    }

    /// How a migration is given up.
    pub struct MigrationCancelOptions {
        /// Which side this is.
        "Origin" origin: MigrationOrigin,
    }

    /// What the service tells of a migration.
    pub struct OperationSystemMigrationNotificationInfo {
        /// Which side it happened on.
        "Origin" origin: MigrationOrigin,
        /// What happened.
        "Event" event: MigrationEvent,
        /// How the migration went, mostly with its last event.
        "Result" result: MigrationResult,
        /// More, whose shape the event decides: [`BlackoutExitedEventDetails`] of `BlackoutExited`.
        "AdditionalDetails" additional_details: Value,
    }

    /// How long a machine stood still.
    pub struct BlackoutExitedEventDetails {
        /// How long, in milliseconds.
        "BlackoutDurationMilliseconds" blackout_duration_milliseconds: u64,
        /// Until when.
        "BlackoutStopTimestamp" blackout_stop_timestamp: Timestamp,
    }
}

words! {
    /// A side of a migration.
    pub enum MigrationOrigin {
        /// The host that the machine leaves.
        Source = "Source",
        /// The host that it arrives on.
        Destination = "Destination",
    }

    /// How memory travels.
    pub enum MigrationMemoryTransport {
        /// Over a TCP connection.
        Tcp = "TCP",
    }

    /// What becomes of a machine at the end.
    pub enum MigrationFinalOperation {
        /// It goes on.
        Resume = "Resume",
        /// It stops.
        Stop = "Stop",
    }

    /// A step of a migration.
    pub enum MigrationEvent {
        /// None that has a name.
        Unknown = "Unknown",
        /// The migration is complete.
        MigrationDone = "MigrationDone",
        /// The machine stands still.
        BlackoutStarted = "BlackoutStarted",
        /// The machine is off on this side.
        OfflineDone = "OfflineDone",
        /// The machine runs again.
        BlackoutExited = "BlackoutExited",
        /// The preparations are complete.
        SetupDone = "SetupDone",
        /// Memory travels.
        TransferInProgress = "TransferInProgress",
        /// The state before the migration was brought back.
        MigrationRecoveryDone = "MigrationRecoveryDone",
        /// The migration has failed.
        MigrationFailed = "MigrationFailed",
    }

    /// How a migration went.
    pub enum MigrationResult {
        /// It is not said.
        Invalid = "Invalid",
        /// It is complete.
        Success = "Success",
        /// It was given up.
        MigrationCancelled = "MigrationCancelled",
        /// The guest gave it up.
        GuestInitiatedCancellation = "GuestInitiatedCancellation",
        /// The source failed.
        SourceMigrationFailed = "SourceMigrationFailed",
        /// The destination failed.
        DestinationMigrationFailed = "DestinationMigrationFailed",
        /// The state before the migration could not be brought back.
        MigrationRecoveryFailed = "MigrationRecoveryFailed",
    }
}
