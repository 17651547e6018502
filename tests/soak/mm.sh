# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel's own tests of its memory management, built from Debian's source of
# it: nobody shakes page tables like they do. To be sourced after vm/build.sh.

# Prints the folder. More of the tree than kernel_source() keeps: the headers that
# the tests are built with come from it, too.
mm_source() {
	local dir package=linux-source-6.12 source

	apt_update bookworm
	dir=$cache/mm-$package-$(version_of bookworm $package)
	if [ ! -d "$dir" ]; then
		say "$package, for the mm selftests"
		source=$(mktemp -d "$cache/source.XXXXXX")
		unpack bookworm "$source" $package
		rm -rf "$dir.new"
		mkdir -p "$dir.new"
		tar -xf "$source/usr/src/$package.tar.xz" -C "$dir.new" --strip-components=1 \
			$package/{Makefile,Kbuild,scripts,include/uapi,include/asm-generic} \
			$package/arch/x86/{Makefile,include,entry/syscalls,tools} \
			$package/mm/gup_test.h $package/tools/{include,scripts,build} \
			$package/tools/testing/selftests/{Makefile,lib.mk,run_kselftest.sh} \
			$package/tools/testing/selftests/{kselftest,mm,x86} \
			$package/tools/testing/selftests/kselftest{.h,_harness.h}
		rm -r "$source"
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

mm_build_root() {
	apt_update bookworm
	debian mm bookworm make gcc libc6-dev libcap-dev libnuma-dev liburing-dev rsync
}
