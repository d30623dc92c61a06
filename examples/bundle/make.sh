#!/bin/sh
# Makes the bundle's root of busybox.
set -e
cd "$(dirname "$0")"
rm -rf rootfs
mkdir -p rootfs/bin rootfs/proc rootfs/tmp
cp /bin/busybox rootfs/bin/busybox
for name in sh hostname id touch; do ln -s busybox rootfs/bin/$name; done
