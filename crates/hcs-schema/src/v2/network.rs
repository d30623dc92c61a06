//! Network adapters of virtual machines.

use super::StateOverride;
use crate::model::{numbers, object, words};

object! {
    /// A network adapter. Schema 2.0.
    pub struct NetworkAdapter {
        /// Id (GUID) of its endpoint on the host.
        "EndpointId" endpoint_id: String,
        /// Its address, as `00-15-5d-52-c0-00`.
        "MacAddress" mac_address: String,
        /// Its instance id (GUID) in the guest, instead of one made from its name (2.4).
        "InstanceId" instance_id: String,
        /// Whether each interrupt is delivered by itself: less delay and more traffic for more work (2.4).
        "DisableInterruptBatching" disable_interrupt_batching: bool,
        /// Whether it has a part of a network card (2.4).
        "IovSettings" iov_settings: Option<IovSettings>,
        /// In a change: whether it is connected or not (2.4).
        "ConnectionState" connection_state: StateOverride,
        /// Whether it is connected (unlisted).
        "IsConnected" is_connected: Option<bool>,
        /// Switch (GUID) that it is connected to, without an endpoint (unlisted).
        "SwitchId" switch_id: String,
        /// Port (GUID) of that switch (unlisted).
        "PortId" port_id: String,
    }

    /// How an adapter uses a part of a network card. Schema 2.4.
    pub struct IovSettings {
        /// Its weight beside other adapters; 0 uses none.
        "OffloadWeight" offload_weight: Option<u32>,
        /// Number of queue pairs wanted.
        "QueuePairsRequested" queue_pairs_requested: Option<u32>,
        /// How interrupts are gathered.
        "InterruptModeration" interrupt_moderation: Option<InterruptModerationMode>,
    }
}

words! {
    /// How interrupts of a network card are gathered. Schema 2.4.
    pub enum InterruptModerationMode {
        /// As the card has it.
        Default = "Default",
        /// By the traffic.
        Adaptive = "Adaptive",
        /// Not at all.
        Off = "Off",
        /// A little.
        Low = "Low",
        /// Some.
        Medium = "Medium",
        /// Much.
        High = "High",
    }
}

numbers! {
    /// How interrupts of a network card are gathered, as a policy of an endpoint says it.
    pub struct InterruptModerationValue(u32) {
        /// As the card has it.
        DEFAULT = 0,
        /// By the traffic.
        ADAPTIVE = 1,
        /// Not at all.
        OFF = 2,
        /// A little.
        LOW = 100,
        /// Some.
        MEDIUM = 200,
        /// Much.
        HIGH = 300,
    }
}

impl InterruptModerationValue {
    /// The word for it in the settings of an adapter, where there is one.
    pub fn mode(self) -> Option<InterruptModerationMode> {
        let mode = match self {
            Self::DEFAULT => InterruptModerationMode::Default,
            Self::ADAPTIVE => InterruptModerationMode::Adaptive,
            Self::OFF => InterruptModerationMode::Off,
            Self::LOW => InterruptModerationMode::Low,
            Self::MEDIUM => InterruptModerationMode::Medium,
            Self::HIGH => InterruptModerationMode::High,
            _ => return None,
        };
        Some(mode)
    }
}
