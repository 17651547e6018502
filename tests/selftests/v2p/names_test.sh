#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What v2p-query takes from /proc where that is not the plain case: maps of a process whose
# first thread has exited, maps that cannot be had, files of swap areas.

cd "$(dirname "$0")" || exit 1
. ./command.sh

# Start a names_target; sets TARGET, PAGE and SHARED. It stays as long as descriptor 6 is open.
start_names_target() { # MODE
	local line
	stop_names_target
	rm -f "$dir/stay" "$dir/names"
	mkfifo "$dir/stay" "$dir/names"
	./names_target "$1" <"$dir/stay" >"$dir/names" &
	exec 6>"$dir/stay"
	read -r -t 60 line <"$dir/names" && eval "$line"
}
stop_names_target() {
	# Whether it was open or not.
	exec 6>&- || return 0
}

first_thread_has_exited() {
	start_names_target threads || return
	for _ in {1..100}; do
		grep -q '^State:.*Z' "/proc/$TARGET/status" && return
		sleep 0.1
	done
	return 1
}
mapping_of_a_thread() {
	query 0 --pid "$TARGET" -j "$PAGE" && json_is '[anon]' translations 0 mapping &&
		query 0 --pid "$TARGET" -j --range '[stack]' --status mapped,none &&
		json_is '[stack]' extents 0 mapping
}
summary_of_a_thread() {
	query 0 --pid "$TARGET" --summary -j && json mappings '*' mapping >"$dir/rows" &&
		grep -qxF '[stack]' "$dir/rows" && grep -q '/names_target$' "$dir/rows" &&
		! grep -qx -e - "$dir/rows"
}
ended_thread() {
	local i
	stop_names_target
	for ((i = 0; i < 100; i++)); do
		[ -e "/proc/$TARGET" ] || break
		sleep 0.1
	done
	query 3 --pid "$TARGET" '[stack]' && complains 'no such process'
}

# A pid namespace that was entered with the /proc of another.
no_maps() {
	local status options
	for options in "" -j --walk; do
		status=0
		# shellcheck disable=SC2086
		unshare --pid --fork v2p-query --pid 1 $options 0x1000 >"$out" 2>"$err" ||
			status=$?
		[ $status -eq 1 ] && one_complaint && complains 'no names are shown' || return
	done
	status=0
	unshare --pid --fork v2p-query --pid 1 --summary >"$out" 2>"$err" || status=$?
	[ $status -eq 0 ] && one_complaint && complains 'extents alone'
}

area_on() { # NUMBER
	[ -e "/dev/zram$1" ] || cat /sys/class/zram-control/hot_add >"$out" || return
	echo 16M >"/sys/block/zram$1/disksize" && mkswap "/dev/zram$1" >"$out" 2>"$err" &&
		swapon "/dev/zram$1" 2>"$err"
}
area_off() {
	swapoff "/dev/zram$1" && echo 1 >"/sys/block/zram$1/reset"
}

can_swap() {
	modprobe zram 2>"$err" || skip "there is no zram to swap to"
	[ "$(wc -l </proc/swaps)" -eq 1 ] || skip "there is a swap area already"
}
can_swap_still() { grep -q ^/dev/zram /proc/swaps || skip "there is no zram to swap to"; }
one_area() {
	can_swap && area_on 0 && start_names_target swap || return
	query 1 --pid "$TARGET" -j "$PAGE" && json_is swapped translations 0 status &&
		json_is 0 translations 0 swap type && json_is /dev/zram0 translations 0 swap_file &&
		query 1 --pid "$TARGET" "$PAGE" && has "area=0(/dev/zram0),page=0x" &&
		query 1 --pid "$TARGET" --walk "$PAGE" && has "of swap area 0 (/dev/zram0)"
}
shared_memory() {
	can_swap_still || return
	query 1 --pid "$TARGET" -j "$SHARED" && json_is none translations 0 status || return
	v2p-query --pid "$TARGET" --all --status swapped -q >"$out" 2>"$err"
	[ "$(cat "$out")" = "- $SMALL" ] && one_complaint && complains 'none, not swapped' &&
		query 0 --pid "$TARGET" --all --status swapped,none -q &&
		query 0 --pid "$TARGET" --range "$PAGE+4K" --status swapped -q
}
# No number is below 0: it is that of the first in the list.
two_areas() {
	can_swap_still && area_on 1 &&
		query 1 --pid "$TARGET" -j "$PAGE" && json_is /dev/zram0 translations 0 swap_file
}
# The one that is left has number 1.
first_area_off() {
	can_swap_still && area_off 0 && start_names_target swap &&
		query 1 --pid "$TARGET" -j "$PAGE" && json_is 1 translations 0 swap type &&
		json_is /dev/zram1 translations 0 swap_file
}
# Two areas, whose numbers may be 0 and 1 as well as 1 and 2.
unknown_area() {
	local status
	can_swap_still && area_on 0 && query 1 --pid "$TARGET" -j "$PAGE" &&
		json_is 1 translations 0 swap type && ! json translations 0 swap_file &&
		query 1 --pid "$TARGET" "$PAGE" && has 'area=1,page=0x'
	status=$?
	stop_names_target
	area_off 0
	area_off 1
	return $status
}

run_tests first_thread_has_exited mapping_of_a_thread summary_of_a_thread ended_thread no_maps \
	one_area shared_memory two_areas first_area_off unknown_area
