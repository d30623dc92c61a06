#!/bin/sh
# Tells which limits hold, by running into them.
echo "processors: $(grep Cpus_allowed_list /proc/self/status | cut -f2)"
if sh -c 'tail /dev/zero; exit $?' >/dev/null 2>&1; then echo "memory: no limit"; else echo "memory: more than 64 MB was refused"; fi
begun=$(cut -d' ' -f1 /proc/uptime | tr -d .)
dd if=/dev/zero of=block bs=1M count=4 oflag=direct 2>/dev/null
passed=$(($(cut -d' ' -f1 /proc/uptime | tr -d .) - begun))
rm block
if [ "$passed" -ge 70 ]; then echo "storage: 4 MiB took about a second"; else echo "storage: 4 MiB took 0.$passed s"; fi
