#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query as a user meets it.

cd "$(dirname "$0")" || exit 1
. ./command.sh

quiet() { query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL"; }
offset() {
	query 0 -q --pid "$PID" "$(printf '0x%x' $((PAGE + 0x123)))" &&
		is "$(printf '0x%x' $((PHYSICAL + 0x123)))"
}
decimal() {
	query 1 -q --pid "$PID" 4660 0x1234 && is "$(printf '%s\n' - -)" &&
		query 0 -q --kernel "$(printf %u "0x$(awk '$3 == "jiffies_64" { print $1 }' /proc/kallsyms)")" &&
		mv "$out" "$dir/decimal" && query 0 -q --kernel jiffies_64 && is "$(cat "$dir/decimal")"
}
# As maps prints it, and as another number that could have been printed so.
without_0x() {
	query 2 --pid "$PID" "${PAGE#0x}" && complains "write $PAGE" &&
		query 2 --pid "$PID" "$((PAGE))" && complains "or $PAGE if it is decimal" &&
		query 2 --kernel ffffffff81000000 && complains "write 0xffffffff81000000"
}
options_behind() { query 0 "$PAGE" -q --pid "$PID" && is "$PHYSICAL"; }
several() {
	query 1 --pid "$PID" -q "$PAGE" "$EMPTY" "$PAGE" &&
		is "$(printf '%s\n' "$PHYSICAL" - "$PHYSICAL")"
}
empty() { query 1 --pid "$PID" -q "$EMPTY" && is -; }
table() { query 0 --pid "$PID" "$PAGE" && has "${PHYSICAL#0x}" && has "${PAGE#0x}"; }
# With bit 55 also where the highest byte means nothing (arm64).
not_canonical() { query 1 --pid "$PID" 0x8080000000000000 && has invalid; }
mapping() { query 0 --pid "$PID" -j "$STACK" && json_is '[stack]' translations 0 mapping; }
name() {
	local start
	start=0x$(sed -n 's/-.*\[stack\]$//p' "/proc/$PID/maps")
	query 0 --pid "$PID" -j "[stack]+$((STACK - start))" &&
		json_is "$STACK" translations 0 virtual
}
file_name() { query 0 --pid "$PID" -j command_target && json_is mapped translations 0 status; }

json_document() {
	query 0 --pid "$PID" -j "$PAGE" && [ "$(wc -l <"$out")" -le 1 ] &&
		json_is "$PID" target pid && json_is command_target target comm &&
		json_is 1 translations '#' && json_is "$PAGE" translations 0 virtual &&
		json_is "$PHYSICAL" translations 0 physical &&
		json_is mapped translations 0 status && json_is "$SMALL" translations 0 page_size &&
		json_is pte translations 0 level && json translations 0 entry >/dev/null &&
		json translations 0 flags | grep -q '"present"'
}
json_without_a_page() {
	query 1 --pid "$PID" -j "$EMPTY" && json_is none translations 0 status &&
		! json translations 0 physical && ! json translations 0 page_size
}
json_pretty() {
	query 0 --pid "$PID" -p "$PAGE" && [ "$(wc -l <"$out")" -gt 5 ] &&
		json_is "$PHYSICAL" translations 0 physical
}
json_kernel() {
	query 0 --kernel --json jiffies_64 && json_is true target kernel &&
		json_is mapped translations 0 status
}
json_info() { query 0 --info -j && json >/dev/null; }

info() { query 0 --info && has "$(modinfo -F version v2p)"; }
info_of_nobody() { exits 0 "${nobody[@]}" v2p-query --info; }
levels() { v2p-query --info | grep -cE '\b(pgd|p4d|pud|pmd|pte)\b'; }
walk() {
	query 0 --pid "$PID" --walk "$PAGE" && has "${PHYSICAL#0x}" && has pgd && has pte
}
walk_json() {
	query 0 --pid "$PID" --walk -j "$PAGE" && json_is "$(levels)" translations 0 walk '#' &&
		json_is pgd translations 0 walk 0 level && json translations 0 root >/dev/null &&
		json_is "$(json translations 0 entry)" translations 0 walk $(($(levels) - 1)) entry
}

symbol() {
	local address
	address=$(awk '$3 == "jiffies_64" { print $1 }' /proc/kallsyms)
	query 0 --kernel -q jiffies_64+8 && [ "$(cat "$out")" != - ] || return
	mv "$out" "$dir/named"
	query 0 --kernel -q "$(printf '0x%x' $((0x$address + 8)))" && is "$(cat "$dir/named")"
}
# /proc/iomem tells where the kernel's code begins, and kallsyms its address.
kernel_code() {
	local start
	start=$(sed -n 's/^ *\([0-9a-f]*\)-.* : Kernel code$/\1/p' /proc/iomem)
	query 0 --kernel -q _text && is "$(printf '0x%x' "0x$start")"
}

help() { query 0 --help && has --pid && has --walk; }
version() { query 0 --version && has "$(modinfo -F version v2p)"; }

usage() {
	local arguments
	while read -r arguments; do
		# shellcheck disable=SC2086
		query 2 $arguments || return
	done <<-END

		--pid
		--pid $PID
		--kernel
		$PAGE
		--pid $PID --kernel $PAGE
		--pid $PID --pid $PID $PAGE
		--pid 0 $PAGE
		--pid -1 $PAGE
		--pid 2147483648 $PAGE
		--pid 1x $PAGE
		--pid $PID --no-such-option $PAGE
		--pid $PID 0x
		--pid $PID 0x12g
		--pid $PID 12z
		--pid $PID -- -1
		--pid $PID 0x10000000000000000
		--pid $PID 18446744073709551616
		--pid $PID $PAGE 12z
		--pid $PID no_such_mapping
		--kernel no_such_symbol_at_all
		--kernel jiffies_64+
		--kernel jiffies_64+8x
		--info $PAGE
	END
}
# Neither status 2 nor 3 is wrong for a name that is not there, but it must be one.
unknown_symbol() {
	{ query 2 --kernel no_such_symbol || query 3 --kernel no_such_symbol; } &&
		complains no_such_symbol
}

no_such_pid() { query 3 --pid 2147483647 0 && complains 'process'; }
kernel_thread() { query 3 --pid 2 0 && complains 'kernel thread'; }
zombie() { query 3 --pid "$ZOMBIE" "$PAGE" && complains 'exited'; }
no_permission() {
	exits 3 "${nobody[@]}" v2p-query --pid "$PID" "$PAGE" && complains CAP_SYS_ADMIN
}
no_permission_kernel() {
	exits 3 "${nobody[@]}" v2p-query --kernel 0xffffffff81000000 &&
		complains CAP_SYS_ADMIN
}

# Output that cannot be written is noticed.
full() {
	local status=0
	v2p-query --pid "$PID" "$PAGE" >/dev/full 2>"$err" || status=$?
	[ $status -eq 3 ] && [ "$(wc -l <"$err")" -eq 1 ]
}
closed() {
	local status=0
	v2p-query --pid "$PID" "$PAGE" >&- 2>"$err" || status=$?
	[ $status -eq 3 ] && [ "$(wc -l <"$err")" -eq 1 ]
}
broken_pipe() {
	local status
	yes "$PAGE" | v2p-query --pid "$PID" - 2>"$err" | head -n 1 >"$out"
	status=${PIPESTATUS[1]}
	[ "$status" -eq 3 ]
}

stream_input() {
	printf '%s\n\n%s\r\n%s' "$PAGE" "$EMPTY" "$PAGE" | v2p-query --pid "$PID" -q - >"$out" 2>"$err"
	[ "${PIPESTATUS[1]}" -eq 1 ] && is "$(printf '%s\n' "$PHYSICAL" - "$PHYSICAL")"
}
stream_bad_line() {
	local status
	printf '%s\nnonsense here\n%s\n' "$PAGE" "$PAGE" |
		v2p-query --pid "$PID" -q - >"$out" 2>"$err"
	status=${PIPESTATUS[1]}
	[ "$status" -eq 2 ] && is "$PHYSICAL" && complains '2' && [ "$(wc -l <"$err")" -eq 1 ]
}
# An answer comes while standard input stays open.
stream_at_once() {
	local answer
	coproc stream { exec v2p-query --pid "$PID" -q - 2>"$err"; }
	local input=${stream[1]} output=${stream[0]} pid=$!
	for _ in 1 2 3; do
		echo "$PAGE" >&"$input"
		read -r -t 30 -u "$output" answer && [ "$answer" = "$PHYSICAL" ] || return
	done
	exec {input}>&-
	wait "$pid"
}
# Memory is the same after a million addresses as after ten thousand, give or take some
# pages.
stream_constant_memory() {
	local few many count
	mkfifo "$dir/in" "$dir/answers"
	v2p-query --pid "$PID" -q - <"$dir/in" >"$dir/answers" 2>"$err" &
	local pid=$!
	exec 8>"$dir/in" 9<"$dir/answers"
	yes "$PAGE" | head -n 10000 >&8 &
	head -n 10000 <&9 >"$out"
	few=$(own_memory $pid)
	yes "$PAGE" | head -n 990000 >&8 &
	count=$(head -n 990000 <&9 | sort -u | tee "$out" | wc -l)
	many=$(own_memory $pid)
	exec 8>&- 9<&-
	wait $pid || return
	echo "# $few kB after 10000 addresses, $many kB after 1000000"
	[ "$count" -eq 1 ] && is "$PHYSICAL" && [ "$many" -le $((few + 128)) ]
}

# No module, and none that could be loaded.
module_absent() {
	local loader status
	loader=$(cat /proc/sys/kernel/modprobe)
	echo /bin/false >/proc/sys/kernel/modprobe
	rmmod v2p && query 3 --pid "$PID" "$PAGE" && complains 'module' &&
		query 3 --info && complains 'module'
	status=$?
	echo "$loader" >/proc/sys/kernel/modprobe
	modprobe v2p && query 0 --pid "$PID" "$PAGE" && return $status
}

run_tests quiet offset decimal without_0x options_behind several empty table not_canonical mapping name \
	file_name json_document json_without_a_page json_pretty json_kernel json_info info \
	info_of_nobody walk walk_json symbol kernel_code help version usage unknown_symbol \
	no_such_pid kernel_thread zombie no_permission no_permission_kernel full closed broken_pipe \
	stream_input stream_bad_line stream_at_once stream_constant_memory module_absent
