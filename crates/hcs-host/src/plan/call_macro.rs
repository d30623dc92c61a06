//! How calls are defined: a row of fields, library, function and target each.

/// Defines the calls: variant, fields, library and function, and what the call is made on.
macro_rules! calls {
    ($($(#[$note:meta])* $call:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* } => $library:ident $function:tt on $target:expr;)*) => {
        /// One call.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(rename_all = "kebab-case", tag = "call", rename_all_fields = "camelCase")]
        pub enum Call {
            $($(#[$note])* $call { $($(#[$about])* $field: $type,)* },)*
        }

        impl Call {
            /// The function with its library, as the host's own documentation spells them.
            #[allow(unused_variables, reason = "most calls are one function, whatever their fields")]
            pub fn function(&self, abi: Option<Abi>) -> String {
                let (library, function) = match self {
                    $(Call::$call { $($field,)* } => (Library::$library, $function),)*
                };
                match (library, abi) {
                    (Library::Systems, Some(abi)) => format!("{}!{function}", abi.name()),
                    (Library::Systems, None) => function.trim_start_matches("Hcs").into(),
                    (library, _) => match library.name() {
                        Some(name) => format!("{name}!{function}"),
                        None => function.into(),
                    },
                }
            }

            /// What it is made on: an id, a path or a name.
            #[allow(unused_variables, reason = "most calls have fields that are not their target")]
            pub fn target(&self) -> &str {
                match self {
                    $(Call::$call { $($field,)* } => $target,)*
                }
            }
        }
    };
}

pub(super) use calls;
