//! Policies: which there are, what they say, and the two forms that they have.
//!
//! Version 2 has a type and settings, version 1 one object with the type in it. They are kept in the form of version 2.

use super::failure::*;
use super::model::text;
use crate::strict::Schema;
use serde_json::{Map, Value, json};

/// The types of version 2: what has them (`E`ndpoints, `N`etworks, `S`ubnets), the type of their settings, and the first version
/// of the service that knows them.
const TYPES: &[(char, &str, &str, (u32, u32))] = &[
    ('E', "PortMapping", "PortMappingPolicySetting", (0, 0)),
    ('E', "ACL", "AclPolicySetting", (0, 0)),
    ('E', "QOS", "QosPolicySetting", (0, 0)),
    ('E', "L2Driver", "", (0, 0)),
    ('E', "OutBoundNAT", "OutboundNatPolicySetting", (0, 0)),
    ('E', "SDNRoute", "SDNRoutePolicySetting", (0, 0)),
    ('E', "L4Proxy", "L4ProxyPolicySetting", (9, 5)),
    ('E', "L4WFPPROXY", "L4WfpProxyPolicySetting", (13, 2)),
    ('E', "PortName", "PortnameEndpointPolicySetting", (0, 0)),
    ('E', "EncapOverhead", "EncapOverheadEndpointPolicySetting", (0, 0)),
    ('E', "Iov", "IovPolicySetting", (0, 0)),
    ('E', "ProviderAddress", "ProviderAddressEndpointPolicySetting", (0, 0)),
    ('E', "InterfaceConstraint", "InterfaceConstraintPolicySetting", (0, 0)),
    ('E', "TierAcl", "TierAclPolicySetting", (14, 0)),
    ('N', "SourceMacAddress", "SourceMacAddressNetworkPolicySetting", (0, 0)),
    ('N', "NetAdapterName", "NetAdapterNameNetworkPolicySetting", (0, 0)),
    ('N', "VSwitchExtension", "VSwitchExtensionNetworkPolicySetting", (0, 0)),
    ('N', "DrMacAddress", "DrMacAddressNetworkPolicySetting", (0, 0)),
    ('N', "AutomaticDNS", "AutomaticDNSNetworkPolicySetting", (0, 0)),
    ('N', "InterfaceConstraint", "InterfaceConstraintPolicySetting", (0, 0)),
    ('N', "ProviderAddress", "ProviderAddressNetworkPolicySetting", (0, 0)),
    ('N', "RemoteSubnetRoute", "RemoteSubnetRoutePolicySetting", (9, 2)),
    ('N', "VxlanPort", "VxlanPortPolicySetting", (10, 3)),
    ('N', "HostRoute", "", (9, 2)),
    ('N', "SetPolicy", "SetPolicySetting", (13, 0)),
    ('N', "L4Proxy", "L4ProxyPolicySetting", (9, 5)),
    ('N', "LayerConstraint", "LayerConstraintNetworkPolicySetting", (0, 0)),
    ('N', "NetworkACL", "NetworkACLPolicySetting", (15, 0)),
    ('S', "VLAN", "VlanPolicySetting", (0, 0)),
    ('S', "VSID", "VsidPolicySetting", (0, 0)),
];

/// Keys of version 1, and those of version 2 that are the same.
type Keys = &'static [(&'static str, &'static str)];

/// The types of version 1, those of version 2, the type of the whole object, and its keys that differ.
const FORMS: &[(&str, &str, &str, Keys)] = &[
    ("NAT", "PortMapping", "NatPolicy", &[]),
    ("ACL", "ACL", "ACLPolicy", &[]),
    ("PA", "ProviderAddress", "PaPolicy", &[("PA", "ProviderAddress")]),
    ("QOS", "QOS", "QosPolicy", &[]),
    ("L2Driver", "L2Driver", "", &[]),
    ("OutBoundNAT", "OutBoundNAT", "OutboundNatPolicy", &[("VIP", "VirtualIP"), ("ExceptionList", "Exceptions")]),
    ("ROUTE", "SDNRoute", "RoutePolicy", &[]),
    ("PROXY", "L4Proxy", "ProxyPolicy", &[("ExceptionList", "Exceptions"), ("OutboundNat", "OutboundNAT")]),
    ("VLAN", "VLAN", "VlanPolicy", &[("VLAN", "IsolationId")]),
    ("VSID", "VSID", "VsidPolicy", &[("VSID", "IsolationId")]),
    ("Isolation", "Isolation", "IsolationPolicy", &[]),
    ("VNET", "VNET", "", &[]),
    ("ELB", "ELB", "ELBPolicy", &[]),
];

/// The version of the service that a build has; nothing before 1803.
pub(crate) fn version(build: u32) -> Option<(u32, u32)> {
    match build {
        ..17134 => None,
        17134..17763 => Some((8, 1)),
        17763..18362 => Some((9, 5)),
        18362..19041 => Some((10, 5)),
        19041..20348 => Some((11, 11)),
        20348..25398 => Some((13, 3)),
        25398..26100 => Some((15, 1)),
        26100.. => Some((15, 4)),
    }
}

/// Looks at policies of version 2.
pub(crate) fn check2(owner: char, policies: &[Value], build: u32) -> Done<()> {
    for policy in policies {
        let kind = text(&policy["Type"]);
        let known = TYPES.iter().find(|(of, name, _, _)| *of == owner && *name == kind);
        let (_, _, settings, since) = known.ok_or_else(|| Failure::new(HCN_E_INVALID_POLICY_TYPE, kind.clone()))?;
        if version(build).is_none_or(|version| version < *since) {
            return Err(Failure::new(HCN_E_INVALID_POLICY_TYPE, format!("{kind} is known from {since:?} on")));
        }
        if !settings.is_empty() {
            check(Schema::Network2, settings, &policy["Settings"], build, HCN_E_INVALID_POLICY)?;
        }
    }
    Ok(())
}

/// Policies of version 1 in the form of version 2.
pub(crate) fn from1(policies: &[Value], build: u32) -> Done<Vec<Value>> {
    policies.iter().map(|policy| one_from1(policy, build)).collect()
}

fn one_from1(policy: &Value, build: u32) -> Done<Value> {
    let kind = text(&policy["Type"]);
    let known = FORMS.iter().find(|(name, ..)| *name == kind);
    let (_, other, whole, keys) = known.ok_or_else(|| Failure::new(HCN_E_INVALID_POLICY_TYPE, kind.clone()))?;
    if !whole.is_empty() {
        check(Schema::Network1, whole, policy, build, HCN_E_INVALID_POLICY)?;
    }
    let mut settings = Map::new();
    for (key, value) in policy.as_object().into_iter().flatten().filter(|(key, _)| *key != "Type") {
        let key = keys.iter().find(|(name, _)| name == key).map_or(key.as_str(), |(_, other)| other);
        let value = match (*other, key) {
            ("PortMapping", "Protocol") => protocol_number(value)?,
            _ => value.clone(),
        };
        settings.insert(key.to_owned(), value);
    }
    Ok(json!({"Type": other, "Settings": settings}))
}

/// Policies in the form of version 1.
pub(crate) fn to1(policies: &[Value]) -> Vec<Value> {
    policies.iter().map(one_to1).collect()
}

fn one_to1(policy: &Value) -> Value {
    let kind = text(&policy["Type"]);
    let form = FORMS.iter().find(|(_, other, ..)| *other == kind);
    let (name, keys) = form.map_or((kind.as_str(), &[] as Keys), |(name, _, _, keys)| (name, keys));
    let mut whole = Map::new();
    whole.insert("Type".into(), name.into());
    for (key, value) in policy["Settings"].as_object().into_iter().flatten() {
        let key = keys.iter().find(|(_, other)| other == key).map_or(key.as_str(), |(name, _)| name);
        let value = match (kind.as_str(), key, value.as_u64()) {
            ("PortMapping", "Protocol", Some(6)) => "TCP".into(),
            ("PortMapping", "Protocol", Some(17)) => "UDP".into(),
            _ => value.clone(),
        };
        whole.insert(key.to_owned(), value);
    }
    whole.into()
}

fn protocol_number(value: &Value) -> Done<Value> {
    match text(value).to_uppercase().as_str() {
        "TCP" | "6" => Ok(6.into()),
        "UDP" | "17" => Ok(17.into()),
        other => Err(Failure::new(HCN_E_INVALID_POLICY, format!("{other:?} is no protocol that ports are mapped for"))),
    }
}

/// The ports outside that policies of an endpoint take: the protocol, and the port.
pub(crate) fn ports(policies: &[Value]) -> impl Iterator<Item = (u64, u64)> {
    let mappings = policies.iter().filter(|policy| policy["Type"] == "PortMapping").map(|policy| &policy["Settings"]);
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let ports = mappings.map(move |settings| (number(&settings["Protocol"]), number(&settings["ExternalPort"])));
    // The service chooses a port for 0, which nobody else has.
    ports.filter(|(_, port)| *port != 0)
}

/// Looks at the mappings of ports: each has a port inside.
pub(crate) fn check_ports(policies: &[Value], kind: &str) -> Done<()> {
    let mut mappings = policies.iter().filter(|policy| policy["Type"] == "PortMapping").peekable();
    if mappings.peek().is_some() && matches!(kind, "Transparent" | "Private") {
        return Err(HCN_E_MAPPING_NOT_SUPPORTED.into());
    }
    match mappings.any(|policy| policy["Settings"]["InternalPort"].as_u64().unwrap_or(0) == 0) {
        true => Err(HCN_E_INVALID_INTERNAL_PORT.into()),
        false => Ok(()),
    }
}

/// What becomes of policies when some are added, removed, or take the place of those of their types.
pub(crate) fn changed(old: &[Value], request: &str, given: &[Value]) -> Done<Vec<Value>> {
    let mut new = old.to_vec();
    match request {
        "Add" => {
            for policy in given {
                if new.contains(policy) {
                    return Err(HCN_E_POLICY_ALREADY_EXISTS.into());
                }
                new.push(policy.clone());
            }
        }
        "Remove" => {
            for policy in given {
                let place = new.iter().position(|other| other == policy);
                new.remove(place.ok_or(HCN_E_POLICY_NOT_FOUND)?);
            }
        }
        "Update" => {
            new.retain(|policy| !given.iter().any(|other| other["Type"] == policy["Type"]));
            new.extend(given.iter().cloned());
        }
        other => return Err(Failure::new(HCN_E_REQUEST_UNSUPPORTED, other)),
    }
    Ok(new)
}
