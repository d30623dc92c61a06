//! Folders of the host in virtual machines: virtual SMB for Windows guests, Plan 9 for Linux guests.

use crate::model::{numbers, object};

object! {
    /// Folders shared through virtual SMB. Schema 2.1.
    pub struct VirtualSmb {
        /// The folders.
        "Shares" shares: Vec<VirtualSmbShare>,
        /// Size in MiB of the room for files that are mapped into the guest's memory.
        "DirectFileMappingInMB" direct_file_mapping_in_mb: i64,
    }

    /// A folder shared through virtual SMB. Schema 2.0.
    pub struct VirtualSmbShare {
        /// Its name; the guest sees it as `\\?\VMSMB\VSMB-{dcc079ae-60ba-4d07-847c-3493609c0870}\<name>`.
        "Name" name: String,
        /// The folder on the host.
        "Path" path: String,
        /// Files of it that are shared, where access is restricted.
        "AllowedFiles" allowed_files: Vec<String>,
        /// How (2.1).
        "Options" options: Option<VirtualSmbShareOptions>,
    }

    /// How a folder is shared through virtual SMB. Schema 2.1.
    pub struct VirtualSmbShareOptions {
        /// The guest cannot write.
        "ReadOnly" read_only: bool,
        /// Opening a file for oneself alone is turned into opening it for reading with others.
        "ShareRead" share_read: bool,
        /// Every file is read and written through the cache.
        "CacheIo" cache_io: bool,
        /// There are no opportunistic locks.
        "NoOplocks" no_oplocks: bool,
        /// Files are opened with the privilege of backup programs.
        "TakeBackupPrivilege" take_backup_privilege: bool,
        /// Files are opened as who opened the folder.
        "UseShareRootIdentity" use_share_root_identity: bool,
        /// Files are not mapped into the guest's memory.
        "NoDirectmap" no_directmap: bool,
        /// There are no locks of parts of files.
        "NoLocks" no_locks: bool,
        /// Changes of folders are not announced.
        "NoDirnotify" no_dirnotify: bool,
        /// The share is for memory shared between machines.
        "VmSharedMemory" vm_shared_memory: bool,
        /// Only the allowed files can be opened.
        "RestrictFileAccess" restrict_file_access: bool,
        /// Of opportunistic locks there is only level II.
        "ForceLevelIIOplocks" force_level_ii_oplocks: bool,
        /// The host may follow reparse points of this base layer.
        "ReparseBaseLayer" reparse_base_layer: bool,
        /// Opportunistic locks are granted without asking the host's file system.
        "PseudoOplocks" pseudo_oplocks: bool,
        /// No file is read or written through the cache.
        "NonCacheIo" non_cache_io: bool,
        /// Announcements of changes of folders are accepted and none is made.
        "PseudoDirnotify" pseudo_dirnotify: bool,
        /// Folders cannot be listed, and nothing can be renamed or deleted.
        "SingleFileMapping" single_file_mapping: bool,
        /// Placeholders of cloud files are filled (2.3).
        "SupportCloudFiles" support_cloud_files: bool,
        /// The guest does not see that files are encrypted (2.4).
        "FilterEncryptionAttributes" filter_encryption_attributes: bool,
    }

    /// Folders shared through Plan 9. Schema 2.1.
    pub struct Plan9 {
        /// The folders.
        "Shares" shares: Vec<Plan9Share>,
    }

    /// A folder shared through Plan 9. Schema 2.0.
    pub struct Plan9Share {
        /// Its name on the host.
        "Name" name: String,
        /// Its name for the guest, the `aname` of the protocol (2.1).
        "AccessName" access_name: String,
        /// The folder on the host.
        "Path" path: String,
        /// Port of Hyper-V sockets that it is served on.
        "Port" port: u32,
        /// How (unlisted).
        "Flags" flags: Plan9ShareFlags,
        /// Files of it that are shared, where access is restricted (2.2).
        "AllowedFiles" allowed_files: Vec<String>,
    }
}

numbers! {
    /// How a folder is shared through Plan 9.
    pub struct Plan9ShareFlags(u32) {
        /// The guest cannot write.
        READ_ONLY = 0x1,
        /// Owner, group and mode of Linux are kept with each file.
        LINUX_METADATA = 0x4,
        /// New folders tell upper from lower case.
        CASE_SENSITIVE = 0x8,
        /// Files are opened as who opened the folder.
        USE_SHARE_ROOT_IDENTITY = 0x10,
        /// The guest may give options with a path.
        ALLOW_OPTIONS = 0x20,
        /// The guest may begin below the folder.
        ALLOW_SUB_PATHS = 0x40,
        /// Only the allowed files can be opened.
        RESTRICT_FILE_ACCESS = 0x80,
        /// There can be more than one connection.
        UNLIMITED_CONNECTIONS = 0x100,
    }
}
