# Shared by the commands of ./crescent: messages, the home directory, processes.

say() { printf '%s\n' "$*"; }
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }
warn() { printf 'crescent: %s\n' "$*" >&2; }
die() { warn "$*"; exit 1; }
bad_usage() { warn "$*"; exit 2; }

# need_value OPTION VALUE-COUNT: stops when an option has no value.
need_value() { [ "$2" -ge 2 ] || bad_usage "option $1 needs a value"; }

is_number() { [[ $1 =~ ^[0-9]+$ ]]; }

# --- the home directory -------------------------------------------------------------------------------------------------------------
home_default=${CRESCENT_HOME:-$PWD/.crescent}

use_home() {
  home=$1
  [[ $home = /* ]] || home=$PWD/$home
  run=$home/run
  logs=$home/logs
}

make_home() {
  { mkdir -p "$home" "$run" "$logs" && chmod 700 "$home" && [ -w "$run" ]; } 2> /dev/null ||
    die "cannot write to $home; take another --home, or run as its owner"
}

# Settings of the last `up`, so that later calls know what belongs to this home.
save_settings() {
  local name
  for name in store connection silos agents port; do printf '%s=%q\n' "$name" "${!name}"; done > "$home/settings"
  chmod 600 "$home/settings"
}

load_settings() { [ -f "$home/settings" ] && source "$home/settings"; }

# --- processes ------------------------------------------------------------------------------------------------------------------------
# A pid file holds the pid and the process's start time, so that a pid used again by something else is never taken for ours.
# A zombie (killed, and not yet collected by init) has no start time: it runs no more.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

is_running() {
  local pid started
  [ -f "$run/$1.pid" ] || return 1
  read -r pid started < "$run/$1.pid" || return 1
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ]
}

pid_of() { cut -d' ' -f1 "$run/$1.pid"; }

# start NAME COMMAND...: runs it in its own session with its output in logs/NAME.log.
start() {
  local name=$1 pid; shift
  setsid "$@" >> "$logs/$name.log" 2>&1 < /dev/null &
  pid=$!
  echo "$pid $(start_time "$pid")" > "$run/$name.pid"
}

# stop NAME SECONDS: SIGTERM, then SIGKILL after SECONDS.
stop() {
  local name=$1 patience=$2 pid i
  if is_running "$name"; then
    pid=$(pid_of "$name")
    kill -TERM "$pid" 2>/dev/null
    for ((i = 0; i < patience * 10; i++)); do
      is_running "$name" || break
      sleep 0.1
    done
    if is_running "$name"; then
      warn "$name does not stop; killing it"
      kill -KILL "$pid" 2>/dev/null
    fi
    say "stopped $name"
  fi
  rm -f "$run/$name.pid"
}

running_components() {
  local file
  for file in "$run"/*.pid; do
    [ -e "$file" ] && basename "$file" .pid
  done
}

source "$root/eng/scripts/prerequisites.sh"
source "$root/eng/scripts/build.sh"
source "$root/eng/scripts/machine.sh"
source "$root/eng/scripts/postgres.sh"
