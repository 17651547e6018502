#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The programs of examples/ do what they are to show.

cd "$(dirname "$0")" || exit 1
. ./command.sh

pass_space() {
	./pass-space >"$out" 2>"$err" || { sed 's/^/# /' "$out" "$err"; return 1; }
	grep -q '^by pid: *refused' "$out" && grep -q '^by descriptor: .* is at 0x[1-9a-f]' "$out"
}
pass_space_without_right() {
	"${nobody[@]}" ./pass-space >"$out" 2>"$err" && return 1
	grep -q CAP_SYS_ADMIN "$err"
}

run_tests pass_space pass_space_without_right
