# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Telling the results of a script, in the Test Anything Protocol. To be sourced.

tap_count=0
tap_failed=0
tap_planned=

# Say before any result how many there will be, or tap_end says how many there were.
tap_plan() { # COUNT
	tap_planned=$1
	echo "1..$1"
}

tap_result() { # GOOD NAME: what is not "yes" is not good
	tap_count=$((tap_count + 1))
	if [ "$1" = yes ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

# Fails if any result was bad.
tap_end() {
	[ -n "$tap_planned" ] || echo "1..$tap_count"
	[ "$tap_failed" = 0 ]
}
