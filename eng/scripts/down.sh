# ./crescent down

down_help() {
  cat <<'TEXT'
Usage: ./crescent down [--purge] [--home DIR]

Stops the agents, then the control plane. Containers keep running and are adopted by the next `up`.

  --purge      also remove the containers, networks and rules of this cluster's nodes and everything under the home directory
  --home DIR   the cluster's home (default .crescent; environment CRESCENT_HOME)
TEXT
}

crescent_down() {
  local purge=no dir=$home_default name
  while [ $# -gt 0 ]; do
    case $1 in
      --purge) purge=yes; shift ;;
      --home) need_value "$1" $#; dir=$2; shift 2 ;;
      -h | --help) down_help; return 0 ;;
      *) bad_usage "unknown option '$1'; see ./crescent down --help" ;;
    esac
  done
  use_home "$dir"
  if [ ! -d "$home" ]; then say "nothing is there: $home does not exist"; return 0; fi
  for name in $(running_components | grep '^agent-'); do stop "$name" 20; done
  if [ "$purge" = yes ]; then clean_nodes; fi
  for name in $(running_components | grep '^silo-'); do stop "$name" 20; done
  stop postgres 20
  # An engine that this home started goes only with everything else: other containers may live on it.
  if [ "$purge" = yes ]; then
    stop dockerd 20
    release_machine
    purge_home
    say "removed $home"
  fi
}

# Takes away what the nodes of this home left on the machine; what cannot be taken away keeps the home, so that it can be tried again.
clean_nodes() {
  local node list=("$home"/agents/*/)
  [ -d "${list[0]}" ] || return 0
  use_dotnet
  [ -x "$(agent_program)" ] || die "$(agent_program) is missing, and it knows what to remove: ./crescent up builds it again"
  ready_engine
  for node in "${list[@]}"; do
    node=$(basename "$node")
    step "removing what node $node left on this machine"
    "$(agent_program)" cleanup --name "$node" || die "cleaning up after $node failed; $home is kept"
  done
}

# Removes only a directory that looks like a home of ours. A pod's volume may still be mounted below it.
purge_home() {
  local mount
  [ -d "$home/run" ] || die "$home does not look like a Crescent home; not removing it"
  for mount in $(awk -v below="$home/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r); do umount -l "$mount"; done
  rm -rf "$(postgres_socket)"
  rm -rf --one-file-system "$home" || die "$home could not be removed"
}
