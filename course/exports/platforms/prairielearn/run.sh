#!/usr/bin/env bash
# PrairieLearn runs this in the grader's image for each submission. results.json is whole or is not there.
set -uo pipefail

root="${GRADE_ROOT:-/grade}"
tests="$root/tests"
results="$root/results/results.json"

mkdir -p "$root/results"
rm -f "$results"
chmod 600 "$tests/secret-seed"
read -r -a topics < "$tests/topics"
trust=()
[ -f "$tests/trust-students" ] && trust=(--trust-students)

cd "$tests" || exit 2
course grade "${topics[@]}" ${trust[@]+"${trust[@]}"} --format prairielearn \
    --submission "$root/student" --seed "$tests/secret-seed" --output "$results"
status=$?
[ -f "$results" ] && exit 0
exit "$status"
