#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The page table of user mode: v2p-query, and who may ask. Runs last: lockdown cannot be undone.

cd "$(dirname "$0")" || exit 1
. ./command.sh
set -o pipefail

lockdown=/sys/kernel/security/lockdown

is_isolated() { v2p-query --info | grep -q '^features.*user-root'; }
isolated() {
	is_isolated || skip "no page-table isolation: it takes pti=on" || return
	[ ! "$locked" ] || skip "the kernel was locked down before"
}

refused() {
	! is_isolated || skip "there is page-table isolation" || return
	[ ! "$locked" ] || skip "the kernel was locked down before" || return
	query 3 --pid "$PID" --user-root "$PAGE" && complains "no page-table isolation" &&
		query 3 --pid "$PID" --user-root --all && complains "no page-table isolation"
}
same_page() {
	isolated || return
	query 0 --pid "$PID" --user-root -q "$PAGE" && is "$PHYSICAL" &&
		query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL"
}
symbols() {
	isolated || return
	query 0 --kernel -q entry_SYSCALL_64 && mv "$out" "$dir/entry" &&
		query 0 --pid "$PID" --user-root -q entry_SYSCALL_64 && is "$(cat "$dir/entry")" &&
		query 0 --kernel linux_banner &&
		query 1 --pid "$PID" --user-root linux_banner && has none && has linux_banner
}
json_says_so() {
	isolated || return
	query 0 --pid "$PID" --user-root -j entry_SYSCALL_64 && json_is true target user_root &&
		json_is entry_SYSCALL_64 translations 0 symbol &&
		json_is mapped translations 0 status
}
walk_explains() {
	isolated || return
	query 0 --walk --pid "$PID" "$PAGE" && has "no exec, as this is the kernel's table" &&
		query 0 --walk --pid "$PID" --user-root "$PAGE" && ! has "no exec" &&
		has "by user mode's page table"
}
all_of_it() {
	isolated || return
	query 0 --pid "$PID" --user-root --all && has 0xffff && has '[stack]' &&
		query 0 --pid "$PID" --user-root --summary && has total &&
		query 0 --pid "$PID" --user-root --plot "$dir/picture.svg" &&
		[ -s "$dir/picture.svg" ]
}

is_locked_down() { grep -qE '\[(integrity|confidentiality)\]' $lockdown; }
table() { # MODE
	isolated || return
	[ -e $lockdown ] || skip "the kernel is built without SECURITY_LOCKDOWN_LSM" || return
	./who_may_ask "$1" user-root | sed 's/^/# /'
}
rights() { table none; }
rights_under_confidentiality() { table confidentiality; }

[ -e $lockdown ] || mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
locked=
if is_locked_down; then
	locked=1
elif is_isolated; then
	# With a group whose members may open their own address space; caps.h has its number.
	modprobe -r v2p
	modprobe v2p own_group=4242
fi
run_tests refused same_page symbols json_says_so walk_explains all_of_it rights \
	rights_under_confidentiality
