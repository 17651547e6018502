#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Ranges of a process that has half a million extents.

cd "$(dirname "$0")" || exit 1
. ./command.sh

tracing=/sys/kernel/tracing
extents=524288

# Sets MANY, a process that has them.
start_many() {
	coproc many { exec ./many_extents $extents; }
	# shellcheck disable=SC2154 # coproc sets it
	MANY=$many_PID
	read -r -t 300 -u "${many[0]}" _
}
end_many() {
	kill "$MANY"
	wait "$MANY" 2>/dev/null
	true
}
# How many messages the module has answered with since it was last asked.
messages() {
	grep -c op=map "$tracing/trace"
	: >"$tracing/trace"
}
# All of them come; and where the reader leaves after the first, few more are asked for.
many() {
	local all first
	: >"$tracing/trace"
	echo 1 >"$tracing/events/v2p/v2p_result/enable" || return
	v2p-query --pid "$MANY" --all -q 2>"$err" | wc -l >"$out"
	[ "${PIPESTATUS[0]}" -eq 0 ] && [ "$(cat "$out")" -ge $extents ] || return
	all=$(messages)
	v2p-query --pid "$MANY" --all -q 2>"$err" | head -n 1 >"$out"
	[ "${PIPESTATUS[0]}" -eq 3 ] && [ -s "$out" ] || return
	first=$(messages)
	echo 0 >"$tracing/events/v2p/v2p_result/enable"
	echo "# all of them took $all messages, the first $first"
	[ "$all" -gt 100 ] && [ "$first" -lt $((all / 4)) ]
}
gone_reader_is_no_complaint() {
	local options
	for options in "" -q -j --json-lines; do
		# shellcheck disable=SC2086
		v2p-query --pid "$MANY" --all $options 2>"$err" | head -c 100 >"$out"
		[ "${PIPESTATUS[0]}" -eq 3 ] && [ -s "$out" ] && [ ! -s "$err" ] || return
	done
}
# As much memory after 6 MB as after one, give or take some pages.
constant_memory() {
	local options pid few more
	mkfifo "$dir/rows"
	for options in "" -q -j --json-lines; do
		# shellcheck disable=SC2086
		v2p-query --pid "$MANY" --all $options >"$dir/rows" 2>"$err" &
		pid=$!
		exec 9<"$dir/rows"
		head -c 1000000 <&9 >"$out"
		few=$(own_memory $pid)
		head -c 5000000 <&9 | wc -c >"$out"
		more=$(own_memory $pid)
		exec 9<&-
		wait $pid
		echo "# ${options:-table}: $few kB after 1 MB, $more kB after 6 MB"
		is 5000000 && [ "$more" -le $((few + 128)) ] || return
	done
}
# So little that they do not fit.
bounded_memory() {
	local options
	for options in --summary "--plot $dir/many.svg"; do
		# shellcheck disable=SC2086
		exits 0 bash -c 'ulimit -v 24576; exec v2p-query "$@"' - --pid "$MANY" $options ||
			return
	done
	[ "$(tail -n 1 "$dir/many.svg")" = '</svg>' ]
}
# What came before stays, and the document is one.
ends_in_the_middle() {
	local pid status
	mkfifo "$dir/cut"
	v2p-query --pid "$MANY" --all -j >"$dir/cut" 2>"$err" &
	pid=$!
	exec 9<"$dir/cut"
	head -c 1000000 <&9 >"$out"
	end_many
	cat <&9 >>"$out"
	exec 9<&-
	wait $pid
	status=$?
	echo "# $(json extents '#') extents came"
	[ $status -eq 3 ] && one_complaint && complains 'has ended' &&
		[ "$(json extents '#')" -gt 1000 ] &&
		[ "$(json extents '#')" -lt $extents ] && json error | grep -q 'has ended'
}
# Nothing comes before the picture is complete, so that no reader can hold it up. It
# runs when nobody else wants its processor, and so comes to no end while this looks on.
plot_of_one_that_ends() {
	local pid status cpus
	start_many || return
	cpus=$(taskset -p $$ | sed 's/.* //')
	taskset -cp 0 $$ >/dev/null || return
	: >"$tracing/trace"
	echo 1 >"$tracing/events/v2p/v2p_result/enable" || return
	chrt --idle 0 v2p-query --pid "$MANY" --plot "$dir/ended.svg" >"$out" 2>"$err" &
	pid=$!
	until grep -q op=map "$tracing/trace" || ! kill -0 $pid 2>/dev/null; do
		sleep 0.01
	done
	kill -STOP $pid
	echo 0 >"$tracing/events/v2p/v2p_result/enable"
	end_many
	kill -CONT $pid
	taskset -p "$cpus" $$ >/dev/null
	wait $pid
	status=$?
	echo "# stopped after $(messages) messages, status $status"
	[ $status -eq 3 ] && one_complaint && complains 'has ended' && [ ! -s "$dir/ended.svg" ]
}

run_tests start_many many gone_reader_is_no_complaint constant_memory bounded_memory \
	ends_in_the_middle plot_of_one_that_ends
