#!/bin/sh
# Makes three layers below `made`: a root of busybox, one that adds a file, and one that replaces it.
set -e
cd "$(dirname "$0")"
rm -rf made
mkdir -p made/root/bin made/root/etc made/middle/etc made/top/etc
cp /bin/busybox made/root/bin/busybox
for name in sh cat ls; do ln -s busybox made/root/bin/$name; done
echo root > made/root/etc/hostname
echo "This is the middle layer's." > made/middle/etc/motd
echo "This is the top layer's." > made/top/etc/motd
# The parents, nearest first; relative ones start at the folder of the list.
echo '["../middle", "../root"]' > made/top/layerchain.json
