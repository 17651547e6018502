#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who may ask whom, in each lockdown mode. Runs last: lockdown cannot be undone.

cd "$(dirname "$0")" || exit 1
. ./command.sh
set -o pipefail

lockdown=/sys/kernel/security/lockdown

table() { ./who_may_ask "$1" | sed 's/^/# /'; }

can_lock_down() {
	[ -e $lockdown ] || skip "the kernel is built without SECURITY_LOCKDOWN_LSM"
}
nobody_is_locked_down() { table none; }
integrity() { can_lock_down || return; table integrity; }
command_under_integrity() {
	can_lock_down || return
	query 0 --kernel jiffies_64 && query 0 --kernel --range jiffies_64+8 &&
		query 0 --pid "$PID" "$PAGE"
}
confidentiality() { can_lock_down || return; table confidentiality; }
command_under_confidentiality() {
	local text=0xffffffff81000000
	can_lock_down || return
	query 3 --kernel $text && complains lock &&
		query 3 --kernel --walk $text && complains lock &&
		query 3 --kernel --range $text+4096 && complains lock &&
		query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL"
}

[ -e $lockdown ] || mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
# With a group whose members may open their own address space; caps.h has its number. Later
# no module can be loaded.
modprobe -r v2p
modprobe v2p own_group=4242
run_tests nobody_is_locked_down integrity command_under_integrity confidentiality \
	command_under_confidentiality
