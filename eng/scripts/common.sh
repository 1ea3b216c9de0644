# Shared by the commands of ./crescent: messages, prerequisites, processes, building.

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

make_home() { mkdir -p "$home" "$run" "$logs" && chmod 700 "$home"; }

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

# --- what the machine must have -------------------------------------------------------------------------------------------------------
is_debian() { [ -f /etc/os-release ] && grep -qE '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release; }

apt_updated=no
# apt_install COMMAND PACKAGE...: on Debian or Ubuntu as root installs the packages, elsewhere says what to run.
apt_install() {
  local wanted=$1; shift
  if ! is_debian; then die "$wanted is missing; install it with your package manager (Debian: apt-get install $*)"; fi
  if [ "$(id -u)" != 0 ]; then die "$wanted is missing; run: sudo apt-get update && sudo apt-get install -y $*"; fi
  step "installing $* ($wanted is missing)"
  if [ "$apt_updated" = no ]; then
    apt-get update -qq || die "apt-get update failed"
    apt_updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > "${TMPDIR:-/tmp}/crescent-apt.$$" 2>&1 ||
    { tail -n 20 "${TMPDIR:-/tmp}/crescent-apt.$$" >&2; rm -f "${TMPDIR:-/tmp}/crescent-apt.$$"; die "apt-get install $* failed"; }
  rm -f "${TMPDIR:-/tmp}/crescent-apt.$$"
}

need_dotnet() {
  if ! command -v dotnet > /dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then export PATH="$HOME/.dotnet:$PATH"; fi
  if command -v dotnet > /dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then return; fi
  if is_debian && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt_updated=yes
    if apt-cache policy dotnet-sdk-10.0 2>/dev/null | grep -q 'Candidate: [0-9]'; then
      apt_install "the .NET 10 SDK" dotnet-sdk-10.0
    else
      command -v curl > /dev/null || apt_install curl curl ca-certificates
      apt_install "libicu (for the .NET SDK)" libicu-dev
      step "installing the .NET 10 SDK into $HOME/.dotnet (no Debian package has it)"
      curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 ||
        die "the .NET SDK could not be installed; see https://dotnet.microsoft.com/download"
      export PATH="$HOME/.dotnet:$PATH"
    fi
    return
  fi
  die "the .NET 10 SDK is missing; run: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
}

need_nftables() {
  command -v nft > /dev/null || apt_install nftables nftables
  command -v ip > /dev/null || apt_install iproute2 iproute2
}

engine_answers() { docker version --format '{{.Server.Version}}' > /dev/null 2>&1; }

# Makes a Docker engine answer: installs it, starts the service, or (no service manager) starts dockerd itself under this home.
need_engine() {
  command -v docker > /dev/null && engine_answers && return
  command -v dockerd > /dev/null || apt_install "the Docker engine" docker.io iptables
  engine_answers && return
  [ -z "${DOCKER_HOST:-}" ] || die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST"
  [ "$(id -u)" = 0 ] || die "no Docker engine answers; start it (sudo systemctl start docker) and add yourself to the group docker"
  if [ -d /run/systemd/system ]; then
    step "starting the Docker service"
    systemctl start docker || die "systemctl start docker failed; see journalctl -u docker"
  else
    step "starting dockerd"
    start dockerd dockerd
  fi
  local i
  for ((i = 0; i < 300; i++)); do
    engine_answers && return
    if [ ! -d /run/systemd/system ] && ! is_running dockerd; then break; fi
    sleep 0.1
  done
  tail -n 5 "$logs/dockerd.log" >&2 2>/dev/null
  die "the Docker engine does not answer; see $logs/dockerd.log"
}

# Directory with PostgreSQL's server programs; installs it when needed.
need_postgres() {
  pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$pg_bin" ] || [ ! -x "$pg_bin/initdb" ]; then
    apt_install PostgreSQL postgresql
    pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  fi
  [ -x "$pg_bin/initdb" ] || die "PostgreSQL's server programs were not found under /usr/lib/postgresql"
}

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# --- building -------------------------------------------------------------------------------------------------------------------------
artifacts=${CRESCENT_ARTIFACTS:-$root/artifacts}

sources_changed() {
  [ -f "$artifacts/.built" ] || return 0
  [ -n "$(find "$root/Grains.Interfaces" "$root/Grains" "$root/Api" "$root/NodeAgent" "$root/Silo" "$root/eng" \
    "$root/Directory.Build.props" "$root/Directory.Packages.props" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$artifacts/.built" -print -quit)" ]
}

runtime_id() {
  case $(uname -m) in
    aarch64 | arm64) echo linux-arm64 ;;
    *) echo linux-x64 ;;
  esac
}

# Publishes the silo and the agent when a source is newer than the last build. Progress is a line per project.
build() {
  sources_changed || return 0
  mkdir -p "$artifacts"
  local log=$artifacts/build.log stamp=$artifacts/.building project
  touch "$stamp"
  : > "$log"
  for project in Silo NodeAgent; do
    step "building $project"
    # Compiled ahead of time, so that a start does not wait for the JIT.
    dotnet publish "$root/$project/$project.csproj" -c Release -r "$(runtime_id)" --self-contained false -p:PublishReadyToRun=true \
      -o "$artifacts/$(tr 'A-Z' 'a-z' <<< "$project")" -nologo 2>&1 |
      tee -a "$log" | grep --line-buffered -E ' -> .*\.dll$|error' | sed -u 's/ -> .*//; s/^ */    /'
    [ "${PIPESTATUS[0]}" = 0 ] || die "building $project failed; see $log"
  done
  mv "$stamp" "$artifacts/.built"
}

silo_program() { printf '%s/silo/crescent-silo' "$artifacts"; }
agent_program() { printf '%s/nodeagent/crescent-agent' "$artifacts"; }
