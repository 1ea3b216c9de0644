# One cluster's pods on a machine at a time: clusters share the pod network's addresses, the service rules and the nodes' names. Which home
# has the machine is noted per network namespace, since that is what they share.

machine_note() { echo "/run/crescent/home-$(stat -Lc %i /proc/self/ns/net)"; }

# Notes that the machine is this home's, unless another one's agents or pods are on it.
claim_machine() {
  local note other
  note=$(machine_note)
  if [ -f "$note" ]; then
    other=$(< "$note")
    if [ "$other" != "$home" ] && [ -d "$other/run" ]; then
      ! (run=$other/run; for name in $(running_components | grep '^agent-'); do is_running "$name" && exit 0; done; exit 1) ||
        die "the cluster in $other runs on this machine, and their pod networks would collide; stop it first: ./crescent down --purge --home $other"
      [ -z "$(containers_of "$other")" ] ||
        die "containers of the stopped cluster in $other are on this machine; remove them first: ./crescent down --purge --home $other"
    fi
  fi
  mkdir -p "$(dirname "$note")" && printf '%s\n' "$home" > "$note"
}

# One container, if there is any, of the nodes of a home.
containers_of() {
  local node
  for node in "$1"/agents/*/; do
    docker ps --quiet --filter "label=crescent.node=$(basename "$node")" 2> /dev/null
  done | head -n 1
}

release_machine() {
  local note
  note=$(machine_note)
  if [ -f "$note" ] && [ "$(< "$note")" = "$home" ]; then rm -f "$note"; fi
}
