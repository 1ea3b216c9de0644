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
  need_dotnet
  if [ "$agents" -gt 0 ]; then need_nftables; need_engine; fi
  build
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
  wait_for_nodes
  next_steps
}

save_settings_with() { local connection=$1; save_settings; }

# Clusters on one machine have different API ports; their other ports move along, within the room there is before the next range.
port_shift() { echo $((((port - 6443) * 10 % 800 + 800) % 800)); }

# The connection string of silos is handed over in the environment, never on the command line, where ps would show it.
start_silo() {
  local i=$1
  CRESCENT_CONNECTION=$connection start "silo-$i" "$(silo_program)" run --home "$home" --name "silo-$i" --store "$store" --port "$port" \
    --silo-port $((11111 + i - 1 + $(port_shift))) --gateway-port $((21111 + i - 1 + $(port_shift))) \
    $([ "$silos" -gt 1 ] && echo --share-port)
}

node_name() {
  local host
  host=$(hostname | tr 'A-Z_' 'a-z-')
  [ "$1" = 1 ] && echo "$host" || echo "$host-$1"
}

start_agent() {
  local i=$1 name
  name=$(node_name "$i")
  start "agent-$i" "$(agent_program)" run --home "$home/agents/$name" --name "$name" --server "https://127.0.0.1:$port" \
    --ca-file "$home/pki/ca.crt" --token-file "$home/bootstrap-token" --port $((10250 + i - 1 + $(port_shift)))
}

# Waits while NAME runs until the API says it is ready; shows the end of the log when it ends early.
wait_for_api() {
  local name=$1
  "$(silo_program)" wait --home "$home" --port "$port" --timeout 60 --pid "$(pid_of "$name")" && return
  tail -n 15 "$logs/$name.log" >&2
  die "$name did not become ready; its log is $logs/$name.log"
}

wait_for_nodes() {
  local i list=()
  for ((i = 1; i <= agents; i++)); do list+=("$(node_name "$i")"); done
  [ ${#list[@]} -gt 0 ] || return 0
  "$(silo_program)" wait --home "$home" --port "$port" --timeout 60 --nodes "$(IFS=,; echo "${list[*]}")" && return
  for ((i = 1; i <= agents; i++)); do is_running "agent-$i" || tail -n 15 "$logs/agent-$i.log" >&2; done
  die "the nodes did not become Ready; the logs are in $logs"
}

# A PostgreSQL of this home alone, on a Unix socket only.
start_own_postgres() {
  need_postgres
  local data=$home/postgres/data socket i
  # Socket paths are limited to 107 bytes, and the server's user must get there.
  socket=/tmp/crescent-pg-$(cksum <<< "$home" | cut -d' ' -f1)
  connection="Host=$socket;Port=5432;Username=crescent;Database=crescent;Maximum Pool Size=40"
  mkdir -p "$home/postgres" "$socket"
  if [ "$(id -u)" = 0 ]; then
    chmod 711 "$home" "$home/postgres"
    chown postgres "$home/postgres" "$socket"
  fi
  chmod 700 "$socket"
  if ! as_postgres test -f "$data/PG_VERSION"; then
    step "creating a PostgreSQL database cluster"
    (cd / && as_postgres "$pg_bin/initdb" -D "$data" -E UTF8 --locale=C --auth=trust -U crescent) > "$logs/initdb.log" 2>&1 ||
      { tail -n 5 "$logs/initdb.log" >&2; die "initdb failed (the directories above $home must be open to the user postgres)"; }
  fi
  if ! is_running postgres; then
    step "starting PostgreSQL"
    # The postmaster itself is our child, so that its pid file is as exact as the others.
    if [ "$(id -u)" = 0 ]; then
      (cd / && start postgres setpriv --reuid postgres --regid postgres --init-groups "$pg_bin/postgres" -D "$data" -k "$socket" -c listen_addresses=)
    else
      start postgres "$pg_bin/postgres" -D "$data" -k "$socket" -c listen_addresses=
    fi
  fi
  for ((i = 0; i < 300; i++)); do
    "$pg_bin/pg_isready" -q -h "$socket" -U crescent && break
    is_running postgres || break
    sleep 0.1
  done
  "$pg_bin/pg_isready" -q -h "$socket" -U crescent || { tail -n 5 "$logs/postgres.log" >&2; die "PostgreSQL does not answer"; }
  as_postgres "$pg_bin/psql" -h "$socket" -U crescent -d postgres -tAc "select 1 from pg_database where datname='crescent'" | grep -q 1 ||
    as_postgres "$pg_bin/createdb" -h "$socket" -U crescent crescent || die "the database could not be created"
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
}
