//! What a call costs, without the process that it starts. Run with `--nocapture` and in release to see the figures.

use crate::fake::{Fake, INSTANT};
use crate::{Mode, document, pipe, streams};
use hcs_bridge::unix::{Listener, connect};
use hcs_bridge::{Client, Streams};
use hcs_host::{Host, Stdio};
use hcs_schema::document::{ProcessParameters, PropertyQuery};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 300;

/// No call may take longer than this at its best; it is many times what it takes.
const BOUND: Duration = Duration::from_millis(2);

/// The best may be long in coming where others use the processors.
const PATIENCE: Duration = Duration::from_secs(30);

async fn measure(what: &str, mut call: impl AsyncFnMut()) {
    let (start, mut times, mut best) = (Instant::now(), Vec::new(), Duration::MAX);
    while times.len() < ROUNDS || (best >= BOUND && start.elapsed() < PATIENCE) {
        let begun = Instant::now();
        call().await;
        times.push(begun.elapsed());
        best = best.min(begun.elapsed());
    }
    times.sort_unstable();
    println!("{what}: {best:?} at best, {:?} in the middle", times[times.len() / 2]);
    assert!(best < BOUND, "{what}");
}

fn stdio() -> Stdio {
    let ((stdin, _), (_, stdout), (_, stderr)) = (pipe(), pipe(), pipe());
    Stdio { stdin: Some(stdin), stdout: Some(stdout), stderr: Some(stderr), console: None }
}

/// The other end has a thread of its own, as a keeper has a process.
fn serve_elsewhere(path: &Path, streams: Streams) {
    let (path, (bound, is_bound)) = (path.to_owned(), std::sync::mpsc::channel());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = Listener::bind(&path).unwrap();
            bound.send(()).unwrap();
            listener.serve(Fake::new(), streams).await.unwrap();
        });
    });
    is_bound.recv().unwrap();
}

#[tokio::test]
async fn calls_are_cheap() {
    for mode in [Mode::Passed, Mode::Relayed] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge");
        serve_elsewhere(&path, streams(mode, folder.path()));
        let client = Client::connect(connect(&path).await.unwrap(), streams(mode, folder.path())).await.unwrap();
        client.create("web", &document()).await.unwrap();
        let query = PropertyQuery::default();
        measure(&format!("{mode:?} read properties"), async || {
            client.properties("web", &query).await.unwrap();
        })
        .await;
        let parameters = ProcessParameters { command_args: vec![INSTANT.into()], ..ProcessParameters::default() };
        measure(&format!("{mode:?} execute without streams"), async || {
            client.execute("web", &parameters, Stdio::default()).await.unwrap();
        })
        .await;
        if let Mode::Passed = mode {
            measure("Passed execute with three streams", async || {
                client.execute("web", &parameters, stdio()).await.unwrap();
            })
            .await;
            measure("Passed connect, execute, wait", async || {
                let client = Client::connect(connect(&path).await.unwrap(), Streams::Passed).await.unwrap();
                let process = client.execute("web", &parameters, stdio()).await.unwrap();
                client.wait("web", process).await.unwrap();
            })
            .await;
        } else {
            measure("Relayed execute with three streams", async || {
                client.execute("web", &parameters, stdio()).await.unwrap();
            })
            .await;
        }
    }
}
