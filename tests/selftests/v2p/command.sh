# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the command share: KTAP, and ways to run v2p-query.

# shellcheck source=/dev/null
. ../kselftest/ktap_helpers.sh

dir=$(mktemp -d)
out=$dir/out
err=$dir/err
trap 'rm -rf "$dir"; [ -z "${PID:-}" ] || kill "$PID"' EXIT

# Before a command that is to run without the right to ask.
# shellcheck disable=SC2034
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

# One test: its name, and a function or command that is true where it passes, and ends
# as by skip where it cannot run. What the last v2p-query said is shown where it fails.
check() {
	local name=$1 status=0 reason=
	shift
	"$@" || status=$?
	if [ $status -eq 0 ]; then
		ktap_test_pass "$name"
	elif [ $status -eq "$KSFT_SKIP" ] && [ -n "$reason" ]; then
		ktap_test_skip "$name ($reason)"
	else
		ktap_test_fail "$name"
		sed 's/^/# out: /' "$out" | head -n 20
		sed 's/^/# err: /' "$err" | head -n 20
	fi
}
skip() { # REASON
	reason=$1
	return "$KSFT_SKIP"
}

# A command's exit status is this.
ends() {
	local expected=$1 status=0
	shift
	timeout 180 "$@" </dev/null >"$out" 2>"$err" || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "# $*: exit status $status instead of $expected"
		return 1
	}
}

# The same, and its output is as it must be with it: complaints in one line on standard error, and
# then nothing on standard output.
exits() {
	ends "$@" || return
	case $1 in
	0 | 1) [ ! -s "$err" ] ;;
	*) [ "$(wc -l <"$err")" -eq 1 ] && [ ! -s "$out" ] ;;
	esac
}

query() {
	local expected=$1
	shift
	exits "$expected" v2p-query "$@"
}

# The last one's output, or its complaint, is or has this.
is() { [ "$(cat "$out")" = "$1" ]; }
has() { grep -qF -e "$1" "$out"; }
complains() { grep -qiE -e "$1" "$err"; }
one_complaint() { [ "$(wc -l <"$err")" -eq 1 ]; }

# The value in its JSON document.
json() { ./json_get "$@" <"$out"; }
json_is() {
	local expected=$1
	shift
	[ "$(json "$@")" = "$expected" ] || {
		echo "# $* is $(json "$@") instead of $expected"
		return 1
	}
}

# Bytes of a small page, and how the command writes that. A huge page has so many of them, which
# is this order.
SMALL=$(getconf PAGESIZE)
# shellcheck disable=SC2034
SMALL_SIZE=$((SMALL / 1024))K PER_HUGE=$((SMALL / 8)) HUGE_SIZE=$((SMALL / 8 * SMALL >> 20))M
huge_order() {
	local order=0
	while [ $((1 << order)) -lt $PER_HUGE ]; do order=$((order + 1)); done
	echo $order
}

is_x86() { [ "$(uname -m)" = x86_64 ]; }
is_arm64() { [ "$(uname -m)" = aarch64 ]; }
# Whether KASAN checks what the kernel does, which takes it ten times as long.
has_kasan() { grep -q ' kasan_early_shadow_page$' /proc/kallsyms; }

# What a process has of its own, in kB. Counted page by page, as the sums of
# /proc/PID/status may be off by a megabyte.
own_memory() { sed -n 's/^Anonymous: *\([0-9]*\) kB/\1/p' "/proc/$1/smaps_rollup"; }

# A process to look at, which has mapped this very script; sets PID, PAGE, PHYSICAL,
# EMPTY, STACK and ZOMBIE. It stays as long as descriptor 7 is open.
start_target() {
	local line
	mkfifo "$dir/hold" "$dir/target"
	./command_target "./${0##*/}" <"$dir/hold" >"$dir/target" &
	exec 7>"$dir/hold"
	read -r -t 60 line <"$dir/target" && eval "$line"
}

# The only tests to run, if the script was called with names.
only=("$@")

# Runs tests, each a function, and ends.
run_tests() {
	local test tests=()
	for test in "$@"; do
		[ ${#only[@]} != 0 ] && [[ " ${only[*]} " != *" $test "* ]] || tests+=("$test")
	done
	ktap_print_header
	ktap_set_plan ${#tests[@]}
	start_target || ktap_exit_fail_msg "command_target does not start"
	for test in "${tests[@]}"; do
		check "$test" "$test"
	done
	ktap_finished
}
