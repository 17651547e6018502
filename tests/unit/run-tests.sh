#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs tests that speak TAP, one for each processor at a time, and makes one TAP stream
# of them, in the order in which they were given.
#
#   run-tests.sh 'NAME COMMAND…' …
set -u

out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

run() { # NUMBER 'NAME COMMAND…'
	local start=$SECONDS

	timeout -k 10 900 sh -c "exec ${2#* }" >"$out/$1" 2>&1 </dev/null
	echo "$? $((SECONDS - start))" >"$out/$1.ended"
}

number=0
for test; do
	while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	number=$((number + 1))
	run $number "$test" &
done
wait

echo 'TAP version 13'
total=0
failed=0
number=0
for test; do
	number=$((number + 1))
	read -r result seconds <"$out/$number.ended"
	# Each result gets its place in the whole, and its test's name.
	awk -v name="${test%% *}" -v total="$total" -v result="$result" -v seconds="$seconds" '
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
		printf "# %s: %d of %d passed, %d s\n", name, count - bad, count, seconds
		print total + count, bad + 0 > "/dev/stderr"
	}' "$out/$number" 2>"$out/sum"
	read -r total bad <"$out/sum"
	failed=$((failed + bad))
done
echo "1..$total"
[ $failed = 0 ]
