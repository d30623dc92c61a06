#!/bin/sh
# The life of a container in the background, on the host's own root. SILO says how silo is run.
set -e
silo=${SILO:-silo}

$silo run -d --name tour --label kind=example host sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'
$silo ps --format json | grep '"status"'
$silo exec tour sh -c 'echo "inside, process 1 is: $(tr "\0" " " < /proc/1/cmdline | cut -c1-5)"'
$silo exec -e GREETING=hello -w /tmp tour sh -c 'echo $GREETING from $PWD'
$silo inspect tour | grep '"kind"'
$silo stop tour
$silo wait tour
$silo rm tour
$silo gc --format json
