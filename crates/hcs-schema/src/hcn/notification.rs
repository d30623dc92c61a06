//! What the service tells those who registered a callback.

use crate::model::numbers;

numbers! {
    /// What happened (`HCN_NOTIFICATIONS`).
    pub struct Notification(u32) {
        /// Nothing.
        INVALID = 0,
        /// A network is about to be created.
        NETWORK_PRE_CREATE = 1,
        /// A network was created.
        NETWORK_CREATE = 2,
        /// A network is about to be deleted.
        NETWORK_PRE_DELETE = 3,
        /// A network was deleted.
        NETWORK_DELETE = 4,
        /// A namespace was created.
        NAMESPACE_CREATE = 5,
        /// A namespace was deleted.
        NAMESPACE_DELETE = 6,
        /// A guest network service was created.
        GUEST_NETWORK_SERVICE_CREATE = 7,
        /// A guest network service was deleted.
        GUEST_NETWORK_SERVICE_DELETE = 8,
        /// An endpoint was attached to the network whose handle was registered.
        NETWORK_ENDPOINT_ATTACHED = 0x09,
        /// An endpoint was detached from it.
        NETWORK_ENDPOINT_DETACHED = 0x10,
        /// The guest network service whose handle was registered has another state.
        GUEST_NETWORK_SERVICE_STATE_CHANGED = 0x11,
        /// An interface of it has another state.
        GUEST_NETWORK_SERVICE_INTERFACE_STATE_CHANGED = 0x12,
        /// The service ended: every handle is dead, and no more is told.
        SERVICE_DISCONNECT = 0x0100_0000,
    }
}

impl Notification {
    /// Bits that are flags and not part of the number.
    pub const FLAGS: u32 = 0xf000_0000;

    /// The number alone.
    #[must_use]
    pub fn without_flags(self) -> Notification {
        Notification(self.0 & !Notification::FLAGS)
    }
}
