# ./crescent test

test_help() {
  cat <<'TEXT'
Usage: ./crescent test [PROJECT ...]

Installs and starts what the tests need (Docker engine, nftables, PostgreSQL's programs, Wine, Node.js), makes the test images, builds, and runs the tests
of the named projects (default: all under tests/). The kubectl versions are looked up beside kubectl on PATH and in KUBECTL_DIR.
The last line is "N passed, N failed, N skipped".
TEXT
}

# publish_windows PROJECT DIRECTORY: into artifacts/DIRECTORY.
publish_windows() {
  shown_while "$log" dotnet publish "$root/$1" -c Release -r win-x64 --self-contained -o "$root/artifacts/$2" -nologo -clp:NoSummary ||
    { show_errors "$log"; die "the Windows programs could not be built; see $log"; }
}

crescent_test() {
  local projects=() project
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) test_help; return 0 ;;
      -*) bad_usage "unknown option '$1'; see ./crescent test --help" ;;
      *) [ -d "$root/tests/$1" ] || bad_usage "no test project '$1' under tests/"; projects+=("$1"); shift ;;
    esac
  done
  if [ ${#projects[@]} = 0 ]; then
    for project in "$root"/tests/*.Tests; do projects+=("$(basename "$project")"); done
  fi
  use_home "${CRESCENT_TEST_HOME:-$root/artifacts/test}"
  make_home
  want_dotnet
  want_network_tools
  want_engine
  want_postgres
  want_conntrack
  want_wine
  want_node
  install_missing
  ready_engine
  step "making the test images"
  "$root/samples/images/make.sh" || die "the test images could not be made"
  build
  step "building the Windows programs, and a PowerShell to install them with"
  local log=$artifacts/build-windows.log
  publish_windows NodeAgent agent-win-x64
  publish_windows Silo silo-win-x64
  publish_windows tests/testassets/powershell powershell-win-x64
  javascript_client
  step "building the tests"
  log=$artifacts/build-tests.log
  shown_while "$log" dotnet build "$root/Orleans.sln" -c Release -nologo -clp:NoSummary || { show_errors "$log"; die "the build failed; see $log"; }

  local passed=0 failed=0 skipped=0 broken=0 results=$root/artifacts/test-results output counts
  rm -rf "$results"
  mkdir -p "$results"
  for project in "${projects[@]}"; do
    step "$project"
    output=$results/$project.log
    dotnet test --project "$root/tests/$project" -c Release --no-build --no-progress --output Detailed 2>&1 | tee "$output" |
      sed -un -E -e '/^failed /,/^    at /{/^  from |^    at /!p;b' -e '}' -e '/^skipped |^error|^ *(total|failed|succeeded|skipped): /p'
    [ "${PIPESTATUS[0]}" = 0 ] || broken=1
    counts=$(sed -n 's/^ *\(succeeded\|failed\|skipped\): *\([0-9]*\).*/\1=\2/p' "$output")
    passed=$((passed + $(sed -n 's/^succeeded=//p' <<< "$counts" | tail -n 1 | grep . || echo 0)))
    failed=$((failed + $(sed -n 's/^failed=//p' <<< "$counts" | tail -n 1 | grep . || echo 0)))
    skipped=$((skipped + $(sed -n 's/^skipped=//p' <<< "$counts" | tail -n 1 | grep . || echo 0)))
  done
  # An engine that was started for the tests goes with them.
  stop dockerd 20
  say
  say "the full output is in ${results#"$root"/}"
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$broken" = 0 ] && [ "$passed" -gt 0 ]
}

# Puts the JavaScript client of the tests under artifacts; without it that one test says what is missing.
javascript_client() {
  local source=$root/tests/EndToEnd.Tests/Clients/javascript place=$artifacts/javascript
  cmp -s "$source/package-lock.json" "$place/.installed" && return
  step "installing the JavaScript client"
  mkdir -p "$place"
  cp "$source"/package*.json "$place"
  if npm ci --prefix "$place" --omit=dev --no-audit --no-fund > "$artifacts/javascript.log" 2>&1; then
    cp "$source/package-lock.json" "$place/.installed"
  else
    warn "the JavaScript client could not be installed; see $artifacts/javascript.log"
  fi
}
