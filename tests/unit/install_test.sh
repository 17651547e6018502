#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make install` leaves is whole: it compiles, links, runs, and goes away again.
#
#   install_test.sh BUILD
set -u

build=$(realpath "$1")
top=../..
user=$top/user
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
. ../lib/tap.sh

# ok NAME COMMAND...: the command succeeds
ok()
{
	name=$1
	shift
	good=yes
	"$@" > "$tmp/said" 2>&1 || good=no
	[ $good = yes ] || sed 's/^/# /' "$tmp/said"
	tap_result $good "$name"
}

absent() { ! test -e "$1"; }
fails() { ! "$@"; }
same() { test "$1" = "$2" || { echo "'$1' is not '$2'"; return 1; }; }
installing() { make -C $user -s --no-print-directory O="$build" DESTDIR="$root" PREFIX=/usr "$@"; }

# What is not installed runs where it was built.
runpath() { readelf -d "$1" | sed -n 's/.*R[UN]*PATH.*\[\(.*\)\]/\1/p'; }
ok 'the built command finds its library by itself' \
	same "$(runpath "$build/v2p-query/v2p-query")" '$ORIGIN/../lib'
ok 'and runs' env -u LD_LIBRARY_PATH "$build/v2p-query/v2p-query" --version

ok 'install' installing install
ok 'the installed command looks in no place of its own' \
	same "$(runpath "$root/usr/bin/v2p-query")" ''
version=$($user/version)
major=${version%%.*}
for file in bin/v2p-query lib/libv2p.a lib/libv2p.so "lib/libv2p.so.$major" \
	    lib/pkgconfig/libv2p.pc \
	    include/v2p.h include/v2p-types.h include/v2p-version.h include/linux/v2p.h \
	    include/linux/v2p_ioctl.h \
	    share/v2p/v2p.yaml share/man/man1/v2p-query.1 \
	    share/man/man3/libv2p.3 share/man/man3/v2p_translate.3 \
	    share/bash-completion/completions/v2p-query share/zsh/site-functions/_v2p-query \
	    share/fish/vendor_completions.d/v2p-query.fish; do
	ok "$file is there" test -s "$root/usr/$file"
done

# The Python package is for whoever wants it.
package() { make -C $top -s --no-print-directory DESTDIR="$root" PYTHONDIR=/python "$@"; }
ok 'install-python' package install-python
ok 'the package is whole' env PYTHONPATH="$root/python" python3 -c '
import v2p, v2p.abi
assert v2p.Status.MAPPED == 1 and str(v2p.Region.DIRECT_MAP) == "direct-map"'
ok 'uninstall-python' package uninstall-python
ok 'leaves nothing' absent "$root/python/v2p"
ok 'nor else' rmdir "$root/python"
# So are the commands for gdb.
package() { make -C $top -s --no-print-directory DESTDIR="$root" GDBDIR=/gdb "$@"; }
ok 'install-gdb' package install-gdb
ok 'the commands are there' cmp ../../bindings/gdb/v2p.py "$root/gdb/v2p.py"
ok 'uninstall-gdb' package uninstall-gdb
ok 'leaves nothing of gdb' rmdir "$root/gdb"

# The header is the promise, the version script keeps it.
functions() { sed -n "$1"'; s/^[a-z].*[ *]\(v2p_[a-z_]*\)(.*/\1/p' ../../include/v2p.h | sort; }
declared=$(functions '/^typedef/d; /^static inline/d')
exported=$(nm -D --defined-only "$root/usr/lib/libv2p.so" | awk '$2 == "T" { print $3 }' | sort)
ok 'exports are what v2p.h declares, at their version' \
	same "$exported" "$(echo "$declared" | sed 's/$/@@V2P_1.0/')"
ok 'there are some' test "$(echo "$declared" | wc -l)" -ge 12
everything=$(nm -D --defined-only "$root/usr/lib/libv2p.so" | awk '$2 != "A" { print $2 }' | sort -u)
ok 'and nothing else is exported' same "$everything" T
ok 'the soname' sh -c "readelf -d $root/usr/lib/libv2p.so | grep -q 'SONAME.*\[libv2p.so.$major\]'"
sed -n '/^SYNOPSIS$/,/^DESCRIPTION$/p' $user/man/libv2p.3.rst > "$tmp/synopsis"
for function in $(functions '/^typedef/d'); do
	ok "$function has a manual page" test -s "$root/usr/share/man/man3/$function.3"
	ok 'and is in its synopsis' grep -q "[ *]$function(" "$tmp/synopsis"
done

export PKG_CONFIG_PATH="$root/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
ok 'pkg-config tells the version' same "$(pkg-config --modversion libv2p)" "$version"

# The examples of the manual page are what a user copies.
sed -n '/^EXAMPLES$/,/^SEE ALSO$/s/^    //p' $user/man/libv2p.3.rst |
	awk -v to="$tmp/example" '/^#include/ && !begun { count++; begun = 1 }
		{ print > (to count ".c") } /^}/ { begun = 0 }'
examples=$(cd "$tmp" && ls example*.c)
cat > "$tmp/all.cc" <<'C'
#include <v2p.h>
int main()
{
	struct v2p *handle;
	v2p_info info = {};
	v2p_walk walk = {};
	info.size = sizeof(info);
	walk.size = sizeof(walk);
	int error = v2p_open(&handle);
	if (!error)
		error = v2p_get_info(handle, &info) || v2p_get_walk(handle, v2p_kernel(), 0, &walk);
	v2p_close(handle);
	return v2p_status_name(V2P_STATUS_MAPPED) ? 0 : 1;
}
C
# The linked ones are run with the sanitizer's flags, or cannot load a library built with it.
flags="-Wall -Wextra -Werror $(pkg-config --cflags libv2p) ${SANITIZE-}"
# Here is no module, or no right to ask it.
refused() { ! LD_LIBRARY_PATH=$root/usr/lib "$1" 2> "$tmp/words" && test -s "$tmp/words"; }
linked() { "$@" $(pkg-config --libs libv2p); }
ok 'there are examples' test "$(echo "$examples" | wc -l)" -ge 2
for example in $examples; do
	ok "$example compiles" linked cc $flags -o "$tmp/${example%.c}" "$tmp/$example"
	ok "and says what is wrong" refused "$tmp/${example%.c}"
done
ok 'a C99 program compiles' sh -c \
	"echo '#include <v2p.h>' | cc -std=c99 -pedantic $flags -x c -fsyntax-only -"
ok 'a C++ program compiles' linked c++ $flags -pedantic -o "$tmp/all" "$tmp/all.cc"
ok 'and runs' env LD_LIBRARY_PATH="$root/usr/lib" "$tmp/all"
# The static library brings what it needs with it; libnl itself is the system's.
ok 'a program with the static library compiles' sh -c \
	"cc $flags -o $tmp/static $tmp/example1.c $root/usr/lib/libv2p.a \$(pkg-config --libs libnl-genl-3.0)"
ok 'and needs no libv2p.so' sh -c "! readelf -d $tmp/static | grep -q libv2p"
ok 'the command runs' env LD_LIBRARY_PATH="$root/usr/lib" "$root/usr/bin/v2p-query" --version
ok 'the completion is bash' bash -n "$root/usr/share/bash-completion/completions/v2p-query"
completes()
{
	LD_LIBRARY_PATH="$root/usr/lib" PATH="$root/usr/bin:$PATH" \
		bash -c '. "$0"; wanted=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _v2p_query "$1"
		echo "${COMPREPLY[*]}"; [ "${COMPREPLY[*]}" = "$wanted" ]' \
		"$root/usr/share/bash-completion/completions/v2p-query" "$@"
}
ok 'it completes a command' completes summary v2p-query su
ok 'it completes an option' completes '--json --json-lines' v2p-query --j
ok 'it completes a status' completes poisoned v2p-query --status po
ok 'it completes a process' completes $$ v2p-query --pid $$
ok 'it completes a mapping' completes '\[stack\]' v2p-query --pid $$ '[st'

installing uninstall
ok 'uninstall leaves no file' same "$(find "$root" ! -type d)" ''
ok 'nor a folder of its own' absent "$root/usr/share/v2p"

ok 'install-command' installing install-command
ok 'puts no more there than the command needs' same \
	"$(cd "$root/usr" && find . ! -type d | sort | tr '\n' ' ')" \
	"./bin/v2p-query ./lib/libv2p.so.$major ./lib/libv2p.so.$version "
ok 'the command runs' env LD_LIBRARY_PATH="$root/usr/lib" "$root/usr/bin/v2p-query" --version
installing uninstall

# What stands in for a kernel's headers installs as kbuild does. No such kernel is on
# any machine, so what has no DESTDIR changes nothing either.
kernel=0-v2p-test
kdir=$tmp/headers
mkdir -p "$kdir/include/config" "$kdir/include/generated" "$tmp/bin"
echo "#define UTS_RELEASE \"$kernel\"" > "$kdir/include/generated/utsrelease.h"
# As Debian's 6.1 has it.
echo 0-v2p > "$kdir/include/config/kernel.release"
cat > "$kdir/Makefile" <<'END'
modules:
modules_install:
	test "$(INSTALL_MOD_STRIP)" = 1
	test -z "$(INSTALL_MOD_PATH)" || install -D $(firstword $(MAKEFILE_LIST)) \
		$(INSTALL_MOD_PATH)/lib/modules/0-v2p-test/$(PLACE)
END
for tool in depmod ldconfig; do
	printf '#!/bin/sh\necho "%s${1+ $1}" >> %s\n' $tool "$tmp/called" > "$tmp/bin/$tool"
	chmod +x "$tmp/bin/$tool"
done
called()
{
	rm -f "$tmp/called"
	PATH=$tmp/bin:$PATH make -C $top -s --no-print-directory KDIR="$kdir" O="$build" "$@" || return
	same "$(cat "$tmp/called" 2> "$tmp/none" | tr '\n' ';')" "$wanted"
}

wanted=
for place in extra/v2p.ko updates/v2p.ko updates/v2p.ko.xz updates/v2p.ko.zst other/v2p.ko.gz; do
	ok "install-module for a package, $place" \
		called install-module DESTDIR="$root" PLACE=$place
	file=$root/lib/modules/$kernel/$place
	ok 'it is there' test -s "$file"
	touch "${file%/*}/v2p_of_others.ko"
	ok 'uninstall-module for a package' \
		called uninstall-module DESTDIR="$root" INSTALL_MOD_DIR=other
	ok 'removes it' absent "$file"
	ok 'and no other' test -e "${file%/*}/v2p_of_others.ko"
done
ok 'install for a package' called install DESTDIR="$root" PLACE=updates/v2p.ko
ok 'uninstall for a package' called uninstall DESTDIR="$root"
ok 'leaves nothing' same \
	"$(find "$root" ! -type d ! -name v2p_of_others.ko)" ''

wanted="depmod $kernel;ldconfig;"
ok 'install tells the system' called install PREFIX="$tmp/usr"
ok 'it is there' test -s "$tmp/usr/bin/v2p-query"
ok 'uninstall tells the system' called uninstall PREFIX="$tmp/usr"
ok 'it is gone' absent "$tmp/usr/bin/v2p-query"
wanted="depmod 0-v2p-gone;"
ok 'a kernel whose headers are gone' called uninstall-module KDIR=/lib/modules/0-v2p-gone/build

# What is missing is said before anything is tried.
names() # WORD... -- COMMAND...: the command fails, and says all of the words
{
	words=
	while [ "$1" != -- ]; do words="$words $1"; shift; done
	shift
	! "$@" > "$tmp/output" 2>&1 || return
	cat "$tmp/output"
	for word in $words; do
		grep -q "^ *[^ ].*[ (]$word\b" "$tmp/output" || { echo "no $word"; return 1; }
	done
}
building() { make -C $user -s --no-print-directory O="$tmp/build" "$@"; }
ok 'no libraries' names libnl-genl-3.0 json-c libdw libnl-genl-3-dev libjson-c-dev libdw-dev \
	libnl3-devel json-c-devel elfutils-devel libnl libelf -- env PKG_CONFIG_LIBDIR=/nonexistent make -C $user O="$tmp/build"
ok 'no word of what is there' fails grep -qE 'docutils|gcc|pkg-config' "$tmp/output"
ok 'nor of a compiler' fails grep -qiE 'error:|fatal' "$tmp/output"
ok 'no rst2man' names python3-docutils python-docutils -- building RST2MAN=/nonexistent
ok 'no pkg-config' names pkg-config pkgconf-pkg-config pkgconf libjson-c-dev -- \
	building PKG_CONFIG=/nonexistent
ok 'no compiler' names gcc -- building CC=/nonexistent
ok 'one is enough' same "$(grep -c 'v2p: missing' "$tmp/output")" 1
ok 'clean needs none of it' building clean CC=/nonexistent PKG_CONFIG=/nonexistent
ok 'no headers of the kernel' names linux-headers-$(uname -r) kernel-devel-$(uname -r) \
	linux-headers -- make -C $top module KDIR=/nonexistent

tap_end
