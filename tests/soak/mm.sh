# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel's own tests of its memory management, built from Debian's source of
# it: nobody shakes page tables as they do. To be sourced after soak/machine.sh.

# Prints the folder. The headers that the tests are built with come from the same
# source, so more of it is needed than kernel_source() keeps.
mm_source() {
	local dir

	dir=$cache/mm-$source_package-$(version_of bookworm $source_package)
	if [ ! -d "$dir" ]; then
		say "$source_package, for its mm selftests"
		rm -rf "$dir.new"
		unpack_source bookworm $source_package "$dir.new" \
			Makefile Kbuild scripts include/{uapi,asm-generic,vdso} \
			arch/x86/{Makefile,include,entry/syscalls,tools} \
			mm/gup_test.h lib/test_hmm_uapi.h tools/{include,scripts,build} \
			tools/testing/selftests/{Makefile,lib.mk,run_kselftest.sh} \
			tools/testing/selftests/{kselftest,mm,x86} \
			tools/testing/selftests/kselftest{.h,_harness.h}
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

# The tests, built once, without a need for any library of the VM's root. Prints
# the folder.
mm_selftests() {
	local source root dir work make

	apt_update bookworm
	source=$(mm_source)
	root=$(build_root bookworm)
	dir=$cache/mm-selftests-${source##*-6.12-}-${root##*-}
	if [ ! -d "$dir" ]; then
		say "the mm selftests"
		work=$(mktemp -d "$root/build/mm.XXXXXX")
		mkdir "$work/out"
		cp -a "$source/." "$work"
		# One of them forgets to include what it uses.
		make=(env -C "/build/${work##*/}" make -s ARCH=x86_64)
		inside "$root" - "${make[@]}" headers >"$work/log" 2>&1 &&
			inside "$root" - "${make[@]}" -C tools/testing/selftests/mm \
				EXTRA_CFLAGS="-static -w -include ../kselftest.h" \
				OUTPUT="/build/${work##*/}/out" all >>"$work/log" 2>&1 || {
			tail -n 40 "$work/log" >&2
			die "the mm selftests do not build (all of it in $work/log)"
		}
		rm -rf "$dir.new"
		mkdir "$dir.new"
		find "$work/out" -maxdepth 1 -type f -executable -exec cp -t "$dir.new" {} +
		rm -r "$work"
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

# Runs those of the list without v2p and under a scan, and compares. KTAP on standard
# output. Some map what is free at their start only, so all is at the same place in
# both runs.
compare_mm() { # NAME WHEN... (after build_soak and build_modules)
	local name=$1 tests status=0

	shift
	tests=$(own_cache lock mm_selftests)
	rm -rf "$out/mm-root"
	mkdir -p "$out/mm-root/opt/soak"
	cp -r "$tests" "$out/mm-root/opt/soak/mm"
	cp "$top"/tests/soak/{mm-guest,mm-tests,mm_compare.py} \
		"$out/mm-root/opt/soak/"
	# With fewer processors, the test of migration skips itself.
	boot "$name" norandmaps --cpus 4 --timeout "${MM_SECONDS:-900}" \
		--root "${base%-base.cpio}-python.cpio" --root "$out/soak-root" \
		--root "$out/mm-root" -- \
		/opt/soak/mm-guest mm-tests "$@" >"$out/log/$name.said" || status=1
	"$top/tests/soak/mm_compare.py" "$out/log/$name.said" || status=1
	return $status
}
