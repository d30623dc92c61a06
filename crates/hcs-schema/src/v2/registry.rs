//! Changes to the registry of a Windows guest, made before it runs.

use crate::model::{Bytes, DWord, QWord, object, words};

object! {
    /// Changes to a registry. Schema 2.0.
    pub struct RegistryChanges {
        /// Values that are set.
        "AddValues" add_values: Vec<RegistryValue>,
        /// Keys that are deleted.
        "DeleteKeys" delete_keys: Vec<RegistryKey>,
    }

    /// A key. Schema 2.0.
    pub struct RegistryKey {
        /// The hive that it is in.
        "Hive" hive: RegistryHive,
        /// Its path in the hive.
        "Name" name: String,
        /// Whether it is gone after a restart of the guest.
        "Volatile" volatile: bool,
    }

    /// A value. Of the fields for values, the one of its type is set; a number that is absent is 0. Schema 2.0.
    pub struct RegistryValue {
        /// The key that it is in.
        "Key" key: Option<RegistryKey>,
        /// Its name; empty is the key's default value.
        "Name" name: String,
        /// Its type.
        "Type" kind: RegistryValueType,
        /// Text, of `String`, `ExpandedString` and `MultiString`.
        "StringValue" string_value: String,
        /// Bytes, of `Binary` and `CustomType`.
        "BinaryValue" binary_value: Bytes,
        /// Number, of `DWord`.
        "DWordValue" dword_value: DWord,
        /// Number, of `QWord`.
        "QWordValue" qword_value: QWord,
        /// Number of the type, of `CustomType`.
        "CustomType" custom_type: DWord,
    }

    /// Whether changes to a container's registry reach its files. Schema 2.1.
    pub struct RegistryFlushState {
        /// Whether they do; else they are lost with the container.
        "Enabled" enabled: bool = always,
    }
}

words! {
    /// A hive. Schema 2.0.
    pub enum RegistryHive {
        /// `HKEY_LOCAL_MACHINE\SYSTEM`.
        System = "System",
        /// `HKEY_LOCAL_MACHINE\SOFTWARE`.
        Software = "Software",
        /// `HKEY_LOCAL_MACHINE\SECURITY`.
        Security = "Security",
        /// `HKEY_LOCAL_MACHINE\SAM`.
        Sam = "Sam",
    }

    /// Type of a value. Schema 2.0.
    pub enum RegistryValueType {
        /// No type.
        None = "None",
        /// Text.
        String = "String",
        /// Text with names of environment variables in it.
        ExpandedString = "ExpandedString",
        /// List of texts.
        MultiString = "MultiString",
        /// Bytes.
        Binary = "Binary",
        /// 32-bit number.
        DWord = "DWord",
        /// 64-bit number.
        QWord = "QWord",
        /// A type that has only a number.
        CustomType = "CustomType",
    }
}
