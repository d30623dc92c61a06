//! Files, folders, volumes and layers.

/// The table.
pub(in crate::catalogue) const TABLE: &str = table! {
    ERROR_FILE_NOT_FOUND = 2: "The file was not found."
        cause "The program of the container is not in the image, or not in its `PATH`."
        cause "The program was written as for Linux (`true`, `/bin/sh`), or as one word with its arguments."
        cause "A file that belongs to a layer is missing."
        advice "Look into the image: `docker run --rm IMAGE cmd /c where NAME`, and write the program's path in full."
        advice "Commands of the shell, such as `md` and `echo`, need it: `cmd /c echo hello`.";
    ERROR_PATH_NOT_FOUND = 3: "The path was not found."
        cause "A folder on the way is missing: the source of a mount, the working directory, or a layer that was \
            removed."
        cause "A drive letter that does not exist, or exists for another user only."
        advice "Check the path on the side where it is looked for: on the host for the sources of mounts, inside for \
            the rest."
        advice "If it is a path of a layer: remove the image and pull it again.";
    ERROR_TOO_MANY_OPEN_FILES = 4: "Too many files are open."
        advice "Find what keeps them open: `Get-Process | Sort-Object Handles -Descending | Select-Object -First 5`.";
    ERROR_ACCESS_DENIED = 5: "Access is denied."
        also E_ACCESSDENIED = 0x8007_0005
        also RPC_S_ACCESS_DENIED = 5
        cause "The shell is not elevated, or the account is not in the group that the operation takes."
        cause "The files of a layer belong to the system, and were to be removed by ordinary means."
        cause "The account inside (`ContainerUser`) has no right to a mounted folder of the host."
        cause "The process is ending already."
        advice "Run it in an elevated shell (on Linux: as root)."
        advice "Remove layers through the engine, never by hand: `silo gc`, `docker system prune`."
        advice "Grant the right on a mounted folder: `icacls FOLDER /grant \"Authenticated Users:(OI)(CI)M\"`.";
    ERROR_INVALID_DRIVE = 15: "There is no such drive."
        advice "Check the drive letter; mapped network drives belong to one user's session only.";
    ERROR_CURRENT_DIRECTORY = 16: "The folder is somebody's current folder and cannot be removed."
        advice "Leave the folder first.";
    ERROR_NOT_SAME_DEVICE = 17: "The file cannot be moved to another volume."
        cause "Inside a container mounted folders are volumes of their own."
        advice "Copy it and delete the original.";
    ERROR_NO_MORE_FILES = 18: "There are no more files.";
    ERROR_WRITE_PROTECT = 19: "The volume is write-protected."
        cause "The mount or the layer is read-only."
        advice "Mount it writable, or write elsewhere.";
    ERROR_NOT_READY = 21: "The device is not ready."
        cause "The volume of a layer was attached and has not come up yet; tools repeat this for a while."
        advice "Try again. If it lasts: `Restart-Service vmcompute`, and see `Get-Disk` for disks that are offline.";
    ERROR_CRC = 23: "Data were damaged on the way (checksum error)."
        cause "The disk fails."
        advice "Check the disk: `chkdsk`, `Get-PhysicalDisk`.";
    ERROR_BAD_LENGTH = 24: "The length of the request is wrong."
        advice "Update the program that sent it.";
    ERROR_WRITE_FAULT = 29: "Writing to the device failed."
        advice "Check the disk, and its free space.";
    ERROR_READ_FAULT = 30: "Reading from the device failed."
        advice "Check the disk.";
    ERROR_SHARING_VIOLATION = 32: "The file is in use by another process."
        cause "A virus scanner, an indexer or a backup reads the layer while it is to be activated or removed."
        cause "A process of the container has not ended yet, or an earlier engine still holds the layer."
        cause "The registry of a layer is still loaded."
        advice "Try again after a few seconds; exclude the folder of the layers from the virus scanner."
        advice "Find who holds it: `handle.exe FILE` of Sysinternals, or the Resource Monitor."
        advice "End what is left (`hcsdiag list`, then `hcsdiag kill ID`), or restart the host.";
    ERROR_LOCK_VIOLATION = 33: "Part of the file is locked by another process."
        advice "Close the other program, then try again.";
    ERROR_HANDLE_EOF = 38: "The end of the file was reached."
        cause "A file is shorter than it should be, such as a layer whose download was interrupted."
        advice "Fetch it again.";
    ERROR_HANDLE_DISK_FULL = 39: "The disk is full."
        advice "See ERROR_DISK_FULL: `silo explain 112`.";
    ERROR_FILE_EXISTS = 80: "The file exists."
        advice "Remove it first, or choose another name.";
    ERROR_CANNOT_MAKE = 82: "The folder or file cannot be made."
        cause "The volume's root or table of files is full, or the name is not allowed."
        advice "Choose another place.";
    ERROR_OPEN_FAILED = 110: "The file or device cannot be opened."
        advice "Check that it exists and is not in use.";
    ERROR_DISK_FULL = 112: "The disk is full."
        cause "Layers, stopped containers and images that nobody uses any more fill the host's disk."
        cause "The container's own disk is full: it has 20 GiB unless asked for more."
        advice "On the host: `silo gc`, `docker system prune`, then `docker system df` to see what is left."
        advice "For the container: `--storage-opt size=50G`, or write to a mounted folder.";
    ERROR_INVALID_NAME = 123: "The name of a file, folder or volume is not allowed."
        cause "A mount was written for Linux: `/data` in place of `C:\\data`, or a colon too many."
        cause "Characters that Windows does not allow in names: < > : \" | ? *"
        advice "Write the mount as `C:\\host:C:\\inside`, or use `--mount type=bind,source=…,target=…`.";
    ERROR_DIR_NOT_ROOT = 144: "The folder is not the root of a volume."
        advice "Give a drive letter, or the folder that a volume is mounted on.";
    ERROR_DIR_NOT_EMPTY = 145: "The folder is not empty."
        cause "Something was added while it was being removed."
        advice "Try again after ending what writes to it.";
    ERROR_PATH_BUSY = 148: "The path cannot be used now."
        advice "Try again.";
    ERROR_BAD_PATHNAME = 161: "The path is not valid."
        cause "A path of a layer that is not absolute, or lacks its `\\\\?\\`."
        advice "Write the path in full.";
    ERROR_LOCK_FAILED = 167: "The file could not be locked."
        advice "Close the other program, then try again.";
    ERROR_ALREADY_EXISTS = 183: "It exists already."
        cause "An object, folder or network of that name was left behind by a crash, or is in use."
        advice "Remove the old one, or choose another name: `silo gc`, `hnsdiag list networks`.";
    ERROR_FILENAME_EXCED_RANGE = 206: "The path or command line is too long."
        cause "More than 260 characters in a path that is not written with `\\\\?\\`, or more than 32767 in a command \
            line."
        advice "Move the folder of the layers nearer to the root of its drive, or switch on long paths.";
    ERROR_VIRUS_INFECTED = 225: "The file was blocked, because it is taken for malware."
        advice "Look into the scanner's history: `Get-MpThreatDetection`; exclude the file if it is harmless.";
    ERROR_DIRECTORY = 267: "The folder's name is not valid."
        cause "The working directory of the container's process does not exist in the image, or is a file."
        advice "Make it in the image: `WORKDIR C:\\app`, or name another with `-w`.";
    ERROR_DELETE_PENDING = 303: "The file is about to be deleted, when the last who uses it closes it."
        advice "Wait, or close what uses it.";
    ERROR_DISK_RESOURCES_EXHAUSTED = 314: "The disk has run out of what it needs to go on."
        cause "A thin volume cannot grow, since the storage below is full."
        advice "Free space on the storage below.";
    ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING = 362: "The file is in the cloud, and the program that fetches it does not \
            run."
        cause "A mounted folder, or the folder of a build, lies in OneDrive or the like."
        advice "Move it out of the synchronised folder, or mark it as always kept on the device.";
    ERROR_FILE_SYSTEM_VIRTUALIZATION_UNAVAILABLE = 369: "The provider of a projected folder does not run."
        advice "Start the program that projects it, or use an ordinary folder.";
    ERROR_CLOUD_FILE_NOT_UNDER_SYNC_ROOT = 390: "This works in a synchronised folder only."
        advice "Move it into one, or use an ordinary file.";
    ERROR_CLOUD_FILE_ACCESS_DENIED = 395: "Access to a file in the cloud is denied."
        advice "Move it out of the synchronised folder.";
    ERROR_CIMFS_IMAGE_CORRUPT = 470: "The layer's image (CimFS) is damaged."
        cause "Its import or download was interrupted, or the disk below fails."
        advice "Remove the image and pull it again.";
    ERROR_CIMFS_IMAGE_VERSION_NOT_SUPPORTED = 471: "The layer's image (CimFS) is of a version that this Windows does \
            not support."
        advice "Pull the image with this host's engine, or use the `windows` snapshotter in place of `cimfs`.";
    ERROR_FILE_SYSTEM_LIMITATION = 665: "The file system cannot do this, because it has reached a limit."
        cause "A file on NTFS is so fragmented that its description has no room, as large virtual disks become."
        advice "Copy the file, which puts it together, or format the volume with `/L`.";
    ERROR_UNRECOGNIZED_VOLUME = 1005: "The volume has no file system that Windows knows."
        cause "A disk of Linux (ext4) was attached to Windows, or a new disk was not formatted."
        advice "Format it, or attach it to a guest that knows its file system.";
    ERROR_FILE_INVALID = 1006: "The volume of an open file has changed, so the file is not valid any more."
        cause "The virtual disk of a layer was detached while in use."
        advice "Start the container anew.";
    ERROR_IO_DEVICE = 1117: "Input or output failed."
        cause "The disk below fails, or the connection to it was lost."
        cause "A device of Linux reported EIO."
        advice "Check the disk: `chkdsk`, `Get-PhysicalDisk`, and on Linux `dmesg`.";
    ERROR_TOO_MANY_LINKS = 1142: "The file has as many links as the file system allows."
        cause "NTFS allows 1023; images with many identical files reach that."
        advice "Make the image with fewer links.";
    ERROR_DISK_QUOTA_EXCEEDED = 1295: "The disk quota is used up."
        advice "Free space, or raise the quota: `fsutil quota query C:`.";
    ERROR_FILE_CORRUPT = 1392: "The file or folder is damaged and cannot be read."
        cause "The host lost power while it wrote, or the disk fails."
        advice "Check the volume: `chkdsk /scan`. If the file belongs to a layer, pull the image again.";
    ERROR_DISK_CORRUPT = 1393: "The structure of the disk is damaged and cannot be read."
        advice "Check the volume: `chkdsk /f`. If it is a container's disk, start the container anew from its image.";
    ERROR_CANT_ACCESS_FILE = 1920: "The system cannot reach the file."
        cause "A link that this Windows or this container does not follow, such as those that WSL or Linux made."
        cause "A file of an app from the Store, or of a layer whose filter (`wcifs`) is not attached."
        advice "See what kind of link it is: `fsutil reparsepoint query FILE`. Check the filters: `fltmc`.";
    ERROR_CANT_RESOLVE_FILENAME = 1921: "The name leads in a circle of links."
        advice "Correct the links.";
    ERROR_OPEN_FILES = 2401: "There are open files on the connection."
        advice "Close them first.";
    ERROR_DEVICE_IN_USE = 2404: "The device is in use."
        advice "Close what uses it first.";
    ERROR_NOT_A_REPARSE_POINT = 4390: "The file is no link or other reparse point."
        cause "The files of a layer were copied by a tool that does not keep reparse points."
        advice "Pull the image again; move layers only through the engine.";
    ERROR_REPARSE_ATTRIBUTE_CONFLICT = 4391: "The link does not go with one that is there already."
        advice "Remove the one that is there.";
    ERROR_INVALID_REPARSE_DATA = 4392: "The data of a link are not valid."
        cause "A symbolic link in the image was written by a tool for Linux, or points nowhere."
        advice "Make the image anew without it.";
    ERROR_REPARSE_TAG_INVALID = 4393: "The kind of link is not known here."
        cause "The filter that handles it is not loaded: `wcifs` for layers, `bindflt` for mounts, `lxss` for WSL."
        advice "See the filters: `fltmc`; enable the feature Containers, and restart.";
    ERROR_REPARSE_TAG_MISMATCH = 4394: "The link is of another kind than expected."
        advice "Remove it, and make it again.";
    ERROR_REPARSE_POINT_ENCOUNTERED = 4395: "There is a link where none may be."
        cause "A path that a container gave leads through a link, which is refused for safety."
        advice "Give the path that the link leads to.";
    ERROR_WOF_WIM_HEADER_CORRUPT = 4446: "The archive behind compressed system files is damaged."
        advice "Repair the system: `DISM /Online /Cleanup-Image /RestoreHealth`.";
    ERROR_WOF_FILE_RESOURCE_TABLE_CORRUPT = 4448: "The table of a compressed file is damaged."
        advice "Repair the system: `sfc /scannow`; if it is a layer's file, pull the image again.";
};
