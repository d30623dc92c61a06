//! Pods, and the one switch for several others.

use super::Base::{Job, Linux, Process, Windows};
use super::Case;
use super::Shows::{Refused, Says};
use super::case;

const NETWORK: &str = r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"}}}}}"#;
const SANDBOX: &str = "the pod's sandbox is its utility VM";
const POD: &str = r#"{"wanted":{
    "spec":{"hostname":"second","windows":{"network":{"networkNamespace":"ns-2"}}},
    "pod":{"sandbox":"pod","hypervisor":true,"processors":2,"memoryMb":1024,"networkNamespace":"ns-1"}}}"#;

const CRI: (&str, &str) = ("io.kubernetes.cri.container-type", "io.kubernetes.cri.sandbox-id");
const CRIO: (&str, &str) = ("io.kubernetes.cri-o.ContainerType", "io.kubernetes.cri-o.SandboxID");
const DOCKER: (&str, &str) = ("io.kubernetes.docker.type", "io.kubernetes.sandbox.id");

pub const CASES: &[Case] = &[
    case(CRI.0, "sandbox", Windows, Says(SANDBOX)).beside(&[(CRI.1, "web")]).patch(NETWORK),
    case(CRI.1, "web", Windows, Says(SANDBOX)).beside(&[(CRI.0, "sandbox")]).patch(NETWORK),
    case(CRIO.0, "sandbox", Windows, Says(SANDBOX)).beside(&[(CRIO.1, "web")]).patch(NETWORK),
    case(CRIO.1, "web", Windows, Says(SANDBOX)).beside(&[(CRIO.0, "sandbox")]).patch(NETWORK),
    case(DOCKER.0, "podsandbox", Windows, Says(SANDBOX)).beside(&[(DOCKER.1, "web")]).patch(NETWORK),
    case(DOCKER.1, "web", Windows, Says(SANDBOX)).beside(&[(DOCKER.0, "podsandbox")]).patch(NETWORK),
    case("io.microsoft.cri.skip-pod-networking", "true", Linux, Says(r#""call":"create-system""#))
        .beside(&[(CRI.0, "sandbox"), (CRI.1, "web")]),
    case("io.microsoft.cri.skip-pod-networking", "true", Windows, Says(r#""call":"create-system""#))
        .beside(&[(CRI.0, "sandbox"), (CRI.1, "web")]),
    case(
        "io.microsoft.cri.tenant-sandbox-id",
        "other",
        Linux,
        Refused("is not the sandbox whose utility VM is joined"),
    ),
    case("io.microsoft.cri.virtual-pod-id", "web", Linux, Says(r#""call":"list-endpoints","id":"ns-2""#)).patch(POD),
    case("io.microsoft.disable-unsafe-operations", "true", Job, Refused("exclude each other")),
    case(
        "io.microsoft.disable-unsafe-operations",
        "true",
        Process,
        Refused("forbidden by annotation io.microsoft.disable-unsafe-operations=true"),
    )
    .patch(super::containers::CREDENTIALS),
    case("io.microsoft.disable-unsafe-operations", "true", Windows, Says(r#""NoDirectmap":true"#)),
    case("io.microsoft.disable-unsafe-operations", "true", Linux, Refused("fileshares.disablewritable forbids"))
        .patch(super::machines::LINUX_MOUNT),
];
