#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kernel addresses are refused in confidentiality mode, and only there. Runs last:
# lockdown cannot be undone.

cd "$(dirname "$0")" || exit 1
. ./command.sh

lockdown=/sys/kernel/security/lockdown

integrity() {
	echo integrity >$lockdown && query 0 --kernel jiffies_64 &&
		query 0 --kernel --range jiffies_64+8 && query 0 --pid "$PID" "$PAGE"
}
confidentiality() {
	echo confidentiality >$lockdown && query 3 --kernel 0xffffffff81000000 &&
		complains 'lock'
}
confidentiality_walk() { query 3 --kernel --walk 0xffffffff81000000 && complains 'lock'; }
confidentiality_range() {
	query 3 --kernel --range 0xffffffff81000000+4096 && complains 'lock'
}
process_all_the_same() { query 0 --pid "$PID" -q "$PAGE" && is "$PHYSICAL"; }

[ -e $lockdown ] || mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
if [ ! -e $lockdown ]; then
	ktap_print_header
	ktap_skip_all "the kernel is built without SECURITY_LOCKDOWN_LSM"
	exit "$KSFT_SKIP"
fi
# After this no module can be loaded.
modprobe v2p
run_tests integrity confidentiality confidentiality_walk confidentiality_range \
	process_all_the_same
