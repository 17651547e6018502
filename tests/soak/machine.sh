# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds what works v2p hard, and runs it in VMs. To be sourced after vm/build.sh.

# The programs, to $out/soak-root$pages.
build_soak() { # ROOT (after build_user and page_size)
	copy_sources "$1"
	rm -rf "$out/soak-root$pages"
	cp -a "$out/user" "$copy/dest"
	mkdir "$copy/programs"
	logged "soak$pages.log" "$1" - make -C tests/soak LIBV2P="$inner/dest" OUTPUT="$inner/programs" \
		"${page_shift[@]}" "${cross[@]}"
	mkdir -p "$out/soak-root$pages/opt"
	mv "$copy/programs" "$out/soak-root$pages/opt/soak"
}

# Setting up, and the end of all processes, may take several times a brief churn, as may
# a slow machine.
churn() { # NAME CPUS SECONDS COMMAND-LINE (after build_modules): KTAP on standard output
	local isolated=

	# On more than two, user mode has page tables of its own.
	[ "$2" = 2 ] || isolated=$isolate
	# shellcheck disable=SC2016 # for the VM
	# Of low priority, they may rest for minutes where they read under RCU.
	boot "$1" "$hide_free $isolated $4" --timeout $(($3 + 1500)) --cpus "$2" --root "$out/soak-root$pages" -- \
		bash -c 'renice 0 $(pgrep -x "khugepaged|ksmd") >/dev/null
			modprobe v2p && exec /opt/soak/churn "$@"' churn "$3"
}
