#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a name of the kernel's leads v2p-query to: each CPU's own of a per-CPU variable,
# and nothing where it was freed.

cd "$(dirname "$0")" || exit 1
. ./command.sh

hex() { printf '0x%x' "$1"; }
# The kernel makes all of kallsyms anew for each reader, so that it is read but once.
address_of() { # NAME
	[ -e "$dir/kallsyms" ] || grep -v ']$' /proc/kallsyms >"$dir/kallsyms"
	echo "0x$(sed -n "s/^\([0-9a-f]*\) . $1\$/\1/p" "$dir/kallsyms")"
}
count_cpus() { ./per_cpu_truth kstat | wc -l; }
# A line for each CPU: its number, virtual and physical address.
answered() {
	paste -d ' ' <(json translations '*' cpu) <(json translations '*' virtual) \
		<(json translations '*' physical)
}
# What v2p-query says of variables, by these names, is what the oracle does. It reads all
# of kallsyms, whether it is for one name or for some.
are_right() { # NAME...
	local name
	for name in "$@"; do
		./per_cpu_truth "${name##*:}" || return
	done >"$dir/truth"
	[ "$(wc -l <"$dir/truth")" -eq $(($# * $(count_cpus))) ] &&
		query 0 --kernel -j "$@" && answered | diff - <(cut -d ' ' -f 1-3 "$dir/truth")
}

each_cpu() {
	local names=(kstat softnet_data)
	! is_x86 || names+=(this_cpu_off cpu_info)
	are_right "${names[@]}" "${names[@]/#/vmlinux:}" && are_right kstat &&
		query 0 --kernel -q kstat && is "$(cut -d ' ' -f 3 "$dir/truth")"
}
of_a_module() { are_right v2p_oracle:v2p_oracle_number v2p_oracle_number; }
# The value that QEMU finds there; this_cpu_off is the only one that cannot change.
machine() {
	local names=(v2p_oracle_number) name cpu virtual physical value told found
	! is_x86 || names+=(this_cpu_off)
	for name in "${names[@]}"; do
		./per_cpu_truth "$name" || return
	done >"$dir/truth"
	query 0 --kernel -q "${names[@]}" &&
		[ "$(wc -l <"$out")" -eq "$(wc -l <"$dir/truth")" ] || return
	while read -r cpu virtual physical value told; do
		found=$(./per_cpu_truth --machine "$told")
		[ $? -ne 4 ] || { skip "there is no QEMU monitor"; return; }
		[ "$found" = "$value" ] || return
	done < <(paste -d ' ' "$dir/truth" "$out")
}
# Nobody exports the run queues. Their offset is this_cpu_off's, which each CPU's own holds.
not_exported() {
	local cpu virtual physical value template
	is_x86 || { skip "only x86 has each offset in a variable"; return; }
	template=$(address_of runqueues)
	./per_cpu_truth this_cpu_off >"$dir/truth" && query 0 --kernel -j runqueues &&
		[ "$(json translations '#')" -eq "$(wc -l <"$dir/truth")" ] &&
		json translations '*' virtual >"$dir/virtual" || return
	while read -r cpu virtual physical value; do
		hex $((template + value))
		echo
	done <"$dir/truth" | diff - "$dir/virtual"
}
one_cpu() {
	local cpu virtual physical value
	./per_cpu_truth kstat >"$dir/truth" || return
	while read -r cpu virtual physical value; do
		query 0 --kernel -j "kstat@$cpu+8" && [ "$(json translations '#')" = 1 ] &&
			json_is "$(hex $((virtual + 8)))" translations 0 virtual &&
			json_is "$(hex $((physical + 8)))" translations 0 physical &&
			json_is "$cpu" translations 0 cpu &&
			json_is "kstat@$cpu+8" translations 0 symbol || return
	done <"$dir/truth"
}
rows_are_told_apart() {
	query 0 --kernel kstat+4 jiffies_64 && has SYMBOL && has "  kstat@0+4" &&
		has "  jiffies_64" && [ "$(wc -l <"$out")" -eq $(($(count_cpus) + 2)) ]
}
walk() {
	query 0 --kernel --walk runqueues@0 && has "of the kernel, runqueues@0" && has pgd &&
		query 0 --kernel --walk -j runqueues &&
		[ "$(json translations '#')" -eq "$(count_cpus)" ]
}
stream() {
	local count
	count=$(count_cpus)
	{ yes kstat | head -n 5000; echo jiffies_64; } | v2p-query --kernel -q - >"$out" 2>"$err"
	[ "${PIPESTATUS[1]}" -eq 0 ] && [ "$(wc -l <"$out")" -eq $((5000 * count + 1)) ] &&
		[ "$(head -n -1 "$out" | sort -u | wc -l)" -eq "$count" ]
}
range() {
	query 0 --kernel -q kstat@0 && cp "$out" "$dir/physical" &&
		query 0 --kernel --range kstat@0+8 -q && is "$(cat "$dir/physical") 8" &&
		query 2 --kernel --range kstat+8 && complains 'write kstat@CPU' &&
		query 2 --kernel --range kstat && complains 'write kstat@CPU'
}
no_such_cpu() {
	query 2 --kernel runqueues@99999 && complains 'CPU 99999 is not possible' &&
		query 2 --kernel runqueues@ && query 2 --kernel runqueues@-1 &&
		query 2 --kernel runqueues@x && query 2 --kernel runqueues+8@0 &&
		query 2 --kernel jiffies_64@0 && complains 'not a per-CPU variable'
}
# A number is what the tables say of it.
numbers_stay_numbers() {
	local template
	template=$(address_of kstat)
	v2p-query --kernel -j "$template" >"$out" 2>"$err"
	[ "$(json translations '#')" = 1 ] && ! json translations 0 cpu &&
		json_is "$(hex "$template")" translations 0 virtual
}
offline() {
	local online=/sys/devices/system/cpu/cpu1/online status
	[ -e $online ] || { skip "CPU 1 cannot be taken offline"; return; }
	echo 0 >$online && are_right softnet_data && query 0 --kernel runqueues@1
	status=$?
	echo 1 >$online
	return $status
}

freed() {
	local name i
	local names=(start_kernel start_kernel+4 _sinittext __init_begin boot_command_line)
	query 1 --kernel -j "${names[@]}" && [ "$(json translations '#')" = ${#names[@]} ] || return
	for i in "${!names[@]}"; do
		json_is 'init, freed' translations "$i" status &&
			! json translations "$i" physical && ! json translations "$i" entry || return
	done
	query 1 --kernel -q "${names[@]}" && [ "$(sort "$out" | uniq -c)" = "      5 -" ] || return
	query 1 --kernel "${names[@]}" jiffies_64 &&
		[ "$(grep -c 'init, freed' "$out")" = ${#names[@]} ] || return
	query 1 --kernel --walk "${names[@]}" && ! has pgd &&
		[ "$(grep -c 'init, freed' "$out")" = ${#names[@]} ] &&
		query 1 --kernel -q start_kernel && is - && query 1 --kernel start_kernel jiffies_64 &&
		has 'init, freed' &&
		query 2 --kernel --range start_kernel+4K && complains 'init, freed: .* write 0xf'
}
# All of them, not one more.
all_that_is_freed() {
	local begin end start last
	begin=$(address_of __init_begin) end=$(address_of __init_end)
	start=$(address_of __per_cpu_start) last=$(address_of __per_cpu_end)
	# Names of which there is one. With an x before them, awk takes no digits for a number.
	awk -v begin="x${begin#0x}" -v end="x${end#0x}" -v start="x${start#0x}" \
	    -v last="x${last#0x}" '
		{ address[$3] = "x" $1; count[$3]++ }
		END {
			for (name in count)
				if (count[name] == 1 &&
				    (address[name] < start || address[name] >= last))
					print "vmlinux:" name >(address[name] >= begin &&
						address[name] < end ? "/dev/stdout" : "/dev/stderr")
		}' "$dir/kallsyms" >"$dir/inside" 2>"$dir/outside"
	[ "$(wc -l <"$dir/inside")" -gt 1000 ] && [ "$(wc -l <"$dir/outside")" -gt 10000 ] || return
	v2p-query --kernel -j - <"$dir/inside" >"$out" 2>"$err"
	[ "$(json translations '*' status | sort -u)" = 'init, freed' ] || return
	shuf -n 2000 "$dir/outside" | v2p-query --kernel -j - >"$out" 2>"$err"
	[ "$(json translations '#')" = 2000 ] &&
		! json translations '*' status | grep -q freed
}
its_number_is_answered() {
	local number
	number=$(address_of start_kernel)
	v2p-query --kernel -j "$number" >"$out" 2>"$err"
	[ "$(json translations 0 status)" != 'init, freed' ] && [ -n "$(json translations 0 entry)" ]
}
beside_it() {
	v2p-query --kernel -j __init_end _end _text >"$out" 2>"$err"
	! grep -q freed "$out" && json_is mapped translations 2 status
}
# What a module needs for its own start is no symbol any more.
start_of_a_module() { query 2 --kernel v2p_oracle:oracle_init && complains 'no such'; }

# A setting that says from whom kallsyms hides addresses, for a command.
under_kptr_restrict() { # SETTING COMMAND...
	local before status
	before=$(cat /proc/sys/kernel/kptr_restrict)
	echo "$1" >/proc/sys/kernel/kptr_restrict
	shift
	"$@"
	status=$?
	echo "$before" >/proc/sys/kernel/kptr_restrict
	return $status
}
hidden_from_all() {
	under_kptr_restrict 2 query 3 --kernel jiffies_64 &&
		complains 'kernel.kptr_restrict is 2: sudo sysctl kernel.kptr_restrict=1' &&
		! complains root && under_kptr_restrict 1 query 0 --kernel jiffies_64
}
hidden_from_some() {
	under_kptr_restrict 1 exits 3 "${nobody[@]}" v2p-query --kernel jiffies_64 &&
		complains 'CAP_SYSLOG.*run it as root' &&
		under_kptr_restrict 1 exits 3 setpriv --bounding-set -syslog -- \
			v2p-query --kernel jiffies_64 &&
		complains 'CAP_SYSLOG' && ! complains 'as root'
}

efi() {
	local address
	is_x86 || { skip "elsewhere they have no addresses that are known"; return; }
	for address in 0xffffffef00000000 0xfffffffeffffffff; do
		v2p-query --kernel $address >"$out" 2>"$err"
		[ $? -eq 1 ] && has none && one_complaint && complains "EFI's .* of their own" || return
	done
	v2p-query --kernel --range 0xfffffffe00000000+4K >"$out" 2>"$err"
	[ $? -eq 1 ] && one_complaint && complains "EFI's .* of their own" || return
	v2p-query --kernel 0xffffffeeffffffff >"$out" 2>"$err"
	[ $? -eq 1 ] && [ ! -s "$err" ]
}

# Addresses in functions of the kernel itself and of a module: the symbol before each, as awk finds
# it. Of several at one place, the first. What was freed, and per-CPU variables, are no functions.
near_symbols() {
	local begin end address
	begin=$(address_of _text) end=$(address_of _etext)
	# With an x before them, awk takes no digits for a number.
	awk -v begin="x${begin#0x}" -v end="x${end#0x}" '
		{ address = "x" $1; own = address >= begin && address < end }
		# Labels and marks, as riscv and arm64 have them.
		$3 ~ /^([$]|[.]L|L0)/ { next }
		!own && $4 != "[v2p_oracle]" || address in seen { next }
		{ seen[address] = 1 }
		# One begins within the first bytes of another.
		$3 ~ /untrain|thunk/ { next }
		own && $2 ~ /[tT]/ || !own && $2 == "t" {
			print $1, (own ? "" : "v2p_oracle:") $3
		}' /proc/kallsyms >"$dir/functions"
	[ "$(wc -l <"$dir/functions")" -gt 10000 ] && grep -q v2p_oracle "$dir/functions" || return
	{ shuf -n 2000 "$dir/functions"; grep v2p_oracle "$dir/functions"; } >"$dir/some"
	# And the byte behind the beginning.
	while read -r address _; do
		hex "0x$address"
		echo
		hex $((0x$address + 1))
		echo
	done <"$dir/some" | v2p-query --kernel --symbols -j - >"$out" 2>"$err"
	[ ! -s "$err" ] && json translations '*' symbol |
		diff - <(sed 's/[^ ]* \(.*\)/\1\n\1+0x1/' "$dir/some")
}
# On arm64 nothing tells where the kernel's image is, and modules may be beside it.
regions_of_symbols() {
	local function image=text module=modules
	! is_arm64 || image=vmalloc module='(modules|vmalloc)'
	function=$(sed -n 's/^\([0-9a-f]*\) . regions_get\t\[v2p_oracle]$/0x\1/p' /proc/kallsyms)
	query 0 --kernel --symbols "$(hex $(($(address_of jiffies_64) + 8)))" &&
		grep -qE "  $image +jiffies(_64)?\\+0x8\$" "$out" &&
		query 0 --kernel --symbols -j "$function" &&
		json translations 0 region | grep -qxE "$module" &&
		json_is v2p_oracle:regions_get translations 0 symbol
}

modprobe v2p_oracle
run_tests each_cpu of_a_module machine not_exported one_cpu rows_are_told_apart walk stream range \
	no_such_cpu numbers_stay_numbers offline freed all_that_is_freed its_number_is_answered \
	beside_it start_of_a_module hidden_from_all hidden_from_some efi \
	near_symbols regions_of_symbols
