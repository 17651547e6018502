# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian's packages, found and kept: kernels, their headers, folders with a
# Debian in them to build in and to boot from. Everything lies in the user's
# cache, under names that hold what it was made of. To be sourced.
#
# shellcheck disable=SC2016 # $ in single quotes is meant for others

# Whatever we call gets the descriptors 0 to 2 and no others. A program may take it
# badly that some are open (mmdebstrap does), and one that stays behind would keep a
# lock. This is for those that we were started with.
close_inherited() {
	local info key value flags

	for info in "/proc/$$/fdinfo"/*; do
		[ "${info##*/}" -gt 2 ] && [ -e "$info" ] || continue
		flags=0
		while read -r key value; do
			[ "$key" != flags: ] || flags=$value
		done <"$info"
		# O_CLOEXEC: one of the shell's own.
		((flags & 02000000)) || eval "exec ${info##*/}>&-"
	done
}
close_inherited

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # for those who source this
vm=$top/tests/vm
cache=${XDG_CACHE_HOME:-$HOME/.cache}/v2p
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '== %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The processor that is built for and booted, by Debian's name for it. Where that is not the
# one that Debian's packages here are of, what is built comes out of a cross compiler, and
# nothing of it runs but in the emulator. $foreign is then a part of names. $home is the oldest
# Debian that there is for it, of which all is but the kernels. $fewer_levels are parameters for
# its kernels, each after a number in words: for page tables of so many levels, the fewest that
# there can be last. $isolate is that for page tables of its own for user mode.
home=bookworm
# shellcheck disable=SC2034 # for those who source this
case ${ARCH:-x86_64} in
x86_64 | x86 | amd64) arch=amd64 foreign= fewer_levels=("four no5lvl") isolate=pti=on ;;
arm64 | aarch64)
	arch=arm64 foreign=-arm64 triplet=aarch64-linux-gnu
	fewer_levels=("four arm64.nolva") isolate=kpti=on
	;;
riscv64 | riscv)
	arch=riscv64 foreign=-riscv64 triplet=riscv64-linux-gnu home=trixie
	fewer_levels=("four no5lvl" "three no4lvl") isolate=
	;;
*) die "ARCH is x86_64, arm64 or riscv64, not $ARCH" ;;
esac
# shellcheck disable=SC2034
out=$top/tests/out$foreign
# What make is told for it: kbuild, and our own makefiles.
cross=()
[ -z "$foreign" ] || cross=(
	ARCH="$arch" CROSS_COMPILE="$triplet-" CC="$triplet-gcc" AR="$triplet-ar"
	PKG_CONFIG="env PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig pkg-config")

# Runs a command, or a function in this very shell, while nobody else holds the file's
# lock. The lock's descriptor is closed for what runs; bash keeps it meanwhile where a
# program cannot inherit it. `exec 9<FILE` would hand it to all.
locked() { # FILE SECONDS-TO-WAIT COMMAND...
	{
		flock -w "$2" 9 || die "another run holds $1"
		"${@:3}" 9<&-
	} 9<"$1"
}

# Of all that follows, what writes to the cache does so one at a time, but for what
# takes very long: that has a lock of its own.
own_cache() { # LOCK COMMAND...
	mkdir -p "$cache"
	: >>"$cache/$1"
	locked "$cache/$1" 2400 "${@:2}"
}

# Root, or as good as root for the files that belong to us.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		unshare --user --map-root-user --map-auto --mount --pid --fork "$@"
	fi
}

# ---- APT, with a configuration of our own for each suite

mirror() { # PATH: the host's mirror of Debian's archive PATH
	local uri
	uri=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null |
		sed -n "\\|/$1/*\$|{p;q}")
	uri=${uri:-http://deb.debian.org/$1}
	echo "${uri%/}"
}

# How the host reaches it.
host_settings() { apt-config dump Acquire::http Acquire::https Acquire::Check-Valid-Until; }

sources() { # SUITE
	local deb="deb [arch=amd64${foreign:+,$arch} signed-by=$keyring]"

	echo "$deb $(mirror debian) $1 main"
	# Its other lists come with sizes that are not theirs; and the libraries of both
	# processors have to be of one version.
	[ "$arch" != riscv64 ] || return 0
	echo "$deb $(mirror debian-security) $1-security main"
	[ "$1" = bookworm ] || echo "$deb $(mirror debian) $1-backports main"
}

apt_for() { # SUITE COMMAND...
	local suite=$1

	shift
	APT_CONFIG=$cache/apt/$suite$foreign/apt.conf "$@"
}

apt_update() { # SUITE: package lists not older than half a day
	local dir=$cache/apt/$1$foreign

	[ -z "$(find "$dir/updated" -mmin -720 2>/dev/null)" ] || return 0
	say "$1: package lists"
	mkdir -p "$dir"/{state,cache,etc}
	: >"$dir/status"
	sources "$1" >"$dir/sources.list"
	cat >"$dir/apt.conf" <<-END
		APT::Architecture "amd64";
		APT::Architectures { "amd64";${foreign:+ "$arch";} };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Dir::State "$dir/state";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "$dir/etc";
		Dir::Etc::preferences "$dir/etc/none";
		Dir::Etc::preferencesparts "$dir/etc";
	END
	if apt_for "$1" timeout 300 apt-get -qq --error-on=any update >&2; then
		touch "$dir/updated"
	elif [ -e "$dir/updated" ]; then
		say "$1: no fresh package lists, going on with those of $(date -r "$dir/updated")"
	else
		die "$1: apt-get update failed"
	fi
}

# What apt-cache says, kept for as long as the package lists stay.
apt_cache() { # SUITE ARGUMENT...
	local dir=$cache/apt/$1$foreign kept

	kept=$dir/said/$(printf '%s\n' "${@:2}" | sha256sum | cut -c 1-16)
	if ! [ "$kept" -nt "$dir/updated" ]; then
		mkdir -p "$dir/said"
		apt_for "$1" apt-cache "${@:2}" >"$kept.$BASHPID" || return
		mv "$kept.$BASHPID" "$kept"
	fi
	cat "$kept"
}

unpack() { # SUITE FOLDER PACKAGE...: without installing them
	local suite=$1 dir=$2 debs deb

	shift 2
	debs=$(mktemp -d "$cache/debs.XXXXXX")
	(cd "$debs" && apt_for "$suite" timeout 1200 apt-get -qq download "$@" >&2) ||
		die "cannot download $*"
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
	rm -r "$debs"
}

# ---- Kernels

abis() { # SUITE [FLAVOUR]: of all kernels that come with headers, oldest first
	local flavour=${2:-cloud}-$arch

	[ "${2-}" != 16k ] || flavour=$arch-16k
	[ "${2-}" != full ] || flavour=$arch
	# There is none for clouds.
	[ "$flavour" != cloud-riscv64 ] || flavour=riscv64

	apt_cache "$1" pkgnames linux- |
		sed -nE "s/^linux-(headers|image)-([0-9]+\.[0-9]+\.[^-]*(-[0-9]+)?-$flavour)\$/\2/p" |
		sort -V | uniq -d
}

# "backports" is the newest kernel there is, "-rt" its real-time flavour, "-full" that with
# all drivers, which for clouds are left out, "-16k" that for pages of 16 KiB. Prints SUITE
# and ABI.
find_kernel() { # 6.12 | 6.12-rt | 6.12-full | 6.12-16k | backports
	local suite abi flavour=

	[[ $1 != *-rt && $1 != *-full && $1 != *-16k ]] || flavour=${1##*-}
	if [ "$1" = backports ]; then
		[ "$arch" != riscv64 ] || die "of riscv64's kernels, 6.12 is the newest that is looked for"
		apt_update trixie
		abi=$(abis trixie | tail -n 1)
		[ -n "$abi" ] || die "no kernel found in trixie-backports"
		echo "trixie $abi"
		return
	fi
	for suite in $(printf '%s\n' "$home" trixie | uniq); do
		apt_update "$suite"
		abi=$(abis "$suite" $flavour | awk -v line="${1%-"$flavour"}." 'index($0, line) == 1' | tail -n 1)
		[ -z "$abi" ] || { echo "$suite $abi"; return; }
	done
	die "Debian has no kernel $1"
}

versions_of() { # SUITE PACKAGE...: a line each, "NAME VERSION"
	apt_cache "$1" show --no-all-versions "${@:2}" |
		awk '/^Package: / { name = $2 } /^Version: / { print name, $2 }'
}

version_of() { # SUITE PACKAGE
	versions_of "$@" | cut -d ' ' -f 2
}

# Image and modules of a kernel as they come, unpacked. Prints the folder.
kernel_dir() { # SUITE ABI
	local dir packages=() kind

	dir=$cache/kernel-$2-$(version_of "$1" "linux-image-$2")
	if [ ! -d "$dir" ]; then
		say "kernel $2"
		# Newer ones are split into several packages.
		for kind in image base binary modules; do
			[ -z "$(apt_cache "$1" pkgnames "linux-$kind-$2")" ] ||
				packages+=("linux-$kind-$2")
		done
		rm -rf "$dir.new"
		unpack "$1" "$dir.new" "${packages[@]}"
		[ -d "$dir.new/lib/modules" ] ||
			{ mkdir "$dir.new/lib" && ln -s ../usr/lib/modules "$dir.new/lib/"; }
		/sbin/depmod -b "$dir.new" "$2"
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

kernel_image() { # KERNEL_DIR
	find "$1/boot" "$1/usr/lib/modules" -name 'vmlinu[xz]*' 2>/dev/null | head -n 1
}

source_package=linux-source-6.12

unpack_source() { # SUITE PACKAGE FOLDER [PART...]
	local package=$2 dir=$3 source

	source=$(mktemp -d "$cache/source.XXXXXX")
	unpack "$1" "$source" "$package"
	shift 3
	mkdir -p "$dir"
	tar -xf "$source/usr/src/$package.tar.xz" -C "$dir" --strip-components=1 \
		"${@/#/$package/}"
	rm -r "$source"
}

# The parts of the kernel's source that its selftests and netlink tools need.
# Prints the folder.
kernel_source() {
	local dir

	apt_update "$home"
	dir=$cache/$source_package-$(version_of "$home" $source_package)$foreign
	if [ ! -d "$dir" ]; then
		say "$source_package"
		rm -rf "$dir.new"
		unpack_source "$home" $source_package "$dir.new" Makefile MAINTAINERS scripts include/uapi \
			Documentation/netlink tools/{testing/selftests,net/ynl,scripts,include,build} \
			arch/{x86,arm64,riscv}/include/uapi
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

# A kernel of our own, built in ROOT of NAME.config. Prints the folder, laid out as
# kernel_dir() does, with what modules are built by in build/.
built_kernel() { # NAME ROOT SUITE PACKAGE
	local config=$top/tests/vm/$1.config image=arch/x86/boot/bzImage dir abi
	local make=(make -s -C /ksrc "${cross[@]:0:2}" -j"$(nproc)")
	# On a busy machine, ten minutes may become hours.
	local inside_seconds=14400

	[ -z "$foreign" ] || image=arch/$arch/boot/Image
	apt_update "$3"
	dir=$cache/kernel-$1-$(version_of "$3" "$4")-$(
		{ sed '/^CONFIG_/!d' "$config"; version_of bookworm gcc; } |
			sha256sum | cut -c 1-12)
	if [ ! -d "$dir" ]; then
		say "the kernel $1 of $4 (some ten minutes, once)"
		as_root rm -rf "$dir.new"
		mkdir -p "$dir.new/boot"
		unpack_source "$3" "$4" "$dir.new/build"
		cp "$config" "$dir.new/build/own.config"
		inside "$2" "$dir.new/build" "${make[@]}" tinyconfig >&2
		inside "$2" "$dir.new/build" env -C /ksrc "${cross[@]:0:2}" \
			scripts/kconfig/merge_config.sh -m .config own.config >/dev/null
		inside "$2" "$dir.new/build" "${make[@]}" olddefconfig >&2
		inside "$2" "$dir.new/build" "${make[@]}" "${image##*/}" modules >&2 &&
			inside "$2" "$dir.new/build" "${make[@]}" \
				INSTALL_MOD_PATH=/ksrc/installed modules_install >&2 ||
			die "the kernel does not build"
		abi=$(cat "$dir.new/build/include/config/kernel.release")
		mv "$dir.new/build/installed/lib" "$dir.new/"
		mv "$dir.new/build/$image" "$dir.new/boot/vmlinuz-$abi"
		mv "$dir.new" "$dir"
	fi
	touch "$dir"
	find "$cache" -maxdepth 1 -name "kernel-$1-*" -mtime +7 -print0 |
		as_root xargs -0 -r rm -rf
	echo "$dir"
}

# ---- Folders with a Debian in them

# Prints the folder, named after the versions of all that was asked for.
debian() { # NAME SUITE PACKAGE...
	local name=$1$foreign suite=$2 dir log variant=(--variant=essential)

	shift 2
	# What is booted is unpacked only, as nothing in it would run here; what builds, or
	# emulates, is one of ours, with libraries of the other.
	if [[ $name = build* || $name = emulator* ]]; then
		[ -z "$foreign" ] || variant+=(--architectures="amd64,$arch")
	elif [ -n "$foreign" ]; then
		set -- "${essential[@]}" "$@"
		variant=(--variant=extract --architectures="$arch"
			 --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr)
	fi
	dir=$cache/$name-$suite-$({
		versions_of "$suite" "$@"
		[[ ${variant[*]} != *extract* ]] || declare -f as_if_installed
	} | sha256sum | cut -c 1-12)
	if [ ! -d "$dir" ]; then
		say "$name: a Debian $suite with $*"
		host_settings >"$cache/apt/$suite$foreign/host.conf"
		as_root rm -rf "$dir.new"
		mkdir "$dir.new"
		log=$dir.log
		timeout 1200 mmdebstrap "${variant[@]}" --format=tar \
			--aptopt="$cache/apt/$suite$foreign/host.conf" \
			--dpkgopt=path-exclude='/usr/share/man/*' \
			--dpkgopt=path-exclude='/usr/share/doc/*' \
			--dpkgopt=path-exclude='/usr/share/locale/*' \
			--include="$(IFS=,; echo "$*")" \
			"$suite" - "$cache/apt/$suite$foreign/sources.list" 2>"$log" |
			as_root tar -x -C "$dir.new" --exclude='./dev/*' || {
			tail -n 40 "$log" >&2
			die "mmdebstrap failed (all that it said is in $log)"
		}
		rm "$log"
		mkdir "$dir.new/build" "$dir.new/ksrc"
		[[ ${variant[*]} != *extract* ]] || as_if_installed "$dir.new"
		mv "$dir.new" "$dir"
	fi
	# Updates make new ones; what a week has not used goes.
	touch "$dir"
	find "$cache" -maxdepth 1 -name "$name-$suite-*" -mtime +7 -print0 |
		as_root xargs -0 -r rm -rf
	echo "$dir"
}

# What is there without being asked for, where packages are unpacked and not installed.
essential=(base-files base-passwd bash bsdutils coreutils dash debianutils diffutils findutils
	   grep gzip hostname libc-bin login mawk ncurses-base ncurses-bin sed tar util-linux)

# What installing them would have done.
as_if_installed() { # ROOT
	local file

	as_root ln -s mawk "$1/usr/bin/awk"
	for file in passwd group; do
		as_root cp "$1/usr/share/base-passwd/$file.master" "$1/etc/$file"
	done
}

# What builds the userspace, and the modules of bookworm's usual kernels; with an ABI,
# the modules of that kernel.
build_root() { # SUITE [ABI]
	local packages=(make gcc libc6-dev libelf-dev sparse kmod xz-utils) suite abi line package

	if [ -n "$foreign" ]; then
		packages+=("gcc-$triplet" "g++-$triplet" pkg-config python3-minimal python3-yaml
			   python3-docutils rsync flex bison bc libssl-dev)
		for package in libc6-dev libnl-3-dev libnl-genl-3-dev libjson-c-dev libdw-dev libcap-dev \
			       libnuma-dev liburing-dev; do
			packages+=("$package:$arch")
		done
	elif [ $# = 1 ]; then
		packages+=(libnl-3-dev libnl-genl-3-dev libjson-c-dev libdw-dev libcmocka-dev g++
			   pkg-config python3-minimal python3-yaml python3-docutils rsync
			   flex bison bc libssl-dev libcap-dev libnuma-dev liburing-dev zsh fish)
		for line in 6.1 6.12; do
			read -r suite abi <<<"$(find_kernel $line)"
			packages+=("linux-headers-$abi")
		done
	else
		packages+=("linux-headers-$2")
	fi
	debian build "$1" "${packages[@]}"
}

# Unpacks the headers of another processor's kernel into a build root of it. They come with
# programs of that processor, which those of ours stand in for.
foreign_headers() { # ROOT SUITE ABI
	local mark dir depends

	mark=$1/usr/src/linux-headers-$3/unpacked-$(version_of "$2" "linux-headers-$3")
	[ ! -e "$mark" ] || return 0
	say "headers of $3"
	mapfile -t depends < <(apt_cache "$2" depends "linux-headers-$3" | sed -nE \
		-e 's/.*Depends: <?(linux-headers-[^:>]*-common[^:>]*).*/\1/p' \
		-e 's/.*Depends: <?(linux-kbuild-[^:>]*).*/\1:amd64/p')
	[ ${#depends[@]} = 2 ] || die "linux-headers-$3 depends on ${depends[*]}: not understood"
	dir=$(mktemp -d "$cache/headers.XXXXXX")
	unpack "$2" "$dir" "linux-headers-$3" "${depends[@]}"
	# For BTF, which would take a program more.
	rm -f "$dir/usr/src/linux-headers-$3/vmlinux"
	[ ! -d "$dir/lib" ] || [ -L "$dir/lib" ] || cp -a "$dir/lib/." "$dir/usr/lib/"
	: >"$dir/usr/src/linux-headers-$3/${mark##*/}"
	as_root cp -a "$dir/usr/src" "$dir/usr/lib" "$1/usr/"
	rm -r "$dir"
}

# What the VM boots, before our own files come on top: a cpio archive. An emulated
# machine takes long to unpack it, so what no test needs is left out, and Python, which
# one needs, is in an archive of its own: NAME-python.cpio beside NAME-base.cpio.
vm_root() { # [SUITE]
	local suite=${1:-$home} dir

	apt_update "$suite"
	dir=$(debian root "$suite" busybox-static mount kmod iproute2 procps libcap2-bin \
		libnl-genl-3-200 libjson-c5 libdw1 python3-minimal python3-yaml)
	if [ ! -e "$dir-base.cpio" ]; then
		as_root bash -euo pipefail -c '
			pack() { sort -z | cpio -0 -o -H newc -R 0:0 --quiet; }
			cd "$1"
			find . \( -path "./usr/*/python3*" -o -path "./usr/*/perl" -type d \
				-o -name "libperl*" -o -name "libdb-*" -o -name gconv \
				-o -path "./var/*/dpkg" -o -path "./var/cache/*" \) -prune \
				-o -print0 | pack >"$1-base.cpio.new"
			find usr/bin/python3* usr/lib/python3* -print0 | pack >"$1-python.cpio"
			' - "$dir"
		mv "$dir-base.cpio.new" "$dir-base.cpio"
	fi
	echo "$dir-base.cpio"
}

# What some packages bring that is not in there, nor in the archive of Python: another
# archive. perf wants the library of the Perl that is left out above.
beside_root() { # NAME PACKAGE...
	local base dir archive

	base=$(vm_root)
	base=${base%-base.cpio}
	dir=$(debian "$1" "$home" "${@:2}")
	archive=$dir-beside-${base##*-}.cpio
	if [ ! -e "$archive" ]; then
		as_root bash -euo pipefail -c '
			there=$(mktemp)
			(cd "$2" && find . ! -name "libperl*" | sort) >"$there"
			cd "$1"
			find . \( -path "./var/*/dpkg" -o -path "./var/cache/*" \) -prune -o -print |
				sort | comm -13 "$there" - | cpio -o -H newc -R 0:0 --quiet
			rm "$there"
			' - "$dir" "$base" >"$archive.new"
		mv "$archive.new" "$archive"
	fi
	echo "$archive"
}

# What only a person misses in there: man and a pager.
pager_root() { beside_root pager less man-db; }

# What v2p is used beside: a debugger, virtual machines, and what samples addresses.
tools_root() { beside_root tools gdb qemu-system-x86 linux-perf; }

# Runs a command in such a folder, in its /build, for inside_seconds at most.
inside() { # ROOT KSRC|- COMMAND...
	local propagation=private

	# In a chroot, / is no mount point whose propagation can be changed.
	as_root unshare --mount true 2>/dev/null || propagation=unchanged
	as_root timeout "${inside_seconds:-2400}" unshare --mount --propagation $propagation \
		bash -eu -c '
		root=$1 ksrc=$2
		shift 2
		trap "umount \$root/proc \$root/dev/* \$root/ksrc 2>/dev/null || :" EXIT
		mount -t proc proc "$root/proc"
		for device in null zero full urandom; do
			touch "$root/dev/$device"
			mount --bind "/dev/$device" "$root/dev/$device"
		done
		mkdir -p "$root/dev/pts"
		mount -t devpts -o ptmxmode=0666 devpts "$root/dev/pts"
		ln -sfn pts/ptmx "$root/dev/ptmx"
		ln -sfn /proc/self/fd "$root/dev/fd"
		[ "$ksrc" = - ] || mount --bind "$ksrc" "$root/ksrc"
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
			chroot "$root" "$@"
		' inside "$@"
}
