//! The documents of the host's network services.

use crate::{hcn, hns};

super::every! {
    hns {
        Answer Network Subnet MacPool Endpoint EndpointStats AttachRequest SupportedFeatures ManagementMacList ManagementMac
        Namespace NamespaceRequest NamespaceMemberId PolicyList
        NatPolicy AclPolicy PaPolicy VlanPolicy VsidPolicy IsolationPolicy QosPolicy OutboundNatPolicy ElbPolicy RoutePolicy
        ProxyPolicy
    }
    hcn {
        Network Ipam Subnet MacPool MacRange Dns Route Endpoint IpConfig Health ExtraParams Namespace NamespaceMemberId
        LoadBalancer LoadBalancerPortMapping SdnRoute Query Filter
        NetworkPolicies EndpointPolicies Subnets Extension Port ContainerReference EndpointReference
        PortMapping Qos OutboundNat SdnRouteSettings L4WfpProxy FiveTuple ProxyExceptions PortName EncapOverhead Iov TierAcl
        TierAclRule Acl InterfaceConstraint ProviderAddress L4Proxy NoSettings
        SourceMacAddress NetAdapterName VSwitchExtension DrMacAddress AutomaticDns LayerConstraint RemoteSubnetRoute SetPolicy
        VxlanPort Isolation
        SupportedFeatures AclFeatures ApiSupport
    };
    hns::Policy, hcn::NetworkPolicy, hcn::SubnetPolicy, hcn::EndpointPolicy, hcn::ModifyNetwork, hcn::ModifyEndpoint,
    hcn::ModifyNamespace
}
