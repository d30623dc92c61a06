//! Error numbers of Linux, as most processors have them (MIPS, SPARC, Alpha and PA-RISC have others from 35 on).

/// The table.
pub(super) const TABLE: &str = table! { ours:
    EPERM = 1: "The operation is not permitted."
        cause "A capability is missing: containers have Docker's fourteen unless more are added."
        cause "The seccomp profile or the security module (AppArmor, SELinux) forbids the call."
        cause "An ordinary user asks for what only root may do on the host: other ids, devices, mounts."
        advice "Add what is missing (`--cap-add NAME`), or try `--security-opt seccomp=unconfined` to see whether it \
            is the filter."
        advice "Run it as root, or do without.";
    ENOENT = 2: "There is no such file or folder."
        cause "The program, or the interpreter in the first line of a script, is not in the image."
        cause "The source of a mount does not exist, or a library that the program needs is not there (`ld-linux`)."
        advice "Look into the root file system; write paths in full.";
    ESRCH = 3: "There is no such process."
        cause "It has ended already."
        advice "Take it as success if the aim was to end it.";
    EINTR = 4: "The call was interrupted by a signal."
        advice "Repeat it.";
    EIO = 5: "Input or output failed."
        cause "The disk fails, or the file system is damaged; a terminal whose other end is gone says so too."
        advice "Look into `dmesg`.";
    ENXIO = 6: "There is no such device or address."
        cause "A device node without its device, or a named pipe that nobody reads."
        advice "See whether the device exists on the host.";
    E2BIG = 7: "Arguments and variables together are too long."
        advice "Pass less, or pass it in a file.";
    ENOEXEC = 8: "The file is no program that can be executed."
        cause "A program for another processor, or a script without `#!` in its first line."
        advice "Check its architecture (`file PROGRAM`); add the first line.";
    EBADF = 9: "The descriptor is not open, or not for this.";
    ECHILD = 10: "There are no child processes.";
    EAGAIN = 11: "Not now: try again."
        also EWOULDBLOCK = 11
        cause "The limit of processes is reached (`--pids-limit`, `ulimit -u`), when a program starts another."
        cause "There are no data at the moment."
        advice "Raise the limit if processes are what is short.";
    ENOMEM = 12: "There is not enough memory."
        cause "The container's limit of memory, or the host's memory, is used up."
        advice "Raise the limit: `-m`.";
    EACCES = 13: "Permission is denied."
        cause "The file's mode or owner does not allow it to the user inside; with mapped ids the owner is another \
            than it seems."
        cause "The program is not executable, or lies on a mount with `noexec`."
        cause "A folder on the way may not be entered."
        advice "Compare `ls -ln` with the user (`-u`), and look at the options of the mount.";
    EFAULT = 14: "An address in memory is not valid.";
    ENOTBLK = 15: "A disk or other block device is needed.";
    EBUSY = 16: "The device or resource is in use."
        cause "A mount is still used: a process has its current folder or an open file there."
        cause "A control group still has processes."
        advice "End what uses it: `fuser -vm PATH`; `silo gc` repeats what was left.";
    EEXIST = 17: "The file exists."
        advice "Remove it, or choose another name.";
    EXDEV = 18: "The file cannot be moved to another file system."
        cause "A folder of a lower layer of overlayfs was to be renamed."
        advice "Copy it and delete the original.";
    ENODEV = 19: "There is no such device, or the file system is not known."
        cause "The kernel lacks the file system: `overlay`, `9p`, `fuse`."
        advice "See `/proc/filesystems`; load the module on the host: `modprobe overlay`.";
    ENOTDIR = 20: "Something on the path is no folder."
        cause "A file was to be mounted onto a folder, or the other way round."
        advice "Make both of the same kind.";
    EISDIR = 21: "This is a folder, and a file is needed.";
    EINVAL = 22: "An argument is not valid."
        cause "An option of a mount that the file system does not know, or a value that the kernel does not take."
        cause "The kernel is too old for the feature."
        advice "Look into `dmesg`, where file systems say what they do not like.";
    ENFILE = 23: "The system has too many open files."
        advice "Raise `fs.file-max` on the host.";
    EMFILE = 24: "The process has too many open files, or the user too many watches."
        advice "Raise the limit: `ulimit -n`; for watches `fs.inotify.max_user_instances` on the host.";
    ENOTTY = 25: "This is no terminal, or the device does not know the request."
        cause "A program needs a terminal and was started without."
        advice "Give it one: `-t`.";
    ETXTBSY = 26: "The program is being written to while it is to be executed, or the other way round."
        advice "Try again when the copy has finished.";
    EFBIG = 27: "The file is too large.";
    ENOSPC = 28: "There is no room left."
        cause "The disk is full, or has no inodes left."
        cause "A tmpfs has reached its size; or a limit of the kernel, such as that of watches or of mounts."
        advice "Look at both: `df -h` and `df -i`. Free room: `silo gc`.";
    ESPIPE = 29: "One cannot seek here.";
    EROFS = 30: "The file system is read-only."
        cause "The container runs with `--read-only`, or the mount is `ro`."
        advice "Give it a writable folder: `--tmpfs /tmp`, or `-v DIR:/data`.";
    EMLINK = 31: "There are too many links.";
    EPIPE = 32: "Nobody reads from the pipe any more."
        cause "The other program has ended."
        advice "See how the other one ended.";
    EDOM = 33: "The value is outside of where the function is defined.";
    ERANGE = 34: "The result is too large.";
    EDEADLK = 35: "Waiting would never end."
        also EDEADLOCK = 35;
    ENAMETOOLONG = 36: "The name is too long."
        cause "A file name of more than 255 bytes, a path of more than 4095, or a path of a socket of more than 107."
        advice "Use shorter names, or a shorter folder for the state: `--root DIR`.";
    ENOLCK = 37: "No lock is to be had.";
    ENOSYS = 38: "The kernel does not have the system call."
        cause "The kernel is too old, or the filter of the container answers so to make programs use another."
        advice "Use a newer kernel.";
    ENOTEMPTY = 39: "The folder is not empty.";
    ELOOP = 40: "There are too many symbolic links, or one where none may be."
        cause "A path inside the container leads through a link that could lead out, which is refused."
        advice "Give the path that the link leads to.";
    ENOMSG = 42: "There is no message of this kind.";
    EIDRM = 43: "The identifier was removed.";
    ECHRNG = 44: "The channel's number is out of range.";
    EL2NSYNC = 45: "Level 2 is out of step.";
    EL3HLT = 46: "Level 3 has halted.";
    EL3RST = 47: "Level 3 was reset.";
    ELNRNG = 48: "The link's number is out of range.";
    EUNATCH = 49: "The driver of the protocol is not attached.";
    ENOCSI = 50: "There is no such structure.";
    EL2HLT = 51: "Level 2 has halted.";
    EBADE = 52: "The exchange is not valid.";
    EBADR = 53: "The descriptor of the request is not valid.";
    EXFULL = 54: "The exchange is full.";
    ENOANO = 55: "There is no anode.";
    EBADRQC = 56: "The code of the request is not valid.";
    EBADSLT = 57: "The slot is not valid.";
    EBFONT = 59: "The font's file has a wrong format.";
    ENOSTR = 60: "The device is no stream.";
    ENODATA = 61: "There are no data, or no such extended attribute.";
    ETIME = 62: "The timer ran out.";
    ENOSR = 63: "There are no stream resources left.";
    ENONET = 64: "The machine is on no network.";
    ENOPKG = 65: "The package is not installed.";
    EREMOTE = 66: "The object is on another machine.";
    ENOLINK = 67: "The link was cut.";
    EADV = 68: "Advertising failed.";
    ESRMNT = 69: "A mount of the server failed.";
    ECOMM = 70: "Sending failed.";
    EPROTO = 71: "The protocol was broken.";
    EMULTIHOP = 72: "More than one hop was tried.";
    EDOTDOT = 73: "An error of RFS.";
    EBADMSG = 74: "The message is damaged."
        cause "A file system found that a checksum is wrong: ext4, XFS or dm-verity."
        advice "Check the file system; fetch the layer again.";
    EOVERFLOW = 75: "The value does not fit its type."
        cause "A file's owner is not mapped into the user namespace."
        advice "Map more ids, or change the owner.";
    ENOTUNIQ = 76: "The name is not unique on the network.";
    EBADFD = 77: "The descriptor is in a bad state.";
    EREMCHG = 78: "The remote address has changed.";
    ELIBACC = 79: "A shared library cannot be reached.";
    ELIBBAD = 80: "A shared library is damaged.";
    ELIBSCN = 81: "A section of a shared library is damaged.";
    ELIBMAX = 82: "There are too many shared libraries.";
    ELIBEXEC = 83: "A shared library cannot be executed by itself.";
    EILSEQ = 84: "The bytes are no valid text.";
    ERESTART = 85: "The interrupted call should be repeated.";
    ESTRPIPE = 86: "A pipe of streams failed.";
    EUSERS = 87: "There are too many users."
        cause "User namespaces are nested too deep."
        advice "Start it from outside of the innermost container.";
    ENOTSOCK = 88: "This is no socket.";
    EDESTADDRREQ = 89: "A destination is needed.";
    EMSGSIZE = 90: "The message is too long.";
    EPROTOTYPE = 91: "The protocol does not go with the socket.";
    ENOPROTOOPT = 92: "The protocol does not have the option.";
    EPROTONOSUPPORT = 93: "The protocol is not supported.";
    ESOCKTNOSUPPORT = 94: "The kind of socket is not supported.";
    EOPNOTSUPP = 95: "The operation is not supported."
        also ENOTSUP = 95
        cause "The file system below cannot do it: extended attributes, `O_TMPFILE`, or overlayfs on it."
        advice "Put the folder on ext4, XFS or Btrfs.";
    EPFNOSUPPORT = 96: "The family of protocols is not supported.";
    EAFNOSUPPORT = 97: "The family of addresses is not supported."
        cause "IPv6, vsock or netlink is not in the kernel, or the filter forbids it."
        advice "Use IPv4, or load the module on the host.";
    EADDRINUSE = 98: "The address is in use."
        cause "Another program or container has the port."
        advice "Find it: `ss -ltnp`; take another port.";
    EADDRNOTAVAIL = 99: "The address is none of this machine's."
        cause "With `--network none` there is only 127.0.0.1."
        advice "Listen on 0.0.0.0, or give the container a network.";
    ENETDOWN = 100: "The network is down.";
    ENETUNREACH = 101: "The network cannot be reached."
        cause "The container runs with `--network none`, or has no route."
        advice "Give it a network: `--network host`.";
    ENETRESET = 102: "The network dropped the connection.";
    ECONNABORTED = 103: "The connection was broken off by this machine.";
    ECONNRESET = 104: "The other end broke the connection off."
        advice "Look into the log of the other end.";
    ENOBUFS = 105: "There are no buffers left.";
    EISCONN = 106: "The socket is connected already.";
    ENOTCONN = 107: "The socket is not connected.";
    ESHUTDOWN = 108: "The socket was shut down before.";
    ETOOMANYREFS = 109: "There are too many references.";
    ETIMEDOUT = 110: "The other end did not answer in time."
        cause "A firewall drops the packets, or the other machine is down."
        advice "Test the way from where it is needed.";
    ECONNREFUSED = 111: "Nobody listens at the other end."
        cause "The program has not started yet, or the socket of a keeper or daemon is left over."
        advice "See whether it runs: `ss -ltn`, `silo ps -a`.";
    EHOSTDOWN = 112: "The other machine is down.";
    EHOSTUNREACH = 113: "There is no way to the other machine.";
    EALREADY = 114: "It is under way already.";
    EINPROGRESS = 115: "It has begun and goes on.";
    ESTALE = 116: "The handle of the file is not valid any more."
        cause "A network file system lost the file; or overlayfs was mounted with other layers than before."
        advice "Mount it again.";
    EUCLEAN = 117: "The file system needs repair."
        advice "Check it while it is not mounted: `fsck`.";
    ENOTNAM = 118: "This is no named file of XENIX.";
    ENAVAIL = 119: "There are no semaphores of XENIX.";
    EISNAM = 120: "This is a named file.";
    EREMOTEIO = 121: "Input or output of the other machine failed.";
    EDQUOT = 122: "The disk quota is used up."
        cause "The user's quota of blocks, inodes or keys; `keyctl` counts keys for each user."
        advice "Free room, or raise the quota; for keys `kernel.keys.maxkeys`.";
    ENOMEDIUM = 123: "There is no medium in the drive.";
    EMEDIUMTYPE = 124: "The medium is of a wrong kind.";
    ECANCELED = 125: "The operation was cancelled.";
    ENOKEY = 126: "There is no such key.";
    EKEYEXPIRED = 127: "The key has expired.";
    EKEYREVOKED = 128: "The key was revoked.";
    EKEYREJECTED = 129: "The key was refused."
        cause "A kernel module without a signature that the kernel trusts."
        advice "Sign it, or use the kernel of the distribution.";
    EOWNERDEAD = 130: "The owner of the lock has died.";
    ENOTRECOVERABLE = 131: "The state cannot be recovered.";
    ERFKILL = 132: "Radio is switched off.";
    EHWPOISON = 133: "A page of memory has a hardware error.";
};
