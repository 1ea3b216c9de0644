#!/usr/bin/env bash
# Makes stand-ins for the base images of the Dockerfile and of compose.yaml, under their names, from Debian packages and this machine's .NET:
# for trying the images where their registries are out of reach. Images that are there already are left alone.
# Usage: stand-ins.sh        needs root, docker, debootstrap and the .NET 10 SDK
set -euo pipefail

sdk=mcr.microsoft.com/dotnet/sdk:10.0 aspnet=mcr.microsoft.com/dotnet/aspnet:10.0 postgres=postgres:16 debian=crescent.local/debian:12
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

missing() { ! docker image inspect "$1" > /dev/null 2>&1; }

if missing "$debian"; then
  debootstrap --variant=minbase --include=ca-certificates,openssl bookworm "$work/debian" > "$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
  # Whatever this machine trusts and wherever it gets packages, the stand-ins do too.
  if compgen -G '/usr/local/share/ca-certificates/*.crt' > /dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$work/debian/usr/local/share/ca-certificates/"
    chroot "$work/debian" update-ca-certificates > /dev/null 2>&1
  fi
  rm -rf "$work/debian/var/cache/apt/archives" "$work/debian/usr/share/doc"
  tar -C "$work/debian" -c . | docker import - "$debian" > /dev/null
  echo "made $debian"
fi

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
environment=(DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_CERT_REVOCATION_MODE=offline)

# dotnet_image TAG DIRECTORY...: the Debian image with these parts of .NET.
dotnet_image() {
  local tag=$1 context=$work/context; shift
  missing "$tag" || return 0
  rm -rf "$context"
  mkdir -p "$context/dotnet"
  (cd "$dotnet" && cp -r --parents "$@" dotnet LICENSE.txt "$context/dotnet/")
  printf '%s\n' "FROM $debian" 'COPY dotnet /usr/share/dotnet' 'RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet' "ENV ${environment[*]}" \
    > "$context/Dockerfile"
  docker build -q -t "$tag" "$context" > /dev/null
  echo "made $tag"
}

dotnet_image "$sdk" host sdk sdk-manifests shared packs templates
dotnet_image "$aspnet" host shared

if missing "$postgres"; then
  mkdir -p "$work/postgres"
  cat > "$work/postgres/entrypoint" <<'SCRIPT'
#!/bin/bash
# As the official image's: a database of POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB at the first start.
set -e
export PGDATA=/var/lib/postgresql/data
if [ "$(id -u)" = 0 ]; then
  mkdir -p $PGDATA && chown -R postgres: $PGDATA && chmod 700 $PGDATA
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
if [ ! -s $PGDATA/PG_VERSION ]; then
  initdb --username "$user" --pwfile <(printf '%s\n' "${POSTGRES_PASSWORD:?}") --auth-local trust --auth-host scram-sha-256 -E UTF8 --locale C.UTF-8
  echo 'host all all all scram-sha-256' >> $PGDATA/pg_hba.conf
  pg_ctl --wait -o "-c listen_addresses=" start
  [ "$database" = postgres ] || createdb --username "$user" "$database"
  pg_ctl --wait stop
fi
exec postgres -c listen_addresses='*' "$@"
SCRIPT
  cat > "$work/postgres/Dockerfile" <<SCRIPT
FROM $debian
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* && ln -s /usr/lib/postgresql/*/bin /pg
COPY entrypoint /usr/local/bin/entrypoint
RUN chmod 755 /usr/local/bin/entrypoint
ENV PATH=/pg:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
VOLUME /var/lib/postgresql/data
EXPOSE 5432
ENTRYPOINT ["entrypoint"]
SCRIPT
  docker build -q -t "$postgres" "$work/postgres" > /dev/null
  echo "made $postgres"
fi
