#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module comes and goes, and a client's first question brings it.

cd "$(dirname "$0")" || exit 1
. ./command.sh

is_loaded() { grep -q '^v2p ' /proc/modules; }

license() { [ "$(modinfo -F license v2p)" = GPL ]; }
version() { modinfo -F version v2p | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$'; }
description() { [ -n "$(modinfo -F description v2p)" ]; }
alias_of_family() { modinfo -F alias v2p | grep -qxF net-pf-16-proto-16-family-v2p; }

round_trips() {
	for _ in {1..10}; do
		modprobe -r v2p && ! is_loaded && modprobe v2p && is_loaded &&
			query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL" || return
	done
}
# The module may go under an open connection, and come back to it.
gone_while_open() {
	local answer
	coproc stream { exec v2p-query --pid "$PID" -q - 2>"$err"; }
	local input=${stream[1]} output=${stream[0]} pid=$!
	echo "$PAGE" >&"$input"
	read -r -t 30 -u "$output" answer && [ "$answer" = "$PHYSICAL" ] || return
	modprobe -r v2p || return
	echo "$PAGE" >&"$input"
	exec {input}>&-
	! wait "$pid" && [ "$(wc -l <"$err")" -eq 1 ]
}
first_question() {
	is_loaded && modprobe -r v2p
	! is_loaded && query 0 --info && is_loaded
}
silent_log() { ! dmesg | grep -E '\] v2p: |\[v2p\]' | grep -vE 'taint|signature'; }

run_tests license version description alias_of_family round_trips gone_while_open \
	first_question silent_log
