# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the fuzzers and runs them. To be sourced after vm/build.sh.

# The one for the VM, to $out/fuzz-root.
build_wire_fuzzer() { # ROOT
	copy_sources "$1"
	rm -rf "$out/fuzz-root"
	mkdir "$copy/programs"
	logged fuzz.log "$1" - make -C tests/fuzz OUTPUT="$inner/programs" "$inner/programs/wire"
	mkdir -p "$out/fuzz-root/opt"
	mv "$copy/programs" "$out/fuzz-root/opt/fuzz"
}

# Results are on standard output.
fuzz_wire() { # NAME SECONDS ARGUMENT... (after build_modules)
	boot "$1" "" --timeout "$2" --root "$out/fuzz-root" -- \
		bash -c 'modprobe v2p && /opt/fuzz/wire "$@" && modprobe -r v2p' wire "${@:3}"
}
