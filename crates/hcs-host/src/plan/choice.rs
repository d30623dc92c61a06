//! Which kind of container is made: by the specification, its annotations, the versions of image and host, and the pod.

use super::annotations::Annotations;
use super::facts::builds;
use super::version::{hypervisor, sentence};
use super::{HostFacts, Isolation, Kind, Role, Wanted, isolation_for};
use crate::Result;

/// What is made, and what it is to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What is made.
    pub kind: Kind,
    /// Why, in a sentence.
    pub why: String,
    /// What it is to a pod.
    pub role: Role,
    /// Id of the pod's sandbox.
    pub sandbox: Option<String>,
}

impl Choice {
    /// Chooses.
    ///
    /// # Errors
    /// `E_INVALIDARG` for what contradicts itself, `ERROR_NOT_SUPPORTED` for what the host cannot do.
    pub fn new(wanted: &Wanted, facts: &HostFacts, annotations: &Annotations) -> Result<Self> {
        let (role, sandbox) = Role::of(annotations).map_err(|why| wanted.invalid(why))?;
        let (kind, why) = match facts.build() {
            None => linux_host(wanted, facts)?,
            Some(build) => {
                check_pod(wanted, role, sandbox.as_deref(), build)?;
                windows_host(wanted, facts, annotations, build)?
            }
        };
        // A pod can be joined without annotations, too.
        let joins = wanted.pod.as_ref().filter(|_| role == Role::Standalone);
        Ok(match joins {
            Some(pod) => Choice { kind, why, role: Role::Member, sandbox: Some(pod.sandbox.clone()) },
            None => Choice { kind, why, role, sandbox },
        })
    }
}

fn linux_host(wanted: &Wanted, facts: &HostFacts) -> Result<(Kind, String)> {
    if wanted.spec.linux.is_none() && wanted.spec.windows.is_some() {
        let why = "the specification is of a Windows container, and the host is Linux: Windows containers need a Windows host";
        return Err(wanted.unsupported(why));
    }
    let (_, why) = isolation_for(wanted.image, facts, wanted.isolation).map_err(|why| wanted.unsupported(why))?;
    Ok((Kind::LinuxProcess, why))
}

fn windows_host(wanted: &Wanted, facts: &HostFacts, annotations: &Annotations, build: u32) -> Result<(Kind, String)> {
    if build < builds::SERVER_2016 {
        let why = format!("{facts} has no containers: the first build that has is {}", builds::SERVER_2016);
        return Err(wanted.unsupported(why));
    }
    let asked = asked(wanted)?;
    if wanted.spec.linux.is_some() {
        return linux_machine(wanted, facts, asked, build);
    }
    if wanted.spec.windows.is_none() {
        return Err(wanted.invalid("the specification has neither a linux nor a windows section"));
    }
    let job = annotations.is_host_process() && asked != Isolation::Hypervisor;
    match &wanted.pod {
        Some(pod) if pod.host_process && !pod.hypervisor && !job => {
            let why = "a HostProcess pod takes HostProcess containers only: annotation microsoft.com/hostprocess-container must be true";
            return Err(wanted.invalid(why));
        }
        _ => {}
    }
    if job {
        return Ok((
            Kind::HostProcess,
            "Annotation microsoft.com/hostprocess-container makes it a job of the host.".into(),
        ));
    }
    let (isolation, why) = isolation_for(wanted.image, facts, asked).map_err(|why| wanted.unsupported(why))?;
    let why = if asked == Isolation::Hypervisor { sentence(reason(wanted)) } else { why };
    let kind = match (isolation, build < builds::SERVER_2019) {
        (Isolation::Hypervisor, true) => Kind::WindowsHypervisorV1,
        (Isolation::Hypervisor, false) => Kind::WindowsHypervisor,
        (_, true) => Kind::WindowsProcessV1,
        (_, false) => Kind::WindowsProcess,
    };
    Ok((kind, why))
}

fn linux_machine(wanted: &Wanted, facts: &HostFacts, asked: Isolation, build: u32) -> Result<(Kind, String)> {
    let reason = "the container is Linux, and the host's kernel is Windows: it needs a utility VM";
    if wanted.isolation == Isolation::Process {
        return Err(wanted.invalid(format!("process isolation is asked for: {reason}")));
    }
    if asked == Isolation::Process {
        return Err(wanted.invalid(format!("the pod has no utility VM: {reason}")));
    }
    if let Some(image) = wanted.image {
        return Err(
            wanted.invalid(format!("the specification is of a Linux container, and the image was made for {image}"))
        );
    }
    if build < builds::SERVER_2019 {
        let first = builds::SERVER_2019;
        let why = format!("Linux containers need Windows build {first} or later, and the host is {facts}");
        return Err(wanted.unsupported(why));
    }
    let (_, why) = hypervisor(reason, facts).map_err(|why| wanted.unsupported(why))?;
    Ok((Kind::LinuxHypervisor, why))
}

/// The isolation that is asked for: by whoever wants the container, by its specification, or by its pod.
fn asked(wanted: &Wanted) -> Result<Isolation> {
    let by_spec = wanted.spec.windows.as_ref().is_some_and(|windows| windows.hyperv.is_some());
    let own = match (by_spec, wanted.isolation) {
        (true, Isolation::Process) => {
            return Err(wanted.invalid("process isolation is asked for, and windows.hyperv asks for a utility VM"));
        }
        (true, _) => Isolation::Hypervisor,
        (false, isolation) => isolation,
    };
    let Some(pod) = &wanted.pod else { return Ok(own) };
    match (pod.hypervisor, own) {
        (true, Isolation::Process) => {
            Err(wanted.invalid("process isolation is asked for, and the pod has a utility VM"))
        }
        (false, Isolation::Hypervisor) => {
            Err(wanted.invalid(format!("the pod has no utility VM, and {}", reason(wanted))))
        }
        (true, _) => Ok(Isolation::Hypervisor),
        (false, _) => Ok(Isolation::Process),
    }
}

/// What asks for a utility VM, as a clause.
fn reason(wanted: &Wanted) -> &'static str {
    let by_spec = wanted.spec.windows.as_ref().is_some_and(|windows| windows.hyperv.is_some());
    match (by_spec, wanted.isolation) {
        (true, _) => "windows.hyperv asks for a utility VM",
        (false, Isolation::Hypervisor) => "Hyper-V isolation is asked for",
        (false, _) => "the pod has a utility VM",
    }
}

/// The role must be that of the pod that is given.
fn check_pod(wanted: &Wanted, role: Role, sandbox: Option<&str>, build: u32) -> Result<()> {
    let id = sandbox.unwrap_or_default();
    let why = match (role, &wanted.pod) {
        (Role::Standalone, _) => return Ok(()),
        (Role::Sandbox, _) if id != wanted.id => {
            format!("the sandbox of a pod has the pod's id, which is {id} by its annotations")
        }
        (Role::Sandbox, Some(pod)) => {
            format!("pod {} is given, and annotations make the container a sandbox of its own", pod.sandbox)
        }
        (Role::Member, None) => format!("annotations say that the container joins pod {id}, and there is no such pod"),
        (Role::Member, Some(pod)) if pod.sandbox != id => {
            format!("annotations say that the container joins pod {id}, and pod {} is given", pod.sandbox)
        }
        (Role::Sandbox | Role::Member, _) if build < builds::SERVER_2019 => {
            let first = builds::SERVER_2019;
            let host = super::Os::Windows { build, revision: 0 };
            return Err(wanted.unsupported(format!("pods need Windows build {first} or later, and the host is {host}")));
        }
        (Role::Sandbox | Role::Member, _) => return Ok(()),
    };
    Err(wanted.invalid(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ImageVersion, Pod};
    use hcs_schema::HResult;
    use serde_json::{Value, json};

    const KIND: &str = "io.kubernetes.cri.container-type";
    const SANDBOX: &str = "io.kubernetes.cri.sandbox-id";
    const JOB: &str = "microsoft.com/hostprocess-container";

    /// A container named `c`.
    fn wanted(spec: Value) -> Wanted {
        Wanted { id: "c".into(), spec: serde_json::from_value(spec).unwrap(), ..Wanted::default() }
    }

    fn asking(isolation: Isolation, spec: Value) -> Wanted {
        Wanted { isolation, ..wanted(spec) }
    }

    fn in_pod(pod: Pod, spec: Value) -> Wanted {
        Wanted { pod: Some(pod), ..wanted(spec) }
    }

    fn pod(hypervisor: bool, host_process: bool) -> Pod {
        Pod { sandbox: "p".into(), hypervisor, host_process, ..Pod::default() }
    }

    fn choose(wanted: &Wanted, facts: &HostFacts) -> Result<Choice> {
        let (annotations, _) = Annotations::read(&wanted.annotations()).unwrap();
        Choice::new(wanted, facts, &annotations)
    }

    fn member(role: &str, id: &str) -> Value {
        json!({ "windows": {}, "annotations": { KIND: role, SANDBOX: id } })
    }

    #[test]
    fn the_kind_follows_specification_host_and_pod() {
        let windows = HostFacts::windows;
        let job = json!({ "windows": {}, "annotations": { JOB: "true" } });
        let hyper_v = json!({ "windows": { "hyperv": {} } });
        let job_in_machine = json!({ "windows": { "hyperv": {} }, "annotations": { JOB: "true" } });
        for (wanted, facts, kind) in [
            (wanted(json!({})), HostFacts::linux(1, 1), Kind::LinuxProcess),
            (wanted(json!({ "linux": {}, "windows": {} })), HostFacts::linux(1, 1), Kind::LinuxProcess),
            (wanted(json!({ "windows": {} })), windows(20348), Kind::WindowsProcess),
            (wanted(json!({ "windows": {} })), windows(17763), Kind::WindowsProcess),
            (wanted(json!({ "windows": {} })), windows(17134), Kind::WindowsProcessV1),
            (wanted(hyper_v.clone()), windows(17134), Kind::WindowsHypervisorV1),
            (wanted(hyper_v), windows(20348), Kind::WindowsHypervisor),
            (asking(Isolation::Hypervisor, json!({ "windows": {} })), windows(20348), Kind::WindowsHypervisor),
            (wanted(json!({ "linux": {}, "windows": {} })), windows(20348), Kind::LinuxHypervisor),
            (wanted(job.clone()), windows(20348), Kind::HostProcess),
            (asking(Isolation::Process, job.clone()), windows(20348), Kind::HostProcess),
            (wanted(job_in_machine), windows(20348), Kind::WindowsHypervisor),
            (in_pod(pod(false, true), job.clone()), windows(20348), Kind::HostProcess),
            (in_pod(pod(false, false), job.clone()), windows(20348), Kind::HostProcess),
            (in_pod(pod(true, false), job), windows(20348), Kind::WindowsHypervisor),
            (in_pod(pod(true, false), json!({ "windows": {} })), windows(20348), Kind::WindowsHypervisor),
            (in_pod(pod(true, true), json!({ "windows": {} })), windows(20348), Kind::WindowsHypervisor),
            (in_pod(pod(false, false), json!({ "windows": {} })), windows(20348), Kind::WindowsProcess),
            (in_pod(pod(true, false), json!({ "linux": {} })), windows(20348), Kind::LinuxHypervisor),
        ] {
            let choice = choose(&wanted, &facts).unwrap();
            assert_eq!(choice.kind, kind, "{wanted:?}");
            assert!(choice.why.ends_with('.') && choice.why.starts_with(char::is_uppercase), "{}", choice.why);
            assert_eq!(choice.role, if wanted.pod.is_some() { Role::Member } else { Role::Standalone });
        }
    }

    #[test]
    fn the_versions_choose_where_nobody_else_does() {
        let image = |build, wanted| Wanted { image: Some(ImageVersion { build, revision: 0 }), ..wanted };
        let spec = || wanted(json!({ "windows": {} }));
        let kind = |wanted: &Wanted| choose(wanted, &HostFacts::windows(20348)).map(|choice| choice.kind);
        assert_eq!(kind(&image(20348, spec())), Ok(Kind::WindowsProcess));
        assert_eq!(kind(&image(17763, spec())), Ok(Kind::WindowsHypervisor));
        // A pod without a utility VM cannot take it, and a job has no image that would have to match.
        let in_pod = image(17763, Wanted { pod: Some(pod(false, false)), ..spec() });
        assert_eq!(kind(&in_pod).unwrap_err().code, HResult::ERROR_NOT_SUPPORTED);
        assert_eq!(
            kind(&image(17763, wanted(json!({ "windows": {}, "annotations": { JOB: "true" } })))),
            Ok(Kind::HostProcess)
        );
    }

    #[test]
    fn roles_are_those_of_the_pod() {
        let facts = HostFacts::windows(20348);
        let sandbox = choose(&wanted(member("sandbox", "c")), &facts).unwrap();
        assert_eq!((sandbox.role, sandbox.sandbox.as_deref()), (Role::Sandbox, Some("c")));
        let joined = choose(&in_pod(pod(false, false), member("container", "p")), &facts).unwrap();
        assert_eq!((joined.role, joined.sandbox.as_deref()), (Role::Member, Some("p")));
        // Linux hosts have no pods of their own, and containers find each other by their namespaces.
        let linux = json!({ "linux": {}, "annotations": { KIND: "container", SANDBOX: "p" } });
        assert_eq!(choose(&wanted(linux), &HostFacts::linux(1, 1)).unwrap().role, Role::Member);
    }

    /// Whether each is refused with this code and text.
    fn refused(table: &[(Wanted, HostFacts, HResult, &str)]) {
        for (wanted, facts, code, why) in table {
            let error = choose(wanted, facts).unwrap_err();
            assert_eq!((error.code, error.message.as_str()), (*code, *why));
        }
    }

    const INVALID: HResult = HResult::E_INVALIDARG;
    const UNSUPPORTED: HResult = HResult::ERROR_NOT_SUPPORTED;

    #[test]
    fn refusals_say_what_the_host_cannot_do() {
        let linux = || json!({ "linux": {} });
        let none = HostFacts { hypervisor: false, ..HostFacts::windows(20348) };
        refused(&[
            (
                wanted(json!({ "windows": {} })),
                HostFacts::linux(1, 1),
                UNSUPPORTED,
                "the specification is of a Windows container, and the host is Linux: Windows containers need a Windows host",
            ),
            (
                asking(Isolation::Hypervisor, linux()),
                HostFacts::linux(1, 1),
                UNSUPPORTED,
                "Hyper-V isolation is asked for, and the host is Linux: it has no Hyper-V. Ask for process isolation",
            ),
            (
                wanted(linux()),
                HostFacts::windows(17134),
                UNSUPPORTED,
                "Linux containers need Windows build 17763 or later, and the host is Windows build 17134",
            ),
            (
                wanted(linux()),
                none,
                UNSUPPORTED,
                "the container is Linux, and the host's kernel is Windows: it needs a utility VM, and the host, Windows build \
                 20348 (Server 2022), has no Hyper-V. Turn Hyper-V on",
            ),
            (
                wanted(member("sandbox", "c")),
                HostFacts::windows(17134),
                UNSUPPORTED,
                "pods need Windows build 17763 or later, and the host is Windows build 17134",
            ),
        ]);
    }

    #[test]
    fn refusals_say_what_contradicts_itself() {
        let linux = || json!({ "linux": {} });
        let hyper_v = || json!({ "windows": { "hyperv": {} } });
        let image = Some(ImageVersion { build: 20348, revision: 0 });
        let in_machine = in_pod(pod(true, false), json!({ "windows": {} }));
        let table = [
            (wanted(json!({})), "the specification has neither a linux nor a windows section"),
            (
                asking(Isolation::Process, hyper_v()),
                "process isolation is asked for, and windows.hyperv asks for a utility VM",
            ),
            (
                asking(Isolation::Process, linux()),
                "process isolation is asked for: the container is Linux, and the host's kernel is Windows: it needs a utility VM",
            ),
            (
                Wanted { image, ..wanted(linux()) },
                "the specification is of a Linux container, and the image was made for Windows build 20348 (Server 2022)",
            ),
            (
                in_pod(pod(false, false), linux()),
                "the pod has no utility VM: the container is Linux, and the host's kernel is Windows: it needs a utility VM",
            ),
            (
                in_pod(pod(false, false), hyper_v()),
                "the pod has no utility VM, and windows.hyperv asks for a utility VM",
            ),
            (
                Wanted { isolation: Isolation::Process, ..in_machine },
                "process isolation is asked for, and the pod has a utility VM",
            ),
            (
                in_pod(pod(false, true), json!({ "windows": {} })),
                "a HostProcess pod takes HostProcess containers only: annotation microsoft.com/hostprocess-container must be true",
            ),
        ];
        refused(&table.map(|(wanted, why)| (wanted, HostFacts::windows(20348), INVALID, why)));
    }

    #[test]
    fn refusals_say_what_is_wrong_with_a_pod() {
        let table = [
            (wanted(member("sandbox", "d")), "the sandbox of a pod has the pod's id, which is d by its annotations"),
            (
                in_pod(pod(false, false), member("sandbox", "c")),
                "pod p is given, and annotations make the container a sandbox of its own",
            ),
            (
                wanted(member("container", "p")),
                "annotations say that the container joins pod p, and there is no such pod",
            ),
            (
                in_pod(pod(false, false), member("container", "q")),
                "annotations say that the container joins pod q, and pod p is given",
            ),
            (
                wanted(json!({ "windows": {}, "annotations": { KIND: "container" } })),
                "annotation io.kubernetes.cri.container-type needs annotation io.kubernetes.cri.sandbox-id",
            ),
        ];
        refused(&table.map(|(wanted, why)| (wanted, HostFacts::windows(20348), INVALID, why)));
    }
}
