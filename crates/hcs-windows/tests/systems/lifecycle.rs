//! The life of a compute system.

use crate::{Session, abis, container, end, has_computecore, name, open, started};
use hcs_fake::Home;
use hcs_host::plan::Abi;
use hcs_schema::HResult;
use hcs_schema::document::{Change, LinuxContainer, PropertyQuery, PropertyType, SystemDocument};

use hcs_schema::modify::RequestType;
use hcs_schema::v2::{self, ExitType, SystemQuery};
use hcs_windows::{Hcs, windows_version};
use serde_json::json;

#[test]
fn a_windows_without_the_dll_says_so() {
    let _home = Home::new("absent");
    if has_computecore() {
        assert_eq!(Hcs::open().expect("a DLL").abi(), Abi::Computecore);
        return;
    }
    let error = Hcs::with(Abi::Computecore).expect_err("it is too old");
    let text = error.to_string();
    assert_eq!(error.code, HResult::from_win32(126), "{text}");
    assert!(text.contains("computecore.dll") && text.contains("17763"), "{text}");
    let hcs = Hcs::open().expect("the other one");
    assert!(hcs.abi() == Abi::Vmcompute && hcs.is_version1(), "{hcs:?}");
    assert_eq!(hcs.windows(), windows_version());
}

#[tokio::test]
async fn a_system_lives_and_ends() {
    let session = Session::new("life");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = hcs.create(id, &container(id)).await.expect("a system");
        assert_eq!((system.id(), system.exit()), (id, None));
        let again = hcs.create(id, &container(id)).await.expect_err("there is one");
        assert!(again.is_already_exists() && again.id == id, "{again}");
        let early = system.pause().await.expect_err("it does not run");
        assert!(early.is_invalid_state() && early.to_string().contains("is Created"), "{early}");
        system.start().await.expect("it starts");

        let query = PropertyQuery {
            property_types: vec![PropertyType::Statistics, PropertyType::ProcessList],
            ..PropertyQuery::default()
        };
        let properties = system.properties(&query).await.expect("properties");
        assert_eq!((properties.id.as_str(), &*properties.state.to_string()), (id, "Running"));
        assert!(properties.statistics.is_some_and(|statistics| statistics.uptime_100ns > 0));
        assert!(properties.process_list.is_empty());
        system.pause().await.expect("it pauses");
        assert_eq!(system.properties(&PropertyQuery::default()).await.expect("it").state, v2::State::Paused);
        system.resume().await.expect("it goes on");
        // What can be done once can be done again.
        system.pause().await.expect("it pauses");
        if windows_version().build >= 17763 {
            system.save(&v2::SaveOptions::default()).await.expect("it is saved");
        }
        system.resume().await.expect("it goes on");

        system.shutdown().await.expect("it is asked");
        let exit = system.exited().await.expect("an exit");
        assert_eq!((exit.code, &exit.status.exit_type), (HResult::S_OK, &ExitType::GracefulExit));
        assert_eq!(system.exit(), Some(exit));
        for over in [system.shutdown().await, system.terminate().await] {
            over.expect("it has ended, which is what was wanted");
        }
        let late = system.start().await.expect_err("it is over");
        assert!(late.is_already_stopped(), "{late}");
        let late = system.create_process(&crate::command("cmd /c exit")).await.expect_err("it is over");
        assert!(late.is_already_stopped(), "{late}");
    }
    session.assert_empty();
}

#[tokio::test]
async fn systems_are_listed_and_opened_by_others() {
    let session = Session::new("listed");
    for abi in abis() {
        let (hcs, other) = (open(abi), open(abi));
        let (one, two) = (started(&hcs, "one").await, started(&hcs, "two").await);
        let ids = async |query: SystemQuery| -> Vec<String> {
            let mut ids: Vec<_> = other.list(&query).await.expect("a list").into_iter().map(|all| all.id).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(SystemQuery::default()).await, ["one", "two"]);
        assert_eq!(ids(SystemQuery { ids: vec!["two".into()], ..SystemQuery::default() }).await, ["two"]);
        assert_eq!(ids(SystemQuery { owners: vec!["test".into()], ..SystemQuery::default() }).await.len(), 2);
        assert_eq!(ids(SystemQuery { owners: vec!["other".into()], ..SystemQuery::default() }).await, [""; 0]);
        let opened = other.open_system("ONE").await.expect("it is there");
        let missing = other.open_system("three").await.expect_err("it is not");
        assert!(missing.is_not_found() && missing.id == "three", "{missing}");
        end(&opened).await;
        // Everybody is told.
        one.exited().await.expect("an exit");
        assert_eq!(ids(SystemQuery::default()).await, ["two"]);
        end(&two).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn changes_arrive() {
    let session = Session::new("changes");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let change = if hcs.is_version1() {
            let request = json!({"ResourceType": "Network", "RequestType": "Add", "Settings": "an endpoint"});
            Change::Resource(serde_json::from_value(request).expect("a request"))
        } else {
            Change::Setting(v2::ModifySettingRequest {
                resource_path: "Container/MappedDirectories".into(),
                request_type: RequestType::Add,
                settings: json!({"HostPath": "C:\\a", "ContainerPath": "C:\\b"}),
                ..v2::ModifySettingRequest::default()
            })
        };
        system.modify(&change).await.expect("it is changed");
        assert_eq!(session.system(id)["modifications"].as_array().map(Vec::len), Some(1));
        end(&system).await;
        let late = system.modify(&change).await.expect_err("it is over");
        assert!(late.is_already_stopped(), "{late}");
    }
    session.assert_empty();
}

#[tokio::test]
async fn documents_that_are_wrong_name_what_is() {
    let session = Session::new("documents");
    for abi in abis() {
        let hcs = open(abi);
        // Each takes a language that this one is not.
        let (document, named) = match abi {
            Abi::Computecore => {
                let document = hcs_schema::v1::ContainerConfig::default();
                (SystemDocument::Version1(Box::new(document)), "SystemType")
            }
            Abi::Vmcompute => {
                let container = Some(v2::Container::default());
                let document = v2::ComputeSystem { container, ..v2::ComputeSystem::default() };
                (SystemDocument::System(Box::new(document)), "Container")
            }
        };
        let error = hcs.create("wrong", &document).await.expect_err("nobody knows that");
        assert!(error.to_string().contains(named) && error.to_string().contains("INVALID_JSON"), "{error}");
        assert!(!error.events.is_empty(), "{error:?}");
        let linux = LinuxContainer::default();
        assert!(hcs.create("linux", &linux.into()).await.expect_err("it is of a guest").is_not_supported());
        let zero = hcs.open_system("a\0b").await.expect_err("no id has a zero");
        assert!(zero.to_string().contains("NUL"), "{zero}");
    }
    session.assert_empty();
}

#[tokio::test]
async fn the_service_has_properties_and_settings() {
    let session = Session::new("service");
    for abi in abis() {
        let hcs = open(abi);
        let query = PropertyQuery { property_types: vec![PropertyType::Memory], ..PropertyQuery::default() };
        let properties = hcs.service_properties(&query).await.expect("properties");
        assert_eq!(properties.properties.len(), 1, "{properties:?}");
        hcs.modify_service(&v2::ModificationRequest::default()).await.expect("changed");
    }
    session.assert_called(&["HcsGetServiceProperties", "HcsModifyServiceSettings"]);
    session.assert_empty();
}
