//! The OCI runtime specification, and the documents of the `Host` verbs.

super::every! {
    oci {
        Spec Root Mount Hooks Hook IdMapping Process ConsoleBox User Capabilities Rlimit Scheduler IoPriority
        ExecCpuAffinity Linux IntelRdt MemoryPolicy NetDevice Namespace Device TimeOffset Personality Seccomp Syscall SyscallArg
        Resources DeviceRule Memory Cpu Pids BlockIo WeightDevice ThrottleDevice HugepageLimit InterfacePriority Network Rdma
        Windows WindowsDevice WindowsResources WindowsMemory WindowsCpu WindowsCpuAffinity WindowsStorage WindowsNetwork
        WindowsHyperV
        Vm VmHypervisor VmKernel VmImage VmHardware VmIoMemory
    }
    document {
        LinuxContainer ModifyRequest
    }
}
