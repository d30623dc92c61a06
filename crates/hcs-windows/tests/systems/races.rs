//! Futures that are dropped at every place where they wait, and handles that are closed while callbacks come.

use crate::{SOON, Session, abis, command, container, end, name, open, started};
use hcs_windows::{Hcs, live_watches};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Polls a future so often and drops it then; its answer, if it came before.
async fn at_most<F: Future>(polls: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut count = 0;
    std::future::poll_fn(move |context| {
        count += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if count >= polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Waits until nothing is left of what was given up.
async fn settled(session: &Session, handles: usize) {
    // What was given up may not even have begun.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let since = Instant::now();
    let mut open = usize::MAX;
    while since.elapsed() < SOON && (live_watches() != handles || open != handles) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let snapshot = session.fake().snapshot().expect("a snapshot");
        open = snapshot["handles"].as_array().map_or(0, Vec::len);
    }
    assert_eq!((live_watches(), open), (handles, handles), "{:?}", session.fake().snapshot());
}

/// Waits until no process runs.
async fn nothing_runs(session: &Session) {
    let since = Instant::now();
    let runs = |line: &String| line.starts_with("process ") && line.ends_with(" runs");
    while session.fake().left().expect("what is left").iter().any(runs) {
        assert!(since.elapsed() < SOON, "{:?}", session.fake().left());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn whoever_gives_up_leaves_nothing() {
    let session = Session::new("dropped");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let mut given_up = 0;
        for polls in 1..50 {
            let id = format!("{id} {polls}");
            let made = at_most(polls, hcs.create(&id, &container(&id))).await;
            let Some(made) = made else {
                given_up += 1;
                settled(&session, 0).await;
                assert_eq!(session.fake().left().expect("what is left"), Vec::<String>::new());
                continue;
            };
            end(&made.expect("a system")).await;
            break;
        }
        assert!(given_up > 0);

        let system = hcs.create(id, &container(id)).await.expect("a system");
        at_most(1, system.start()).await;
        // It has begun to start all the same.
        while system.create_process(&command("cmd /c exit")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut given_up = 0;
        for polls in 1..50 {
            let endless = command("cmd /c set /p A=");
            let Some(process) = at_most(polls, system.create_process(&endless)).await else {
                given_up += 1;
                settled(&session, 1).await;
                nothing_runs(&session).await;
                continue;
            };
            process.expect("a process").kill().await.expect("it ends");
            break;
        }
        assert!(given_up > 0);
        end(&system).await;
        drop(system);
        settled(&session, 0).await;
    }
    session.assert_empty();
}

/// A short life whose handles are closed at some moment of it.
async fn brief(hcs: Hcs, number: u64) {
    let id = format!("brief {number}");
    let system = started(&hcs, &id).await;
    let other = hcs.open_system(&id).await.expect("it is there");
    let process = system.create_process(&command("cmd /c exit")).await.expect("a process");
    let pause = Duration::from_micros(number * 337 % 5000);
    match number % 4 {
        // The exit of the process comes while its handle is closed.
        0 => {
            tokio::time::sleep(pause).await;
            drop(process);
            end(&system).await;
        }
        // The exit of the system comes while handles are closed on other threads.
        1 => {
            other.terminate().await.expect("it ends");
            let closing = [
                tokio::task::spawn_blocking(move || drop(system)),
                tokio::task::spawn_blocking(move || drop(process)),
                tokio::task::spawn_blocking(move || drop(other)),
            ];
            for closed in closing {
                closed.await.expect("closed");
            }
        }
        // Those who wait are woken by the end.
        2 => {
            let waiting = tokio::spawn(async move { process.wait().await });
            other.terminate().await.expect("it ends");
            drop((system, other));
            waiting.await.expect("a task").expect("a code");
        }
        _ => {
            let waiting = tokio::spawn({
                let system = system.clone();
                async move { system.exited().await }
            });
            tokio::time::sleep(pause).await;
            system.terminate().await.expect("it ends");
            waiting.await.expect("a task").expect("an exit");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_close_while_callbacks_come() {
    let session = Session::new("races");
    for abi in abis() {
        let hcs = open(abi);
        for round in 0..20 {
            let four = (0..4).map(|number| tokio::spawn(brief(hcs.clone(), round * 4 + number)));
            for task in four.collect::<Vec<_>>() {
                task.await.expect("it is as it should be");
            }
        }
        settled(&session, 0).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn a_lost_end_of_a_process_is_found_out() {
    let session = Session::new("overdue");
    for abi in abis() {
        let system = started(&open(abi), name(abi)).await;
        let process = system.create_process(&command("cmd /c set /p A=")).await.expect("a process");
        // Many wait, some give up, and all others hear the same.
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let process = process.clone();
                tokio::spawn(async move { process.wait().await })
            })
            .collect();
        assert!(tokio::time::timeout(Duration::from_millis(30), process.wait()).await.is_err());
        process.kill().await.expect("it ends");
        for waiting in waiting {
            assert_eq!(waiting.await.expect("a task").expect("a code"), 0x8007_042b);
        }
        end(&system).await;
    }
    session.assert_empty();
}
