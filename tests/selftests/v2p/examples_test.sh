#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The programs of examples/ do what they are to show.

cd "$(dirname "$0")" || exit 1
. ./command.sh

pass_space() {
	./pass-space >"$out" 2>"$err" || { sed 's/^/# /' "$out" "$err"; return 1; }
	grep -q '^by pid: *refused' "$out" && grep -q '^by descriptor: .* is at 0x[1-9a-f]' "$out"
}
pass_space_without_right() {
	"${nobody[@]}" ./pass-space >"$out" 2>"$err" && return 1
	grep -q CAP_SYS_ADMIN "$err"
}
refuses() { # WORDS COMMAND...
	local words=$1
	shift
	! "$@" >"$out" 2>"$err" && [ ! -s "$out" ] && one_complaint && complains "$words"
}

# Whether a few pages are contiguous is chance. Two MiB are, if they are a huge page.
ring() {
	exits 0 ./contiguous-ring && grep -qE '^ring: +1024 descriptors at 0x[0-9a-f]+000, of ' "$out" &&
		grep -qE '^last: +buffer at 0x[0-9a-f]+[08]00$' "$out"
}
ring_of_a_huge_page() {
	exits 0 ./contiguous-ring 131072 &&
		grep -qE '^ring: +131072 descriptors at 0x[0-9a-f]+[02468ace]00000, of ' "$out"
}
ring_without_right() { refuses CAP_SYS_ADMIN "${nobody[@]}" ./contiguous-ring; }
ring_too_large() { refuses 'from 1 to 131072' ./contiguous-ring 131073; }

pool() {
	local node
	for node in /sys/devices/system/node/node[0-9]*; do
		node=${node##*/node}
		exits 0 ./pool-nodes "$node" && is "node $node: 16384 KiB" || return 1
	done
}
pool_elsewhere() {
	[ -e /sys/devices/system/node/node1 ] || skip "the machine has one node" || return
	exits 1 ./pool-nodes 0 1 && is "node 1: 16384 KiB"
}
pool_without_node() { exits 3 ./pool-nodes && exits 3 ./pool-nodes 63; }

# That page alone, of which the process has locked one.
hit() {
	exits 0 ./hit-by-error "$PHYSICAL" && has "of the kind ordinary, on node" &&
		has "process $PID (command_target) has it at $PAGE" && [ "$(wc -l <"$out")" = 2 ]
}
hit_file() {
	local physical
	physical=$(v2p-query --pid "$PID" -q "${0##*/}") && exits 0 ./hit-by-error "$physical" &&
		has "process $PID " && has "of the file with inode $(stat -c %i "${0##*/}")"
}
hit_nobody() {
	exits 1 ./hit-by-error "$(v2p-query --kernel -q linux_banner)" && has "no process has it"
}
hit_by_nothing() { exits 3 ./hit-by-error; }

run_tests pass_space pass_space_without_right ring ring_of_a_huge_page ring_without_right \
	ring_too_large pool pool_elsewhere pool_without_node hit hit_file hit_nobody hit_by_nothing
