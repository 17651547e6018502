#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query's view of what a device's addresses lead to.

cd "$(dirname "$0")" || exit 1
. ./command.sh
set -o pipefail

sysfs=/sys/bus/pci/devices

# As query, where the way of translation is told on standard error.
device_query() { # STATUS WORD...
	local expected=$1 status=0
	shift
	timeout 180 v2p-query "$@" </dev/null >"$out" 2>"$err" || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "# v2p-query $*: exit status $status instead of $expected"
		return 1
	}
}

there() {
	[ "$DEVICE" ] || skip "no device to map memory for: QEMU's edu, by --iommu"
}
translated() {
	there || return
	case $(readlink "$sysfs/$DEVICE/iommu")=$(cat "$sysfs/$DEVICE/iommu_group/type" 2>/dev/null) in
	*=identity) false ;;
	*/dmar* | */ivhd*) ;;
	*) false ;;
	esac || skip "the device's addresses are not translated by tables that v2p reads"
}
answered() {
	there || return
	device_query 0 --device "$DEVICE" "$IOVA" || ! complains "not known" ||
		skip "$(cat "$err")"
}

addresses() {
	answered || return
	device_query 0 --device "$DEVICE" -q "$IOVA" && is "$(printf '0x%x' $((PHYSICAL)))" &&
		device_query 0 --device "pci/$DEVICE" -q "$((IOVA + 0x1234))" &&
		is "$(printf '0x%x' $((PHYSICAL + 0x1234)))" &&
		device_query 0 --device "${DEVICE#0000:}" "$IOVA" && has "$(printf '0x%x' $((PHYSICAL)))"
}
json_is_right() {
	answered || return
	device_query 0 --device "$DEVICE" -j "$((IOVA + 0x2345))" &&
		json_is "pci/$DEVICE" target device &&
		json_is "$(printf '0x%x' $((PHYSICAL + 0x2345)))" translations 0 physical &&
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
	device_query 1 --device "$DEVICE" "$((IOVA + IOVA_SIZE))" && has none
}
walks() {
	translated || return
	device_query 0 walk --device "$DEVICE" "$((IOVA + 0x123))" && has "of device pci/$DEVICE" &&
		has "$(printf '0x%x' $((PHYSICAL + 0x123)))" && grep -q -e root-table -e device-table "$out"
}
# All that there is: the device has nothing mapped else.
ranges() {
	translated || return
	device_query 0 extents --device "$DEVICE" && has "$(printf '0x%x' $((IOVA)))" &&
		has "$(printf '0x%x' $((PHYSICAL)))" &&
		device_query 0 extents --device "$DEVICE" --json-lines &&
		[ "$(grep -c '"physical":' "$out")" = 1 ] &&
		device_query 0 summary --device "$DEVICE" && has "$((IOVA_SIZE >> 10))K" &&
		device_query 0 contiguous --device "$DEVICE" "$IOVA+$IOVA_SIZE"
}
no_such_device() {
	there || return
	query 3 --device ffff:00:00.0 "$IOVA" && complains "no such device"
}
nobody_may() {
	there || return
	exits 3 "${nobody[@]}" v2p-query --device "$DEVICE" "$IOVA" && complains CAP_SYS_ADMIN
}
# A process that has the device to itself (VFIO): it is told whose memory the device reaches.
owners() {
	local line VFIO_PID VFIO_WHY VFIO_VIRTUAL VFIO_IOVA VFIO_SIZE

	translated || return
	exec 6>&-
	wait "$mapper"
	mkfifo "$dir/vfio-hold" "$dir/vfio"
	./vfio_target "$DEVICE" <"$dir/vfio-hold" >"$dir/vfio" &
	exec 5>"$dir/vfio-hold"
	read -r -t 60 line <"$dir/vfio" && eval "$line" || return
	[ "$VFIO_PID" ] || { exec 5>&-; skip "no VFIO: $VFIO_WHY"; return; }
	device_query 0 owners --device "$DEVICE" --pid "$VFIO_PID" --no-headings &&
		has "$VFIO_PID" && has "$VFIO_VIRTUAL" && device_query 0 --device "$DEVICE" -q "$VFIO_IOVA" &&
		cp "$out" "$dir/physical" && query 0 --pid "$VFIO_PID" -q "$VFIO_VIRTUAL" &&
		cmp "$out" "$dir/physical" && device_query 0 owners --device "$DEVICE" &&
		has "$VFIO_PID" && has vfio_target
	line=$?
	exec 5>&-
	wait
	return $line
}

DEVICE=
mkfifo "$dir/map-hold" "$dir/map"
./device_target <"$dir/map-hold" >"$dir/map" &
mapper=$!
exec 6>"$dir/map-hold"
read -r -t 60 line <"$dir/map" && eval "$line"
run_tests addresses json_is_right how_it_is_translated holes walks ranges no_such_device nobody_may owners
