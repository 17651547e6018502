# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the fuzzers and runs them. To be sourced after vm/build.sh.

# What a check has time for.
# shellcheck disable=SC2034 # for those who source this
brief_runs=150000

# The kernel that looks for bugs takes fifty times as long for a message, and needs
# fewer of them: it sees what they reach.
brief_messages() { is_debug "$line" && echo 30000 || echo 400000; }

# clang with its libFuzzer, in a Debian of its own. Prints the folder.
clang_root() {
	apt_update bookworm
	debian fuzz bookworm make clang-14 libclang-rt-14-dev llvm-14 libc6-dev
}

# The one for the VM, to $out/fuzz-root$pages.
build_wire_fuzzer() { # ROOT (after page_size)
	copy_sources "$1"
	rm -rf "$out/fuzz-root$pages"
	mkdir "$copy/programs"
	logged "fuzz$pages.log" "$1" - make -C tests/fuzz OUTPUT="$inner/programs" "${page_shift[@]}" \
		"${cross[@]}" "$inner/programs/wire"
	mkdir -p "$out/fuzz-root$pages/opt"
	mv "$copy/programs" "$out/fuzz-root$pages/opt/fuzz"
}

# Sends so many messages to the module; results are on standard output.
fuzz_wire() { # MESSAGES [SEED] (after build_modules)
	local seed=() each=2000 isolated=

	[ -z "${2-}" ] || seed=(--seed "$2")
	! is_debug "$line" || each=40
	# On one of the kernels, user mode has page tables of its own.
	[[ $line != 6.12* ]] || isolated=$isolate
	# The first minutes are for the boot.
	boot "fuzz-$line" "$hide_free $isolated" --timeout $((600 + $1 / each)) --root "$out/fuzz-root$pages" -- \
		bash -c 'modprobe v2p && /opt/fuzz/wire "$@" && modprobe -r v2p' \
		wire --messages "$1" "${seed[@]}"
}

# Gives the parsers so many inputs each, or works on each for so many seconds, if not
# 0; results are on standard output. Logs, and what broke a parser, are in $out/fuzz.
fuzz_parsers() { # RUNS SECONDS
	local root status=0

	root=$(own_cache lock clang_root)
	copy_sources "$root"
	mkdir "$copy/programs"
	logged parsers.log "$root" - make -C tests/fuzz OUTPUT="$inner/programs" \
		"$inner/programs/reply" "$inner/programs/words"
	inside_seconds=$((1200 + 2 * $2)) inside "$root" - env -C "$inner" SEED="${SEED-}" \
		tests/fuzz/run-parsers programs "$1" "$2" || status=1
	mkdir -p "$out/fuzz"
	find "$copy/programs" -maxdepth 1 \( -name '*.log' -o -name 'reply.*-*' -o \
		-name 'words.*-*' \) -exec cp -t "$out/fuzz" {} +
	return $status
}
