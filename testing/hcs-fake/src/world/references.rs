//! What the document of a new system refers to: layers, the volume of its root, endpoints and namespaces must be there.
//!
//! Documents of containers in virtual machines speak of the guest's paths, which nobody here knows.

use super::{Guid, files};
use super::{layers::Layers, networks::Networks, storage::Storage};
use hcs_schema::HResult;
use serde_json::Value;
use std::path::Path;

/// Where things are looked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) layers: &'a Layers,
    pub(super) networks: &'a Networks,
    pub(super) storage: &'a Storage,
}

/// Why a reference is none.
type Missing = Result<(), (HResult, String)>;

impl Known<'_> {
    /// Looks for everything that a document refers to. One that is no document is for others to refuse.
    pub(super) fn all(&self, text: &str) -> Missing {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        if document["HostingSystemId"].as_str().is_some_and(|id| !id.is_empty()) {
            return Ok(());
        }
        // Version 1.
        self.root(&document["VolumePath"])?;
        self.layers(&document["Layers"], "ID")?;
        self.endpoints(document["EndpointList"].as_array().into_iter().flatten())?;
        // Version 2.
        let (storage, networking) = (&document["Container"]["Storage"], &document["Container"]["Networking"]);
        self.root(&storage["Path"])?;
        self.layers(&storage["Layers"], "Id")?;
        self.endpoints(networking["NetworkAdapters"].as_array().into_iter().flatten())?;
        self.namespace(&networking["Namespace"])?;
        let cards = document["VirtualMachine"]["Devices"]["NetworkAdapters"].as_object();
        self.endpoints(cards.into_iter().flatten().map(|(_, card)| &card["EndpointId"]))
    }

    /// The root of a container is a volume with the filter of its layers.
    fn root(&self, path: &Value) -> Missing {
        let path = path.as_str().unwrap_or_default();
        match path.is_empty() || self.layers.is_prepared(path) || self.storage.has_filter(path) {
            true => Ok(()),
            false => Err((HResult::ERROR_PATH_NOT_FOUND, format!("{path} is no volume with the filter of a layer"))),
        }
    }

    /// Layers are folders, and have the ids of their names; those of other file systems are volumes.
    fn layers(&self, list: &Value, key: &str) -> Missing {
        for layer in list.as_array().into_iter().flatten() {
            let (id, path) = (layer[key].as_str().unwrap_or_default(), layer["Path"].as_str().unwrap_or_default());
            if files::key(path).starts_with(r"\\?\volume{") {
                continue;
            }
            if Guid::parse(id) != Some(Guid::of_name(files::last(path))) {
                return Err((HResult::HCS_E_INVALID_LAYER, format!("{id} is not the id of layer {path}")));
            }
            if !Path::new(path).is_dir() {
                return Err((HResult::ERROR_PATH_NOT_FOUND, format!("there is no layer {path}")));
            }
        }
        Ok(())
    }

    fn endpoints<'a>(&self, mut ids: impl Iterator<Item = &'a Value>) -> Missing {
        let missing = ids.find(|id| id.as_str().is_some_and(|id| !id.is_empty() && !self.networks.has_endpoint(id)));
        match missing {
            None => Ok(()),
            Some(id) => Err((HResult::ERROR_NOT_FOUND, format!("there is no endpoint {id}"))),
        }
    }

    fn namespace(&self, id: &Value) -> Missing {
        let id = id.as_str().unwrap_or_default();
        match id.is_empty() || self.networks.has_namespace(id) {
            true => Ok(()),
            false => Err((HResult::ERROR_NOT_FOUND, format!("there is no namespace {id}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_referred_to_must_be_there() {
        let (layers, networks, storage) = (Layers::default(), Networks::default(), Storage::default());
        let known = Known { layers: &layers, networks: &networks, storage: &storage };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_string_lossy().into_owned();
        let id = Guid::of_name(files::last(&path)).to_string();
        let code = |document: Value| known.all(&document.to_string()).err().map(|(code, _)| code);
        let none = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";
        let v2 =
            |storage: Value, networking: Value| json!({"Container": {"Storage": storage, "Networking": networking}});
        for (document, expected) in [
            (json!({"Layers": [{"ID": id, "Path": path}]}), None),
            (json!({"Layers": [{"ID": none, "Path": path}]}), Some(HResult::HCS_E_INVALID_LAYER)),
            (json!({"VolumePath": r"\\?\Volume{x}\"}), Some(HResult::ERROR_PATH_NOT_FOUND)),
            (json!({"EndpointList": [none]}), Some(HResult::ERROR_NOT_FOUND)),
            (v2(json!({"Layers": [{"Id": id, "Path": path}]}), json!({})), None),
            (v2(json!({"Layers": [{"Id": none, "Path": r"\\?\Volume{x}\"}]}), json!({})), None),
            (v2(json!({"Path": path}), json!({})), Some(HResult::ERROR_PATH_NOT_FOUND)),
            (v2(json!({}), json!({"Namespace": none})), Some(HResult::ERROR_NOT_FOUND)),
            (
                json!({"VirtualMachine": {"Devices": {"NetworkAdapters": {"a": {"EndpointId": none}}}}}),
                Some(HResult::ERROR_NOT_FOUND),
            ),
            (json!({"HostingSystemId": "vm", "Container": {"Storage": {"Path": "C:\\c"}}}), None),
            (json!("nothing"), None),
        ] {
            assert_eq!(code(document.clone()), expected, "{document}");
        }
    }
}
