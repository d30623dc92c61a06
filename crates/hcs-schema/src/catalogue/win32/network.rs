//! Sockets, names and HTTP.

/// The table.
pub(in crate::catalogue) const TABLE: &str = table! {
    ERROR_BAD_NETPATH = 53: "The network path was not found."
        cause "The server of a share cannot be reached, or its name is not known, from where it is looked for."
        advice "Test it there: `Test-NetConnection SERVER -Port 445`.";
    ERROR_UNEXP_NET_ERR = 59: "The network failed unexpectedly."
        advice "Try again; check the connection.";
    ERROR_NETNAME_DELETED = 64: "The connection to the share or client was closed."
        advice "Connect anew.";
    ERROR_BAD_NET_NAME = 67: "There is no such share."
        advice "Check its name; map it for containers with `New-SmbGlobalMapping`.";
    ERROR_SESSION_CREDENTIAL_CONFLICT = 1219: "There is a connection to the same server with other credentials."
        advice "End the other one first: `net use`, then `net use NAME /delete`.";
    ERROR_CONNECTION_REFUSED = 1225: "The other machine refused the connection."
        advice "Check that something listens on the port there.";
    ERROR_NETWORK_UNREACHABLE = 1231: "The network cannot be reached."
        advice "Check routes and the container's network: `ipconfig /all`, `route print`.";
    ERROR_HOST_UNREACHABLE = 1232: "The machine cannot be reached."
        advice "Check routes and firewalls.";
    ERROR_CONNECTION_ABORTED = 1236: "The connection was broken off by this machine."
        advice "Try again.";
    ERROR_NOT_CONNECTED = 2250: "There is no such network connection."
        advice "Connect it first.";
    DNS_ERROR_RCODE_SERVER_FAILURE = 9002: "The DNS server failed."
        cause "It cannot ask the servers behind it; or the container's DNS server is the host's, which changed \
            networks."
        advice "Test it inside: `nslookup NAME`; give another server: `--dns ADDRESS`.";
    DNS_ERROR_RCODE_NAME_ERROR = 9003: "The name does not exist in DNS."
        cause "A short name without the suffix of its domain, or a container that is on another network."
        advice "Write the name in full, and test it inside: `nslookup NAME`.";
    DNS_INFO_NO_RECORDS = 9501: "DNS has no record of this type for the name."
        advice "Ask for another type, or correct the zone.";
    WSAEINTR = 10004: "The call was interrupted.";
    WSAEACCES = 10013: "The socket may not be used like this."
        cause "The port lies in a range that Windows has reserved for Hyper-V and containers."
        cause "Another program has the port for itself."
        advice "See the reserved ranges: `netsh int ipv4 show excludedportrange protocol=tcp`."
        advice "Take another port, or reserve yours: `net stop winnat`, `netsh int ipv4 add excludedportrange \
            protocol=tcp \
            startport=N numberofports=1`, `net start winnat`.";
    WSAEFAULT = 10014: "An address in memory is not valid.";
    WSAEINVAL = 10022: "An argument is not valid.";
    WSAEMFILE = 10024: "There are too many open sockets.";
    WSAEWOULDBLOCK = 10035: "There is nothing to do at the moment; this is no failure.";
    WSAENOTSOCK = 10038: "This is no socket.";
    WSAEMSGSIZE = 10040: "The message is too long.";
    WSAEPROTONOSUPPORT = 10043: "The protocol is not supported."
        cause "Hyper-V sockets (AF_HYPERV) need the feature, and a container has them only if it was given them."
        advice "Enable Hyper-V; connect from the host.";
    WSAEAFNOSUPPORT = 10047: "The address is of a kind that does not go with the protocol."
        cause "IPv6 where it is switched off, or a Hyper-V address without the feature."
        advice "Use IPv4, or enable what is missing.";
    WSAEADDRINUSE = 10048: "The address is in use."
        cause "Another program or container has the port."
        advice "Find it: `Get-NetTCPConnection -LocalPort N`, then the process by its id; take another port.";
    WSAEADDRNOTAVAIL = 10049: "The address is none of this machine's."
        cause "Inside a container, an address of the host was to be listened on."
        advice "Listen on 0.0.0.0 inside, and publish the port to the address of the host.";
    WSAENETDOWN = 10050: "The network is down."
        advice "See the adapters: `Get-NetAdapter`; restart `hns` if they belong to containers.";
    WSAENETUNREACH = 10051: "The network cannot be reached."
        cause "The container has no gateway, or runs with `--network none`."
        advice "Look inside: `ipconfig /all`, `route print`.";
    WSAENETRESET = 10052: "The connection was lost because the network was reset.";
    WSAECONNABORTED = 10053: "The connection was broken off by software of this machine."
        cause "A firewall, a proxy or a time limit."
        advice "Try without the proxy; look into the firewall's log.";
    WSAECONNRESET = 10054: "The other end broke the connection off."
        cause "The program at the other end crashed or closed without reading, or a firewall cut in."
        advice "Look into the log of the other end.";
    WSAENOBUFS = 10055: "There are no buffers or ports left."
        cause "Many short connections use up the ports for outgoing ones."
        advice "Widen their range: `netsh int ipv4 set dynamicport tcp start=10000 num=50000`.";
    WSAEISCONN = 10056: "The socket is connected already.";
    WSAENOTCONN = 10057: "The socket is not connected.";
    WSAESHUTDOWN = 10058: "The socket was shut down before.";
    WSAETIMEDOUT = 10060: "The other end did not answer in time."
        cause "A firewall drops the packets, the address is wrong, or the container has no way out."
        cause "The MTU of an overlay or VPN is too small for the packets."
        advice "Test the way: `Test-NetConnection HOST -Port N` on the host and inside.";
    WSAECONNREFUSED = 10061: "Nobody listens at the other end."
        cause "The program has not started yet, or listens on 127.0.0.1 inside the container only."
        advice "See inside what listens: `netstat -an`; let it listen on 0.0.0.0.";
    WSAEHOSTDOWN = 10064: "The other machine is down.";
    WSAEHOSTUNREACH = 10065: "There is no way to the other machine."
        advice "Check routes and firewalls.";
    WSANOTINITIALISED = 10093: "Windows Sockets was not initialised by the program.";
    WSAEPROVIDERFAILEDINIT = 10106: "Windows Sockets could not load what it needs."
        cause "A variable of the environment that Windows needs (`SystemRoot`) was taken away from the process."
        advice "Pass `SystemRoot` on to the process.";
    WSAHOST_NOT_FOUND = 11001: "The name is not known."
        cause "The container's DNS does not answer yet: right after its start it takes some seconds on some networks."
        cause "The host's DNS servers changed, and the container still has the old ones."
        advice "Test it inside: `nslookup NAME`; give a server: `--dns ADDRESS`; repeat at the start of the program.";
    WSATRY_AGAIN = 11002: "The name could not be looked up for the moment."
        advice "Try again; test it inside: `nslookup NAME`.";
    WSANO_RECOVERY = 11003: "Looking up the name failed for good."
        advice "Check the container's DNS servers: `ipconfig /all`.";
    WSANO_DATA = 11004: "The name exists, but has no address of the kind that was asked for.";
    ERROR_WINHTTP_TIMEOUT = 12002: "The HTTP request timed out."
        advice "Test the way: `Test-NetConnection HOST -Port 443`; set the proxy: `HTTPS_PROXY`, `netsh winhttp set \
            proxy`.";
    ERROR_WINHTTP_NAME_NOT_RESOLVED = 12007: "The name of the HTTP server could not be looked up."
        advice "Test it inside: `nslookup NAME`; give a server: `--dns ADDRESS`.";
    ERROR_WINHTTP_CANNOT_CONNECT = 12029: "The HTTP server could not be connected to."
        advice "Test the way: `Test-NetConnection HOST -Port 443`; check the proxy: `netsh winhttp show proxy`.";
    ERROR_WINHTTP_CONNECTION_ERROR = 12030: "The connection to the HTTP server was broken off."
        advice "Try again; check proxy and TLS versions.";
    ERROR_WINHTTP_SECURE_FAILURE = 12175: "The TLS connection to the HTTP server failed."
        cause "Its certificate is not trusted, has expired, or is for another name; or no version of TLS is in common."
        advice "See which with `curl -v`; import the root of a proxy or registry in the image.";
};
