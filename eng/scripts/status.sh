# ./crescent status

status_help() {
  cat <<'TEXT'
Usage: ./crescent status [--home DIR]

Shows the components and the nodes. Exit code 0: all components run and every node is Ready; 1: not so; 3: the cluster is
stopped (a database or engine it started may run on).
TEXT
}

crescent_status() {
  local dir=$home_default name running=0 stopped=0
  while [ $# -gt 0 ]; do
    case $1 in
      --home) need_value "$1" $#; dir=$2; shift 2 ;;
      -h | --help) status_help; return 0 ;;
      *) bad_usage "unknown option '$1'; see ./crescent status --help" ;;
    esac
  done
  use_home "$dir"
  for name in $(running_components); do
    if is_running "$name"; then
      case $name in silo-* | agent-*) running=$((running + 1)) ;; esac
      printf '%-10s running   pid %-8s %s MB\n' "$name" "$(pid_of "$name")" \
        "$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$(pid_of "$name")/status" 2>/dev/null)"
    else
      stopped=$((stopped + 1))
      printf '%-10s stopped   its log is %s\n' "$name" "$logs/$name.log"
    fi
  done
  if [ "$running" = 0 ]; then say "the cluster is stopped; start it with ./crescent up"; return 3; fi
  port=6443
  load_settings
  use_dotnet
  "$(silo_program)" status --home "$home" --port "$port" || return 1
  [ "$stopped" = 0 ]
}
