#!/usr/bin/env bash
# Installs what the tests need, builds everything, runs every test, packs, and ends with "N passed, N failed".
set -euo pipefail
# Under nohup, or in the background of a script, some signals are ignored, and all that the tests start would inherit that.
if [ -z "${SIGNALS_ARE_DEFAULT:-}" ] && env --default-signal true 2>/dev/null; then
    SIGNALS_ARE_DEFAULT=1 exec env --default-signal bash "$0" "$@"
fi
cd "$(dirname "$(readlink -f "$0")")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Debian's packages, by the program that each brings.
declare -A programs=([curl]=curl [script]=bsdutils [socat]=socat [nginx]=nginx-light [openssl]=openssl [perl]=perl-base [python3]=python3 [ps]=procps)
missing=()
for program in "${!programs[@]}"; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || missing+=("${programs[$program]}")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

dotnet build Spindle.slnx --nologo -v quiet
./spindle --version >/dev/null # The release that the end-to-end tests run.

passed=0 failed=0 skipped=0
count() { sed -n "s/^ *$1: \([0-9]*\).*/\1/p" <<<"$2" | tail -n 1; }
for project in test/*.Tests samples/*.Tests; do
    name=$(basename "$project")
    status=0
    output=$("artifacts/bin/$name/debug/$name" --no-progress --no-ansi --filter-not-trait Run=InAChild 2>&1) || status=$?
    printf '%s\n' "$output"
    project_failed=$(count failed "$output")
    # A run that crashed counts as failed even if it counted nothing itself.
    if [ "$status" -ne 0 ] && [ "${project_failed:-0}" -eq 0 ]; then
        project_failed=1
    fi
    passed=$((passed + $(count succeeded "$output" | grep . || echo 0)))
    failed=$((failed + ${project_failed:-0}))
    skipped=$((skipped + $(count skipped "$output" | grep . || echo 0)))
done

if [ "$failed" -eq 0 ]; then
    dotnet pack Spindle.slnx --nologo -v quiet -o artifacts/packages
fi

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
