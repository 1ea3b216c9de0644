#!/usr/bin/env bash
# Measures a control plane alone: one silo on a fresh database, no agent.
#   measure.sh build                        publishes silo and driver
#   measure.sh start sqlite|postgres        starts the silo (its environment is passed on)
#   measure.sh bench [driver arguments]     runs the driver against it; CPU and memory count the database's processes
#   measure.sh yardstick sqlite|postgres    what the machine gives: raw etcd, and the store alone, on the same disk
#   measure.sh stop
# State is in $MEASURE_HOME (default: a directory under TMPDIR); $MEASURE_RUN is put before every command, such as 'ip netns exec x'.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
home=${MEASURE_HOME:-${TMPDIR:-/tmp}/crescent-measure}
run=${MEASURE_RUN:-}
silo=${MEASURE_SILO:-$root/artifacts/measure/silo/crescent-silo}
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)

publish() { dotnet publish "$root/$1" -c Release -o "$root/artifacts/measure/$2" -nologo -v q -clp:NoSummary -m:1 -p:RunAnalyzers=false "${@:3}"; }

owner=(); [ "$(id -u)" != 0 ] || owner=(setpriv --reuid postgres --regid postgres --init-groups)

end() { # pid file
  [ -f "$1" ] || return 0
  kill "$(cat "$1")" 2>/dev/null || true
  for _ in $(seq 100); do kill -0 "$(cat "$1")" 2>/dev/null || break; sleep 0.1; done
  rm -f "$1"
}

stop() { end "$home/silo.pid"; end "$home/etcd.pid"; end "$home/postgres.pid"; }

run_postgres() {
  mkdir -p "$home/socket"
  if ! [ -f "$home/data/PG_VERSION" ]; then
    mkdir -p "$home/data"
    [ "$(id -u)" != 0 ] || { chown postgres "$home/data" "$home/socket"; chmod 755 "$home"; }
    (cd /; "${owner[@]}" "$pg/initdb" -D "$home/data" -E UTF8 --locale=C --auth=trust -U crescent >"$home/initdb.log")
  fi
  if ! "$pg/pg_isready" -q -h "$home/socket"; then
    (cd /; exec "${owner[@]}" "$pg/postgres" -D "$home/data" -k "$home/socket" -c listen_addresses= -c shared_buffers=32MB >>"$home/postgres.log" 2>&1 </dev/null) &
    echo $! >"$home/postgres.pid"
    for _ in $(seq 100); do "$pg/pg_isready" -q -h "$home/socket" && break; sleep 0.1; done
  fi
}

fresh_database() { # name
  run_postgres
  PGOPTIONS="-c client_min_messages=error" "$pg/psql" -q -h "$home/socket" -U crescent -d postgres -c "drop database if exists $1 with (force)" -c "create database $1"
  connection="Host=$home/socket;Username=crescent;Database=$1;Maximum Pool Size=40"
}

yardstick() { # store
  rm -rf "$home/etcd" "$home"/yardstick.db*; mkdir -p "$home"
  if [ "$1" = postgres ]; then fresh_database yardstick; else connection="Data Source=$home/yardstick.db"; fi
  $run etcd --data-dir "$home/etcd" --listen-client-urls http://127.0.0.1:23790 --advertise-client-urls http://127.0.0.1:23790 \
    --listen-peer-urls http://127.0.0.1:23800 >"$home/etcd.log" 2>&1 </dev/null &
  echo $! >"$home/etcd.pid"
  for _ in $(seq 100); do grep -q 'serving insecure client requests' "$home/etcd.log" && break; sleep 0.1; done
  $run "$root/artifacts/measure/bench/Crescent.Benchmarks" yardstick --etcd http://127.0.0.1:23790 --store "$1" --connection "$connection" "${@:2}"
  end "$home/etcd.pid"
}

case ${1:-} in
build)
  publish Silo/Silo.csproj silo -r linux-x64 --self-contained false -p:PublishReadyToRun=true
  publish tests/Benchmarks bench ;;
start)
  mkdir -p "$home"; end "$home/silo.pid"; rm -rf "$home/silo"
  [ "$2" != postgres ] || { fresh_database crescent; export CRESCENT_CONNECTION=$connection; }
  echo "$2" >"$home/store"
  setsid $run "$silo" run --home "$home/silo" --store "$2" >"$home/silo.log" 2>&1 </dev/null &
  echo $! >"$home/silo.pid"
  $run "$silo" wait --home "$home/silo" --timeout 60 --pid "$(cat "$home/silo.pid")" ;;
bench)
  pids=$(cat "$home/silo.pid")
  [ "$(cat "$home/store")" != postgres ] || pids="$pids $(cat "$home/postgres.pid")"
  $run "$root/artifacts/measure/bench/Crescent.Benchmarks" "${@:2}" --kubeconfig "$home/silo/kubeconfig" --pids $pids ;;
yardstick) yardstick "${@:2}" ;;
stop) stop ;;
*) sed -n '2,8s/^# \?//p' "$0"; exit 2 ;;
esac
