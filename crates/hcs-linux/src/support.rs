//! What of a specification this host can honour.
