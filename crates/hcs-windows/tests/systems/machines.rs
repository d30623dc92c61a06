//! What is for virtual machines: their files, crashes, migrations and namespaces of ids.

use crate::{Session, abis, container, end, has_computecore, name, open, started};
use hcs_host::plan::Abi;
use hcs_schema::HResult;
use hcs_schema::v2::{self, ExitType};
use hcs_windows::VirtualMachineFiles;
use std::net::{TcpListener, TcpStream};
use std::os::windows::io::OwnedSocket;

const MACHINE: &str = "2a6f4ad4-2f4e-4b79-8d4a-1b3f3d1d2c11";

#[test]
fn files_of_machines() {
    if !has_computecore() {
        assert!(VirtualMachineFiles::open().expect_err("it is too old").to_string().contains("17763"));
        return;
    }
    let session = Session::new("files");
    let files = VirtualMachineFiles::open().expect("the DLL");
    let (firmware, machine) = (session.home.folder().join("a.vmgs"), session.home.folder().join("a.vmrs"));
    files.create_guest_state(&firmware).expect("a file");
    files.create_runtime_state(&machine).expect("a file");
    let error = files.create_guest_state(&firmware).expect_err("it is there");
    assert!(error.id.ends_with("a.vmgs") && error.is_already_exists(), "{error}");
    files.grant(MACHINE, &firmware).expect("granted");
    files.revoke(MACHINE, &firmware).expect("revoked");
    files.grant_to_all(&machine).expect("granted");
    files.revoke_from_all(&machine).expect("revoked");
    let nowhere = session.home.folder().join("nowhere");
    for error in [files.grant(MACHINE, &nowhere), files.revoke(MACHINE, &nowhere), files.grant_to_all(&nowhere)] {
        let error = error.expect_err("it is not there");
        assert!(error.is_not_found() && error.id.ends_with("nowhere"), "{error}");
    }
    let error = files.processor_features(&machine).expect_err("there are no saved states here");
    assert_eq!(error.code, HResult::E_NOTIMPL);
    session.assert_empty();
}

#[tokio::test]
async fn a_crash_is_an_unexpected_end() {
    let session = Session::new("crash");
    for abi in abis() {
        let system = started(&open(abi), name(abi)).await;
        let crashed = system.crash(&v2::CrashOptions::default()).await;
        if abi == Abi::Vmcompute {
            let error = crashed.expect_err("the DLL has no such function");
            assert!(error.is_not_supported() && error.to_string().contains("computecore.dll"), "{error}");
            end(&system).await;
            continue;
        }
        crashed.expect("it crashes");
        let exit = system.exited().await.expect("an exit");
        assert_eq!((exit.code, exit.status.exit_type), (HResult::HCS_E_UNEXPECTED_EXIT, ExitType::UnexpectedExit));
    }
    session.assert_empty();
}

fn socket() -> OwnedSocket {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    TcpStream::connect(listener.local_addr().expect("an address")).expect("connected").into()
}

#[tokio::test]
async fn migrations_reach_the_service() {
    let session = Session::new("migration");
    for abi in abis() {
        let system = started(&open(abi), name(abi)).await;
        let migration = system.migration();
        let expected = if abi == Abi::Computecore { HResult::E_NOTIMPL } else { HResult::ERROR_NOT_SUPPORTED };
        let start = v2::MigrationStartOptions::default();
        for refused in [
            migration.initialize(&v2::MigrationInitializeOptions::default()).await,
            migration.start(&start, socket()).await,
            migration.receive(&start, socket()).await,
            migration.transfer(&v2::MigrationTransferOptions::default()).await,
            migration.finalize(&v2::MigrationFinalizedOptions::default()).await,
            migration.cancel(&v2::MigrationCancelOptions::default()).await,
        ] {
            assert_eq!(refused.expect_err("systems do not move here").code, expected);
        }
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn a_namespace_is_an_option_of_the_service() {
    let session = Session::new("namespace");
    for abi in abis() {
        let nameless = open(abi).in_namespace("");
        if abi == Abi::Vmcompute {
            assert!(nameless.expect_err("the DLL has none").is_not_supported());
            continue;
        }
        // The fake service has only the one without a name.
        let nameless = nameless.expect("a namespace");
        let system = started(&nameless, "a").await;
        assert_eq!(nameless.list(&v2::SystemQuery::default()).await.expect("a list").len(), 1);
        let other = open(abi).in_namespace("other").expect("a namespace");
        assert_eq!(other.open_system("a").await.expect_err("there is none").code, HResult::E_NOTIMPL);
        assert_eq!(other.list(&v2::SystemQuery::default()).await.expect_err("none").code, HResult::E_NOTIMPL);
        assert_eq!(other.create("b", &container("b")).await.expect_err("none").code, HResult::E_NOTIMPL);
        let process = system.create_process(&crate::command("cmd /c set /p A=")).await.expect("a process");
        // Killing it opens the system once more, where it is.
        assert!(process.kill().await.expect("it ends"));
        end(&system).await;
    }
    session.assert_empty();
}
