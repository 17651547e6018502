#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make install` leaves is whole: it compiles, links, runs, and goes away again.
#
#   test-install.sh BUILD
set -u

build=$1
user=../../user
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
count=0
failed=0

# ok NAME COMMAND...: the command succeeds
ok()
{
	name=$1
	shift
	count=$((count + 1))
	if "$@" > "$tmp/said" 2>&1; then
		echo "ok $count - $name"
	else
		sed 's/^/# /' "$tmp/said"
		echo "not ok $count - $name"
		failed=1
	fi
}

absent() { ! test -e "$1"; }
same() { test "$1" = "$2" || { echo "'$1' is not '$2'"; return 1; }; }
installing() { make -C $user -s --no-print-directory O="$build" DESTDIR="$root" PREFIX=/usr "$@"; }

ok 'install' installing install
for file in bin/v2p-query lib/libv2p.a lib/libv2p.so lib/libv2p.so.0 lib/pkgconfig/libv2p.pc \
	    include/v2p.h include/linux/v2p.h share/v2p/v2p.yaml share/man/man1/v2p-query.1 \
	    share/man/man3/libv2p.3 share/man/man3/v2p_translate.3 \
	    share/bash-completion/completions/v2p-query; do
	ok "$file is there" test -s "$root/usr/$file"
done

# The header is the promise, the version script keeps it.
declared=$(sed -n '/^typedef/d; s/^[a-z].*[ *]\(v2p_[a-z_]*\)(.*/\1/p' ../../include/v2p.h |
	   grep -vx 'v2p_pid\|v2p_kernel' | sort)
exported=$(nm -D --defined-only "$root/usr/lib/libv2p.so" | awk '$2 == "T" { print $3 }' | sort)
ok 'exports are what v2p.h declares, at their version' \
	same "$exported" "$(echo "$declared" | sed 's/$/@@V2P_0.1/')"
ok 'there are some' test "$(echo "$declared" | wc -l)" -ge 12
everything=$(nm -D --defined-only "$root/usr/lib/libv2p.so" | awk '$2 != "A" { print $2 }' | sort -u)
ok 'and nothing else is exported' same "$everything" T
ok 'the soname' sh -c "readelf -d $root/usr/lib/libv2p.so | grep -q 'SONAME.*\[libv2p.so.0\]'"
for function in $declared; do
	ok "$function has a manual page" test -s "$root/usr/share/man/man3/$function.3"
done

export PKG_CONFIG_PATH="$root/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
version=$(sed -n 's/^#define V2P_VERSION "\(.*\)"/\1/p' ../../module/version.h)
ok 'pkg-config tells the version' same "$(pkg-config --modversion libv2p)" "$version"

# The example of the manual page is what a user copies.
sed -n '/^EXAMPLE$/,/^SEE ALSO$/s/^    //p' $user/man/libv2p.3.rst > "$tmp/example.c"
cat > "$tmp/all.cc" <<'C'
#include <v2p.h>
int main()
{
	struct v2p *handle;
	struct v2p_info info;
	struct v2p_walk walk;
	int error = v2p_open(&handle);
	if (!error)
		error = v2p_info(handle, &info) || v2p_walk(handle, v2p_kernel(), 0, &walk);
	v2p_close(handle);
	return v2p_status_name(V2P_STATUS_MAPPED) ? 0 : 1;
}
C
# The linked ones are run with the sanitizer's flags, or cannot load a library built with it.
flags="-Wall -Wextra -Werror $(pkg-config --cflags libv2p) ${SANITIZE-}"
linked() { "$@" $(pkg-config --libs libv2p); }
ok 'the example compiles' linked cc $flags -o "$tmp/example" "$tmp/example.c"
ok 'a C99 program compiles' sh -c \
	"echo '#include <v2p.h>' | cc -std=c99 -pedantic $flags -x c -fsyntax-only -"
ok 'a C++ program compiles' linked c++ $flags -pedantic -o "$tmp/all" "$tmp/all.cc"
ok 'and runs' env LD_LIBRARY_PATH="$root/usr/lib" "$tmp/all"
# The static library brings what it needs with it; libnl itself is the system's.
ok 'a program with the static library compiles' sh -c \
	"cc $flags -o $tmp/static $tmp/example.c $root/usr/lib/libv2p.a \$(pkg-config --libs libnl-genl-3.0)"
ok 'and needs no libv2p.so' sh -c "! readelf -d $tmp/static | grep -q libv2p"
ok 'the command runs' env LD_LIBRARY_PATH="$root/usr/lib" "$root/usr/bin/v2p-query" --version
ok 'the completion is bash' bash -n "$root/usr/share/bash-completion/completions/v2p-query"
completes()
{
	bash -c '. "$0"; wanted=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _v2p_query
		echo "${COMPREPLY[*]}"; [ "${COMPREPLY[*]}" = "$wanted" ]' \
		"$root/usr/share/bash-completion/completions/v2p-query" "$@"
}
ok 'it completes an option' completes '--json --json-lines' v2p-query --j
ok 'it completes a status' completes poisoned v2p-query --status po
ok 'it completes a process' completes $$ v2p-query --pid $$
ok 'it completes a mapping' completes '\[stack\]' v2p-query --pid $$ '[st'

installing uninstall
ok 'uninstall leaves no file' same "$(find "$root" ! -type d)" ''
ok 'nor a folder of its own' absent "$root/usr/share/v2p"

echo "1..$count"
exit $failed
