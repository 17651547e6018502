#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query's view of what a device's addresses lead to.

cd "$(dirname "$0")" || exit 1
. ./command.sh
set -o pipefail

sysfs=/sys/bus/pci/devices

# As query, where the way of translation is told on standard error.
device_query() { # STATUS WORD...
	local expected=$1
	shift
	ends "$expected" v2p-query "$@"
}

at() { printf '0x%x' "$1"; }

translated() {
	case $(readlink "$sysfs/$DEVICE/iommu")=$(cat "$sysfs/$DEVICE/iommu_group/type" 2>/dev/null) in
	*=identity) false ;;
	*/dmar* | */ivhd*) ;;
	*) false ;;
	esac || skip "the device's addresses are not translated by tables that v2p reads"
}
answered() {
	device_query 0 --device "$DEVICE" "$IOVA" || ! complains "not known" ||
		skip "$(cat "$err")"
}

addresses() {
	answered || return
	device_query 0 --device "$DEVICE" -q "$IOVA" && is "$(at $((IOVA_LEADS_TO)))" &&
		device_query 0 --device "pci/$DEVICE" -q "$(at $((IOVA + 0x1234)))" &&
		is "$(at $((IOVA_LEADS_TO + 0x1234)))" &&
		device_query 0 --device "${DEVICE#0000:}" "$IOVA" && has "$(at $((IOVA_LEADS_TO)))"
}
json_is_right() {
	answered || return
	device_query 0 --device "$DEVICE" -j "$(at $((IOVA + 0x2345)))" &&
		json_is "pci/$DEVICE" target device &&
		json_is "$(at $((IOVA_LEADS_TO + 0x2345)))" translations 0 physical &&
		json_is mapped translations 0 status
}
how_it_is_translated() {
	translated || return
	device_query 0 --device "$DEVICE" "$IOVA" && complains "device pci/$DEVICE: .*tables" &&
		one_complaint && device_query 0 --device "$DEVICE" -j "$IOVA" &&
		json_is tables target translation
}
holes() {
	translated || return
	device_query 1 --device "$DEVICE" "$(at $((IOVA + IOVA_SIZE)))" && has none
}
walks() {
	translated || return
	device_query 0 walk --device "$DEVICE" "$(at $((IOVA + 0x123)))" && has "of device pci/$DEVICE" &&
		has "$(at $((IOVA_LEADS_TO + 0x123)))" && grep -q -e root-table -e device-table "$out"
}
# All that there is: the device has nothing mapped else.
ranges() {
	translated || return
	device_query 0 extents --device "$DEVICE" && has "$(at $((IOVA)))" &&
		has "$(at $((IOVA_LEADS_TO)))" &&
		device_query 0 extents --device "$DEVICE" --json-lines &&
		[ "$(grep -c '"physical":' "$out")" = 1 ] &&
		device_query 0 summary --device "$DEVICE" && has "$((IOVA_SIZE >> 10))K" &&
		device_query 0 contiguous --device "$DEVICE" "$IOVA+$(at "$IOVA_SIZE")"
}
no_such_device() {
	query 3 --device ffff:00:00.0 "$IOVA" && complains "no such device"
}
nobody_may() {
	exits 3 "${nobody[@]}" v2p-query --device "$DEVICE" "$IOVA" && complains CAP_SYS_ADMIN
}
# A drive that reads all the time, its driver mapping and unmapping, while all of its space is told.
busy_drive() {
	local drive disk reader name i status=0

	for disk in /sys/block/nvme*; do
		[ -e "$disk" ] || skip "no NVMe drive" || return
		# The drive, its controller, the PCI device.
		name=$(basename "$(readlink -f "$disk/device/device")")
		[ -e "$sysfs/$name" ] && drive=/dev/$(basename "$disk") && break
	done
	[ "$drive" ] || skip "no NVMe drive is a PCI device" || return
	while dd if="$drive" of=/dev/null bs=64k count=256 iflag=direct 2>/dev/null; do :; done &
	reader=$!
	for ((i = 0; i < 30 && status == 0; i++)); do
		device_query 0 extents --device "$name" --json-lines || status=1
	done
	kill $reader || status=1
	wait $reader 2>/dev/null
	[ "$status" = 0 ] && has '"physical":'
}
# A process that has the device to itself (VFIO): it is told whose memory the device reaches.
owners() {
	local line vfio status VFIO_PID VFIO_WHY VFIO_VIRTUAL VFIO_IOVA

	translated || return
	kill "$mapper"
	wait "$mapper" 2>/dev/null
	mkfifo "$dir/vfio-hold" "$dir/vfio"
	./vfio_target "$DEVICE" <"$dir/vfio-hold" >"$dir/vfio" &
	vfio=$!
	exec 5>"$dir/vfio-hold"
	read -r -t 60 line <"$dir/vfio" && eval "$line" || return
	[ "$VFIO_PID" ] || { exec 5>&-; wait $vfio; skip "no VFIO: $VFIO_WHY"; return; }
	device_query 0 owners --device "$DEVICE" "$VFIO_IOVA" && has "$VFIO_IOVA" &&
		has "$VFIO_PID" && has "$VFIO_VIRTUAL" && has vfio_target &&
		device_query 0 --device "$DEVICE" -q "$VFIO_IOVA" && cp "$out" "$dir/physical" &&
		query 0 --pid "$VFIO_PID" -q "$VFIO_VIRTUAL" && cmp "$out" "$dir/physical"
	status=$?
	exec 5>&-
	wait $vfio && return $status
}

DEVICE=
mkfifo "$dir/map-hold" "$dir/map"
./device_target <"$dir/map-hold" >"$dir/map" &
mapper=$!
exec 6>"$dir/map-hold"
read -r -t 60 line <"$dir/map" && eval "$line"
if [ -z "$DEVICE" ]; then
	ktap_print_header
	ktap_skip_all "no device to map memory for: QEMU's edu, by --iommu"
	exit "$KSFT_SKIP"
fi
run_tests addresses json_is_right how_it_is_translated holes walks ranges no_such_device nobody_may \
	busy_drive owners
