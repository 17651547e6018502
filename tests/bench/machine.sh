# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the benchmark and runs its programs in VMs. To be sourced after
# vm/build.sh.

# The fewest levels of page tables, everything at the same place in every run, and addresses
# readable in /proc/vmallocinfo.
bench_command_line="${fewer_levels[-1]#* } nokaslr norandmaps no_hash_pointers"

# Nobody has tried what a clock counts on other processors.
can_count() { [[ $arch = amd64 || $arch = arm64 ]]; }

# The programs, to $out/bench-root.
build_bench() { # ROOT (after build_user)
	copy_sources "$1"
	rm -rf "$out/bench-root"
	cp -a "$out/user" "$copy/dest"
	mkdir "$copy/programs"
	logged bench.log "$1" - make -C tests/bench LIBV2P="$inner/dest" OUTPUT="$inner/programs" \
		"${cross[@]}"
	mkdir -p "$out/bench-root/opt" "$out/bench"
	mv "$copy/programs" "$out/bench-root/opt/bench"
	cp "$top/tests/bench/guest" "$out/bench-root/opt/bench/"
}

# The emulator is part of the instrument: those after 7.2 count more for each round of a
# string instruction, which is what copies between a process and the kernel are made of.
# So instructions are counted by that of Debian 12, whatever the host has. It need not be
# installed for that.
counting_qemu() { # Prints the program
	local program=qemu-system-x86_64 package=qemu-system-x86

	[ "$arch" != arm64 ] || program=qemu-system-aarch64 package=qemu-system-arm
	if [[ $($program --version) = *" version 7.2."* ]]; then
		echo $program
		return
	fi
	apt_update bookworm
	run_from "$(debian emulator bookworm $package)" $program "$out/bench/qemu"
}

# Runs programs where instructions are counted, and keeps what they say.
count_instructions() { # "PROGRAM [ARGUMENT...]"... (after build_modules)
	local qemu

	qemu=$(own_cache lock counting_qemu)
	rm -rf "$out/bench/$line"
	mkdir "$out/bench/$line"
	boot "bench-$line" "$bench_command_line" --timeout 900 --count \
		--qemu "$qemu" \
		--record "$out/bench/$line" --root "$out/bench-root" -- \
		/opt/bench/guest "$@" >"$out/bench/$line/counted"
}

# Runs programs where time passes.
measure_time() { # PROGRAM...
	boot "bench-clock-$line" "$bench_command_line" --timeout 900 \
		--root "$out/bench-root" -- /opt/bench/guest "$@" >"$out/bench/$line/clocked"
}
