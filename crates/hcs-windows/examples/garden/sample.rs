//! The sample itself.

use hcs_host::plan::Abi;
use hcs_host::{Error, Result};
use hcs_schema::document::{ProcessParameters, PropertyQuery, PropertyType, SystemDocument};
use hcs_schema::hns::{Call, Endpoint, Id};
use hcs_schema::v1::{ContainerConfig, Layer};
use hcs_windows::{ComputeSystem, Hcs, Hns, Layers, layer_chain, new_guid};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Name of the network that Windows makes by itself.
const NETWORK: &str = "nat";

pub fn main() -> ExitCode {
    let [_, image] = &std::env::args().collect::<Vec<_>>()[..] else {
        eprintln!("usage: garden LAYER\n\nLAYER is the folder of an image's upper-most layer");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match &runtime {
        Ok(runtime) => runtime.block_on(garden(Path::new(image))),
        Err(error) => Err(Error::invalid("start", "the runtime", error.to_string())),
    };
    match ended {
        Ok(code) => {
            println!("ping ended with {code}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("garden: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn garden(image: &Path) -> Result<u32> {
    let layers = Layers::load()?;
    println!("shared base images: {:?}", layers.base_images()?);

    let hns = Hns::load()?;
    let networks = hns.call(&Call::networks())?;
    let names: Vec<&str> = networks.iter().map(|network| network.name.as_str()).collect();
    println!("networks: {}", names.join(", "));
    let network = networks.iter().find(|network| network.name == NETWORK);
    let network = network.ok_or_else(|| Error::not_found("find network", NETWORK))?;
    let wanted = Endpoint { virtual_network: network.id.clone(), ..Endpoint::default() };
    let endpoint = hns.call(&Call::create_endpoint(&wanted))?;
    println!("endpoint {} has {}", endpoint.id, endpoint.ip_address);

    let mut parents = vec![image.to_owned()];
    parents.extend(layer_chain(image)?);
    let id = new_guid()?;
    let scratch = image.with_file_name(&id);
    layers.create_sandbox(&scratch, &parents)?;
    let volume = layers.mount(&scratch, &parents)?;
    println!("volume {volume}");

    let document = document(&layers, &id, &scratch, &volume, &parents, &endpoint.id)?;
    // The document is one of version 1, which every Windows takes through this DLL.
    let system = Hcs::with(Abi::Vmcompute)?.create(&id, &document).await?;
    let code = run(&system).await;

    warn("shut down", system.shutdown().await);
    warn("terminate", system.terminate().await);
    system.exited().await?;
    drop(system);
    let endpoint = Id::parse(&endpoint.id).map_err(|error| Error::invalid("read", &endpoint.id, error.to_string()))?;
    warn("delete the endpoint", hns.call(&Call::delete_endpoint(&endpoint)).map(drop));
    warn("unprepare", layers.unprepare(&scratch));
    warn("deactivate", layers.deactivate(&scratch));
    warn("destroy", layers.destroy(&scratch));
    code
}

/// The container's document.
fn document(
    layers: &Layers,
    id: &str,
    scratch: &Path,
    volume: &str,
    parents: &[PathBuf],
    endpoint: &str,
) -> Result<SystemDocument> {
    let layer = |path: &PathBuf| Ok(Layer { id: layers.id(path)?, path: path.display().to_string() });
    Ok(SystemDocument::Version1(Box::new(ContainerConfig {
        system_type: "Container".into(),
        name: id.into(),
        owner: "Garden".into(),
        layer_folder_path: scratch.display().to_string(),
        volume_path: volume.trim_end_matches('\\').into(),
        ignore_flushes_during_boot: true,
        endpoint_list: vec![endpoint.into()],
        layers: parents.iter().map(layer).collect::<Result<_>>()?,
        ..ContainerConfig::default()
    })))
}

/// Starts the container, reads its statistics, and runs a program in it to its end.
async fn run(system: &ComputeSystem) -> Result<u32> {
    system.start().await?;
    let query = PropertyQuery { property_types: vec![PropertyType::Statistics], ..PropertyQuery::default() };
    println!("statistics: {:?}", system.properties(&query).await?.statistics);
    let ping = ProcessParameters {
        command_line: "ping 127.0.0.1".into(),
        working_directory: r"C:\".into(),
        ..ProcessParameters::default()
    };
    let process = system.create_process(&ping).await?;
    println!("process {}", process.pid());
    process.wait().await
}

/// What fails on the way back is told, and the way goes on.
fn warn(what: &str, ended: Result<()>) {
    if let Err(error) = ended {
        eprintln!("garden: cannot {what}: {error}");
    }
}
