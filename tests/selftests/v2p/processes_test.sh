#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query about several processes: ids and names of real ones, and those that end meanwhile.

cd "$(dirname "$0")" || exit 1
. ./command.sh

# shellcheck disable=SC2154 # start_target() sets PID, PAGE, PHYSICAL, EMPTY and ZOMBIE

# The target is the only one that is called so; what the kernel keeps of the name.
called=command_target

by_id() {
	query 0 extents --pid "$PID" --pid "$PID" -q "$PAGE+4K" && is "$PID $PHYSICAL 4096" &&
		query 0 extents --pid "$PID" --pid 1 -q --status mapped &&
		[ "$(cut -d' ' -f1 "$out" | uniq)" = "$(printf '%s\n' "$PID" 1)" ]
}
by_name() {
	query 0 extents --comm $called -q "$PAGE+4K" && is "$PID $PHYSICAL 4096" &&
		query 1 extents --comm $called -q "$PAGE+$((2 * SMALL))" && is "$PID $PHYSICAL $SMALL" &&
		query 1 extents --comm $called "[stack]" -j &&
		json_is 1 processes '#' && json_is "$PID" processes 0 target pid &&
		json_is $called processes 0 target comm &&
		json_is "[stack]" processes 0 extents 0 mapping &&
		query 3 extents --comm no-such-name && complains "no process is called 'no-such-name'"
}
sums() {
	query 0 summary --pid "$PID" -j && json total >"$dir/expected" &&
		query 0 summary --comm $called -j && json processes 0 total | cmp - "$dir/expected" &&
		json total | cmp - "$dir/expected"
}
# Kernel threads and zombies have no memory; all others are there, in the order of their ids.
all() {
	query 0 summary --all-processes -j || return
	grep -o '"pid":[0-9]*' "$out" | cut -d: -f2 >"$dir/pids"
	[ "$(json processes '#')" -eq "$(wc -l <"$dir/pids")" ] &&
		sort -n "$dir/pids" | cmp - "$dir/pids" && grep -qx 1 "$dir/pids" &&
		grep -qx $$ "$dir/pids" && grep -qx "$PID" "$dir/pids" &&
		! grep -qx 2 "$dir/pids" && ! grep -qx "$ZOMBIE" "$dir/pids" &&
		# The total of all is the last.
		[ $(($(grep -o '"mapped":[0-9]*' "$out" | cut -d: -f2 | head -n -1 | paste -s -d +))) \
		  -eq "$(json total mapped)" ]
}
# The same of a name that only kernel threads have.
no_memory() {
	query 3 summary --comm kthreadd && complains 'process 2: .*kernel thread' &&
		query 3 summary --pid "$ZOMBIE" --pid "$ZOMBIE" && complains 'exited'
}
named_and_gone() {
	local status=0
	v2p-query extents --pid "$ZOMBIE" --pid "$PID" -q "$PAGE+4K" >"$out" 2>"$err" || status=$?
	[ $status -eq 3 ] && one_complaint && complains "process $ZOMBIE: .*exited" &&
		is "$PID $PHYSICAL 4096"
}
# Processes come and go all the time: none of that is an error.
changing() {
	local spawner i form status=0
	(while :; do /bin/true; done) &
	spawner=$!
	for ((i = 0; i < 4 && status == 0; i++)); do
		for form in summary "summary -j" "extents -q" "extents --json-lines"; do
			# shellcheck disable=SC2086
			query 0 $form --all-processes || status=$?
		done
	done
	kill $spawner
	wait $spawner 2>/dev/null
	return $status
}
nobody_may() {
	exits 3 "${nobody[@]}" v2p-query summary --all-processes && complains CAP_SYS_ADMIN &&
		exits 3 "${nobody[@]}" v2p-query extents --comm $called && complains CAP_SYS_ADMIN
}

run_tests by_id by_name sums all no_memory named_and_gone changing nobody_may
