# ./crescent up

up_help() {
  cat <<'TEXT'
Usage: ./crescent up [OPTIONS]

Builds what changed, starts what is not running, and returns when the API answers and every node is Ready.

  --store sqlite|postgres   where objects are kept (default sqlite, a file under the home directory)
  --connection STRING       Npgsql connection string; without it `--store postgres` starts a PostgreSQL of its own
  --silos N                 control plane processes; more than one needs PostgreSQL (default 1)
  --agents N                node agents sharing this machine's Docker engine (default 1)
  --port N                  HTTPS port of the API (default 6443)
  --home DIR                everything it writes is in there (default .crescent; environment CRESCENT_HOME)
TEXT
}

crescent_up() {
  local option given_store='' given_connection='' given_silos='' given_agents='' given_port='' dir=$home_default
  while [ $# -gt 0 ]; do
    option=$1
    case $option in
      --store) need_value "$option" $#; given_store=$2; shift 2 ;;
      --connection) need_value "$option" $#; given_connection=$2; shift 2 ;;
      --silos) need_value "$option" $#; given_silos=$2; shift 2 ;;
      --agents) need_value "$option" $#; given_agents=$2; shift 2 ;;
      --port) need_value "$option" $#; given_port=$2; shift 2 ;;
      --home) need_value "$option" $#; dir=$2; shift 2 ;;
      -h | --help) up_help; return 0 ;;
      *) bad_usage "unknown option '$option'; see ./crescent up --help" ;;
    esac
  done
  use_home "$dir"
  store=sqlite connection='' silos=1 agents=1 port=6443
  load_settings
  if [ -f "$home/settings" ] && [ -n "$given_store" ] && [ "$given_store" != "$store" ]; then
    die "this home keeps its objects in $store; take another --home, or ./crescent down --purge first"
  fi
  store=${given_store:-$store} connection=${given_connection:-$connection}
  silos=${given_silos:-$silos} agents=${given_agents:-$agents} port=${given_port:-$port}
  case $store in sqlite | postgres) ;; *) bad_usage "--store is sqlite or postgres, not '$store'" ;; esac
  is_number "$silos" && [ "$silos" -ge 1 ] || bad_usage "--silos is a number from 1, not '$silos'"
  is_number "$agents" || bad_usage "--agents is a number from 0, not '$agents'"
  is_number "$port" && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || bad_usage "--port is a number from 1 to 65535, not '$port'"
  [ "$store" = postgres ] || [ "$silos" = 1 ] || bad_usage "--silos $silos needs --store postgres: SQLite is one process's file"
  [ "$store" = postgres ] || [ -z "$connection" ] || bad_usage "--connection goes with --store postgres"

  make_home
  want_dotnet
  if [ "$agents" -gt 0 ]; then want_network_tools; want_engine; fi
  if [ "$store" = postgres ] && [ -z "$connection" ]; then want_postgres; fi
  install_missing
  [ "$agents" = 0 ] || [ "$(id -u)" = 0 ] ||
    die "node agents make networks and firewall rules and need root: run it with sudo, or with --agents 0 for a control plane alone"
  if [ "$agents" -gt 0 ]; then ready_engine; claim_machine; fi
  build
  check_ports
  local own_connection=$connection
  if [ "$store" = postgres ] && [ -z "$connection" ]; then start_own_postgres; fi
  save_settings_with "$own_connection"

  local i name
  for ((i = 1; i <= silos; i++)); do
    name=silo-$i
    is_running "$name" && continue
    step "starting $name"
    start_silo "$i"
    # The first silo makes the certificates and the schema; the others find them there.
    [ "$i" -gt 1 ] || wait_for_api "$name"
  done
  for ((i = 1; i <= agents; i++)); do
    name=agent-$i
    is_running "$name" && continue
    step "starting $name"
    start_agent "$i"
  done
  for ((i = 2; i <= silos; i++)); do wait_for_listener "silo-$i"; done
  wait_for_nodes
  for name in $(running_components); do
    is_running "$name" || { tail -n 15 "$logs/$name.log" >&2; die "$name ended while starting; its log is $logs/$name.log"; }
  done
  next_steps
}

save_settings_with() { local connection=$1; save_settings; }

# Clusters on one machine have different API ports; their other ports move along, within the room there is before the next range.
port_shift() { echo $((((port - 6443) * 10 % 800 + 800) % 800)); }

silo_port() { echo $((11111 + $1 - 1 + $(port_shift))); }
gateway_port() { echo $((21111 + $1 - 1 + $(port_shift))); }
agent_port() { echo $((10250 + $1 - 1 + $(port_shift))); }

# Stops with who has a port before anything is started on it. Silos that share the API port would otherwise share it with a stranger.
check_ports() {
  local i silo_runs=no
  for ((i = 1; i <= silos; i++)); do ! is_running "silo-$i" || silo_runs=yes; done
  [ "$silo_runs" = yes ] || check_port "$port" "the API"
  for ((i = 1; i <= silos; i++)); do
    is_running "silo-$i" && continue
    check_port "$(silo_port "$i")" "silo-$i"
    check_port "$(gateway_port "$i")" "silo-$i's gateway"
  done
  for ((i = 1; i <= agents; i++)); do is_running "agent-$i" || check_port "$(agent_port "$i")" "agent-$i"; done
}

check_port() {
  local number=$1 who
  (exec 3<> "/dev/tcp/127.0.0.1/$number") 2> /dev/null || return 0
  who=$(ss -Hltnp "sport = :$number" 2> /dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1 (pid \2)/p' | head -n 1)
  die "port $number for $2 is taken${who}; take another with --port (the other ports move along)"
}

# The connection string of silos is handed over in the environment, never on the command line, where ps would show it.
start_silo() {
  local i=$1 share=()
  [ "$silos" = 1 ] || share=(--share-port)
  CRESCENT_CONNECTION=$connection start "silo-$i" "$(silo_program)" run --home "$home" --name "silo-$i" --store "$store" --port "$port" \
    --silo-port "$(silo_port "$i")" --gateway-port "$(gateway_port "$i")" \
    "${share[@]}"
}

node_name() {
  local host
  host=$(uname -n | tr 'A-Z_' 'a-z-')
  [ "$1" = 1 ] && echo "$host" || echo "$host-$1"
}

start_agent() {
  local i=$1 name
  name=$(node_name "$i")
  start "agent-$i" "$(agent_program)" run --home "$home/agents/$name" --name "$name" --server "https://127.0.0.1:$port" \
    --ca-file "$home/pki/ca.crt" --token-file "$home/bootstrap-token" --port "$(agent_port "$i")"
}

# Waits while NAME runs until the API says it is ready; shows the end of the log when it ends early.
wait_for_api() {
  local name=$1
  "$(silo_program)" wait --home "$home" --port "$port" --timeout 60 --pid "$(pid_of "$name")" && return
  tail -n 15 "$logs/$name.log" >&2
  die "$name did not become ready; its log is $logs/$name.log"
}

# Waits while NAME runs until it takes connections on the API's port, which it shares with the first silo: asking the API could not tell them
# apart.
wait_for_listener() {
  local name=$1 i
  for ((i = 0; i < 600; i++)); do
    is_running "$name" || break
    ! listens "$(pid_of "$name")" "$port" || return 0
    sleep 0.1
  done
  tail -n 15 "$logs/$name.log" >&2
  die "$name did not become ready; its log is $logs/$name.log"
}

# listens PID PORT: whether the process has a listening TCP socket on the port.
listens() {
  local inode
  for inode in $(awk -v port=":$(printf '%04X' "$2")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6 2> /dev/null); do
    [ -z "$(find "/proc/$1/fd" -lname "socket:\[$inode\]" -print -quit 2> /dev/null)" ] || return 0
  done
  return 1
}

wait_for_nodes() {
  local i list=()
  for ((i = 1; i <= agents; i++)); do list+=("$(node_name "$i")"); done
  [ ${#list[@]} -gt 0 ] || return 0
  "$(silo_program)" wait --home "$home" --port "$port" --timeout 60 --nodes "$(IFS=,; echo "${list[*]}")" && return
  for ((i = 1; i <= agents; i++)); do is_running "agent-$i" || tail -n 15 "$logs/agent-$i.log" >&2; done
  die "the nodes did not become Ready; the logs are in $logs"
}

next_steps() {
  local shown=$home
  [ "$home" = "$PWD/.crescent" ] && shown=.crescent
  cat <<TEXT

Crescent is up.
  nodes       kubectl --kubeconfig $shown/kubeconfig get nodes
  sample      kubectl --kubeconfig $shown/kubeconfig apply -k samples/guestbook
  API         https://127.0.0.1:$port/swagger
  dashboard   https://127.0.0.1:$port/dashboard   (./crescent status prints the sign-in link)
  logs        ./crescent logs
  stop        ./crescent down
TEXT
  have kubectl || say "kubectl is not on this machine yet: https://kubernetes.io/docs/tasks/tools/"
}
