#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs tests that speak TAP, and makes one TAP stream of them.
#
#   run-tests.sh 'NAME COMMAND…' …
set -u

out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
total=0
status=0

echo 'TAP version 13'
for test; do
	name=${test%% *}
	timeout -k 10 900 sh -c "exec ${test#* }" > "$out" 2>&1
	result=$?
	# Each result gets its place in the whole, and its test's name.
	awk -v name="$name" -v total="$total" -v result="$result" '
	/^(not )?ok [0-9]+/ {
		bad += /^not/
		count++
		sub(/ok [0-9]+( - )?/, "ok " (total + count) " - " name ": ")
	}
	/^1\.\.[0-9]+$/ { split($0, range, /\.\./); plan = range[2]; next }
	/^(ok|not ok|#) / { print; next }
	{ print "# " $0 }
	END {
		# A test that ends early, or badly without a word, has failed.
		if (plan != count || !count || (result != 0) != (bad > 0)) {
			print "not ok " (total + ++count) " - " name ": status " result ", " \
				count - 1 " results, planned " plan + 0
			bad++
		}
		print total + count, bad + 0 > "/dev/stderr"
	}' "$out" 2> "$out.sum"
	read -r total bad < "$out.sum"
	rm -f "$out.sum"
	[ "$bad" -eq 0 ] || status=1
done
echo "1..$total"
exit $status
