//! Rows of the table: pods, and what holds for containers of every kind.

macro_rules! pods {
    ([$next:ident $($more:ident)*] $($rows:tt)*) => {
        $next! { [$($more)*] $($rows)*
            container_type: String = "io.kubernetes.cri.container-type", All, Words(&["sandbox", "container"]), [], "a container of its own",
                "Role in a pod: its sandbox, or a container that joins it. It needs `io.kubernetes.cri.sandbox-id`.";
            sandbox_id: String = "io.kubernetes.cri.sandbox-id", All, Any, [], "–",
                "Id of the pod's sandbox, which is the sandbox's own id. It needs `io.kubernetes.cri.container-type`.";
            crio_container_type: String = "io.kubernetes.cri-o.ContainerType", All, Words(&["sandbox", "container"]), [], "–",
                "As `io.kubernetes.cri.container-type`, in the words of CRI-O.";
            crio_sandbox_id: String = "io.kubernetes.cri-o.SandboxID", All, Any, [], "–",
                "As `io.kubernetes.cri.sandbox-id`, in the words of CRI-O.";
            docker_type: String = "io.kubernetes.docker.type", All, Words(&["podsandbox", "container"]), [], "–",
                "As `io.kubernetes.cri.container-type`, in the words of dockershim.";
            docker_sandbox_id: String = "io.kubernetes.sandbox.id", All, Any, [], "–",
                "As `io.kubernetes.cri.sandbox-id`, in the words of dockershim.";
            skip_pod_networking: bool = "io.microsoft.cri.skip-pod-networking", Isolated, Any, [], "false",
                "A pod without endpoints is no error: its network is set up by others or not at all.";
            tenant_sandbox_id: String = "io.microsoft.cri.tenant-sandbox-id", Isolated, Any, [], "–",
                "Id of a running sandbox whose utility VM the pod joins.";
            virtual_pod_id: String = "io.microsoft.cri.virtual-pod-id", Lcow, Any, [], "–",
                "Id of the pod, inside a utility VM with several pods, that the container belongs to. The container of that very id is the pod's sandbox.";
            disable_unsafe_operations: bool = "io.microsoft.disable-unsafe-operations", All, Any, [security], "–",
                "One switch for hosts that strangers share: `io.microsoft.container.wcow.gmsa.disable`, `io.microsoft.virtualmachine.fileshares.disablewritable`, `io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap` and `microsoft.com/disable-hostprocess-container` get its value. Any of them with another value of its own is an error.";
        }
    };
}
