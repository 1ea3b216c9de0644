#!/usr/bin/env bash
# Installs the silo or the agent as a systemd service from a publish directory, or puts a newer one in its place; removes it again.
# Usage: install.sh silo|agent PUBLISH_DIR
#        install.sh --remove silo|agent        keeps /etc/crescent and /var/lib/crescent*
# A publish directory: dotnet publish Silo (or NodeAgent) -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o DIR;
# with --self-contained true it needs no .NET on the machine.
set -euo pipefail

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
bad_usage() { sed -n '3,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

case ${1:-} in
  -h | --help) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  --remove) remove=yes; shift; [ $# = 1 ] || bad_usage ;;
  *) remove=no; [ $# = 2 ] || bad_usage ;;
esac
part=$1
case $part in silo | agent) ;; *) bad_usage ;; esac
[ "$(id -u)" = 0 ] || die "run it as root"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unit=crescent-$part.service
target=/opt/crescent/$part
has_systemd() { [ -d /run/systemd/system ]; }

if [ "$remove" = yes ]; then
  ! has_systemd || systemctl disable --now "$unit" 2> /dev/null || true
  rm -rf "/etc/systemd/system/$unit" "$target"
  ! has_systemd || systemctl daemon-reload
  say "removed $unit; /etc/crescent and /var/lib/crescent* are still there"
  exit 0
fi

from=$2
[ -x "$from/crescent-$part" ] || die "$from/crescent-$part is missing; publish it first (dotnet publish)"
if [ ! -e "$from/libcoreclr.so" ] && ! compgen -G '/usr/*/dotnet/shared/Microsoft.AspNetCore.App/10.*' > /dev/null; then
  die "the ASP.NET Core 10 runtime is neither in /usr/share/dotnet or /usr/lib/dotnet nor in $from; publish with --self-contained"
fi
if [ "$part" = agent ]; then
  for program in nft iptables ip; do command -v $program > /dev/null || die "$program is missing; install nftables, iptables and iproute2"; done
else
  id -u crescent > /dev/null 2>&1 || useradd --system --home-dir /var/lib/crescent --shell /usr/sbin/nologin crescent
fi

# The new files take the place of the old at once: a running program keeps its own.
install -d -m 0755 /opt/crescent /etc/crescent
rm -rf "$target.new" "$target.old"
cp -r "$from" "$target.new"
chmod -R u=rwX,go=rX "$target.new"
[ ! -e "$target" ] || mv "$target" "$target.old"
mv "$target.new" "$target"
rm -rf "$target.old"
install -m 0644 "$here/$unit" /etc/systemd/system/
[ -e "/etc/crescent/$part.env" ] || { install -m 0600 "$here/$part.env" "/etc/crescent/$part.env"; say "settings are in /etc/crescent/$part.env"; }

if ! has_systemd; then
  say "installed; systemd is not running on this machine"
elif systemctl --quiet is-active "$unit"; then
  systemctl daemon-reload
  say "installed; the old one runs on until: systemctl restart crescent-$part"
else
  systemctl daemon-reload
  systemctl --quiet enable "$unit"
  say "start it with: systemctl start crescent-$part"
fi
