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
  if [ "$purge" = yes ] && [ -d "$home/agents" ]; then
    for name in "$home"/agents/*/; do
      name=$(basename "$name")
      step "removing what node $name left on this machine"
      "$(agent_program)" cleanup --name "$name" || warn "cleaning up after $name failed"
    done
  fi
  for name in $(running_components | grep '^silo-'); do stop "$name" 20; done
  stop postgres 20
  # An engine that this home started goes only with everything else: other containers may live on it.
  if [ "$purge" = yes ]; then
    stop dockerd 20
    purge_home
    say "removed $home"
  fi
}

# Removes only a directory that looks like a home of ours.
purge_home() {
  [ -d "$home/run" ] || die "$home does not look like a Crescent home; not removing it"
  rm -rf "/tmp/crescent-pg-$(cksum <<< "$home" | cut -d' ' -f1)" "$home"
}
