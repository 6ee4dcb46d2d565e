#!/bin/sh
# again.sh FLAGS... -- PACKAGES... runs go test, and at most five tests that failed once
# more, alone: a browser, a terminal and thirty processes beside each other on a busy
# machine now and then take longer than a test waits. What passes then is named as
# unsteady and is to be mended. There is no second try for tests that prove that nothing
# is lost, nor after a panic, a race, or a package that does not build.
set -u
no_second='Kill|Storm|Fault|Torn|Crash|Bit|Disk|Race|Lost|Loss'

flags=
while [ "$1" != -- ]; do
  flags="$flags $1"
  shift
done
shift
out=$(mktemp)
trap 'rm -f "$out" "$out.code"' EXIT
{
  # shellcheck disable=SC2086 # flags are words
  ${GO:-go} test $flags "$@" 2>&1
  echo $? > "$out.code"
} | tee "$out"
code=$(cat "$out.code")
[ "$code" -ne 0 ] || exit 0

failed=$(sed -n 's/^--- FAIL: \([A-Za-z0-9_]*\) .*/\1/p' "$out" | sort -u)
packages=$(awk -F '\t' '$1 == "FAIL" && NF > 1 { print $2 }' "$out" | sort -u)
count=$(echo "$failed" | wc -w)
if [ "$count" -eq 0 ] || [ "$count" -gt 5 ] || echo "$failed" | grep -qE "$no_second" ||
  grep -qE '^panic: |^fatal error: |WARNING: DATA RACE|\[(build|setup) failed\]' "$out"; then
  exit "$code"
fi
echo "again: $(echo $failed) failed; once more, alone"
# shellcheck disable=SC2086
${GO:-go} test $flags -count=1 -run "^($(echo $failed | tr ' ' '|'))\$" $packages || exit 1
echo "again: unsteady, passed at the second try only: $(echo $failed)"
