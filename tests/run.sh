#!/usr/bin/env bash
# Runs all tests from a fresh clone, on a machine with the .NET SDK and nothing else.
#
#   tests/run.sh                     everything
#   tests/run.sh --long              everything, in the long forms (more seeds, more kills, more bodies)
#   tests/run.sh Replay HouseRules   the tests whose full name contains one of the words
#
# The last line is always `N passed, N failed, N skipped`. Exits 0 only if at least one test ran and none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Each line names a command that tests run (or a file, where there is no command) and the Debian package that contains it.
tools='
/usr/lib/nginx/modules/ngx_http_lua_module.so libnginx-mod-http-lua
/usr/share/lua/5.1/nginx/redis.lua lua-nginx-redis
chromium chromium
h2load nghttp2-client
mmdblookup mmdb-bin
nginx nginx-light
node nodejs
npm npm
prometheus prometheus
promtool prometheus
redis-server redis-server
setpriv util-linux
slowhttptest slowhttptest
wrk wrk
'

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
passed=0 failed=0 skipped=0

# If the run stops early (a missing tool, a failed restore or build), that counts as one failure.
finish() {
  local status=$?
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  name_failures
  rm -rf "$results"
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
}
# Repeats the failed tests at the end of the output, each with the first lines of its message.
name_failures() {
  local results_file
  for results_file in "$results"/*.trx; do
    [ -e "$results_file" ] || continue
    awk '/<UnitTestResult .*outcome="Failed"/ { match($0, /testName="[^"]*"/); print "FAILED " substr($0, RSTART + 10, RLENGTH - 11); left = 0; next }
         /<Message>/ { left = 8 }
         left > 0 { left--; print "    " $0 }
         /<\/Message>/ { left = 0 }' "$results_file"
  done
}
results=$(mktemp -d)
trap finish EXIT

main() {
  local filter='' project
  while [ $# -gt 0 ]; do
    case $1 in
      --long) export IDEMPOTENCY_GATEWAY_TESTS=long ;;
      -*) echo "tests/run.sh: unknown option $1; see the top of the file" >&2; exit 2 ;;
      *) filter="${filter:+$filter|}FullyQualifiedName~$1" ;;
    esac
    shift
  done

  command -v dotnet >/dev/null || { echo 'tests/run.sh: the .NET 10 SDK is missing (https://dot.net)' >&2; exit 1; }
  install_tools
  dotnet restore IdempotencyGateway.sln --locked-mode
  [ -n "$filter" ] || check_packages
  dotnet build IdempotencyGateway.sln -c Release --no-restore

  for project in tests/*/*.csproj; do
    run_project "$project" "$filter"
  done

  if [ $((passed + failed)) -eq 0 ]; then echo 'tests/run.sh: no test ran' >&2; exit 1; fi
  [ "$failed" -eq 0 ] || exit 1
}

install_tools() {
  local tool package missing='' sudo=''
  while read -r tool package; do
    if [ -n "$tool" ] && [ ! -e "$tool" ] && ! command -v "$tool" >/dev/null; then missing="$missing $package"; fi
  done <<<"$tools"
  if [ -z "$missing" ]; then return; fi

  if [ "$(id -u)" -ne 0 ]; then sudo='sudo'; fi
  if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
    echo "tests/run.sh: please install:$missing" >&2
    exit 1
  fi
  $sudo apt-get update -q
  # shellcheck disable=SC2086 # a list of package names
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# Fails if a package is known to be vulnerable. If the package source is unreachable or has no vulnerability data, the check is reported as not done.
check_packages() {
  local report='' asked=yes
  export DOTNET_CLI_UI_LANGUAGE=en
  report=$(timeout 300 dotnet list IdempotencyGateway.sln package --vulnerable --include-transitive 2>&1) || asked=no
  if grep -q 'has the following vulnerable packages' <<<"$report"; then
    echo 'FAILED packages are known to be vulnerable:'
    grep -E '^Project|^ +>' <<<"$report"
    failed=$((failed + 1))
  elif [ "$asked" = yes ] && grep -q 'has no vulnerable packages' <<<"$report" && source_knows; then
    echo 'packages: none is known to be vulnerable'
  else
    echo 'packages: not checked, because the package source has no vulnerability data'
  fi
}

# Whether a package source publishes vulnerability data; without it, dotnet would report every package as safe.
source_knows() {
  local url
  command -v curl >/dev/null || return 1
  for url in $(dotnet nuget list source --format short | sed -n 's/^E *\(http[^ ]*\)$/\1/p'); do
    if curl -fsSL --max-time 60 "$url" 2>/dev/null | grep -q 'VulnerabilityInfo/'; then return 0; fi
  done
  return 1
}

# Runs one project's tests and adds its numbers to the sums. A hanging test or a crashed test host fails the project and is named.
run_project() {
  local name status=0 counters total ok bad
  name=$(basename "$1" .csproj)
  dotnet test "$1" -c Release --no-build --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=normal' \
    --blame-hang-timeout 15m --blame-hang-dump-type none ${2:+--filter "$2"} || status=$?

  counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null || true)
  total=$(number total "$counters") ok=$(number passed "$counters") bad=$(number failed "$counters")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1 total=$((total + 1)); fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - ok - bad))
}

number() {
  local value
  value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2")
  echo "${value:-0}"
}

main "$@" </dev/null
