#!/usr/bin/env bash
# Tries compose.yaml on this machine: starts it, runs a Deployment behind a Service, kills one silo, looks whether the cluster goes on, and
# takes everything away again. Exit code 0 when all of it held.
# Usage: deploy/docker/try.sh        as root; needs docker, docker compose (or docker-compose), kubectl, ss, and port 6443 and 10250 free.
#   COMPOSE_FILE   other or further compose files
#   IMAGE          image of the pods, with a busybox shell (default crescent.local/busybox:1, made by samples/images/make.sh)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
image=${IMAGE:-crescent.local/busybox:1}
home=$PWD/.crescent-compose
if docker compose version > /dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
k() { kubectl --kubeconfig "$home/kubeconfig" --request-timeout=10s "$@"; }
step() { printf '==> %s\n' "$*"; }
die() { printf 'try.sh: %s\n' "$*" >&2; "${compose[@]}" logs --tail 20 >&2 || true; exit 1; }

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || die "$what did not happen"
    sleep 0.3
  done
}

take_away() {
  step "taking it away"
  "${compose[@]}" stop agent || true
  "${compose[@]}" run --rm agent cleanup || true
  "${compose[@]}" down --volumes || true
  rm -rf "$home"
}

[ ! -e "$home" ] || die "$home is there: a cluster of somebody's; docker compose down --volumes, and remove it"
[[ " $(grep ' / / ' /proc/self/mountinfo) " == *" shared:"* ]] || die "/ is no shared mount, which the agent's volumes need: mount --make-shared /"
trap take_away EXIT
step "starting PostgreSQL, two silos and an agent"
"${compose[@]}" up -d --build
until_true 90 "an answer of the API" k get --raw /readyz
until_true 60 "a node that is Ready" k wait node --all --for=condition=Ready --timeout=5s

step "a Deployment of three behind a Service"
k create deployment hello --image="$image" --replicas=3 -- httpd -f -p 8080 -h /etc
k expose deployment hello --port 80 --target-port 8080
k rollout status deployment/hello --timeout=90s
address=$(k get service hello -o jsonpath='{.spec.clusterIP}')
answers() { exec 3<> "/dev/tcp/$address/80" && printf 'GET /hostname HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3 | grep -q ' 200 '; }
until_true 30 "an answer of the Service at $address" eval '(answers)'

for silo in silo-1 silo-2; do
  step "killing $silo"
  "${compose[@]}" kill -s SIGKILL $silo
  until_true 15 "an answer without $silo" k get nodes
  replicas=$((${replicas:-3} + 1))
  k scale deployment hello --replicas=$replicas
  k rollout status deployment/hello --timeout=60s
  "${compose[@]}" up -d $silo
  until_true 60 "$silo's return" eval '[ "$(ss -Hltn sport = :6443 | wc -l)" = 2 ]'
done
(answers) || die "the Service does not answer any more"
k get nodes,pods -o wide
step "all of it held"
