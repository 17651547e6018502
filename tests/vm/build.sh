# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the checkout from a copy of its sources inside a Debian of the cache, and
# lays out what VMs boot. To be sourced.

# shellcheck source=tests/vm/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# Of the kernel's own modules, those that the harness and the tests need.
modules=(virtio_pci virtio_console virtiofs zram lzo-rle lz4 zstd hwpoison-inject virtio_mem nd_e820 nd_pmem
	 vfio_pci vfio_iommu_type1 virtio_iommu nvme e1000e)

make=(make -j"$(nproc)")
# Of what make is told for another processor, what kbuild wants to hear.
kcross=(${foreign:+"${cross[@]:0:2}"})

# Of vm/boot, see boot().
other_machine=()

copies=()
remove_copies() { [ ${#copies[@]} = 0 ] || rm -rf "${copies[@]}"; }
trap remove_copies EXIT

# A checkout has one folder of products, so one run at a time: the script that sources
# this runs anew below one that holds the lock, and ends with it. What it starts itself
# works by its right, as the demo does by the check's.
if [ -z "${V2P_OUT_IS_OURS-}" ]; then
	export V2P_OUT_IS_OURS=1
	locked "$top/tests" 0 setpriv --pdeathsig TERM "$0" "$@"
	exit
fi

native_only() { # WHAT
	[ -z "$foreign" ] || die "$1 is there for x86-64 only, not with ARCH=$ARCH"
}

# A kernel that looks for bugs is slow.
is_debug() { [[ $1 = debug* ]]; } # LINE

# What is built for kernels whose small pages are not of 4 KiB has $pages in its name, and is
# built with $page_shift; $pool are the parameters for huge pages of hugetlb. Huge pages of 512 MiB
# want more memory than others, of which the host has to find what is used.
page_size() { # KERNEL: sets pages, page_shift, pool, memory
	pages= page_shift=() memory=()
	pool="hugepagesz=1G hugepages=1 hugepagesz=2M hugepages=32"
	case $1 in
	*-16k)
		pages=-16k page_shift=(PAGE_SHIFT=14)
		pool+=" hugepagesz=32M hugepages=24"
		;;
	*-64k)
		pages=-64k page_shift=(PAGE_SHIFT=16)
		pool="hugepagesz=2M hugepages=32 hugepagesz=512M hugepages=8"
		memory=(--memory 12288)
		;;
	esac
}

# Finds or makes all that is built and booted with. KERNEL is a line of Debian's,
# "backports" for the newest, "6.12-rt" for the real-time one, "6.12-full" for that with all
# drivers, "debug", "debug-backports", or
# of arm64 "6.12-16k" and "6.12-64k", by the size of their pages.
prepare() { # KERNEL: sets abi, line, kernel, options, hide_free, root, kdir, ksrc, instrument, user_root, base
	page_size "$1"
	instrument=() options='' hide_free=''
	own_cache lock prepare_roots
	if is_debug "$1"; then
		native_only "the kernel $1"
		own_cache lock find_debug_source "$1"
		own_cache lock-debug prepare_debug "$1"
	elif [ "$1$foreign" = 6.12-64k-arm64 ]; then
		own_cache lock-debug prepare_64k
	else
		own_cache lock prepare_stock "$1"
	fi
}

prepare_roots() {
	apt_update "$home"
	vm_root >/dev/null &
	user_root=$(build_root "$home")
	root=$user_root
	wait $!
	base=$(vm_root)
}

# The newest debug kernel is of the source that the newest kernel was built of.
find_debug_source() { # LINE: sets source_suite, source_of_debug
	source_suite=bookworm
	source_of_debug=$source_package
	[ "$1" = debug-backports ] || return 0
	read -r source_suite abi <<<"$(find_kernel backports)"
	source_of_debug=linux-source-$(cut -d . -f 1,2 <<<"$abi")
}

# One that we have built ourselves.
prepare_built() { # NAME SUITE PACKAGE
	kernel=$(built_kernel "$1" "$root" "$2" "$3")
	abi=$(ls "$kernel/lib/modules")
	ksrc=$kernel/build
	kdir=/ksrc
}

prepare_64k() {
	prepare_built 64k bookworm "$source_package"
	line=6.12-64k$foreign
}

prepare_debug() { # LINE
	prepare_built debug "$source_suite" "$source_of_debug"
	line=$1
	# What two processors count at once is lost without, and gcov works some
	# lines' counts out from others'.
	instrument=(GCOV_PROFILE=y KCOV_INSTRUMENT=y KCFLAGS=-fprofile-update=atomic)
	# Its ACPI interpreter can take longer than it allows itself.
	options="pci=noacpi"
	# Memory that is free is then not mapped. The selftests want to see it all.
	hide_free=debug_pagealloc=on
}

# A kernel of Debian's itself, without what is built for it.
find_stock() { # KERNEL: sets suite, abi, line, kernel
	read -r suite abi <<<"$(find_kernel "$1")"
	[ -n "$abi" ] || exit 1
	line=$(cut -d . -f 1,2 <<<"$abi")
	[[ $1 != *-rt && $1 != *-full && $1 != *-16k ]] || line+=-${1##*-}
	line+=$foreign
	kernel=$(kernel_dir "$suite" "$abi")
}

prepare_stock() { # KERNEL
	local suite

	find_stock "$1"
	if [ -n "$foreign" ]; then
		[ "$suite" = bookworm ] || root=$(build_root "$suite" "$abi")
		foreign_headers "$root" "$suite" "$abi"
	else
		[[ $suite = bookworm && $1 != *-rt && $1 != *-full ]] || root=$(build_root "$suite" "$abi")
	fi
	ksrc=-
	kdir=/usr/src/linux-headers-$abi
}

# The sources, or some parts of them, as a tar archive in which nothing but names,
# modes and contents tells.
pack_sources() { # [PART...]
	local parts

	parts=$(IFS='|'; echo "$*")
	"$top/packaging/sources" | grep -zE "^(${parts:-.*})(/|\$)" |
		tar -C "$top" -c --null --files-from=- --sort=name --mtime=@0 --owner=0 --group=0
}

# Sets copy to a copy of the sources, or of some parts, in ROOT, and inner to its name
# in there.
copy_sources() { # ROOT [PART...]
	copy=$(mktemp -d "$1/build/v2p.XXXXXX")
	copies+=("$copy")
	inner=/build/${copy##*/}
	pack_sources "${@:2}" | tar -C "$copy" -x --touch
	mkdir -p "$out/log"
}

# Builds by a function, or takes what it left in $out the last time, if it would be
# built of the same: the same parts of the sources, which are all that it finds in its
# copy, by the same scripts and for the same as VALUES tell. A whole check finds nothing
# to take.
built() { # NAME "PART..." "PRODUCT..." "VALUE..." COMMAND...
	local name=$1 parts products kept key

	read -ra parts <<<"$2"
	read -ra products <<<"$3"
	key=$({
		pack_sources "${parts[@]}"
		cat "$vm/build.sh" "$vm/lib.sh"
		echo "$4" "${@:5}"
	} | sha256sum | cut -c 1-16)
	kept=$out/built/$name-$key
	if [ -d "$kept" ]; then
		say "$name: built before"
		(cd "$out" && rm -rf "${products[@]}")
		cp -a "$kept/." "$out"
		return
	fi
	# Where it fails, the shell ends by set -e.
	"${@:5}"
	rm -rf "$out/built/$name"-???????????????? "$kept.new"
	mkdir -p "$kept.new"
	(cd "$out" && cp -a --parents "${products[@]}" "$kept.new")
	mv "$kept.new" "$kept"
}

# Runs a command in the copy, its output in a log that is shown if it fails.
logged() { # LOG ROOT KSRC|- COMMAND...
	local log=$out/log/$1

	if ! inside "$2" "$3" env -C "$inner" "${@:4}" >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		echo "failed: ${*:4} (all of it in $log)" >&2
		return 1
	fi
}

# Fails on a warning in a log, but for those that say nothing of our sources.
no_warning() { # LOG
	if grep -iE 'warning|error:' "$out/log/$1" |
		grep -vE 'Skipping BTF|the compiler differs from the one' >&2; then
		return 1
	fi
}

# libv2p and the command as `make install-user` installs them, or of that what the
# command needs, and the program that the demo looks at, to $out/user.
build_user() { # ROOT [command]
	built "user${2-}" "$user_parts" "user log/user.log" "$1" make_user "$@"
}

# Of the sources, what the userspace is made of, the selftests, which run the README's
# examples, and the modules.
user_parts="Makefile user include tests/vm/demo-target.c"
selftest_parts="tests/lib tests/selftests tests/oracle examples README.md"
module_parts="Makefile Kbuild include module tests/oracle"

make_user() { # ROOT [command]
	# shellcheck disable=SC2086 # words
	copy_sources "$1" $user_parts
	rm -rf "$out/user"
	if [ "${2-}" = command ]; then
		logged user.log "$1" - "${make[@]}" -C user install-command DESTDIR="$inner/dest" PREFIX=/usr \
			"${cross[@]}"
	else
		logged user.log "$1" - "${make[@]}" user "${cross[@]}"
		logged install-user.log "$1" - make install-user DESTDIR="$inner/dest" PREFIX=/usr \
			"${cross[@]}"
		# What was built, as it lies in the checkout: it must run from there, too.
		mkdir -p "$copy/dest/opt/checkout"
		(cd "$copy" && cp -a --parents user/v2p-query/v2p-query user/lib/libv2p.so* dest/opt/checkout)
	fi
	logged target.log "$1" - "${triplet:+$triplet-}gcc" -O2 -Wall -Wextra tests/vm/demo-target.c \
		-o dest/usr/bin/demo-target
	mv "$copy/dest" "$out/user"
}

# The selftests as kselftest installs them, to $out/selftests$pages/opt/kselftest.
build_selftests() { # ROOT KSRC (after build_user and page_size)
	built "selftests$pages" "$user_parts $selftest_parts tests/coverage" \
		"selftests$pages log/selftests$pages.log" "$1 $2" make_selftests "$@"
}

make_selftests() { # ROOT KSRC
	# shellcheck disable=SC2086 # words
	copy_sources "$1" $selftest_parts
	local dest=$out/selftests$pages/opt

	rm -rf "$out/selftests$pages"
	cp -a "$out/user" "$copy/dest"
	logged "selftests$pages.log" "$1" "$2" "${make[@]}" -C tests/selftests KSRC=/ksrc \
		LIBV2P="$inner/dest" OUTPUT="$inner/selftests" \
		INSTALL_PATH="$inner/installed" "${page_shift[@]}" "${cross[@]}" install
	mkdir -p "$dest"
	mv "$copy/installed" "$dest/kselftest"
	# Each line at once: of a VM that hangs, the last ones tell where.
	sed -i "s/\<sed -e 's\/^\/# \/'/sed -u -e 's\/^\/# \/'/" \
		"$dest/kselftest/kselftest/runner.sh"
	cp "$top/tests/coverage/guest" "$dest/with-coverage"
}

# The modules, or v2p's own alone, installed into what comes on top of the VM's root for
# that kernel, $out/root-LINE, with those of the kernel that the tests need.
build_modules() { # [v2p] (after prepare)
	local logs="log/module-$line.log"

	[ "${1-}" = v2p ] || logs+=" log/oracle-$line.log"
	built "module-$line" "$module_parts" "root-$line v2p-$line.ko gcno-$line $logs" \
		"$root $ksrc $kdir $kernel $abi ${instrument[*]} ${modules[*]}" make_modules "$@"
}

make_modules() { # [v2p]
	local dest=$out/root-$line

	# shellcheck disable=SC2086 # words
	copy_sources "$root" $module_parts
	rm -rf "$dest"
	mkdir -p "$copy/dest/usr/lib"
	ln -s usr/lib "$copy/dest/lib"
	logged "module-$line.log" "$root" "$ksrc" "${make[@]}" module KDIR="$kdir" W=1 \
		"${instrument[@]}" "${kcross[@]}"
	logged "install-$line.log" "$root" "$ksrc" \
		make install-module KDIR="$kdir" DESTDIR="$inner/dest" "${instrument[@]}" "${kcross[@]}"
	if [ "${1-}" != v2p ]; then
		logged "oracle-$line.log" "$root" "$ksrc" \
			make -C "$kdir" M="$inner/tests/oracle" W=1 "${kcross[@]}" modules
		logged "install-oracle-$line.log" "$root" "$ksrc" \
			make -C "$kdir" M="$inner/tests/oracle" \
			INSTALL_MOD_PATH="$inner/dest" "${kcross[@]}" modules_install
	fi
	mv "$copy/dest" "$dest"
	mv "$copy/v2p.ko" "$out/v2p-$line.ko"
	# What tells gcov which lines the counters are of.
	rm -rf "$out/gcno-$line"
	mkdir "$out/gcno-$line"
	(cd "$copy" && find . -name '*.gcno' -exec cp --parents -t "$out/gcno-$line" {} +)

	add_kernel_modules "$dest"
}

# Those of the kernel's own modules that the harness and the tests need, and what depmod
# makes of all that are there then.
add_kernel_modules() { # FOLDER (after prepare or find_stock)
	local dest=$1 file

	for file in modules.order modules.builtin modules.builtin.modinfo; do
		cp "$kernel/lib/modules/$abi/$file" "$dest/lib/modules/$abi/"
	done
	for file in "${modules[@]}"; do
		# Not every kernel has them all.
		/sbin/modprobe -d "$kernel" -S "$abi" --show-depends "$file" 2>/dev/null || :
	done | sed -n 's/^insmod //p' | while read -r file; do
		file=${file#"$kernel"}
		install -D -m 644 "$kernel/$file" "$dest/lib/${file#*/lib/}"
	done
	/sbin/depmod -b "$dest" "$abi"
}

# Compiles what walks against headers that say otherwise of how page tables are freed.
# CFLAGS make them say so.
compile_walk() { # LOG CFLAGS (after prepare)
	copy_sources "$root"
	inside "$root" "$ksrc" env -C "$inner" make -C "$kdir" M="$inner" KCFLAGS="$2" \
		module/walk.o >"$out/log/$1" 2>&1 </dev/null
}

# Boots what was built; other_machine are options of vm/boot, for another machine than usual.
boot() { # NAME COMMAND-LINE OPTION... -- COMMAND...
	local name=$1 append=$2

	shift 2
	"$vm/boot" --arch "$arch" --kernel "$(kernel_image "$kernel")" --root "$base" \
		--root "$out/user" --root "$out/root-$line" --console "$out/log/$name.console" \
		--times "$out/log/$name.times" \
		--append "$pool secretmem.enable=1 $options $append" "${memory[@]}" "${other_machine[@]}" "$@"
}

# Writes a program that runs another one where it lies in such a folder as debian() makes.
run_from() { # FOLDER QEMU FILE: prints FILE
	local dir=$1 lib=usr/lib/x86_64-linux-gnu

	mkdir -p "${3%/*}"
	cat >"$3.$BASHPID" <<-END
		#!/bin/sh
		export QEMU_MODULE_DIR="$dir/$lib/qemu"
		exec "$dir/$lib/ld-linux-x86-64.so.2" --library-path "$dir/$lib" \
			"$dir/usr/bin/$2" \
			-L "$dir/usr/share/qemu" -L "$dir/usr/share/seabios" "\$@"
	END
	chmod +x "$3.$BASHPID"
	mv "$3.$BASHPID" "$3"
	echo "$3"
}

# Boots what a person finds who wants to try it out. The checkout is in /v2p, as it is at
# any time or, where that cannot be, as it is now.
boot_shell() { # OPTION... -- COMMAND... (after build_selftests and build_modules)
	local pager

	pager=$(own_cache lock pager_root)
	rm -rf "$out/shell"
	mkdir -p "$out/shell/opt" "$out/shell/usr/bin" "$out/shell/v2p"
	pack_sources | tar -C "$out/shell/v2p" -x --touch
	cp "$vm/shell-guest" "$out/shell/opt/"
	sed "s/@line@/$line/; s/@built@/out$foreign/; s/@pages@/$pages/
		s/@kernel@/KERNEL=${line%"$foreign"}${foreign:+ ARCH=$arch}/" \
		"$vm/reload" >"$out/shell/usr/bin/reload"
	chmod 755 "$out/shell/usr/bin/reload"
	boot shell "" --share "$top" --root "$pager" --root "$out/selftests$pages" --root "$out/shell" "$@"
}
