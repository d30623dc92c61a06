//! What wakes whom.

use super::*;
use std::sync::Arc;
use std::time::Instant;

const DOING: Doing<'static> = Doing { operation: "start", id: "web", limit: Some(Duration::from_millis(40)) };

fn arrived(code: u32, data: &str) -> Arrived {
    Arrived { code: HResult(code), data: data.into() }
}

#[tokio::test]
async fn what_was_told_before_anybody_waits_is_there() {
    let registration = Registration::new();
    notify(registration.context(), Kind::Started, arrived(0, "a"));
    let watch = registration.watch();
    assert_eq!(DOING.until(watch.next(Kind::Started), watch).await.unwrap().data, "a");
}

#[tokio::test]
async fn the_expected_end_wins_over_an_exit_that_came_with_it() {
    let registration = Registration::new();
    let watch = registration.watch();
    watch.tell(Kind::Exited, Arrived::default());
    watch.tell(Kind::Started, arrived(0, "a"));
    assert!(DOING.until(watch.next(Kind::Started), watch).await.is_ok());
}

#[tokio::test]
async fn an_exit_a_disconnect_a_close_and_time_end_the_wait() {
    for (kind, code) in [
        (Kind::Exited, HResult::HCS_E_UNEXPECTED_EXIT),
        (Kind::Disconnected, DISCONNECTED),
        (Kind::Closed, CLOSED),
        (Kind::Paused, TIMEOUT),
    ] {
        let registration = Registration::new();
        let watch = Arc::clone(registration.watch());
        let told = Arc::clone(&watch);
        let tell = tokio::spawn(async move { told.tell(kind, Arrived::default()) });
        let error = DOING.until(watch.next(Kind::Started), &watch).await.unwrap_err();
        assert_eq!(error.code, code, "{kind:?}: {error}");
        assert_eq!((error.operation.as_str(), error.id.as_str()), ("start", "web"));
        tell.await.unwrap();
    }
}

#[tokio::test]
async fn the_reason_of_an_exit_is_told() {
    let registration = Registration::new();
    let watch = registration.watch();
    let data =
        r#"{"Status":-1070137082,"ExitType":"UnexpectedExit","Error":-1070137082,"ErrorMessage":"it fell over"}"#;
    watch.tell(Kind::Exited, arrived(0xc037_0106, data));
    let error = DOING.until(watch.next(Kind::Started), watch).await.unwrap_err();
    assert!(error.to_string().contains("it fell over"), "{error}");
}

#[tokio::test]
async fn duplicates_and_latecomers_do_nothing() {
    let registration = Registration::new();
    let context = registration.context();
    notify(context, Kind::Started, arrived(0, "first"));
    notify(context, Kind::Started, arrived(5, "second"));
    assert_eq!(registration.watch().next(Kind::Started).await.data, "first");
    drop(registration);
    notify(context, Kind::Started, arrived(0, "too late"));
}

#[tokio::test]
async fn what_repeats_is_taken_away() {
    let registration = Registration::new();
    let watch = registration.watch();
    watch.tell(Kind::Paused, Arrived::default());
    watch.next(Kind::Paused).await;
    assert_eq!(watch.seen(Kind::Paused), None);
    watch.tell(Kind::Paused, Arrived::default());
    watch.forget(Kind::Paused);
    assert!(tokio::time::timeout(Duration::from_millis(10), watch.next(Kind::Paused)).await.is_err());
}

#[tokio::test]
async fn a_registration_that_goes_wakes_those_who_wait() {
    let registration = Registration::new();
    let watch = Arc::clone(registration.watch());
    let since = Instant::now();
    let wait = tokio::spawn(async move {
        let limit = Some(Duration::from_secs(60));
        Doing { limit, ..DOING }.until(watch.next(Kind::Started), &watch).await
    });
    tokio::task::yield_now().await;
    drop(registration);
    assert_eq!(wait.await.unwrap().unwrap_err().code, CLOSED);
    assert!(since.elapsed() < Duration::from_secs(30));
}

#[test]
fn callbacks_race_with_the_end_of_their_registration() {
    let current = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let known = Arc::clone(&current);
    let told = std::thread::spawn(move || {
        for _ in 0..200_000 {
            let number = known.load(std::sync::atomic::Ordering::Relaxed);
            notify(std::ptr::without_provenance(number), Kind::Exited, Arrived::default());
        }
    });
    for _ in 0..20_000 {
        let registration = Registration::new();
        current.store(registration.context().addr(), std::sync::atomic::Ordering::Relaxed);
        notify(registration.context(), Kind::Started, Arrived::default());
        drop(registration);
    }
    told.join().unwrap();
}
