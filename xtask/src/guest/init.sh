#!/bin/busybox sh
# The first process of the virtual machine that tests run in; see mod.rs.
if [ "$1" != again ]; then
    # pivot_root does not work on the kernel's own root, so that gets a mount of itself on top.
    mount --bind / /mnt
    cd /mnt && mount --move . / && exec chroot . /init again
fi
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/tmp PROPTEST_CASES=4
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount -t securityfs securityfs /sys/kernel/security
mount -t tmpfs -o mode=755 tmpfs /run
ln -s /proc/self/fd /dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "/dev/${stream#*:}"; done
for module in /modules/*.ko; do insmod "$module" $(cat "${module%.ko}.options" 2>/dev/null); done
# As on Debian, temporary files are on ext4: before Linux 6.3 tmpfs can neither map ids nor serve an ordinary user's overlay.
/sbin/mke2fs -q -t ext4 -O ^has_journal /dev/nullb0 && mount -t ext4 /dev/nullb0 /tmp && chmod 1777 /tmp
# systemd shares every mount and passes on these four controllers; the tests see the others being asked for.
mount --make-rshared /
mount -t cgroup2 -o nsdelegate,memory_recursiveprot cgroup2 /sys/fs/cgroup
echo '+cpu +io +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/tests.scope
echo 0 >/sys/fs/cgroup/tests.scope/cgroup.procs
hostname guest
ip link set lo up
exec </dev/null
echo "@boot $(uname -r) after $(cut -d' ' -f1 /proc/uptime) s, control groups: $(cat /sys/fs/cgroup/cgroup.controllers)"
/sbin/suites 2>&1
dmesg | grep -E 'BUG|WARNING|Oops' && echo '@kernel'
echo '@end'
reboot -f
