#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Of all that ran before, the kernel misses no memory, with the module and without.

cd "$(dirname "$0")" || exit 1
. ./command.sh

kmemleak=/sys/kernel/debug/kmemleak

# What is found is suspected only the second time, and not before it is old enough.
nothing_leaks() {
	local found

	sleep 6
	echo scan >$kmemleak && sleep 1 && echo scan >$kmemleak || return
	found=$(cat $kmemleak)
	[ -z "$found" ] || { echo "$found" | sed 's/^/# /'; false; }
}

while_loaded() { query 0 --pid "$PID" "$PAGE" && nothing_leaks; }
after_unload() { modprobe -r v2p && nothing_leaks && modprobe v2p; }

if [ ! -e $kmemleak ]; then
	ktap_print_header
	ktap_skip_all "the kernel is built without DEBUG_KMEMLEAK"
	exit "$KSFT_SKIP"
fi
run_tests while_loaded after_unload
