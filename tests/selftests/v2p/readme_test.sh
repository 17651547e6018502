#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The README's examples of v2p-query run as they stand in it, but for the pid and the
# addresses, which are those of a process that is there, and the device.

cd "$(dirname "$0")" || exit 1
. ./command.sh

examples() { sed -nE 's/ +# .*//; s/^    (v2p-query .*)/\1/p' README.md; }

# Whichever comes first, by its bus and its name.
any_device() {
	local path
	for path in /sys/bus/{pci,platform}/devices/*; do
		[ -e "$path" ] && break
	done
	path=${path#/sys/bus/}
	echo "${path/\/devices\///}"
}

# Each translates (0), or has a part without a page (1), and complains of nothing. How a device's
# addresses are translated is no complaint.
example() {
	local status=0 line=$1
	line=${line//1234/$PID}
	line=${line//0x7fff5c2a3b40/$PAGE}
	line=${line//0x7f0000000000/$PAGE}
	line=${line//03:00.0/$(any_device)}
	# A machine has no others than its own sizes of pages.
	[ "$SMALL" = 4096 ] || line=${line//2M,1G/$HUGE_SIZE}
	(cd "$dir" && eval "timeout 180 $line") >"$out" 2>"$err" || status=$?
	[ "$status" -le 1 ] && ! grep -qv '^v2p-query: device ' "$err" && return
	echo "# $line: exit status $status"
	return 1
}

ktap_print_header
mapfile -t lines < <(examples)
ktap_set_plan $((${#lines[@]} + 1))
start_target || ktap_exit_fail_msg "command_target does not start"
printf '%s\n' "$PAGE" >"$dir/addresses"
# The README shows how to ask for an address, a symbol, a range and a picture.
check "there are examples" [ ${#lines[@]} -ge 12 ]
for line in "${lines[@]}"; do
	check "$line" example "$line"
done
ktap_finished
