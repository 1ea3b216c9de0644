# What the machine must have. want_… note what is missing; install_missing installs it (Debian and Ubuntu, as root) or stops with the
# exact commands; use_dotnet and ready_engine then make it usable.

missing=()   # what a person calls it
packages=()  # Debian's names
sdk_script="curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
need_sdk_script=no

want() { missing+=("$1"); shift; packages+=("$@"); }

have() { command -v "$1" > /dev/null 2>&1; }

os_release=${CRESCENT_OS_RELEASE:-/etc/os-release}

# Debian, or what calls itself like Debian or Ubuntu.
is_debian() { [ -f "$os_release" ] && grep -qE '^(ID|ID_LIKE)=.*(debian|ubuntu)' "$os_release"; }

is_packaged() { apt-cache policy "$1" 2> /dev/null | grep -q 'Candidate: [0-9]'; }

want_dotnet() {
  use_dotnet && return
  if is_debian && is_packaged dotnet-sdk-10.0; then
    want "the .NET 10 SDK" dotnet-sdk-10.0
  else
    want "the .NET 10 SDK"
    need_sdk_script=yes
    have curl || packages+=(curl ca-certificates)
    have openssl || packages+=(openssl)
  fi
}

# Lets this script and the programs that were built find .NET 10; fails when there is no SDK.
use_dotnet() {
  local place
  # Neither the SDK nor what it builds needs cultures; without this they need libicu.
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  if ! have dotnet && [ -x "$HOME/.dotnet/dotnet" ]; then export PATH="$HOME/.dotnet:$PATH"; fi
  have dotnet && dotnet --list-sdks 2> /dev/null | grep -q '^10\.' || return 1
  # Without DOTNET_ROOT programs look for the runtime at the two usual places only.
  place=$(dirname "$(readlink -f "$(command -v dotnet)")")
  case $place in
    /usr/share/dotnet | /usr/lib/dotnet) ;;
    *) export DOTNET_ROOT=$place ;;
  esac
}

want_network_tools() {
  have nft || want nftables nftables
  have ip || want iproute2 iproute2
}

engine_answers() { docker version --format '{{.Server.Version}}' > /dev/null 2>&1; }

want_engine() {
  if have docker && engine_answers; then
    have iptables || want iptables iptables
    return
  fi
  if have docker && { have dockerd || [ -n "${DOCKER_HOST:-}" ]; }; then return; fi
  want "the Docker engine" docker.io iptables
  # Debian 13 has the command in a package of its own.
  if is_debian && is_packaged docker-cli; then packages+=(docker-cli); fi
}

want_postgres() { [ -n "$(postgres_programs)" ] || want PostgreSQL postgresql; }

want_conntrack() { have conntrack || want conntrack conntrack; }

# Runs the Windows agent; there is none for other processors.
want_wine() { [ "$(uname -m)" != x86_64 ] || have wine || want Wine wine wine64; }

# Runs the JavaScript client of the tests.
want_node() { have npm || want "Node.js with npm" nodejs npm; }

# install_command SUDO: the command that installs the missing packages with the distribution's own tool, without the first sudo; empty when
# there is nothing to install.
install_command() {
  [ ${#packages[@]} -gt 0 ] || return 0
  local list=" ${packages[*]} "
  if is_debian; then
    echo "apt-get update && $1apt-get install -y --no-install-recommends ${packages[*]}"
  elif have dnf; then
    list=${list/ docker.io / moby-engine } list=${list/ iproute2 / iproute } list=${list/ conntrack / conntrack-tools }
    list=${list/ postgresql / postgresql-server }
    echo "dnf install -y$(sed 's/ $//' <<< "$list")"
  elif have zypper; then
    list=${list/ docker.io / docker } list=${list/ conntrack / conntrack-tools } list=${list/ postgresql / postgresql-server }
    echo "zypper install -y$(sed 's/ $//' <<< "$list")"
  elif have pacman; then
    list=${list/ docker.io / docker } list=${list/ conntrack / conntrack-tools }
    echo "pacman -S --needed$(sed 's/ $//' <<< "$list")"
  elif have apk; then
    list=${list/ docker.io / docker } list=${list/ conntrack / conntrack-tools } list=${list/ postgresql / postgresql16 }
    echo "apk add$(sed 's/ $//' <<< "$list")"
  else
    echo "# with your package manager, Debian's names:${list% }"
  fi
}

join_names() { local IFS=,; sed 's/,/, /g' <<< "$*"; }

install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  local by_hand sudo=''
  [ "$(id -u)" = 0 ] || sudo='sudo '
  by_hand=$(install_command "$sudo")
  if ! is_debian || [ "$(id -u)" != 0 ]; then
    warn "missing on this machine: $(join_names "${missing[@]}"). Run:"
    case $by_hand in
      '') ;;
      '#'*) printf '  %s\n' "$by_hand" >&2 ;;
      *) printf '  %s%s\n' "$sudo" "$by_hand" >&2 ;;
    esac
    [ "$need_sdk_script" = no ] || printf '  %s\n' "$sdk_script" >&2
    ! is_debian || say "As root, ./crescent runs that itself." >&2
    exit 1
  fi
  step "missing on this machine: $(join_names "${missing[@]}")"
  if [ ${#packages[@]} -gt 0 ]; then apt_install "${packages[@]}"; fi
  if [ "$need_sdk_script" = yes ]; then install_sdk; fi
  hash -r
  use_dotnet || die "the .NET 10 SDK was installed but does not work: dotnet --list-sdks"
  missing=() packages=() need_sdk_script=no
}

apt_install() {
  step "installing ${packages[*]}"
  local log=$logs/install.log started=$SECONDS
  apt-get update -qq >> "$log" 2>&1 || { tail -n 5 "$log" >&2; die "apt-get update failed; see $log"; }
  # A package that starts a service must not wait for one where nothing manages services.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >> "$log" 2>&1 < /dev/null ||
    { tail -n 20 "$log" >&2; die "apt-get install $* failed; see $log"; }
  say "    installed ($((SECONDS - started)) s)"
}

install_sdk() {
  step "installing the .NET 10 SDK into $HOME/.dotnet (no package of this distribution has it)"
  bash -o pipefail -c "$sdk_script" >> "$logs/install.log" 2>&1 || {
    tail -n 5 "$logs/install.log" >&2
    die "the .NET 10 SDK could not be downloaded from dot.net; install it by hand: https://dotnet.microsoft.com/download/dotnet/10.0"
  }
}

# Makes a Docker engine answer: starts the service, or (no service manager) starts dockerd itself under this home.
ready_engine() {
  engine_answers && return
  [ -z "${DOCKER_HOST:-}" ] || die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST"
  [ "$(id -u)" = 0 ] || die "no Docker engine answers; start it: sudo systemctl start docker"
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
  tail -n 5 "$logs/dockerd.log" >&2 2> /dev/null
  die "the Docker engine does not answer; see $logs/dockerd.log"
}

# Directory with PostgreSQL's server programs, the newest of those installed; nothing when there is none.
postgres_programs() {
  local place
  for place in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/bin 2> /dev/null | sort -Vr); do
    if [ -x "$place/initdb" ] && [ -x "$place/postgres" ]; then echo "$place"; return; fi
  done
}
