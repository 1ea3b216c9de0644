# Building the programs, and showing that it goes on.

artifacts=${CRESCENT_ARTIFACTS:-$root/artifacts}

sources_changed() {
  [ -f "$artifacts/.built" ] && [ -x "$(silo_program)" ] && [ -x "$(agent_program)" ] || return 0
  [ -n "$(find "$root/Grains.Interfaces" "$root/Grains" "$root/Api" "$root/NodeAgent" "$root/Silo" "$root/WindowsServices" "$root/ManagedTls" "$root/Cel" "$root/eng" \
    "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json" \
    \( -name bin -o -name obj -o -name scripts \) -prune -o -type f -newer "$artifacts/.built" -print -quit)" ]
}

runtime_id() {
  case $(uname -m) in
    aarch64 | arm64) echo linux-arm64 ;;
    *) echo linux-x64 ;;
  esac
}

# shown_while LOG COMMAND...: runs COMMAND with its output in LOG, prints each project it finishes and, when nothing else happened for a
# while, how long it has taken; the exit code is the command's.
shown_while() {
  local log=$1 started=$SECONDS shown=0 quiet=$SECONDS line total child; shift
  : > "$log"
  "$@" >> "$log" 2>&1 < /dev/null &
  child=$!
  # A background process of a script does not hear Ctrl-C.
  trap 'kill -TERM "$child" 2> /dev/null; wait "$child"; exit 130' INT TERM
  while :; do
    kill -0 "$child" 2> /dev/null || child_ended=yes
    total=$(wc -l < "$log")
    if [ "$total" -gt "$shown" ]; then
      while IFS= read -r line; do
        say "    $line ($((SECONDS - started)) s)"
        quiet=$SECONDS
      done < <(sed -n "$((shown + 1)),${total}s/^ *\([A-Za-z.]*\) -> .*\.dll\$/\1/p" "$log")
      shown=$total
    fi
    [ -z "${child_ended:-}" ] || break
    if [ $((SECONDS - quiet)) -ge 15 ]; then
      say "    … $((SECONDS - started)) s"
      quiet=$SECONDS
    fi
    sleep 0.3
  done
  unset child_ended
  trap - INT TERM
  wait "$child"
}

# What went wrong, briefly: the compiler's errors, else the end of the log.
show_errors() {
  local errors
  errors=$(grep -E '(: |^)error ' "$1" | sed "s| \[.*\]\$||; s|$root/||" | sort -u | head -n 10)
  if [ -n "$errors" ]; then printf '%s\n' "$errors" >&2; else tail -n 10 "$1" >&2; fi
}

# Publishes the silo and the agent when a source is newer than the last build.
build() {
  sources_changed || return 0
  mkdir -p "$artifacts" || die "cannot write to $artifacts"
  local stamp=$artifacts/.building project log
  touch "$stamp"
  for project in Silo NodeAgent; do
    step "building $project"
    log=$artifacts/build-$project.log
    # Compiled ahead of time, so that a start does not wait for the JIT.
    shown_while "$log" dotnet publish "$root/$project/$project.csproj" -c Release -r "$(runtime_id)" --self-contained false \
      -p:PublishReadyToRun=true -o "$artifacts/${project,,}" -nologo -clp:NoSummary ||
      { show_errors "$log"; die "building $project failed; see $log"; }
  done
  mv "$stamp" "$artifacts/.built"
}

silo_program() { printf '%s/silo/crescent-silo' "$artifacts"; }
agent_program() { printf '%s/nodeagent/crescent-agent' "$artifacts"; }
