#!/bin/sh
# Tells where it runs.
echo "Hello $*: I am process $$ on $(hostname) in $PWD."
