//! Executing a plan on Windows, step by step.
//!
//! What a step makes is entered in the ledger before it is made. When a later step fails, or when the program has ended, the
//! steps are taken back in reverse.

use super::release::{self, Networks};
use super::values::Values;
use crate::ledger::FileLedger;
use hcs_host::plan::{Call, Document, Kind, Placeholder, Plan, Step};
use hcs_host::{Error, Host, Ledger, Resource, Result, Stdio};
use hcs_schema::document::{ProcessParameters, PropertyQuery, SystemDocument};
use hcs_schema::{HResult, hns};
use hcs_windows::{Layers, WindowsHost};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The steps of one container, and what they have made so far.
#[derive(Debug)]
pub struct Steps {
    id: String,
    host: Arc<WindowsHost>,
    networks: Networks,
    layers: Option<Layers>,
    values: Values,
    ledger: FileLedger,
    /// What was made, oldest first.
    made: Vec<Resource>,
    /// The process that the last step has started.
    pid: u32,
}

/// Refuses a plan that cannot be executed here, before anything is made.
pub fn check(id: &str, plan: &Plan) -> Result<()> {
    let refused = |message: &str| Err(Error::unsupported("create", id, message));
    match plan.kind {
        Kind::WindowsProcess | Kind::WindowsProcessV1 | Kind::WindowsHypervisorV1 => {}
        Kind::WindowsHypervisor | Kind::LinuxHypervisor => {
            return refused(
                "isolation by Hyper-V takes a utility VM of its own from Windows build 17763 on, which this version of Silo \
                 plans but does not run yet; use --isolation process",
            );
        }
        Kind::HostProcess => {
            return refused("this version of Silo plans HostProcess containers, but does not run them yet");
        }
        Kind::LinuxProcess => return refused("a Linux container needs a Linux host, or isolation by Hyper-V"),
    }
    for step in &plan.steps {
        if !is_known(&step.call) {
            let message =
                format!("its plan calls {}, which this version of Silo does not do yet", step.call.function(None));
            return refused(&message);
        }
    }
    Ok(())
}

/// Whether [`Steps::call`] can do this.
fn is_known(call: &Call) -> bool {
    matches!(
        call,
        Call::MakeFolder { .. }
            | Call::NameToGuid { .. }
            | Call::CreateSandboxLayer { .. }
            | Call::ExpandSandboxSize { .. }
            | Call::ActivateLayer { .. }
            | Call::PrepareLayer { .. }
            | Call::GetLayerMountPath { .. }
            | Call::FindNetwork { .. }
            | Call::CreateEndpoint { .. }
            | Call::HnsCall { .. }
            | Call::CreateNamespace { .. }
            | Call::ModifyNamespace { .. }
            | Call::CreateSystem { .. }
            | Call::StartSystem { .. }
            | Call::SetJobAffinity { .. }
            | Call::CreateProcess { .. }
    )
}

impl Steps {
    /// Begins with nothing made.
    pub fn new(id: &str, host: Arc<WindowsHost>, ledger: FileLedger) -> Steps {
        let mut values = Values::default();
        values.set(&Placeholder::new("nonce"), nonce());
        Steps {
            id: id.to_owned(),
            host,
            networks: Networks::default(),
            layers: None,
            values,
            ledger,
            made: Vec::new(),
            pid: 0,
        }
    }

    /// Executes all of a plan, and answers the process that it starts. After a failure what was made is still there.
    ///
    /// `go_on` is asked before each step, and may end it all.
    pub async fn execute(
        &mut self,
        plan: &Plan,
        stdio: Stdio,
        go_on: &mut (dyn FnMut() -> Result<()> + Send),
    ) -> Result<u32> {
        self.execute_steps(&plan.steps, stdio, go_on).await
    }

    /// [`Steps::execute`] for some of a plan, which comes after what was executed before.
    pub async fn execute_steps(
        &mut self,
        steps: &[Step],
        mut stdio: Stdio,
        go_on: &mut (dyn FnMut() -> Result<()> + Send),
    ) -> Result<u32> {
        for step in steps {
            go_on()?;
            if let Some(resource) = self.makes(step) {
                self.ledger.record(&resource)?;
                self.made.push(resource);
            }
            self.call(step, &mut stdio).await.or_else(|error| self.not_ours(step, error))?;
        }
        Ok(self.pid)
    }

    /// What was there already is somebody else's, and is not taken back.
    fn not_ours(&mut self, step: &Step, error: Error) -> Result<()> {
        let makes = matches!(
            step.call,
            Call::CreateSandboxLayer { .. }
                | Call::CreateEndpoint { .. }
                | Call::HnsCall { .. }
                | Call::CreateNamespace { .. }
                | Call::CreateSystem { .. }
        );
        if makes
            && error.is_already_exists()
            && let Some(resource) = self.made.pop()
        {
            self.ledger.strike(&resource)?;
        }
        Err(error)
    }

    /// Takes everything back that `goes`, the youngest first, as far as possible. Answers the first failure.
    pub async fn take_back(&mut self, goes: impl Fn(&Resource) -> bool) -> Result<()> {
        let taken = std::mem::take(&mut self.made);
        let (going, staying): (Vec<Resource>, Vec<Resource>) = taken.into_iter().partition(goes);
        self.made = staying;
        let kept = release::all(&going, &self.networks, &self.host, &|resource| self.ledger.strike(resource)).await;
        match kept.into_iter().next() {
            None => Ok(()),
            Some((_, error)) => Err(error),
        }
    }

    /// What a step is about to make.
    fn makes(&mut self, step: &Step) -> Option<Resource> {
        let path = |folder: &String| PathBuf::from(folder);
        Some(match &step.call {
            Call::CreateSandboxLayer { folder, .. } => Resource::Layer { path: path(folder) },
            Call::ActivateLayer { folder } => Resource::ActiveLayer { path: path(folder) },
            Call::PrepareLayer { folder, .. } => Resource::PreparedLayer { path: path(folder) },
            Call::CreateEndpoint { document: Document::Endpoint(endpoint), .. } => {
                Resource::Endpoint { name: self.values.text(&endpoint.name), id: String::new() }
            }
            Call::HnsCall { document: Some(Document::EndpointV1(endpoint)), .. } => {
                Resource::Endpoint { name: self.values.text(&endpoint.name), id: String::new() }
            }
            Call::CreateNamespace { .. } => {
                let id = hcs_windows::new_guid().ok()?;
                self.values.set(&Placeholder::new("namespace"), id.clone());
                Resource::NetworkNamespace { id }
            }
            Call::ModifyNamespace { id, document: Document::NamespaceModification(change) } => {
                Resource::NamespaceEndpoint {
                    namespace: self.values.text(id),
                    endpoint: self.values.text(change.resource.endpoint_id()?),
                }
            }
            Call::CreateSystem { id, .. } => Resource::System { id: id.clone(), runtime: String::new() },
            _ => return None,
        })
    }

    fn layers(&mut self) -> Result<Layers> {
        match &self.layers {
            Some(layers) => Ok(layers.clone()),
            None => Ok(self.layers.insert(Layers::load()?).clone()),
        }
    }

    async fn call(&mut self, step: &Step, stdio: &mut Stdio) -> Result<()> {
        match &step.call {
            // Taking the name has made the container's own, and layers make theirs.
            Call::MakeFolder { path } => make_folder(Path::new(path)),
            Call::NameToGuid { .. }
            | Call::CreateSandboxLayer { .. }
            | Call::ExpandSandboxSize { .. }
            | Call::ActivateLayer { .. }
            | Call::PrepareLayer { .. }
            | Call::GetLayerMountPath { .. } => self.layer(step).await,
            Call::FindNetwork { .. }
            | Call::CreateEndpoint { .. }
            | Call::HnsCall { .. }
            | Call::CreateNamespace { .. }
            | Call::ModifyNamespace { .. } => self.network(step).await,
            Call::CreateSystem { id, document } => {
                let document = self.system(document)?;
                self.host.create(id, &document).await?;
                self.enter_system(id).await
            }
            Call::StartSystem { id } => self.host.start(id).await,
            Call::SetJobAffinity { job, affinity } => {
                let group = |group: u32| u16::try_from(group).unwrap_or(u16::MAX);
                let processors: Vec<(u16, u64)> =
                    affinity.iter().map(|affinity| (group(affinity.group), affinity.mask)).collect();
                hcs_windows::pin_job(job, &processors)
            }
            Call::CreateProcess { id, document } => {
                let parameters = process(document);
                let started = self.host.execute(id, &parameters, std::mem::take(stdio)).await;
                self.pid = started.map_err(super::commands::of_program)?;
                Ok(())
            }
            other => Err(Error::unsupported("create", &self.id, format!("{} is not done yet", other.function(None)))),
        }
    }

    /// The document of a system, with everything that was learnt filled in.
    fn system(&self, document: &Document) -> Result<SystemDocument> {
        match document {
            Document::ComputeSystem(_) => Ok(SystemDocument::System(Box::new(self.filled(document)?))),
            Document::ContainerV1(_) => Ok(SystemDocument::Version1(Box::new(self.filled(document)?))),
            other => Err(Error::unsupported("create", &self.id, format!("{} is no system of Windows", other.name()))),
        }
    }

    fn filled<T: DeserializeOwned>(&self, document: &Document) -> Result<T> {
        let filled = self.values.document(document.to_json());
        serde_json::from_value(filled).map_err(|error| {
            let message = format!("{} with what was learnt in it cannot be read: {error}", document.name());
            Error::invalid("create", &self.id, message)
        })
    }

    /// A call for a layer. All of them block.
    async fn layer(&mut self, step: &Step) -> Result<()> {
        let (layers, call) = (self.layers()?, step.call.clone());
        let answer = blocking(move || match &call {
            Call::NameToGuid { name } => layers.name_to_guid(name),
            Call::CreateSandboxLayer { folder, parents } => {
                make_parent(Path::new(folder))?;
                if Path::new(folder).exists() {
                    let message = "the folder of the writable layer is there already; remove it, or run `silo gc`";
                    return Err(Error::new("create", folder, HResult::ERROR_FILE_EXISTS, message));
                }
                layers.create_sandbox(Path::new(folder), parents).map(|()| String::new())
            }
            Call::ExpandSandboxSize { folder, bytes } => {
                layers.expand(Path::new(folder), *bytes).map(|()| String::new())
            }
            Call::ActivateLayer { folder } => layers.activate_patiently(Path::new(folder)).map(|()| String::new()),
            Call::PrepareLayer { folder, parents } => {
                layers.prepare_patiently(Path::new(folder), parents).map(|()| String::new())
            }
            Call::GetLayerMountPath { folder } => layers.mount_path(Path::new(folder)),
            other => unreachable!("{} is for no layer", other.function(None)),
        })
        .await?;
        for placeholder in &step.yields {
            let value = match placeholder.name.as_str() {
                "volume-name" => answer.trim_end_matches('\\'),
                _ => &answer,
            };
            self.values.set(placeholder, value);
        }
        Ok(())
    }

    /// A call for the network.
    async fn network(&mut self, step: &Step) -> Result<()> {
        let networks = &self.networks;
        let answer = match &step.call {
            Call::FindNetwork { name, .. } => networks.find(name).await?,
            Call::CreateEndpoint { document, .. } => {
                let endpoint = self.filled(document)?;
                networks.host()?.create_endpoint(&endpoint).await?.id
            }
            Call::HnsCall { method: "GET", path, document: None } if path == "/networks/" => {
                let name = step.yields.first().map(|placeholder| placeholder.of.clone()).unwrap_or_default();
                networks.find(&name).await?
            }
            Call::HnsCall { method: "POST", document: Some(document @ Document::EndpointV1(_)), .. } => {
                let endpoint: hns::Endpoint = self.filled(document)?;
                networks.create_endpoint_v1(&endpoint).await?
            }
            Call::CreateNamespace { document } => {
                let namespace = self.filled(document)?;
                networks.host()?.create_namespace(&namespace).await?.id
            }
            Call::ModifyNamespace { id, document } => {
                let (id, change) = (self.values.text(id), self.filled(document)?);
                networks.host()?.modify_namespace(&id, &change).await?;
                String::new()
            }
            other => {
                return Err(Error::unsupported(
                    "create",
                    &self.id,
                    format!("{} is not done yet", other.function(None)),
                ));
            }
        };
        if matches!(step.call, Call::CreateEndpoint { .. } | Call::HnsCall { method: "POST", .. }) {
            self.enter_endpoint(&answer)?;
        }
        for placeholder in &step.yields {
            self.values.set(placeholder, answer.clone());
        }
        Ok(())
    }

    /// Enters a system by what tells it from a later one of its id.
    async fn enter_system(&mut self, id: &str) -> Result<()> {
        let properties = self.host.properties(id, &PropertyQuery::default()).await?;
        let known = Resource::System { id: id.to_owned(), runtime: properties.runtime_id };
        let Some(last @ Resource::System { .. }) = self.made.last_mut() else { return Ok(()) };
        self.ledger.record(&known)?;
        self.ledger.strike(&std::mem::replace(last, known))
    }

    /// Enters an endpoint by its id, instead of by its name, which others may have, too.
    fn enter_endpoint(&mut self, id: &str) -> Result<()> {
        let Some(last) = self.made.last_mut() else { return Ok(()) };
        let Resource::Endpoint { name, .. } = &*last else { return Ok(()) };
        let known = Resource::Endpoint { name: name.clone(), id: id.to_owned() };
        self.ledger.record(&known)?;
        self.ledger.strike(&std::mem::replace(last, known))
    }
}

/// Digits that nobody else has: they tell what is made for one container from what others make for theirs.
fn nonce() -> String {
    super::random().unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The process of a document. Nothing is filled in: all of it is the user's.
fn process(document: &Document) -> ProcessParameters {
    match document {
        Document::Process(parameters) => (**parameters).clone(),
        Document::ProcessV1(config) => {
            let config = config.clone();
            ProcessParameters {
                application_name: config.application_name,
                command_line: config.command_line,
                command_args: config.command_args,
                user: config.user,
                working_directory: config.working_directory,
                environment: config.environment,
                emulate_console: config.emulate_console,
                create_std_in_pipe: config.create_std_in_pipe,
                create_std_out_pipe: config.create_std_out_pipe,
                create_std_err_pipe: config.create_std_err_pipe,
                console_size: config.console_size,
                ..ProcessParameters::default()
            }
        }
        other => unreachable!("{} is no process", other.name()),
    }
}

fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| crate::store::failed("make", path, &error))
}

/// Makes the folder that writable layers are in.
fn make_parent(layer: &Path) -> Result<()> {
    match layer.parent() {
        Some(parent) => make_folder(parent),
        None => Ok(()),
    }
}

/// Runs a call that blocks on a thread for such calls.
pub async fn blocking<T: Send + 'static>(call: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(call).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and nobody will read the answer.
            Err(_) => std::future::pending().await,
        },
    }
}
