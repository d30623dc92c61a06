//! Calls: what is asked of whom. Each is typed, so that the engine can run it, and has a name and a document to be printed.

use hcs_schema::document::{LinuxContainer, ProcessParameters};
use serde::Serialize;
use serde_json::Value;

/// Which of the two libraries compute systems are driven through on Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Abi {
    /// `vmcompute.dll`: calls that are completed by notifications. Every build has it.
    Vmcompute,
    /// `computecore.dll`: operations. Build 17763 and later.
    Computecore,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "call", rename_all_fields = "camelCase")]
pub enum Call {
    /// Makes a folder on the host.
    MakeFolder {
        /// Where.
        path: String,
    },
    /// Removes a folder of the host and all below it.
    RemoveFolder {
        /// Where.
        path: String,
    },
    /// Makes a compute system from its document.
    CreateSystem {
        /// Its id.
        id: String,
        /// Its document.
        document: Document,
    },
    /// Starts a compute system.
    StartSystem {
        /// Its id.
        id: String,
    },
    /// Ends a compute system by force and forgets it.
    TerminateSystem {
        /// Its id.
        id: String,
    },
    /// Starts a process in a compute system.
    CreateProcess {
        /// The system's id.
        id: String,
        /// The process.
        document: Document,
    },
}

/// A document that a call sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Document {
    /// A Linux container.
    LinuxContainer(Box<LinuxContainer>),
    /// A process.
    Process(Box<ProcessParameters>),
}

impl Call {
    /// The function, as the host's own documentation spells it, with its library where there is one.
    pub fn function(&self, abi: Option<Abi>) -> String {
        let name = match self {
            Call::MakeFolder { .. } => return "mkdir".into(),
            Call::RemoveFolder { .. } => return "remove folder".into(),
            Call::CreateSystem { .. } => "HcsCreateComputeSystem",
            Call::StartSystem { .. } => "HcsStartComputeSystem",
            Call::TerminateSystem { .. } => "HcsTerminateComputeSystem",
            Call::CreateProcess { .. } => "HcsCreateProcess",
        };
        match abi {
            Some(Abi::Vmcompute) => format!("vmcompute!{name}"),
            Some(Abi::Computecore) => format!("computecore!{name}"),
            None => name.trim_start_matches("Hcs").into(),
        }
    }

    /// What it is called on: an id or a path.
    pub fn target(&self) -> &str {
        match self {
            Call::MakeFolder { path } | Call::RemoveFolder { path } => path,
            Call::CreateSystem { id, .. }
            | Call::StartSystem { id }
            | Call::TerminateSystem { id }
            | Call::CreateProcess { id, .. } => id,
        }
    }

    /// The document that it sends.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Call::CreateSystem { document, .. } | Call::CreateProcess { document, .. } => Some(document),
            _ => None,
        }
    }
}

impl Document {
    /// Name of the document's type.
    pub fn name(&self) -> &'static str {
        match self {
            Document::LinuxContainer(_) => "LinuxContainer",
            Document::Process(_) => "ProcessParameters",
        }
    }

    /// The document of a Linux container, if this is one.
    pub fn as_linux_container(&self) -> Option<&LinuxContainer> {
        match self {
            Document::LinuxContainer(document) => Some(document),
            _ => None,
        }
    }

    /// The document as it is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("documents have string keys and no other failure")
    }
}
