# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the kernel's tools say of the sources' style and types. To be sourced after
# vm/build.sh.

style=$top/tests/style

# What sparse says of each object of the modules, as TAP on standard output.
check_sparse() { # (after prepare)
	local file
	local sparse=(C=2 KBUILD_CHECKSRC=2)

	copy_sources "$root"
	sparse+=(CHECK="$inner/tests/style/sparse")
	for file in "$copy"/module/{*,arch/*,iova/*}.c "$copy"/tests/oracle/*.c; do
		echo 'static __maybe_unused void __user *planted_fault(void *p) { return p; }' >>"$file"
	done
	logged "sparse-$line.log" "$root" "$ksrc" make module KDIR="$kdir" W=1 "${sparse[@]}" \
		"${kcross[@]}" &&
	logged "sparse-oracle-$line.log" "$root" "$ksrc" \
		make -C "$kdir" M="$inner/tests/oracle" W=1 "${sparse[@]}" \
			"${kcross[@]}" modules ||
		return 1
	# The oracle's are named from its own folder on some kernels.
	sed -i "s|^  CHECK   \([a-z]*\.c\)$|  CHECK   tests/oracle/\1|; s|^\([a-z]*\.[ch]:\)|tests/oracle/\1|" \
		"$out/log/sparse-oracle-$line.log"
	"$style/judge_sparse.py" --tree "$copy" --inner "$inner" \
		"$out/log/sparse-$line.log" "$out/log/sparse-oracle-$line.log"
}

# kernel-doc and checkpatch are those of $source. Each is also given a fault to find:
# a tool that does nothing has no complaint either.
check_kernel_doc() {
	local doc=(xargs -0 /ksrc/scripts/kernel-doc -none -Wall -Werror)

	copy_sources "$user_root"
	printf '/**\n * f() - no word on its parameter\n */\nvoid f(int a);\n' >"$copy/planted.h"
	(cd "$copy" && find module include user/lib -name '*.[ch]' -print0) |
		inside "$user_root" "$source" env -C "$inner" "${doc[@]}" >&2 &&
		! inside "$user_root" "$source" env -C "$inner" "${doc[@]}" \
			>"$out/log/kernel-doc.log" 2>&1 < <(printf 'planted.h\0')
}

check_checkpatch() {
	local log=$out/log/checkpatch.log

	copy_sources "$user_root"
	echo 'int planted=1;' >"$copy/module/planted.c"
	# Fails in any case, for what was planted.
	(cd "$copy" && find module -name '*.[ch]' -print0) |
		inside "$user_root" "$source" env -C "$inner" xargs -0 \
			perl /ksrc/scripts/checkpatch.pl --no-tree --strict --show-types --terse \
			-f >"$log" 2>&1 || :
	grep -q '^module/planted\.c:1: ERROR:SPACING:' "$log" &&
		! grep '^module/' "$log" | grep -v '^module/planted\.c:' |
			grep -vE -f <(sed '/^#/d; /^$/d' "$style/checkpatch-accepted") >&2
}
