# A PostgreSQL of this home alone, on a Unix socket only.

# Runs a program of PostgreSQL as the user postgres when we are root (it refuses root), seeing its data at $pg_place: the directories above
# the home may be closed to that user, as /root is.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  unshare --mount bash -c 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec setpriv --reuid postgres --regid postgres --init-groups "$@"' \
    as-postgres "$home/postgres" "$pg_place" "$@"
}

start_own_postgres() {
  local programs socket user='' i
  programs=$(postgres_programs)
  # Socket paths are limited to 107 bytes, and the server's user must get there.
  socket=$(postgres_socket)
  connection="Host=$socket;Port=5432;Username=crescent;Database=crescent;Maximum Pool Size=40"
  pg_place=$home/postgres
  mkdir -p "$home/postgres" "$socket" || die "cannot make $socket"
  if [ "$(id -u)" = 0 ]; then
    pg_place=$socket/files
    mkdir -p "$pg_place"
    chown postgres: "$home/postgres" "$socket"
  fi
  chmod 700 "$socket"
  if [ ! -f "$home/postgres/data/PG_VERSION" ]; then
    step "creating a PostgreSQL database"
    as_postgres "$programs/initdb" -D "$pg_place/data" -E UTF8 --locale=C --auth=trust -U crescent > "$logs/initdb.log" 2>&1 ||
      { tail -n 5 "$logs/initdb.log" >&2; die "initdb failed; see $logs/initdb.log"; }
  fi
  if ! is_running postgres; then
    step "starting PostgreSQL"
    # The postmaster itself is our child, so that its pid file is as exact as the others.
    # Silos read from their own memory; half of the usual buffers is plenty for what they write.
    start_postmaster "$programs/postgres" -D "$pg_place/data" -k "$socket" -c listen_addresses= -c shared_buffers=32MB
  fi
  for ((i = 0; i < 300; i++)); do
    "$programs/pg_isready" -q -h "$socket" -U crescent && break
    is_running postgres || break
    sleep 0.1
  done
  "$programs/pg_isready" -q -h "$socket" -U crescent || { tail -n 5 "$logs/postgres.log" >&2; die "PostgreSQL does not answer; see $logs/postgres.log"; }
  "$programs/psql" -h "$socket" -U crescent -d postgres -tAc "select 1 from pg_database where datname='crescent'" | grep -q 1 ||
    "$programs/createdb" -h "$socket" -U crescent crescent || die "the database could not be created"
}

start_postmaster() {
  if [ "$(id -u)" != 0 ]; then start postgres "$@"; return; fi
  start postgres unshare --mount bash -c \
    'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec setpriv --reuid postgres --regid postgres --init-groups "$@"' \
    as-postgres "$home/postgres" "$pg_place" "$@"
}

postgres_socket() { echo "/tmp/crescent-pg-$(cksum <<< "$home" | cut -d' ' -f1)"; }
