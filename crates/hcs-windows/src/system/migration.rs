//! Moving a virtual machine to another host while it runs.

use super::{ComputeSystem, json};
use crate::system::driver::{Order, Step};
use hcs_host::Result;
use hcs_schema::v2::{
    MigrationCancelOptions, MigrationFinalizedOptions, MigrationInitializeOptions, MigrationStartOptions,
    MigrationTransferOptions, StartOptions,
};
use serde::Serialize;
use std::os::windows::io::OwnedSocket;

/// The steps of moving a virtual machine to another host. Each has the time of a call (see [`Timeouts`](crate::Timeouts)).
///
/// Both hosts have a socket to each other. The source calls `initialize`, `start`, `transfer` and `finalize`; the destination
/// makes the system with the options of a migration in its document and calls `receive`, `transfer` and `finalize`.
///
/// ```no_run
/// # async fn example(system: hcs_windows::ComputeSystem, socket: std::net::TcpStream) -> hcs_host::Result<()> {
/// use hcs_schema::v2::{MigrationFinalizedOptions, MigrationInitializeOptions, MigrationTransferOptions};
///
/// let migration = system.migration();
/// migration.initialize(&MigrationInitializeOptions::default()).await?;
/// migration.start(&Default::default(), socket.into()).await?;
/// migration.transfer(&MigrationTransferOptions::default()).await?;
/// migration.finalize(&MigrationFinalizedOptions::default()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Migration(ComputeSystem);

impl Migration {
    pub(super) fn new(system: ComputeSystem) -> Migration {
        Migration(system)
    }

    /// Makes the source ready.
    #[doc(alias = "HcsInitializeLiveMigrationOnSource")]
    pub async fn initialize(&self, options: &MigrationInitializeOptions) -> Result<()> {
        self.order(Order::Migrate(Step::Initialize), options, None).await
    }

    /// Begins at the source.
    #[doc(alias = "HcsStartLiveMigrationOnSource")]
    pub async fn start(&self, options: &MigrationStartOptions, socket: OwnedSocket) -> Result<()> {
        self.order(Order::Migrate(Step::Start), options, Some(socket)).await
    }

    /// Begins at the destination: starts the system that was made to receive.
    pub async fn receive(&self, options: &MigrationStartOptions, socket: OwnedSocket) -> Result<()> {
        let options = StartOptions { destination_migration_options: Some(options.clone()) };
        self.order(Order::Start, &options, Some(socket)).await
    }

    /// Begins to transfer memory.
    #[doc(alias = "HcsStartLiveMigrationTransfer")]
    pub async fn transfer(&self, options: &MigrationTransferOptions) -> Result<()> {
        self.order(Order::Migrate(Step::Transfer), options, None).await
    }

    /// Concludes it: which machine goes on.
    #[doc(alias = "HcsFinalizeLiveMigration")]
    pub async fn finalize(&self, options: &MigrationFinalizedOptions) -> Result<()> {
        self.order(Order::Migrate(Step::Finalize), options, None).await
    }

    /// Gives it up.
    #[doc(alias = "HcsCancelLiveMigration")]
    pub async fn cancel(&self, options: &MigrationCancelOptions) -> Result<()> {
        self.order(Order::Migrate(Step::Cancel), options, None).await
    }

    async fn order(&self, order: Order, options: &impl Serialize, socket: Option<OwnedSocket>) -> Result<()> {
        let options = json(order.word(), &self.0.id, options)?;
        self.0.calls.migrate(order, options, socket, self.0.timeouts.call).await
    }
}
