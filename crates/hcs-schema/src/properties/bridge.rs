//! The messages of the bridge.

super::every! {
    bridge {
        RequestBase LegacyTraceContext ResponseBase ErrorRecord
        NegotiateProtocol NegotiateProtocolResponse Create SupportedVersions CreateResponse ExecuteProcess ExecuteProcessSettings
        StdioRelay VsockStdioRelay ExecuteProcessResponse WaitForProcess WaitForProcessResponse SignalProcess SignalOptions
        ResizeConsole GetProperties GetPropertiesResponse ModifySettings DumpStacksResponse ModifyServiceSettings
        ServiceSettings Notification
    }
}
