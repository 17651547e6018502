#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query owners: who has physical memory, compared with every pagemap there is.

cd "$(dirname "$0")" || exit 1
. ./command.sh

# Set by start_target(): a page of the target, and where it is.
# shellcheck disable=SC2154
page() { printf '%s\n' "$PAGE"; }

# Where an address of the target is in physical memory.
physical() { v2p-query --pid "$PID" -q "$1"; }

# All processes that have a page are known to be there while v2p-query and the oracle run.
staying() { grep -vE "^($1) " | sort; }

anonymous() {
	query 0 owners --all-processes -q "$PHYSICAL" && is "$PID $PAGE" &&
		query 0 owners --all-processes -q "$(printf '0x%x' $((PHYSICAL + 0x123)))" &&
		is "$PID $(printf '0x%x' $((PAGE + 0x123)))" &&
		query 0 owners --all-processes -q "pfn:$(printf '0x%x' $((PHYSICAL / SMALL)))" &&
		is "$PID $PAGE" &&
		query 0 owners --all-processes -q "$PHYSICAL+4K" && is "$PID $PAGE" &&
		query 0 owners --pid "$PID" -q "$PHYSICAL" && is "$PID $PAGE" &&
		query 1 owners --pid $$ -q "$PHYSICAL" && is ''
}
table() {
	query 0 owners --all-processes "$PHYSICAL" && has "$PAGE" && has command_target &&
		has "$PHYSICAL: 1 mapping by processes found, of 1 that the kernel counts"
}
# The same page of libc is in all processes that use it.
shared() {
	local address where
	address=$(sed -n 's/^\([0-9a-f]*\)-.* r-xp .*libc\.so\.6$/0x\1/p' "/proc/$PID/maps")
	where=$(physical "$address") && [ "$where" != - ] || return
	./owners_truth "$where" | sort >"$dir/expected"
	query 0 owners --all-processes -q "$where" || return
	# The oracle and v2p-query have come and gone; what both have seen was there all the time.
	grep -vxFf "$dir/expected" "$out" >"$dir/more"
	sort "$out" | comm -12 - "$dir/expected" >"$dir/both"
	grep -qx "$PID $address" "$dir/both" && grep -q "^$$ " "$dir/both" &&
		[ "$(wc -l <"$dir/both")" -ge $(($(wc -l <"$dir/expected") - 2)) ] &&
		[ "$(wc -l <"$dir/more")" -le 2 ] && [ "$(wc -l <"$dir/both")" -ge 2 ] &&
		query 0 owners --comm command_target -j "$where" &&
		json_is 1 processes '#' && json_is "$PID" processes 0 target pid &&
		json_is "$address" processes 0 extents 0 virtual &&
		json processes 0 extents 0 mapping | grep -q 'libc\.so\.6$' &&
		json_is 1 ranges 0 mappings && [ "$(json ranges 0 counted)" -ge 2 ]
}
# The direct map, at least; and each such address leads back.
kernel() {
	local address
	query 0 owners --kernel -q "$PHYSICAL" && [ -s "$out" ] || return
	cp "$out" "$dir/addresses"
	while read -r _ address; do
		query 0 --kernel -q "$address" && is "$PHYSICAL" || return
	done <"$dir/addresses"
	query 0 owners -q "$PHYSICAL" && has "$PID $PAGE" && has "$(head -n 1 "$dir/addresses")"
}
# The kernel's own text is mapped twice: there, and in the direct map.
kernel_text() {
	local where
	where=$(v2p-query --kernel -q linux_banner) || return
	query 0 owners --kernel -q "$where" && [ "$(wc -l <"$out")" -ge 2 ] || return
	grep -qx "kernel 0x$(awk '$3 == "linux_banner" { print $1 }' /proc/kallsyms)" "$out"
}
several() {
	local stack
	stack=$(physical "$STACK") && [ "$stack" != - ] || return
	query 0 owners --all-processes --json-lines "$PHYSICAL" "$stack" &&
		[ "$(grep -c "\"virtual\":\"$PAGE\"" "$out")" -eq 1 ] &&
		[ "$(grep -c "\"virtual\":\"$STACK\"" "$out")" -eq 1 ] &&
		[ "$(grep -c '"mappings":1' "$out")" -eq 2 ] &&
		printf '%s\n' "$PHYSICAL" "" "$stack" >"$dir/lines" &&
		v2p-query owners --all-processes -q - <"$dir/lines" >"$out" 2>"$err" &&
		[ "$(sort "$out")" = "$(printf '%s\n' "$PID $PAGE" "$PID $STACK" | sort)" ]
}
# More than one search takes.
many() {
	local i list=()
	for ((i = 0; i < 130; i++)); do
		list+=("$(printf '0x%x' $((PHYSICAL + i * 7)))")
	done
	query 0 owners --all-processes -q "${list[@]}" && [ "$(sort -u "$out" | wc -l)" -eq 130 ] &&
		! grep -qv "^$PID ${PAGE%???}" "$out"
}
bad_input() {
	query 2 owners && query 2 owners 12x && query 2 owners 5-3 && query 2 owners pfn: &&
		query 2 owners 0x10-0x10 && query 2 owners 0xffffffffffffffff+2 &&
		query 3 owners 0xfffffffffffff000 && complains 'physical addresses have' &&
		query 3 owners --pid "$ZOMBIE" 0x1000 && complains exited &&
		query 3 owners --comm no-such-name 0x1000 &&
		exits 3 "${nobody[@]}" v2p-query owners 0x1000 && complains CAP_SYS_ADMIN
}

run_tests anonymous table shared kernel kernel_text several many bad_input
