//! Bytes from the wire: the frame reader in both its forms, then the parser of whatever message each frame claims to be.
//! Nothing may panic, both forms must agree, and what was read as a message must be written so that it is read as the same.
#![no_main]

use hcs_bridge::call::{self, Call};
use hcs_bridge::frame::{self, Frame};
use hcs_schema::bridge::*;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (mut rest, mut reader) = (bytes, bytes);
    loop {
        let read = runtime.block_on(frame::read(&mut reader, frame::HOST_LIMIT));
        match (frame::decode(rest, frame::HOST_LIMIT), read) {
            (Ok(Some((decoded, used))), Ok(Some(frame))) => {
                assert_eq!(decoded, frame);
                parse(&frame);
                rest = &rest[used..];
            }
            (Ok(None), Ok(None)) => return assert!(rest.is_empty()),
            (Ok(None), Err(frame::FrameError::Truncated)) | (Err(_), Err(_)) => return,
            (decoded, read) => panic!("{decoded:?} and {read:?}"),
        }
    }
});

fn parse(frame: &Frame) {
    match frame.kind.request() {
        MessageType::NEGOTIATE_PROTOCOL => call::<NegotiateProtocol>(frame),
        MessageType::CREATE => call::<Create>(frame),
        MessageType::START => call::<call::Start>(frame),
        MessageType::SHUTDOWN_GRACEFUL => call::<call::ShutdownGraceful>(frame),
        MessageType::SHUTDOWN_FORCED => call::<call::ShutdownForced>(frame),
        MessageType::EXECUTE_PROCESS => call::<ExecuteProcess>(frame),
        MessageType::WAIT_FOR_PROCESS => call::<WaitForProcess>(frame),
        MessageType::SIGNAL_PROCESS => call::<SignalProcess>(frame),
        MessageType::RESIZE_CONSOLE => call::<ResizeConsole>(frame),
        MessageType::GET_PROPERTIES => call::<GetProperties>(frame),
        MessageType::MODIFY_SETTINGS => call::<ModifySettings>(frame),
        MessageType::DUMP_STACKS => call::<call::DumpStacks>(frame),
        MessageType::DELETE_CONTAINER_STATE => call::<call::DeleteContainerState>(frame),
        MessageType::NOTIFICATION => drop(call::read::<Notification>(&frame.body)),
        _ => {}
    }
}

fn call<C: Call>(frame: &Frame) {
    if frame.kind.is_response() {
        drop(call::read::<C::Reply>(&frame.body));
    } else if let Ok(call) = call::read::<C>(&frame.body) {
        let written = serde_json::to_vec(&call).expect("a message is always JSON");
        let again: C = call::read(&written).expect("what was written is read");
        assert_eq!(written, serde_json::to_vec(&again).expect("a message is always JSON"));
    }
}
