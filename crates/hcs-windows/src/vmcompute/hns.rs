//! `HNSCall` of `vmcompute.dll` with Rust's strings.

use super::abi::Functions;
use crate::error::check;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::sync::Arc;

/// The call, bound.
#[derive(Clone, Debug)]
pub(crate) struct HnsCalls {
    functions: Arc<Functions>,
}

impl HnsCalls {
    /// Binds the call.
    pub(crate) fn load() -> Result<Self> {
        let functions = Functions::load()?;
        functions.HNSCall()?;
        Ok(HnsCalls { functions: Arc::new(functions) })
    }

    /// `HNSCall`: a method, a path and a body, and the text that answers them.
    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let function = self.functions.HNSCall()?;
        let operation = format!("ask network service to {method}");
        let method = Wide::new(&operation, method)?;
        let wide = Wide::new(&operation, path)?;
        let body = Wide::new(&operation, body)?;
        let mut answer = Answered::new(Freed::ByCoTask);
        // SAFETY: the texts end with zeros, and the place is writable and empty.
        let code = unsafe { function(method.as_ptr(), wide.as_ptr(), body.as_ptr(), answer.place()) };
        check(&operation, path, code)?;
        Ok(answer.text())
    }
}
