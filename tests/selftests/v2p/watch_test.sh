#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query --watch, of a process whose page moves when it is told to.

cd "$(dirname "$0")" || exit 1
. ./command.sh

# shellcheck disable=SC2154 # start_target() and start_moving() set what is in capitals

# Starts the process, on descriptors 5 (to it) and 6.
start_moving() {
	local line
	mkfifo "$dir/to" "$dir/from"
	./watch_target <"$dir/to" >"$dir/from" &
	exec 5>"$dir/to" 6<"$dir/from"
	rm "$dir/to" "$dir/from"
	read -r -t 60 line <&6 && eval "$line"
}
tell() { # LETTER
	local line
	printf '%s' "$1" >&5
	read -r -t 60 line <&6 && [ "$line" = 'done' ]
}
end_moving() {
	exec 5>&- 6<&-
	wait "$TARGET"
}

# Starts a watcher of it, whose lines come from descriptor 4.
start_watching() { # OPTION...
	mkfifo "$dir/seen"
	v2p-query --pid "$TARGET" --watch=0.01 --json-lines "$@" "$MOVING" >"$dir/seen" 2>"$err" 5>&- 6<&- &
	watcher=$!
	exec 4<"$dir/seen"
	rm "$dir/seen"
}
# The next line, and whether its members are these: PATH VALUE, ...
seen() {
	local line
	read -r -t 60 -u 4 line || return
	echo "$line" >"$out"
	while [ $# -gt 0 ]; do
		# shellcheck disable=SC2086
		json_is "$2" $1 || return
		shift 2
	done
}
# It ends with this status.
ended() {
	local status=0
	wait "$watcher" || status=$?
	exec 4<&-
	[ $status -eq "$1" ]
}

moves() {
	local status
	start_moving && start_watching && seen physical "$BEFORE" virtual "$MOVING" && ! json from &&
		tell m && seen physical "$AFTER" 'from physical' "$BEFORE" 'from status' mapped &&
		tell u && seen status none 'from physical' "$AFTER"
	status=$?
	kill "$watcher"
	ended 1 && [ ! -s "$err" ] && [ $status -eq 0 ]
	status=$?
	end_moving
	return $status
}
flags() {
	local status
	start_moving && start_watching --watch-flags write && seen physical "$BEFORE" &&
		json flags | grep -q '"write"' &&
		tell p && seen physical "$BEFORE" 'from physical' "$BEFORE" &&
		! json flags | grep -q '"write"'
	status=$?
	kill -INT "$watcher"
	kill "$watcher"
	ended 0 && [ $status -eq 0 ]
	status=$?
	end_moving
	return $status
}
gone() { ended 3 && complains "process $TARGET: the process has ended or runs another program" && one_complaint; }
process_ends() {
	start_moving && start_watching && seen physical "$BEFORE" && end_moving && gone
}
process_executes() {
	start_moving && start_watching && seen physical "$BEFORE" || return
	printf x >&5
	gone
	local status=$?
	end_moving
	return $status
}
reader_goes() {
	local status
	v2p-query --pid "$PID" --watch=0.01 "$PAGE" 2>"$err" | head -n 2 >"$out"
	status=${PIPESTATUS[0]}
	[ "$status" -eq 3 ] && [ ! -s "$err" ] && has "${PHYSICAL#0x}"
}
counted() {
	query 0 --pid "$PID" --watch=0.01 --count 5 "$PAGE" && [ "$(wc -l <"$out")" -eq 2 ] &&
		has "${PHYSICAL#0x}" && query 1 translate --pid "$PID" --watch=0.01 --count 2 "$PAGE" "$EMPTY"
}
kernel() { query 0 watch --kernel --watch=0.01 --count 3 jiffies_64 && has jiffies_64 && has TIME; }
no_permission() {
	exits 3 "${nobody[@]}" v2p-query --pid "$PID" --watch "$PAGE" && complains CAP_SYS_ADMIN
}

run_tests moves flags process_ends process_executes reader_goes counted kernel no_permission
