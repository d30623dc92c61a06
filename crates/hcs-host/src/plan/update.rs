//! New limits for what runs already.

use super::facts::builds;
use super::{Call, Context, Document, GuestCall, HostFacts, Kind, Plan, Role, Step, Wanted, machine, pod, windows};
use crate::Result;
use hcs_schema::document::ModifyRequest;
use hcs_schema::guest::{ContainerConstraints, LinuxResource};
use hcs_schema::modify::{Modify, RequestType};
use hcs_schema::v2::{CpuGroup, ModifySettingRequest, ProcessorLimits, ResourcePath};
use serde_json::Value;

impl Plan {
    /// The plan that gives a running container the limits that it would get if it were made now: of what is wanted, nothing
    /// but limits may differ from what it was made of. For the sandbox of a pod with a utility VM, they are those of the VM.
    ///
    /// # Errors
    /// Names the limit that cannot be applied, and why, as [`Plan::new`] does; and kinds whose limits cannot be changed.
    pub fn update(wanted: &Wanted, facts: &HostFacts) -> Result<Plan> {
        let mut context = Context::new(wanted, facts)?;
        let steps = match (context.choice.kind, context.choice.role) {
            (Kind::LinuxHypervisor | Kind::WindowsHypervisor, Role::Sandbox) => of_machine(&context)?,
            (Kind::LinuxHypervisor, _) => {
                let document = constraints(&context, machine::linux::resources);
                let call = GuestCall::ModifyContainer { id: wanted.id.clone(), document };
                vec![in_machine(&context, call)]
            }
            (Kind::LinuxProcess, _) => {
                let document = constraints(&context, |resources| resources);
                vec![Step::new(Call::ModifySystem { id: wanted.id.clone(), document }, "change the container's limits")]
            }
            (Kind::WindowsHypervisor, _) => {
                let change = |document| GuestCall::ModifyContainer { id: wanted.id.clone(), document };
                of_container(&context).into_iter().map(|document| in_machine(&context, change(document))).collect()
            }
            (Kind::WindowsProcess, _) => {
                let change = |document| Call::ModifySystem { id: wanted.id.clone(), document };
                let step = |document| Step::new(change(document), "change the container's limits");
                let limits = of_container(&context).into_iter().map(step);
                limits.chain(windows::pin(&context)).collect()
            }
            (Kind::HostProcess, _) => vec![windows::job_limits(&context)],
            (Kind::WindowsProcessV1 | Kind::WindowsHypervisorV1, _) => {
                let message =
                    "limits of running containers cannot be changed before build 17763; make it anew with others";
                return Err(wanted.unsupported(message));
            }
        };
        if context.limits.iops.or(context.limits.bandwidth).is_some() && context.choice.kind != Kind::HostProcess {
            context.notes.push("limits of storage stay what they are while a container runs".into());
        }
        Ok(context.plan(steps))
    }
}

/// The limits of a Linux container.
fn constraints(context: &Context<'_>, guest: fn(hcs_schema::oci::Resources) -> hcs_schema::oci::Resources) -> Document {
    let resources = context.wanted.spec.linux.as_ref().and_then(|linux| linux.resources.clone());
    let constraints = ContainerConstraints { linux: guest(resources.unwrap_or_default()), ..Default::default() };
    let request: ModifyRequest =
        Modify::new(RequestType::Update, LinuxResource::ContainerConstraints(constraints)).into();
    Document::GuestModification(Box::new(request))
}

/// The limits of a Windows container.
fn of_container(context: &Context<'_>) -> Vec<Document> {
    let memory = context.limits.memory_mb;
    let memory = memory.map(|size| ModifySettingRequest::update(ResourcePath::ContainerMemorySizeInMb, &size));
    let processor = ModifySettingRequest::update(ResourcePath::ContainerProcessor, &windows::processor(context));
    let requests = memory.into_iter().chain([processor]);
    requests.map(|request| Document::Modification(Box::new(request))).collect()
}

fn in_machine(context: &Context<'_>, message: GuestCall) -> Step {
    let call = Call::Guest { machine: pod::machine(context), message };
    Step::new(call, "let the guest change the container's limits")
}

/// The limits of a utility VM.
fn of_machine(context: &Context<'_>) -> Result<Vec<Step>> {
    let size = context.machine.clone().unwrap_or_default();
    let id = pod::machine(context);
    let change = |path: ResourcePath, settings: Value, why: &str| {
        let document = Document::Modification(Box::new(ModifySettingRequest::update(path, &settings)));
        Step::new(Call::ModifySystem { id: id.clone(), document }, why)
    };
    let mut steps =
        vec![change(ResourcePath::MemorySizeInMb, size.memory_mb.into(), "change the memory of the utility VM")];
    if context.choice.kind.is_linux() {
        // The guest has a limit for all containers together, which follows from the machine's memory.
        let again = Modify::new(RequestType::Update, LinuxResource::PodCgroupMemoryLimit(Value::Null));
        let message = GuestCall::Modify { document: Document::GuestModification(Box::new(again.into())) };
        let call = Call::Guest { machine: id.clone(), message };
        steps.push(Step::new(call, "let the guest compute its limits anew"));
    }
    if size.processor_limit.or(size.processor_weight).is_some() {
        machine::needs(
            context,
            "other processor time for a running utility VM",
            builds::SERVER_2022,
            "make it anew with it",
        )?;
        let limits = ProcessorLimits {
            limit: size.processor_limit.unwrap_or_default().into(),
            weight: size.processor_weight.unwrap_or_default().into(),
            ..ProcessorLimits::default()
        };
        let settings = serde_json::to_value(limits).expect("documents are JSON");
        steps.push(change(ResourcePath::ProcessorLimits, settings, "change its share of processor time"));
    }
    if let Some(id) = context.annotations.cpu_group_id.clone() {
        let settings = serde_json::to_value(CpuGroup { id }).expect("documents are JSON");
        steps.push(change(ResourcePath::CpuGroup, settings, "move it to its group of processors"));
    }
    Ok(steps)
}
