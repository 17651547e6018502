#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v2p-query's ranges as a user meets them.

cd "$(dirname "$0")" || exit 1
. ./command.sh

hex() { printf '0x%x' "$1"; }
end_of() { hex $(($1 + ${2:-$SMALL})); }
map() { query "$1" --pid "$PID" --range "${@:2}"; }

# The first line of a name in /proc/PID/maps, as START-END.
first_mapping() {
	sed -n "s|^\([0-9a-f]*\)-\([0-9a-f]*\) .*[ /]$1\$|0x\1-0x\2|p" "/proc/$PID/maps" |
		head -n 1
}
# A name shows what the numbers of its mapping show.
same_as_numbers() {
	local numbers
	numbers=$(first_mapping "$2")
	[ -n "$numbers" ] || return
	v2p-query --pid "$PID" --range "$numbers" -j >"$dir/numbers"
	v2p-query --pid "$PID" --range "$1" -j >"$out" 2>"$err"
	[ "$(json extents '#')" -gt 0 ] && cmp "$out" "$dir/numbers"
}

start_end() { map 0 "$PAGE-$EMPTY" -q && is "$PHYSICAL $SMALL"; }
start_length() {
	map 0 "$PAGE+4K" -q && is "$PHYSICAL 4096" && map 0 "$PAGE+4096" -q &&
		is "$PHYSICAL 4096" && map 0 "$PAGE+0x1000" -q && is "$PHYSICAL 4096"
}
line_of_maps() {
	local line
	line=$(sed -n 's|^\([0-9a-f-]*\) .*\[stack\]$|\1|p' "/proc/$PID/maps")
	[ -n "$line" ] && map 2 "${PAGE#0x}-$(end_of "$EMPTY" | cut -c 3-)" && complains "write $PAGE" || return
	v2p-query --pid "$PID" --range '[stack]' -j >"$dir/named"
	v2p-query --pid "$PID" --range "$line" -j >"$out" 2>"$err"
	[ ! -s "$err" ] && [ "$(json extents '#')" -gt 0 ] && cmp "$out" "$dir/named"
}
not_at_a_page() {
	map 0 "$(end_of "$PAGE" 0x123)+0x21" -q && is "$(end_of "$PHYSICAL" 0x123) 33"
}
partly_there() { map 1 "$PAGE+$((2 * SMALL))" -q && is "$PHYSICAL $SMALL"; }
nothing_there() { map 1 "$EMPTY+4K" -q && [ ! -s "$out" ] && map 1 "$EMPTY+4K" -j &&
	json_is 0 extents '#'; }
contiguous() {
	query 0 contiguous --pid "$PID" "$PAGE+4K" && has "one run of physical memory, from $PHYSICAL" &&
		query 1 contiguous --pid "$PID" "$PAGE+$((2 * SMALL))" && has "$SMALL_SIZE not mapped" &&
		query 0 --contiguous --kernel --range _text+4K -j &&
		json_is true ranges 0 contiguous
}
table() {
	map 0 "$PAGE+$SMALL" && [ "$(wc -l <"$out")" -eq 2 ] && has "$PAGE-$EMPTY" &&
		has "  $PHYSICAL  " && has '[anon]' && grep -q '  p[w-]u-ad' "$out"
}
columns() {
	map 0 "$PAGE+$SMALL" --no-headings -o physical-range,flags-long && [ "$(wc -l <"$out")" -eq 1 ] &&
		has "$PHYSICAL-$(end_of "$PHYSICAL")" && has ,dirty && ! has '[anon]'
}
node_and_kind() {
	local node
	node=$(sed -n "s/^${PAGE#0x} .* N\([0-9]*\)=1 .*/\1/p" "/proc/$PID/numa_maps")
	query 0 --pid "$PID" "$PAGE" --no-headings -o virtual,node,kind &&
		is "$PAGE     $node  ordinary" &&
		map 0 "$PAGE+4K" -j -o node,kind && json_is "$node" extents 0 node &&
		json_is ordinary extents 0 page_kind &&
		query 0 summary --pid "$PID" --no-headings -o node,kind && has "N$node=" && has ordinary=
}
json_document() {
	map 0 "$PAGE+4K" -j && json_is "$PID" target pid && json_is command_target target comm &&
		json_is 1 extents '#' && json_is "$PAGE" extents 0 virtual &&
		json_is "$PHYSICAL" extents 0 physical && json_is 4096 extents 0 length &&
		json_is "$SMALL" extents 0 page_size && json_is mapped extents 0 status &&
		json extents 0 flags | grep -q '"user"' && json_is '[anon]' extents 0 mapping
}
stack() {
	same_as_numbers '[stack]' '\[stack\]' && [ ! -s "$err" ] &&
		json_is '[stack]' extents 0 mapping
}
name_and_length() { map 0 "[vdso]+4K" -q && [ "$(cut -d ' ' -f 2 "$out")" = 4096 ]; }
file_name() { same_as_numbers "${0##*/}" "${0##*/}" && [ ! -s "$err" ]; }
shared_name() {
	local start
	start=$(first_mapping command_target)
	same_as_numbers command_target command_target && [ "$(wc -l <"$err")" -eq 1 ] &&
		complains "command_target: [0-9]* mappings .* first is taken: $start"
}
# All mappings of a name, byte for byte, as what is not there is asked for, too.
every() {
	local name
	for name in command_target '[anon]'; do
		sed -n "s|^\([0-9a-f]*\)-\([0-9a-f]*\) .* \(.*/\)\?${name/\[anon\]/}\$|0x\1 0x\2|p" \
			"/proc/$PID/maps" | while read -r start end; do
			echo $((end - start))
		done >"$dir/lengths"
		[ "$(wc -l <"$dir/lengths")" -gt 1 ] &&
			map 0 "$name" --every -j --status mapped,none,swapped || return
		[ $(($(json extents '*' length | sum))) -eq $(($(sum <"$dir/lengths"))) ] &&
			[ "$(json extents '*' mapping | sed 's|.*/||' | sort -u)" = "$name" ] || return
	done
}

usage() {
	local range
	while read -r range; do
		map 2 "$range" || return
	done <<-END
		no_such_mapping
		no_such_mapping+4K
		[stack]+0
		$PAGE
		$PAGE-$PAGE
		$PAGE+0
		$EMPTY-$PAGE
		$PAGE+4Q
		0xfffffffffffff000+8K
		0-0xffffffffffffffff
	END
	query 2 --pid "$PID" --all --range "$PAGE+4K" && query 2 --pid "$PID" --all "$PAGE" &&
		query 2 --all && query 2 --pid "$PID" --plot && query 2 --pid "$PID" --all --flags read
}
empty_range() { map 2 "$PAGE+0" && complains 'is empty'; }
wraps() { map 2 0xfffffffffffff000+8K && complains 'wraps'; }
unknown_name() { map 2 no_such_mapping && complains 'no such mapping'; }
past_the_end() {
	map 3 "$PAGE+65536T" && complains 'range ends outside' && map 3 "$PAGE+65536T" -j &&
		map 3 0xffff888000000000+4K && complains 'range begins outside' && query 3 --kernel --range "$PAGE+4K" &&
		complains 'range begins outside'
}

no_such_pid() {
	local options
	for options in --all "--all -j" "--all --json-lines" --summary "--summary -j" "--plot -" \
		"--plot $dir/none.svg" "--range $PAGE+4K" "--range [stack]"; do
		# shellcheck disable=SC2086
		query 3 --pid 2147483647 $options && complains 'no such process' || return
	done
}
kernel_thread() { query 3 --pid 2 --all && complains 'kernel thread'; }
zombie() {
	query 3 --pid "$ZOMBIE" --all && complains exited &&
		query 3 --pid "$ZOMBIE" --range '[stack]' && complains exited
}
no_permission() {
	local options
	for options in --all "--all -j" "--all --json-lines" --summary "--range $PAGE+4K"; do
		# shellcheck disable=SC2086
		exits 3 "${nobody[@]}" v2p-query --pid "$PID" $options && complains CAP_SYS_ADMIN ||
			return
	done
	exits 3 "${nobody[@]}" v2p-query --kernel --all && complains CAP_SYS_ADMIN &&
		exits 3 "${nobody[@]}" v2p-query --pid "$PID" --range '[stack]' && complains root &&
		exits 3 "${nobody[@]}" v2p-query --pid "$PID" --plot - && complains root
}

# Every page of every extent: its address, and where it is said to be.
pages() {
	local virtual physical length at
	paste -d ' ' <(json extents '*' virtual) <(json extents '*' physical) \
		<(json extents '*' length) | while read -r virtual physical length; do
		for ((at = 0; at < length; at += SMALL)); do
			if [ "$physical" = - ]; then
				printf '0x%x -\n' $((virtual + at))
			else
				printf '0x%x 0x%x\n' $((virtual + at)) $((physical + at))
			fi
		done
	done
}
translate() { v2p-query --pid "$PID" -q -; }
pages_agree() {
	query 0 --pid "$PID" --all -j || return
	pages >"$dir/pages"
	[ "$(wc -l <"$dir/pages")" -gt 100 ] &&
		cut -d ' ' -f 1 "$dir/pages" | translate 2>"$err" |
		diff - <(cut -d ' ' -f 2 "$dir/pages") | sed 's/^/# /' >"$dir/difference"
	cat "$dir/difference"
	[ ! -s "$dir/difference" ]
}
# All pages of all mappings but x86's vsyscall, of which only those of the extents may be there.
no_page_lacks() {
	local start end
	query 0 --pid "$PID" --all -j || return
	pages | grep -vc ' -$' >"$dir/count"
	sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) .*/0x\1 0x\2/p' "/proc/$PID/maps" |
		grep -v ^0xffffffffff | while read -r start end; do
		for ((; start < end; start += SMALL)); do printf '0x%x\n' "$start"; done
	done | translate 2>"$err" | grep -vcx -e - >"$out"
	is "$(cat "$dir/count")"
}
json_lines() {
	query 0 --pid "$PID" --all -j && json extents >"$dir/document" &&
		query 0 --pid "$PID" --all --json-lines &&
		{ echo '{"extents":['; paste -s -d , "$out"; echo ']}'; } |
		./json_get extents | cmp - "$dir/document"
}
table_of_all() {
	query 0 --pid "$PID" --all -j && json extents '*' virtual >"$dir/virtual" &&
		query 0 --pid "$PID" --all && sed '1d; s/-.*//' "$out" | cmp - "$dir/virtual"
}
sum() { paste -s -d +; }
summary() {
	local bytes
	query 0 --pid "$PID" --all -j --status mapped && json_is mapped extents 0 status || return
	bytes=$(($(json extents '*' length | sum)))
	echo "$bytes $(json extents '#') $(json extents '*' length | sort -n | tail -n 1)" \
		>"$dir/expected"
	json extents '*' mapping | uniq >"$dir/mappings"
	query 0 --pid "$PID" --summary -j &&
		[ "$(json total mapped) $(json total extents) $(json total largest)" = \
		  "$(cat "$dir/expected")" ] && json_is "$bytes" total page_sizes "$SMALL" &&
		[ $(($(json mappings '*' mapped | sum))) -eq "$bytes" ] &&
		json mappings '*' mapping | uniq | cmp - "$dir/mappings" &&
		query 0 --pid "$PID" --summary && has '[stack]' && grep -q ^total "$out"
}

filter_status() {
	map 0 "$EMPTY+4K" --status none -q && is '- 4096' &&
		map 1 "$PAGE+$((2 * SMALL))" --status none -q && is "- $SMALL" &&
		map 0 "$PAGE+$((2 * SMALL))" --status none,mapped -q &&
		is "$(printf '%s\n' "$PHYSICAL $SMALL" "- $SMALL")"
}
filter_page_size() {
	map 0 "$PAGE+4K" --page-size "$SMALL_SIZE" -q && is "$PHYSICAL 4096" &&
		map 1 "$PAGE+4K" --page-size "$HUGE_SIZE" -q && is ''
}
filter_flags() {
	map 0 "$PAGE+4K" --flags 'user,dirty,!global' -q && is "$PHYSICAL 4096" &&
		map 1 "$PAGE+4K" --flags 'user,!dirty' -q && is ''
}
filters_split() {
	local bytes
	bytes=$(v2p-query --pid "$PID" --all --status mapped -q | cut -d ' ' -f 2 | sum)
	query 0 --pid "$PID" --all --flags write -q
	cp "$out" "$dir/write"
	query 0 --pid "$PID" --all --status mapped --flags '!write' -q && [ -s "$out" ] &&
		[ -s "$dir/write" ] &&
		[ $(($(cut -d ' ' -f 2 "$out" "$dir/write" | sum))) -eq $((bytes)) ]
}
merge() {
	local count bytes
	map 0 "$PAGE+4K" --merge -q && is "$PHYSICAL 4096" || return
	query 0 --pid "$PID" --all --status mapped -q || return
	count=$(wc -l <"$out") bytes=$(($(cut -d ' ' -f 2 "$out" | sum)))
	query 0 --pid "$PID" --all --status mapped --merge -q &&
		[ "$(wc -l <"$out")" -le "$count" ] &&
		[ $(($(cut -d ' ' -f 2 "$out" | sum))) -eq $bytes ]
}

# Of the kernel, START-END in as many digits each, which compare as they are.
# All of the kernel but KASAN's shadow, of which one line says that it is left out.
query_kernel() { # ARGUMENT...
	if ! has_kasan; then
		query 0 --kernel "$@"
		return
	fi
	timeout 300 v2p-query --kernel "$@" >"$out" 2>"$err" && one_complaint &&
		complains "KASAN's shadow, 0x[0-9a-f]*-0x[0-9a-f]*, is left out"
}
kernel_all() {
	query_kernel --all -o virtual-range && [ "$(wc -l <"$out")" -gt 100 ] &&
		sed '1d; s/ .*//' "$out" | awk -F - '
			$1 < last || $2 <= $1 { print "# out of order: " $0; bad = 1 }
			length($1) != 18 { print "# no kernel address: " $0; bad = 1 }
			{ last = $2 }
			END { exit bad }'
}
kernel_summary() {
	query_kernel --summary && grep -q ^total "$out" && has "$HUGE_SIZE" && has direct-map &&
		has vmalloc && has vmemmap && has fixmap &&
		{ is_arm64 || { has text && has modules; }; } &&
		! grep -v ^total "$out" | grep -q -- ' -$'
}
symbol() {
	query 0 --kernel -q jiffies_64 && mv "$out" "$dir/physical" &&
		query 0 --kernel --range jiffies_64+8 -q && is "$(cat "$dir/physical") 8" &&
		query 0 --kernel --range vmlinux:jiffies_64+8 -q && is "$(cat "$dir/physical") 8"
}
kernel_text() {
	local end
	end=$(awk '$3 == "_etext" { print $1 }' /proc/kallsyms)
	query 0 --kernel --range _text-_etext -q && mv "$out" "$dir/named" &&
		query 0 --kernel --range "_text-0x$end" -q && cmp "$out" "$dir/named" &&
		query 2 --kernel --range _etext-_text && complains 'ends before' &&
		query 2 --kernel --range _text-no_such_symbol && complains no_such_symbol
}
symbol_without_length() { query 2 --kernel --range jiffies_64 && complains 'size is not known'; }
unknown_symbol() { query 2 --kernel --range no_such_symbol+8 && complains no_such_symbol; }

plot() {
	query 0 --pid "$PID" --plot "$dir/a.svg" && [ ! -s "$out" ] &&
		head -n 1 "$dir/a.svg" | grep -q '^<\(?xml\|svg\)' &&
		grep -q '<svg [^>]*xmlns=' "$dir/a.svg" &&
		[ "$(tail -n 1 "$dir/a.svg")" = '</svg>' ] && grep -qF '[stack]' "$dir/a.svg" &&
		chmod 640 "$dir/a.svg" &&
		query 0 --pid "$PID" --range "$PAGE+4K" --plot "$dir/a.svg" &&
		! grep -qF '[stack]' "$dir/a.svg" && [ "$(stat -c %a "$dir/a.svg")" = 640 ]
}
plot_kernel() {
	query_kernel --all --plot "$dir/kernel.svg" &&
		[ "$(tail -n 1 "$dir/kernel.svg")" = '</svg>' ] &&
		! grep -qF '[stack]' "$dir/kernel.svg"
}
plot_letters() {
	query 0 --pid "$PID" --plot - && has '[stack]' && ! has $'\e' &&
		[ "$(wc -L <"$out")" -le 80 ] && [ "$(wc -l <"$out")" -gt 5 ]
}
plot_fails() {
	local status
	mkdir "$dir/disk" && mount -t tmpfs -o size=4k none "$dir/disk" || return
	query 3 --pid "$PID" --plot "$dir/disk/a.svg" && complains 'No space left'
	status=$?
	umount "$dir/disk"
	[ $status -eq 0 ] && query 3 --pid "$PID" --plot "$dir/none/a.svg" &&
		complains 'No such file' && query 3 --pid "$PID" --plot "$dir"
}

full() {
	local options
	for options in "" -q -j --json-lines --summary "--summary -j" "--plot -"; do
		# shellcheck disable=SC2086
		v2p-query --pid "$PID" --all $options >/dev/full 2>"$err"
		[ $? -eq 3 ] && one_complaint && complains 'No space left' || return
	done
}
closed() {
	v2p-query --pid "$PID" --all >&- 2>"$err"
	[ $? -eq 3 ] && one_complaint && complains 'closed'
}

# No module, and none that could be loaded.
module_absent() {
	local loader status
	loader=$(cat /proc/sys/kernel/modprobe)
	echo /bin/false >/proc/sys/kernel/modprobe
	rmmod v2p && map 3 "$PAGE+4K" && complains 'module' &&
		query 3 --kernel --all -j && complains 'module' &&
		query 3 --pid "$PID" --plot "$dir/absent.svg" && complains 'module'
	status=$?
	echo "$loader" >/proc/sys/kernel/modprobe
	modprobe v2p && map 0 "$PAGE+4K" && return $status
}

run_tests start_end start_length line_of_maps every not_at_a_page partly_there nothing_there contiguous table columns node_and_kind \
	json_document stack name_and_length file_name shared_name usage empty_range wraps unknown_name \
	past_the_end no_such_pid kernel_thread zombie no_permission pages_agree no_page_lacks \
	json_lines table_of_all summary filter_status filter_page_size filter_flags \
	filters_split merge kernel_all kernel_summary symbol kernel_text symbol_without_length \
	unknown_symbol plot plot_kernel plot_letters plot_fails full closed module_absent
