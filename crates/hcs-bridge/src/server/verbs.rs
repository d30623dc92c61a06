//! The messages of the protocol as verbs of the host.

use super::writer::Note;
use super::{MORE_DATA, Session};
use crate::call::{self, Call, DeleteContainerState, DumpStacks, Reply, ShutdownForced, ShutdownGraceful, Start};
use crate::frame::Frame;
use hcs_host::{Error, Handle, Result, Signal};
use hcs_schema::HResult;
use hcs_schema::bridge::{
    Create, CreateResponse, DumpStacksResponse, ExecuteProcess, GetProperties, GetPropertiesResponse,
    GuestCapabilities, GuestDefinedCapabilities, MessageType, ModifySettings, NULL_ID, NegotiateProtocol,
    NegotiateProtocolResponse, PROTOCOL_VERSION, ResizeConsole, ResponseBase, SignalProcess, WaitForProcess,
};
use hcs_schema::document::{LinuxContainer, PropertyQuery, RequestType, Version};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Write;

/// Signal 9, which the protocol means when it names none.
const SIGKILL: i32 = 9;

/// What a verb answers, and what that tells about the system.
type Answer<R> = Result<(R, Note)>;

impl Session {
    /// The answer to a negotiation, or to a message of a connection that has not negotiated; and whether that has agreed.
    pub(super) fn greet(&self, frame: &Frame, negotiated: bool) -> (Vec<u8>, bool) {
        let outcome = if negotiated || frame.kind != MessageType::NEGOTIATE_PROTOCOL {
            let message = if negotiated { "the protocol is already agreed on" } else { "the protocol comes first" };
            Err(Error::new("serve", "", HResult::E_NOTIMPL, message))
        } else {
            parse(&frame.body, "the request").and_then(|request: NegotiateProtocol| self.negotiate(&request))
        };
        match outcome {
            Ok(reply) => (self.encode(frame, &reply).unwrap_or_default(), true),
            Err(error) => (self.refusal(frame, &error), false),
        }
    }

    /// Does what a message asks and makes the answer.
    pub(super) async fn answer(&self, frame: &Frame, handles: Vec<Handle>) -> (Vec<u8>, Note) {
        match frame.kind {
            MessageType::CREATE => self.run(frame, |call| self.create(call)).await,
            MessageType::START => self.run(frame, |call| self.start(call)).await,
            MessageType::SHUTDOWN_GRACEFUL => self.run(frame, |call| self.shutdown(call)).await,
            MessageType::SHUTDOWN_FORCED => self.run(frame, |call| self.terminate(call)).await,
            MessageType::EXECUTE_PROCESS => self.run(frame, |call: ExecuteProcess| self.execute(call, handles)).await,
            MessageType::WAIT_FOR_PROCESS => self.run(frame, |call: WaitForProcess| self.wait(call)).await,
            MessageType::SIGNAL_PROCESS => self.run(frame, |call| self.signal(call)).await,
            MessageType::RESIZE_CONSOLE => self.run(frame, |call| self.resize(call)).await,
            MessageType::GET_PROPERTIES => self.run(frame, |call| self.properties(call)).await,
            MessageType::MODIFY_SETTINGS => self.run(frame, |call| self.modify(call)).await,
            MessageType::DUMP_STACKS => self.run(frame, |call| self.stacks(call)).await,
            MessageType::DELETE_CONTAINER_STATE => self.run(frame, |call| self.delete(call)).await,
            other => {
                let message = format!("a message of type {:#010x} is not known", other.0);
                (self.refusal(frame, &Error::new("serve", "", HResult::E_NOTIMPL, message)), Note::Nothing)
            }
        }
    }

    async fn run<C, F, V>(&self, frame: &Frame, verb: V) -> (Vec<u8>, Note)
    where
        C: Call,
        V: FnOnce(C) -> F,
        F: Future<Output = Answer<C::Reply>>,
    {
        let call: C = match parse(&frame.body, "the request") {
            Ok(call) => call,
            Err(error) => return (self.refusal(frame, &error), Note::Nothing),
        };
        let base = call.base().clone();
        let error = match verb(call).await {
            Ok((mut reply, note)) => {
                reply.base_mut().activity_id.clone_from(&base.activity_id);
                match self.encode(frame, &reply) {
                    Some(bytes) => return (bytes, note),
                    None => Error::new("answer", &base.container_id, MORE_DATA, "the answer does not fit a message"),
                }
            }
            Err(error) => error,
        };
        (self.failure(frame, &error, &base.activity_id), Note::Nothing)
    }

    fn negotiate(&self, request: &NegotiateProtocol) -> Result<NegotiateProtocolResponse> {
        if request.minimum_version > PROTOCOL_VERSION || request.maximum_version < PROTOCOL_VERSION {
            let message = format!("only protocol version {PROTOCOL_VERSION} is spoken here");
            return Err(Error::new("negotiate", "", HResult::HCS_E_UNSUPPORTED_PROTOCOL_VERSION, message));
        }
        let host = self.host.capabilities();
        let abilities = GuestDefinedCapabilities {
            namespace_add_request_supported: true,
            signal_process_supported: host.signal,
            dump_stacks_supported: true,
            delete_container_state_supported: true,
            ..GuestDefinedCapabilities::default()
        };
        let capabilities = GuestCapabilities {
            supported_schema_versions: host.schema_versions,
            runtime_os_type: host.os,
            guest_defined_capabilities: abilities,
            ..GuestCapabilities::default()
        };
        let base = ResponseBase { activity_id: request.base.activity_id.clone(), ..ResponseBase::default() };
        Ok(NegotiateProtocolResponse { base, version: PROTOCOL_VERSION, capabilities })
    }

    async fn create(&self, call: Create) -> Answer<CreateResponse> {
        let id = call.base.container_id;
        let document = container(&call.container_config).map_err(|error| Error { id: id.clone(), ..error })?;
        self.host.create(&id, &document.into()).await?;
        self.relays.forget(&id);
        Ok((CreateResponse::default(), Note::Fresh(id)))
    }

    async fn start(&self, call: Start) -> Answer<ResponseBase> {
        self.host.start(&call.base.container_id).await.map(done)
    }

    async fn shutdown(&self, call: ShutdownGraceful) -> Answer<ResponseBase> {
        self.host.shutdown(&call.base.container_id).await.map(|()| ending(&call.base.container_id))
    }

    async fn terminate(&self, call: ShutdownForced) -> Answer<ResponseBase> {
        self.host.terminate(&call.base.container_id).await.map(|()| ending(&call.base.container_id))
    }

    async fn signal(&self, call: SignalProcess) -> Answer<ResponseBase> {
        let id = &call.base.container_id;
        let signal = match call.options.unwrap_or_default().signal {
            Signal::Number(0) => Signal::Number(SIGKILL),
            signal => signal,
        };
        if !self.host.signal(id, call.process_id, &signal).await? {
            let message = format!("process {} has ended", call.process_id);
            return Err(Error::new("signal", id, HResult::ERROR_NOT_FOUND, message));
        }
        Ok(done(()))
    }

    async fn resize(&self, call: ResizeConsole) -> Answer<ResponseBase> {
        self.host.resize(&call.base.container_id, call.process_id, call.height, call.width).await.map(done)
    }

    async fn properties(&self, call: GetProperties) -> Answer<GetPropertiesResponse> {
        let id = &call.base.container_id;
        if id == NULL_ID {
            return Err(Error::invalid("read the properties", id, "the machine itself has no properties"));
        }
        let query = match call.query.as_str() {
            "" => PropertyQuery::default(),
            query => parse(query.as_bytes(), "the query")?,
        };
        let properties = self.host.properties(id, &query).await?;
        let properties = serde_json::to_string(&properties)
            .map_err(|error| Error::new("read the properties", id, HResult::E_UNEXPECTED, error.to_string()))?;
        Ok((GetPropertiesResponse { properties, ..GetPropertiesResponse::default() }, Note::Nothing))
    }

    async fn modify(&self, call: ModifySettings) -> Answer<ResponseBase> {
        let mut request = call.request;
        if request.request_type == RequestType::default() {
            request.request_type = RequestType::Add;
        }
        self.host.modify(&call.base.container_id, &request.into()).await.map(done)
    }

    /// Tasks have no stacks worth printing; what they are at is what a person wants to know of an agent that hangs.
    async fn stacks(&self, _: DumpStacks) -> Answer<DumpStacksResponse> {
        let mut text = String::new();
        for request in self.under_way().values() {
            let name = request.kind.name().unwrap_or("unknown");
            // Writing to a string cannot fail.
            let _ = writeln!(text, "request {}: {name} for {:?}", request.id, request.since.elapsed());
            if text.len() > self.answer_limit / 2 {
                break;
            }
        }
        Ok((DumpStacksResponse { guest_stacks: text, ..DumpStacksResponse::default() }, Note::Nothing))
    }

    async fn delete(&self, call: DeleteContainerState) -> Answer<ResponseBase> {
        let id = call.base.container_id;
        self.host.delete(&id).await?;
        self.relays.forget(&id);
        Ok((ResponseBase::default(), Note::Fresh(id)))
    }
}

/// An answer that says no more than that it is done.
fn done((): ()) -> (ResponseBase, Note) {
    (ResponseBase::default(), Note::Nothing)
}

/// The answer to the end of a system. A machine that powers itself off gives none.
fn ending(id: &str) -> (ResponseBase, Note) {
    (ResponseBase::default(), if id == NULL_ID { Note::Silent } else { Note::Nothing })
}

/// Reads a container's document. Its schema comes first, because another schema's document need not parse.
fn container(text: &str) -> Result<LinuxContainer> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Schema {
        schema_version: Version,
    }
    let Schema { schema_version } = parse(text.as_bytes(), "the document")?;
    if schema_version < Version::V2_1 {
        let message = format!("schema {}.{} is older than 2.1", schema_version.major, schema_version.minor);
        return Err(Error::new("create", "", HResult::HCS_E_INVALID_JSON, message));
    }
    parse(text.as_bytes(), "the document")
}

/// Reads JSON from the peer.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    call::read(bytes)
        .map_err(|error| Error::new("read", "", HResult::HCS_E_INVALID_JSON, format!("{what} cannot be read: {error}")))
}
