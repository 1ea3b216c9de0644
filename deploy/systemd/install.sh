#!/usr/bin/env bash
# Installs the silo or the agent as a systemd service from a publish directory.
# Usage: install.sh silo|agent PUBLISH_DIR
set -euo pipefail

[ $# = 2 ] || { echo "usage: install.sh silo|agent PUBLISH_DIR" >&2; exit 2; }
part=$1 from=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $part in
  silo | agent) ;;
  *) echo "install.sh: '$part' is neither silo nor agent" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root" >&2; exit 1; }
[ -x "$from/crescent-$part" ] || { echo "install.sh: $from/crescent-$part is missing; publish it first (dotnet publish)" >&2; exit 1; }

install -d -m 0755 "/opt/crescent/$part" /etc/crescent
cp -r "$from/." "/opt/crescent/$part/"
[ "$part" = agent ] || id -u crescent > /dev/null 2>&1 ||
  useradd --system --home-dir /var/lib/crescent --shell /usr/sbin/nologin crescent
[ -e "/etc/crescent/$part.env" ] || { install -m 0600 /dev/null "/etc/crescent/$part.env"; echo "edit /etc/crescent/$part.env"; }
install -m 0644 "$here/crescent-$part.service" /etc/systemd/system/
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable "crescent-$part.service"
  echo "start it with: systemctl start crescent-$part"
else
  echo "installed; systemd is not running on this machine"
fi
