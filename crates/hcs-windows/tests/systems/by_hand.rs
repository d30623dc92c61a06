//! `computecore.dll` driven by hand: its operations, systems and processes, function by function.

use crate::{SOON, Session, command, container, has_computecore};
use hcs_host::Error;
use hcs_schema::HResult;
use hcs_schema::document::{Change, SystemDocument};
use hcs_schema::v2::{self, ExitType, ProcessModifyRequest, ProcessSignal, SystemQuery};
use hcs_windows::computecore::{Computecore, Operation, OperationType, Resource, System};
use std::fs::File;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// `HCS_E_OPERATION_NOT_STARTED`.
const NOT_STARTED: HResult = HResult(0x8037_0115);

fn core() -> Option<Computecore> {
    has_computecore().then(|| Computecore::open().expect("the DLL"))
}

fn document() -> v2::ComputeSystem {
    let SystemDocument::System(document) = container("any") else { panic!("it is of version 2") };
    *document
}

/// Waits for what a call has begun.
fn done(operation: &Operation, begun: Result<(), Error>) -> String {
    begun.expect("it begins");
    operation.wait(SOON).expect("it ends well")
}

/// A system that runs, and an operation for more.
fn started(core: &Computecore, id: &str) -> (System, Operation) {
    let operation = core.tagged_operation(0).expect("an operation");
    let system = core.create(id, &document(), &operation).expect("it begins");
    operation.wait(SOON).expect("a system");
    done(&operation, system.start(None, &operation));
    (system, operation)
}

#[test]
fn one_operation_serves_one_call_after_the_other() {
    let Some(core) = core() else { return };
    let session = Session::new("by-hand");
    let (system, operation) = started(&core, "a");
    assert_eq!(system.id(), "a");
    assert_eq!(operation.operation_type().expect("a type"), OperationType::Start);
    assert!(operation.is_for(&system).expect("it is") && operation.id().expect("a number") > 0);
    core.list(&SystemQuery::default(), &operation).expect("it begins");
    assert_eq!(core.listed(&operation, SOON).expect("a list").len(), 1);
    assert!(done(&operation, system.properties(&v2::PropertyQuery::default(), &operation)).contains("Running"));
    done(&operation, system.pause(Some(&v2::PauseOptions::default()), &operation));
    done(&operation, system.save(&v2::SaveOptions::default(), &operation));
    done(&operation, system.resume(&operation));
    let change = v2::ModifySettingRequest { resource_path: "Container/Memory/SizeInMB".into(), ..Default::default() };
    done(&operation, system.modify(&Change::Setting(change), &operation));
    assert_eq!(operation.operation_type().expect("a type"), OperationType::Modify);

    let again = core.open_system("a").expect("it is there");
    done(&operation, again.shut_down(None, &operation));
    let late = system.terminate(&operation).and_then(|()| operation.wait(SOON)).expect_err("it is over");
    assert!(late.is_already_stopped() && late.operation == "terminate" && late.id == "a", "{late}");
    drop((system, again, operation));
    session.assert_empty();
}

#[test]
fn processes_by_hand() {
    let Some(core) = core() else { return };
    let session = Session::new("by-hand-processes");
    let (system, operation) = started(&core, "a");
    let process = system.create_process(&command("cmd /c echo hello& exit 4"), &operation).expect("it begins");
    let (pid, pipes) = operation.wait_for_process(SOON).expect("a process");
    assert!(operation.is_for_process(&process).expect("it is") && process.system_id() == "a");
    let mut said = String::new();
    pipes.stdout.expect("a pipe").read_to_string(&mut said).expect("it ends");
    let status = process.wait_for_exit(SOON).expect("a status");
    assert_eq!((said.trim_end(), status.exit_code, status.process_id), ("hello", 4, pid));

    drop(process);
    let process = system.create_process(&command("cmd /c set /p A="), &operation).expect("it begins");
    let (pid, _pipes) = operation.process_information().or_else(|_| operation.wait_for_process(SOON)).expect("it");
    let late = process.wait_for_exit(Duration::from_millis(50)).expect_err("it runs");
    assert!(late.is_timeout(), "{late}");
    let opened = system.open_process(pid).expect("it is there");
    opened.ask_for_pipes(&operation).expect("it begins");
    let (_, more) = operation.wait_for_process(SOON).expect("pipes");
    assert!(more.stdin.is_some());
    done(&operation, opened.modify(&ProcessModifyRequest::console_size(20, 60), &operation));
    assert!(done(&operation, opened.properties(&operation)).contains("false"));
    done(&operation, opened.signal(&ProcessSignal::CtrlC, &operation));
    assert!(process.wait_for_exit(SOON).expect("a status").exited);
    let late = opened.terminate(&operation).and_then(|()| operation.wait(SOON)).expect_err("it is over");
    assert!(late.is_already_stopped(), "{late}");

    done(&operation, system.crash(Some(&v2::CrashOptions::default()), &operation));
    let exit = system.wait_for_exit(SOON).expect("an exit");
    assert_eq!((exit.exit_type, exit.status), (ExitType::UnexpectedExit, HResult::HCS_E_UNEXPECTED_EXIT));
    drop((process, opened, system, operation));
    session.assert_empty();
}

#[tokio::test]
async fn ends_of_operations_are_told_if_wanted() {
    let Some(core) = core() else { return };
    let session = Session::new("by-hand-told");
    let operation = core.tagged_operation(7).expect("an operation");
    assert_eq!(operation.tag().expect("a number"), 7);
    operation.set_tag(8).expect("another");
    assert_eq!(operation.tag().expect("a number"), 8);
    assert_eq!(operation.operation_type().expect("a type"), OperationType::None);
    let early = operation.result().expect_err("there is no call");
    assert_eq!(early.code, NOT_STARTED, "{early}");
    assert_eq!(operation.cancel().expect_err("there is no call").code, NOT_STARTED);
    operation.listen().expect("told from now on");
    assert!(operation.set_tag(9).expect_err("its number is needed").is_invalid_state());
    core.list(&SystemQuery::default(), &operation).expect("it begins");
    operation.completed().await;
    assert_eq!(operation.result().expect("a list"), "[]");

    let told = core.operation().expect("an operation");
    told.listen().expect("it is already");
    let system = core.create("a", &document(), &told).expect("it begins");
    told.completed().await;
    told.result().expect("a system");
    told.cancel().expect("it is complete");

    let (reporting, mut progress) = core.operation_with_progress().expect("an operation");
    system.start(Some(&v2::StartOptions::default()), &reporting).expect("it begins");
    reporting.completed().await;
    assert!(progress.next().await.is_some_and(|report| report.is_object()));
    system.terminate(&reporting).expect("it begins");
    reporting.detach();
    assert_eq!(system.wait_for_exit(SOON).expect("an exit").exit_type, ExitType::ForcedExit);
    while progress.next().await.is_some() {}
    drop((operation, told, system));
    session.assert_empty();
}

/// What only a Windows with virtual machines does: the fake one refuses it, once it has understood it.
fn refused(operation: &Operation, begun: Result<(), Error>) {
    let error = begun.and_then(|()| operation.wait(SOON).map(drop)).expect_err("it is not done here");
    assert_eq!(error.code, HResult::E_NOTIMPL, "{error}");
}

#[test]
fn migrations_and_resources_reach_the_service() {
    let Some(core) = core() else { return };
    let session = Session::new("by-hand-migration");
    let (system, operation) = started(&core, "a");
    refused(&operation, system.initialize_migration(&v2::MigrationInitializeOptions::default(), &operation));
    refused(&operation, system.start_migration(&v2::MigrationStartOptions::default(), &operation));
    refused(&operation, system.transfer_migration(&v2::MigrationTransferOptions::default(), &operation));
    refused(&operation, system.finalize_migration(&v2::MigrationFinalizedOptions::default(), &operation));
    refused(&operation, system.cancel_migration(&v2::MigrationCancelOptions::default(), &operation));
    let error = operation.properties(None).expect_err("it is not done here");
    assert_eq!(error.code, HResult::E_NOTIMPL, "{error}");

    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let socket = TcpStream::connect(listener.local_addr().expect("an address")).expect("connected");
    let file = File::create(session.home.folder().join("a file")).expect("a file");
    for resource in [Resource::Socket(socket.into()), Resource::File(file.into())] {
        let error = operation.add_resource(v2::LIVE_MIGRATION_SOCKET_URI, resource).expect_err("it is not done here");
        assert_eq!((error.code, error.id.as_str()), (HResult::E_NOTIMPL, v2::LIVE_MIGRATION_SOCKET_URI));
    }
    let report = v2::CrashReport { system_id: "a".into(), ..v2::CrashReport::default() };
    assert_eq!(core.submit_crash_report(&report).expect_err("nothing leaves this").code, HResult::E_NOTIMPL);
    let query = v2::PropertyQuery { property_types: vec![v2::PropertyType::Memory], ..v2::PropertyQuery::default() };
    assert_eq!(core.service_properties(&query).expect("properties").properties.len(), 1);
    core.modify_service(&v2::ModificationRequest::default()).expect("changed");
    done(&operation, system.terminate(&operation));
    system.wait_for_exit(SOON).expect("an exit");
    drop((system, operation));
    session.assert_called(&["HcsAddResourceToOperation", "HcsSubmitWerReport", "HcsCancelLiveMigration"]);
    session.assert_empty();
}

#[test]
fn namespaces_are_asked_for() {
    let Some(core) = core() else { return };
    let session = Session::new("by-hand-namespace");
    // The fake service has only the one without a name.
    let nameless = core.in_namespace("");
    let (system, operation) = started(&nameless, "a");
    nameless.list(&SystemQuery::default(), &operation).expect("it begins");
    assert_eq!(nameless.listed(&operation, SOON).expect("a list").len(), 1);
    let opened = nameless.open_system("a").expect("it is there");
    let other = core.in_namespace("other");
    let errors = [
        other.open_system("a").map(drop),
        other.list(&SystemQuery::default(), &operation),
        other.create("b", &document(), &operation).map(drop),
    ];
    for error in errors {
        assert_eq!(error.expect_err("there is no such namespace").code, HResult::E_NOTIMPL);
    }
    done(&operation, opened.terminate(&operation));
    drop((system, opened, operation));
    session.assert_empty();
}
