//! Certificates, signatures and credentials: what fails when images are pulled and when programs inside reach for the network.

/// The table.
pub(super) const TABLE: &str = table! {
    TRUST_E_NOSIGNATURE = 0x800B_0100: "The file has no signature."
        cause "A policy of the host allows signed programs only."
        advice "Sign the file, or allow it in the policy.";
    TRUST_E_BAD_DIGEST = 0x8009_6010: "The file was changed after it was signed."
        advice "Fetch the file again.";
    CERT_E_EXPIRED = 0x800B_0101: "A certificate has expired, or is not valid yet."
        cause "The clock of the machine or container is wrong."
        cause "The registry's certificate was not renewed."
        advice "Compare the clock (`w32tm /query /status`), then ask who keeps the registry.";
    CERT_E_UNTRUSTEDROOT = 0x800B_0109: "The root of a certificate's chain is not trusted."
        cause "A registry or proxy with a certificate of one's own: the root is trusted on the host, but not in the \
            container."
        cause "The base image has few roots and cannot reach Windows Update to fetch more."
        advice "Import it in the image: `RUN certutil -addstore Root root.crt`."
        advice "On the host: `Import-Certificate root.crt -CertStoreLocation Cert:\\LocalMachine\\Root`.";
    CERT_E_CHAINING = 0x800B_010A: "The chain of a certificate leads to no root that is trusted."
        cause "A certificate in between is missing: the server does not send it."
        advice "Let the server send the whole chain, or import what is missing.";
    CERT_E_REVOKED = 0x800B_010C: "A certificate was revoked by its issuer."
        advice "Ask who keeps the server for a new one.";
    CERT_E_REVOCATION_FAILURE = 0x800B_010E: "Whether a certificate was revoked could not be found out."
        advice "Open the way to the issuer's servers, or switch the check off for this connection.";
    CERT_E_CN_NO_MATCH = 0x800B_010F: "A certificate is for another name than the one that was called."
        cause "The registry was called by an address or alias."
        advice "Call it by the name in its certificate.";
    CRYPT_E_NOT_FOUND = 0x8009_2004: "The certificate or property was not found."
        cause "The certificate store of the container is not the host's."
        advice "Import it in the image or at its start.";
    CRYPT_E_REVOKED = 0x8009_2010: "A certificate was revoked."
        advice "Ask who keeps the server for a new one.";
    CRYPT_E_NO_REVOCATION_CHECK = 0x8009_2012: "Whether a certificate was revoked cannot be checked."
        cause "The certificate names no place to ask, as those that proxies make."
        advice "With curl: `--ssl-no-revoke`; with a proxy that makes certificates: let it name a list.";
    CRYPT_E_REVOCATION_OFFLINE = 0x8009_2013: "The server that knows which certificates were revoked cannot be reached."
        cause "The container has no way out, or no DNS."
        advice "Test it inside: `nslookup`, `curl -v`; open the way to the issuer, or with curl use `--ssl-no-revoke`.";
    NTE_BAD_KEYSET = 0x8009_0016: "The key's container does not exist."
        cause "A key that belongs to another user or to the host is not in the container."
        cause "A profile is not loaded: `ContainerUser` has none of its own."
        advice "Import the key at the container's start, into the store of the machine.";
    NTE_PERM = 0x8009_0010: "The key may not be used by this account."
        advice "Run as `ContainerAdministrator`, or grant the key to the account.";
    NTE_NOT_FOUND = 0x8009_0011: "The key was not found."
        advice "Import it in the image or at its start.";
    SEC_E_TARGET_UNKNOWN = 0x8009_0303: "The name of the service is not known to the domain."
        advice "Register the name for the account: `setspn -S NAME ACCOUNT`.";
    SEC_E_LOGON_DENIED = 0x8009_030C: "The name or password was not accepted."
        cause "For a group managed account (gMSA): the host may not fetch its password."
        advice "Check the credentials. For gMSA on the host: `Test-ADServiceAccount NAME`, and inside: `nltest \
            /sc_verify:DOMAIN`.";
    SEC_E_NO_CREDENTIALS = 0x8009_030E: "There are no credentials."
        cause "The container was started without a credential specification, so it is in no domain."
        advice "Start it with one: `--security-opt credentialspec=file://NAME.json`.";
    SEC_E_NO_AUTHENTICATING_AUTHORITY = 0x8009_0311: "No domain controller could be reached."
        cause "The container's DNS does not know the domain."
        advice "Test it inside: `nltest /dsgetdc:DOMAIN`; give the container the domain's DNS server: `--dns ADDRESS`.";
    SEC_E_WRONG_PRINCIPAL = 0x8009_0322: "The other end is another than the one that was called."
        cause "For TLS: the certificate is for another name. For Kerberos: the service's name is registered for \
            another account."
        advice "Call it by the right name, or correct the registration: `setspn -Q NAME`.";
    SEC_E_UNTRUSTED_ROOT = 0x8009_0325: "The other end's certificate was issued by an authority that is not trusted."
        cause "A certificate of one's own, or a proxy's, whose root the container does not have."
        advice "Import it in the image: `RUN certutil -addstore Root root.crt`.";
    SEC_E_ILLEGAL_MESSAGE = 0x8009_0326: "The other end sent something that is out of place."
        cause "TLS was spoken to a port without it, or the two ends have no version in common."
        advice "Check port and protocol.";
    SEC_E_CERT_EXPIRED = 0x8009_0328: "The other end's certificate has expired."
        advice "Compare the clock, then ask who keeps the server.";
    SEC_E_ALGORITHM_MISMATCH = 0x8009_0331: "The two ends have no algorithm in common."
        cause "An old base image that knows no TLS 1.2 or 1.3 by default."
        advice "Use a newer base image, or enable TLS 1.2 in it.";
};
