//! Security policies of confidential machines.

use crate::model::object;

/// What a fragment is that does not say it: signed (COSE) rules in Rego.
pub const DEFAULT_FRAGMENT_TYPE: &str = "application/cose-x509+rego";

object! {
    /// The security policy of a confidential machine.
    #[derive(Eq)]
    pub struct SecurityPolicy {
        /// Who keeps it; empty is decided by whether there is a policy.
        "EnforcerType" enforcer_type: String,
        /// The policy, as base64.
        "EncodedSecurityPolicy" encoded_security_policy: String,
        /// Signed statement about the machine's image, as base64.
        "EncodedUVMReference" encoded_uvm_reference: String,
        /// The same as an envelope of hashes, as base64.
        "EncodedUVMHashEnvelopeReference" encoded_uvm_hash_envelope_reference: String,
    }

    /// A part that is added to a security policy.
    #[derive(Eq)]
    pub struct SecurityPolicyFragment {
        /// The part, as base64.
        "Fragment" fragment: String,
        /// What it is; empty is [`DEFAULT_FRAGMENT_TYPE`].
        "MediaType" media_type: String,
    }
}

impl SecurityPolicyFragment {
    /// What the part is, also where it is not said.
    pub fn effective_media_type(&self) -> &str {
        if self.media_type.is_empty() { DEFAULT_FRAGMENT_TYPE } else { &self.media_type }
    }
}
