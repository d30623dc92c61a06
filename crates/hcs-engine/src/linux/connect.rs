//! The keeper's socket, from both ends.

use super::patience;
use crate::record::Record;
use hcs_bridge::unix::Listener;
use hcs_bridge::{Client, Streams};
use hcs_host::{Error, Host, Result};
use hcs_schema::HResult;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

/// Name of the socket in a container's folder.
pub const SOCKET: &str = "bridge";

/// A keeper that was left alone this long may be for days, and gives back the memory that only starting and serving took.
const IDLE: Duration = Duration::from_secs(1);

/// Reaches the keeper of a container.
pub async fn connect(record: &Record) -> Result<Client> {
    let silent = || {
        let keeper = record.keeper.map_or(0, |keeper| keeper.pid);
        let message =
            format!("its keeper (process {keeper}) does not answer; continue it, or kill it and run `silo gc`");
        Error::new("connect to", &record.id, HResult::ERROR_TIMEOUT, message)
    };
    patience::within(record.keeper, greet(record)).await.ok_or_else(silent)?
}

async fn greet(record: &Record) -> Result<Client> {
    let path = record.folder.join(SOCKET);
    let connection = hcs_bridge::unix::connect(&path).await.map_err(|error| {
        let message = format!("its keeper does not answer on {}: {error}; see `silo ps -a`", path.display());
        Error::new("connect to", &record.id, HResult::HCS_E_CONNECT_FAILED, message)
    })?;
    let client = Client::connect(connection, Streams::Passed).await?;
    client.adopt(&record.id);
    Ok(client)
}

/// A keeper's server.
pub struct Server {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

/// Serves a host on the socket of a container's folder.
pub fn serve(folder: &Path, host: Arc<dyn Host>) -> Result<Server> {
    let path = folder.join(SOCKET);
    let listener = Listener::bind(&path).map_err(|error| crate::store::failed("listen on", &path, &error))?;
    let (stop, stopped) = oneshot::channel();
    Ok(Server { task: tokio::spawn(accept(listener, host, stopped)), stop })
}

async fn accept(listener: Listener, host: Arc<dyn Host>, mut stopped: oneshot::Receiver<()>) {
    let mut served = JoinSet::new();
    let idle = tokio::time::sleep(IDLE);
    tokio::pin!(idle);
    let mut settled = false;
    loop {
        tokio::select! {
            connection = listener.accept() => {
                // Only a socket that is broken for good fails; the container goes on without it.
                let Ok(connection) = connection else { break };
                let host = Arc::clone(&host);
                // How a connection ends concerns the one at its other end.
                served.spawn(async { drop(hcs_bridge::serve(host, connection, Streams::Passed).await) });
            }
            Some(_) = served.join_next() => {
                settled = false;
                idle.as_mut().reset(Instant::now() + IDLE);
            }
            () = &mut idle, if !settled => {
                settled = true;
                // Only memory is at stake.
                let _ = hcs_linux::give_back_program();
            }
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    while served.join_next().await.is_some() {}
}

impl Server {
    /// Takes no more connections, and gives those that are there `patience` to read their last answer.
    pub async fn close(self, patience: Duration) {
        // The task may have ended by itself.
        let _ = self.stop.send(());
        let _ = patience::briefly(patience, self.task).await;
    }
}
