#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a name of the program's, or of a library's, leads v2p-query to, and how an address of theirs
# is called.

cd "$(dirname "$0")" || exit 1
. ./command.sh

# Runs a command, told the pid, while such a process is there; $dir/said has what that said.
while_running() { # PROGRAM COMMAND...
	local status=1 target i
	rm -f "$dir/wait"
	mkfifo "$dir/wait"
	"$1" <"$dir/wait" >"$dir/said" &
	target=$!
	exec 8>"$dir/wait"
	for ((i = 0; i < 600; i++)); do
		[ "$(wc -l <"$dir/said")" -lt 5 ] || { "${@:2}" "$target"; status=$?; break; }
		sleep 0.1
	done
	exec 8>&-
	wait "$target"
	return $status
}
names() { cut -d ' ' -f 1 "$dir/said"; }
# All are where the process has found them.
are_right() { # PID
	local list
	mapfile -t list < <(names)
	query 0 --pid "$1" -j "${list[@]}" &&
		paste -d ' ' <(json translations '*' symbol) <(json translations '*' virtual) \
			<(json translations '*' physical) | diff - "$dir/said"
}
by_name() { while_running ./symbols_target are_right; }

# What the addresses are called, with the file in front, leads to them again.
are_called() { # PID
	local list
	mapfile -t list < <(cut -d ' ' -f 2 "$dir/said")
	query 0 --pid "$1" --symbols -j "${list[@]}" && json translations '*' symbol |
		diff - <(names | sed -E 's/^([^:]*)$/symbols_target:\1/; s/15996/0x3e7c/') &&
		query 0 --pid "$1" --symbols "${list[0]}" && has '  symbols_target:main' &&
		query 0 --pid "$1" -q symbols_target:zeroed+0x3e7c &&
		is "$(sed -n 's/^zeroed.* //p' "$dir/said")"
}
by_address() { while_running ./symbols_target are_called; }

# The file that is mapped, whatever is by its name.
replaced_while_running() { # PID
	printf '#!/bin/sh\n' >"$dir/moved" && mv "$dir/moved" "$dir/other" && are_right "$1" &&
		query 0 --pid "$1" other:main && rm "$dir/other" && are_right "$1"
}
replaced() {
	cp symbols_target "$dir/other" && while_running "$dir/other" replaced_while_running
}

# It is there in the mount namespace of the process alone.
in_a_container() {
	local inside=$dir/inside
	mkdir "$inside" && cat >"$dir/container" <<-END && chmod +x "$dir/container"
		#!/bin/sh
		exec unshare --mount sh -c 'mount -t tmpfs none $inside &&
			cp $PWD/symbols_target $inside/hidden && exec $inside/hidden'
	END
	while_running "$dir/container" seen_from_outside
}
seen_from_outside() { # PID
	[ ! -e "$dir/inside/hidden" ] && are_right "$1" && query 0 --pid "$1" hidden:main
}

# From its first byte on, as long as it is.
of_the_range() { # PID
	query 0 extents --pid "$1" -q filled &&
		[ "$(head -n 1 "$out" | cut -d ' ' -f 1)" = "$(sed -n 's/^filled.* //p' "$dir/said")" ] &&
		[ "$(awk '{ sum += $2 } END { print sum }' "$out")" = 4000 ]
}
range() { while_running ./symbols_target of_the_range; }

refused_of() { # PID
	query 2 --pid "$1" no_such_symbol && complains 'no such mapping, nor such a symbol' &&
		query 2 --pid "$1" libc.so.6:no_such_symbol && complains 'no such symbol' &&
		query 2 --pid "$1" errno && complains 'each thread'
}
refused() { while_running ./symbols_target refused_of; }

run_tests by_name by_address replaced in_a_container range refused
