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

# Of memory that modules are loaded to, in kB.
vmalloc_used() { sed -n 's/^VmallocUsed: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
symbols() { grep -c '\[v2p\]' /proc/kallsyms; }
# V2P_ROUNDS comes from the kernel's command line, as of make check ROUNDS=1000. Without
# it, there are at least ten, and as many as five seconds allow.
one_more() { # OF SINCE
	if [ -n "$V2P_ROUNDS" ]; then
		[ "$1" -lt "$V2P_ROUNDS" ]
	else
		[ "$1" -lt 10 ] || [ $((SECONDS - $2)) -lt 5 ]
	fi
}
# It answers each time, and leaves nothing behind.
round_trips() {
	local round=0 start=$SECONDS before='' after known try
	modprobe v2p && known=$(symbols) && [ "$known" -gt 0 ] || return
	while one_more $round "$start"; do
		modprobe -r v2p && ! is_loaded && modprobe v2p && is_loaded &&
			query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL" || return
		[ $((++round)) -ne 5 ] || before=$(vmalloc_used)
	done
	[ "$(symbols)" -eq "$known" ] && modprobe -r v2p && [ "$(symbols)" -eq 0 ] &&
		modprobe v2p || return
	# What a module needs to begin, among it all of its symbols, is freed a while after it was
	# loaded (do_free_init() waits for RCU).
	for try in {1..50}; do
		after=$(vmalloc_used)
		# The module is of twice that.
		[ $((after - before)) -ge $(((round - 5) * 25)) ] || break
		sleep 0.2
	done
	echo "# $round rounds, VmallocUsed $before kB, then $after kB, look $try"
	[ $((after - before)) -lt $(((round - 5) * 25)) ]
}
# A stream asks by a descriptor, which keeps the module until it ends.
stays_while_open() {
	local answer
	coproc stream { exec v2p-query --pid "$PID" -q - 2>"$err"; }
	local input=${stream[1]} output=${stream[0]} pid=$!
	echo "$PAGE" >&"$input"
	read -r -t 30 -u "$output" answer && [ "$answer" = "$PHYSICAL" ] || return
	! modprobe -r v2p 2>/dev/null && is_loaded || return
	echo "$PAGE" >&"$input"
	read -r -t 30 -u "$output" answer && [ "$answer" = "$PHYSICAL" ] || return
	exec {input}>&-
	wait "$pid" && [ ! -s "$err" ] && modprobe -r v2p && ! is_loaded
}
first_question() {
	is_loaded && modprobe -r v2p
	! is_loaded && query 0 --info && is_loaded
}
# Whoever asks loads it, right or no right, and it taints as what is out of tree does.
anybody_loads() {
	is_loaded && modprobe -r v2p
	exits 0 "${nobody[@]}" v2p-query --info && grep -q '^v2p .*(O' /proc/modules
}
# What SECURITY.md says against that.
loading_forbidden() {
	local config=/etc/modprobe.d/no-v2p.conf status
	modprobe -r v2p
	mkdir -p "${config%/*}" &&
		echo 'blacklist v2p' >"$config" &&
		exits 3 "${nobody[@]}" v2p-query --info && complains 'not loaded' && ! is_loaded &&
		query 3 --info && ! is_loaded && modprobe v2p && is_loaded && modprobe -r v2p &&
		echo 'install v2p /bin/false' >"$config" &&
		query 3 --info && complains 'not loaded' && ! is_loaded &&
		! modprobe v2p 2>/dev/null && ! is_loaded
	status=$?
	rm -f "$config"
	modprobe v2p && return $status
}
# The README's line for those who install nothing, word for word but for sudo. The
# installed library must not be what makes it work.
from_the_checkout() {
	local line
	line=$(sed -nE 's/ +# .*//; s/^    (sudo insmod v2p\.ko && .*)/\1/p' README.md)
	# The installed module may be compressed, which insmod does not mind.
	[ -n "$line" ] && cp -a /opt/checkout/. "$dir" &&
		cp "$(modinfo -n v2p)" "$dir/v2p.ko" || return
	ldd "$dir/user/v2p-query/v2p-query" | grep -qF "$dir/user" || return
	is_loaded && modprobe -r v2p
	(cd "$dir" && eval "${line//sudo /}") >"$out" 2>"$err" && is_loaded && has module
}
silent_log() { ! dmesg | grep -E '\] v2p: |\[v2p\]' | grep -vE 'taint|signature'; }

run_tests license version description alias_of_family round_trips stays_while_open \
	first_question from_the_checkout anybody_loads loading_forbidden silent_log
