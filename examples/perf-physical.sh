#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where in physical memory are the addresses that perf has sampled (PERF_SAMPLE_ADDR)? Run it
# as root, while the processes still run, as it is asked for now and not when the sample was
# taken:
#
#	perf record -d -e page-faults:u -c 1 -p PID -- sleep 10
#	perf-physical.sh [perf.data]
#
# Any event that has an address will do, such as those of perf mem. Where the processor samples
# addresses itself, perf record --phys-data has the physical address of that moment; what
# v2p-query adds is the page size, and with -o +node,kind more. Addresses of the kernel are
# invalid here.
set -euo pipefail

samples=$(mktemp)
trap 'rm -f "$samples"' EXIT
perf script -i "${1:-perf.data}" -F pid,addr | awk '{ print $1, "0x" $2 }' | sort -u >"$samples"
for pid in $(cut -d ' ' -f 1 "$samples" | uniq); do
	echo "process $pid"
	# 1: some address has no physical page. A process may have ended.
	awk -v pid="$pid" '$1 == pid { print $2 }' "$samples" | v2p-query --pid "$pid" - ||
		[ $? = 1 ] || echo "process $pid cannot be asked any more" >&2
done
