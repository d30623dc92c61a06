//! A container that a front end drives step by step: made, started, asked and deleted by calls of its own.
//!
//! [`Engine::create`] makes one that this process keeps, as a shim does: other commands reach it through its keeper's socket,
//! and it ends with this process. [`Engine::create_unkept`] makes one that nobody keeps, as the OCI runtimes do: whoever adopts
//! its first process learns how it ends, and any later process finds it by [`Engine::open_unkept`].

use crate::request::Request;
use crate::{Engine, ProcessDetails, Properties, Record, Result, Signal, Status, Stdio, claim, sys};
use hcs_schema::oci;

/// New limits for a container that runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Limits {
    /// Of a Linux container. What it does not name stays.
    Linux(Box<oci::Resources>),
    /// Of a Windows container.
    Windows(Box<oci::WindowsResources>),
}

/// What is decided about a container that nobody keeps.
#[derive(Debug, Default)]
pub struct Unattended {
    /// Streams of its first process. With a terminal, the master is sent on the console while the container is made.
    pub stdio: Stdio,
    /// Starts the program at once. Otherwise its first process waits, and `start` may come from another process.
    pub start: bool,
    /// Descriptors after standard error that the program inherits.
    pub preserve_fds: u32,
    /// Leaves its processes in the caller's session keyring.
    pub keyring: bool,
}

/// A container in the hands of this process. Clones are the same container; the last one that goes releases nothing, which is
/// [`Container::delete`]'s part, or a collector's.
#[derive(Clone, Debug)]
pub struct Container(sys::Held);

impl Engine {
    /// Makes a container that this process keeps: everything but its program runs. A failure leaves nothing behind. `stdio` are
    /// the streams of its first process. With a terminal, `stdio.console` is a connected socket on which the master is sent
    /// during this call (Linux), as the OCI runtimes do.
    pub async fn create(&self, request: Request, stdio: Stdio) -> Result<Container> {
        claim::check(&request)?;
        sys::Held::create(&self.store, request, stdio).await.map(Container)
    }

    /// Makes a container that nobody keeps: it goes on when this process ends.
    pub async fn create_unkept(&self, request: Request, unattended: Unattended) -> Result<Container> {
        claim::check(&request)?;
        sys::Held::create_unkept(&self.store, request, unattended).await.map(Container)
    }

    /// Opens a container that nobody keeps. Only its whole id will do.
    pub fn open_unkept(&self, id: &str) -> Result<Container> {
        crate::roots::check_id(id)?;
        sys::Held::open_unkept(&self.store, id).map(Container)
    }

    /// Removes what is left of a container that nobody keeps, whatever state it is in.
    pub async fn delete_unkept(&self, id: &str) -> Result<()> {
        crate::roots::check_id(id)?;
        sys::Held::delete_unkept(&self.store, id).await
    }
}

impl Container {
    /// What the platform has of it.
    pub(crate) fn held(&self) -> &sys::Held {
        &self.0
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.0.id()
    }

    /// Its record, as last written.
    pub fn record(&self) -> Record {
        self.0.record()
    }

    /// The specification that it was made from.
    pub fn spec(&self) -> Result<oci::Spec> {
        self.0.spec()
    }

    /// Its first process's id on this machine. On Linux it has one from the beginning.
    pub fn pid(&self) -> Option<u32> {
        self.0.pid()
    }

    /// Where it is in its life.
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// Runs its program, and answers the program's process id.
    pub async fn start(&self) -> Result<u32> {
        self.0.start().await
    }

    /// Runs a further process and answers its id. A terminal's master is sent on `stdio.console` during this call (Linux).
    pub async fn exec(&self, process: oci::Process, stdio: Stdio) -> Result<u32> {
        self.0.exec(process, stdio, 0).await
    }

    /// [`Container::exec`] for a process that inherits descriptors after standard error, too.
    pub async fn exec_with(&self, process: oci::Process, stdio: Stdio, preserve_fds: u32) -> Result<u32> {
        self.0.exec(process, stdio, preserve_fds).await
    }

    /// Waits for a process and answers its exit code, 128 + signal for a signalled one. May be asked by many, and of a process
    /// that has ended. Of a first process that this one is not the parent of, the code is unknown and 255.
    pub async fn wait(&self, pid: u32) -> Result<u32> {
        self.0.wait(pid).await
    }

    /// Signals a process. Answers whether it was there to get it.
    pub async fn signal(&self, pid: u32, signal: &Signal) -> Result<bool> {
        self.0.signal(pid, signal).await
    }

    /// Signals every process inside.
    pub async fn signal_all(&self, signal: &Signal) -> Result<()> {
        self.0.signal_all(signal).await
    }

    /// Sets the size of a process's terminal, in characters.
    pub async fn resize(&self, pid: u32, rows: u16, columns: u16) -> Result<()> {
        self.0.resize(pid, rows, columns).await
    }

    /// Closes a process's standard input, where it is this process that holds the other end. On Linux the caller holds it.
    pub async fn close_stdin(&self, pid: u32) -> Result<()> {
        self.0.close_stdin(pid).await
    }

    /// Suspends every process.
    pub async fn pause(&self) -> Result<()> {
        self.0.pause().await
    }

    /// Lets them go on.
    pub async fn resume(&self) -> Result<()> {
        self.0.resume().await
    }

    /// Every process inside.
    pub async fn pids(&self) -> Result<Vec<ProcessDetails>> {
        self.0.pids().await
    }

    /// What it uses of the machine.
    pub async fn statistics(&self) -> Result<Properties> {
        self.0.statistics().await
    }

    /// Gives it other limits.
    pub async fn update(&self, limits: Limits) -> Result<()> {
        self.0.update(limits).await
    }

    /// Tells when it runs out of memory.
    pub fn oom(&self) -> Result<OutOfMemory> {
        self.0.oom().map(OutOfMemory)
    }

    /// Ends what runs, by force, releases everything and forgets the container.
    pub async fn delete(&self) -> Result<()> {
        self.0.delete().await
    }
}

/// The times when a container runs out of memory, from the moment this was made.
#[derive(Debug)]
pub struct OutOfMemory(sys::OutOfMemory);

impl OutOfMemory {
    /// The next time; `None` when the container has ended, or where the platform does not tell.
    pub async fn next(&mut self) -> Option<()> {
        self.0.next().await
    }
}
