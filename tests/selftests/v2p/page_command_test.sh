#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query page: what memory is, compared with what a process knows of its own, with sysfs
# and with /proc.

cd "$(dirname "$0")" || exit 1
. ./command.sh

memory=/sys/devices/system/memory
cgroups=/sys/fs/cgroup

# The value of a member of the only page of the last JSON document.
fact() { json pages 0 "$@"; }
fact_is() {
	local expected=$1
	shift
	[ "$(fact "$@")" = "$expected" ] || {
		echo "# $* is $(fact "$@") instead of $expected"
		return 1
	}
}
has_flag() { fact flags | grep -qF "\"$1\""; }

# A process in a cgroup of its own, where there can be one. Sets what page_target prints.
start_memory() {
	local line
	[ -z "${READY:-}" ] || return 0
	echo 2 >/proc/sys/vm/nr_hugepages
	{ mountpoint -q $cgroups || mount -t cgroup2 none $cgroups 2>/dev/null; } &&
		echo +memory >$cgroups/cgroup.subtree_control 2>/dev/null &&
		mkdir $cgroups/v2p-page
	mkfifo "$dir/hold-memory" "$dir/memory"
	head -c 64K /dev/urandom >"$dir/file"
	(
		[ ! -d $cgroups/v2p-page ] || echo $BASHPID >$cgroups/v2p-page/cgroup.procs
		exec ./page_target "$dir/file"
	) <"$dir/hold-memory" >"$dir/memory" &
	exec 8>"$dir/hold-memory"
	while read -r -t 60 line && eval "$line" && [ -z "${READY:-}" ]; do
		:
	done <"$dir/memory"
	[ -n "${READY:-}" ]
}

# Set by start_memory().
# shellcheck disable=SC2154
anonymous() {
	start_memory && query 0 page -j "$ANONYMOUS" && fact_is anonymous kind &&
		fact_is "$ANONYMOUS" physical && fact_is 1 length && fact_is 1 mappings &&
		fact_is "$ANONYMOUS_NODE" node && fact_is 'System RAM' resources 0 &&
		has_flag anonymous && has_flag mmap && has_flag swapbacked && ! fact order &&
		query 0 page -q "$ANONYMOUS" && is anonymous &&
		query 0 page "$ANONYMOUS" && has 'mapped      1 time' &&
		has 'kind        anonymous memory' && has "node        $ANONYMOUS_NODE"
}
forked() { start_memory && query 0 page -j "$SHARED" && fact_is 3 mappings; }
shmem() {
	start_memory && query 0 page -q "$SHMEM" "$FILE" && is "$(printf 'shmem\nshmem')"
}
zero_page() {
	start_memory && query 0 page -j "$ZERO" && fact_is zero kind && has_flag zero_page
}
hugetlb() {
	start_memory || return
	[ -n "$HUGETLB" ] || skip 'no page of hugetlb can be had' || return
	query 0 page -j "$HUGETLB" && fact_is hugetlb kind && fact_is "$(huge_order)" order &&
		fact_is "$(printf '0x%x' $((HUGETLB - SMALL)))" folio && fact_is 1 mappings &&
		has_flag compound_tail && has_flag huge && has_flag uptodate
}
transparent() {
	start_memory || return
	[ -n "$THP" ] || skip 'no transparent huge page came about' || return
	query 0 page -j "$THP" && fact_is anonymous kind && fact_is "$(huge_order)" order && fact_is 1 mappings &&
		fact_is "$(printf '0x%x' $((THP - 37 * SMALL)))" folio && has_flag thp &&
		has_flag uptodate && has_flag swapbacked &&
		query 0 page "$THP" && has 'of a transparent huge page' &&
		query 0 page -q "$(printf "0x%x+$((PER_HUGE * SMALL))" $((THP - 37 * SMALL)))" &&
		[ "$(sort "$out" | uniq -c | tr -s ' ')" = " $PER_HUGE anonymous" ]
}
poisoned() {
	start_memory || return
	[ -n "$POISONED" ] || skip 'the kernel is built without MEMORY_FAILURE' || return
	query 0 page -j "$POISONED" && fact_is true poisoned && has_flag hwpoison &&
		query 0 page "$POISONED" && has 'poisoned    its memory failed'
}
ksm() {
	start_memory || return
	[ -n "$MERGED" ] || skip 'KSM merged nothing' || return
	query 0 page -j "$MERGED" "$ANONYMOUS" && fact_is ksm kind && has_flag ksm &&
		json_is anonymous pages 1 kind && ! json pages 1 flags | grep -qw ksm
}
# The file is where the process has it, from its second page on.
file() {
	start_memory && query 0 page -j "$(printf '0x%x' $((FILE + 5)))" &&
		fact_is "$FILE_DEVICE" file device && fact_is "$FILE_INODE" file inode &&
		fact_is "$(printf 0x%x "$SMALL")" file offset && fact_is "$dir/file" file name && query 0 page "$FILE" &&
		has "$FILE_INODE at $(printf 0x%x "$SMALL")  $dir/file" && query 0 page -j "$ANONYMOUS" && ! fact file
}
references() {
	start_memory && query 0 page -j "$SHARED" && [ "$(fact references)" -ge 3 ] &&
		query 0 page -j "$ANONYMOUS" && [ "$(fact references)" -ge 1 ]
}
cgroup() {
	start_memory || return
	[ -d $cgroups/v2p-page ] || skip 'no cgroup with a controller of memory' || return
	query 0 page -j "$ANONYMOUS" && fact_is /v2p-page cgroup &&
		fact_is "$(stat -c %i $cgroups/v2p-page)" cgroup_inode &&
		query 0 page "$ANONYMOUS" && has 'cgroup      /v2p-page'
}

# Each name of /proc/iomem that is not nested in another.
resources() {
	local start name
	while IFS=': ' read -r start name; do
		query "$([[ $name == 'System RAM' ]] && echo 0 || echo 1)" page -j "0x${start%-*}" &&
			fact_is "$name" resources 0 || return
	done < <(grep -v '^ ' /proc/iomem)
}
# One behind all that there is, one in the midst of the kernel.
hole_and_kernel() {
	local start bits nested
	query 0 info -j && bits=$(json physical_bits) &&
		query 1 page -j "$(printf '0x%x' $((1 << (bits - 1))))" && fact_is hole kind && fact_is '[ ]' resources &&
		IFS=: read -r nested start < <(sed -n 's/^\( *\)\([0-9a-f]*\)-.* : Kernel code$/\1:\2/p' /proc/iomem) &&
		query 0 page -j "0x$start" && fact_is reserved kind &&
		fact_is 'Kernel code' resources $((${#nested} / 2)) &&
		has_flag reserved
}
# Each register with memory of each PCI device.
registers() {
	local file number start end flags device found=0
	for file in /sys/bus/pci/devices/*/resource; do
		device=${file%/*} number=0
		while read -r start end flags; do
			if ((number < 6 && flags & 0x200 && end > start)); then
				query 1 page -j "$start" && fact_is mmio kind &&
					fact_is "${device##*/}" device pci &&
					fact_is $number device bar || return
				[ ! -e "$device/driver" ] ||
					fact_is "$(basename "$(readlink "$device/driver")")" device driver ||
					return
				found=$((found + 1))
			fi
			number=$((number + 1))
		done <"$file"
	done
	echo "# $found registers"
	[ $found -gt 0 ] || skip 'no PCI device has memory'
}

# 6.12 says it of all anonymous pages.
without_ksm() { sed 's/,ksm\b//'; }
# All of memory, sampled: the words are those of page-types, the node and the zone sysfs's.
flags() {
	local first=16 count=2000 step ram same
	ram=$(($(sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) : System RAM$/0x\2/p' /proc/iomem | tail -n 1)))
	step=$(((ram / SMALL - first) / count))
	./page_truth $first $count $step | without_ksm | sort >"$dir/before"
	cut -d ' ' -f 1 "$dir/before" | v2p-query page --json-lines - 2>"$err" |
		sed 's/.*"physical":"\([^"]*\)".*"flags":\[\([^]]*\)\].*/\1 \2/; t; d' | tr -d '"' |
		sed 's/ $//' | without_ksm | sort >"$dir/found"
	./page_truth $first $count $step | without_ksm | sort >"$dir/after"
	# What has not changed meanwhile, and is a page.
	comm -12 "$dir/before" "$dir/after" | grep -v nopage >"$dir/stayed"
	cut -d ' ' -f 1 "$dir/stayed" | grep -wFf - "$dir/found" >"$out"
	same=$(comm -12 "$dir/stayed" "$out" | wc -l)
	echo "# $same of $(wc -l <"$dir/stayed") pages have the same flags"
	comm -3 "$dir/stayed" "$out" | head -n 10 | sed 's/^/# /'
	# The command itself takes and frees some memory, and leaves holes without flags.
	[ ! -s "$err" ] && [ "$same" -ge 1000 ] &&
		[ "$(comm -13 "$dir/stayed" "$out" | wc -l)" -le 20 ]
}
# The middle of each block, as the first one begins with what is no memory.
nodes() {
	local block node number size i zones
	local blocks=() middles=()
	[ -e $memory/block_size_bytes ] || skip 'the kernel has no memory blocks' || return
	size=$((0x$(cat $memory/block_size_bytes)))
	for block in "$memory"/memory*; do
		node=$(echo "$block"/node*) number=${block##*memory}
		[ "$(cat "$block/state")" = online ] && [ -e "$node" ] || continue
		blocks+=("$block")
		middles+=("$(printf '0x%x' $((number * size + size / 2)))")
	done
	query 0 page -j "${middles[@]}" && [ "$(json pages '#')" = ${#blocks[@]} ] || return
	for i in "${!blocks[@]}"; do
		node=$(echo "${blocks[i]}"/node*) zones=$(tr A-Z a-z <"${blocks[i]}/valid_zones")
		json_is "${node##*node}" pages "$i" node || return
		[ "$zones" = none ] || json_is "$zones" pages "$i" zone || return
	done
	# A block may have several zones, of which sysfs names none.
	is_x86 && grep -q 'zone *DMA$' /proc/zoneinfo || return 0
	query 0 page -j 0x1000 && fact_is dma zone && query 0 page -j 0x1000000 && fact_is dma32 zone
}
# Memory that is taken offline, and comes back.
offline() {
	local block size address status=0
	[ -e $memory/block_size_bytes ] || skip 'the kernel has no memory blocks' || return
	size=$((0x$(cat $memory/block_size_bytes)))
	for block in $(printf '%s\n' $memory/memory[0-9]* | sort -rV); do
		[ "$(cat "$block/removable" 2>/dev/null)" = 1 ] || continue
		timeout 60 sh -c "echo offline >$block/state" 2>/dev/null && break
	done
	[ -n "$block" ] && [ "$(cat "$block/state")" = offline ] ||
		skip 'no memory can be taken offline' || return
	address=$(printf '0x%x' $((${block##*memory} * size)))
	query 1 page -j "$address+8K" && json_is 1 pages '#' && fact_is offline kind &&
		fact_is 8192 length && ! fact flags || status=1
	echo online >"$block/state" && query 0 page -j "$address" && ! fact_is offline kind >/dev/null &&
		return $status
}

# Every page of a range, each once, with a run of what is no memory: on x86 there are some in the
# first megabytes, elsewhere there is none before the first of all.
range() {
	local begin end physical length
	begin=$((0x$(sed -n 's/^\([0-9a-f]*\)-.* : System RAM$/\1/p' /proc/iomem | head -n 1)))
	begin=$((begin < 1 << 20 ? 0 : begin - (1 << 20))) end=$begin
	query 1 page --json-lines "$(printf '0x%x+5M' "$begin")" || return
	sed 's/^{"physical":"\([^"]*\)","length":\([0-9]*\),.*/\1 \2/' "$out" >"$dir/lengths"
	while read -r physical length; do
		[ $((physical)) -eq $end ] || return
		end=$((end + length))
	done <"$dir/lengths"
	[ $end -eq $((begin + (5 << 20))) ] && [ "$(wc -l <"$dir/lengths")" -gt $(((4 << 20) / SMALL * 7 / 8)) ]
}
stream() {
	start_memory || return
	local answer
	coproc asking { exec v2p-query page -q - 2>"$err"; }
	local input=${asking[1]} output=${asking[0]} pid=$!
	echo "$ANONYMOUS" >&"$input"
	read -r -t 60 -u "$output" answer && [ "$answer" = anonymous ] || return
	echo "$ZERO+4K" >&"$input"
	read -r -t 60 -u "$output" answer && [ "$answer" = zero ] || return
	exec {input}>&-
	wait "$pid" && [ ! -s "$err" ]
}
# What /proc tells is told, and a line says what is not.
without_module() {
	local modprobe status=0
	start_memory && modprobe=$(cat /proc/sys/kernel/modprobe) && modprobe -r v2p &&
		echo /bin/false >/proc/sys/kernel/modprobe || return
	v2p-query page -j "$ANONYMOUS" >"$out" 2>"$err" && one_complaint &&
		complains 'not loaded.*no references and no files are shown' &&
		fact_is anonymous kind && fact_is 1 mappings && ! fact references || status=1
	echo "$modprobe" >/proc/sys/kernel/modprobe
	modprobe v2p && return $status
}
bad_input() {
	query 2 page && query 2 page 12x && query 2 page 5-3 && query 2 page pfn: &&
		query 2 page 0x10-0x10 && query 2 page 0xffffffffffffffff+2 &&
		query 2 page --pid 1 0x1000 &&
		query 3 page 0xfffffffffffff000 && complains 'physical addresses have' &&
		exits 3 "${nobody[@]}" v2p-query page 0x1000 && complains CAP_SYS_ADMIN
}

run_tests anonymous forked shmem zero_page hugetlb transparent poisoned ksm file references cgroup resources \
	hole_and_kernel registers flags nodes offline range stream without_module bad_input
