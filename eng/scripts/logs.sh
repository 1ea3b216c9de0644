# ./crescent logs

logs_help() {
  cat <<'TEXT'
Usage: ./crescent logs [COMPONENT] [-f] [-n LINES] [--home DIR]

COMPONENT is silo-1, agent-1, postgres, dockerd …; without it: all of them.
  -f         follow
  -n LINES   how many of the last lines (default 50)
TEXT
}

crescent_logs() {
  local dir=$home_default follow='' lines=50 component='' files=()
  while [ $# -gt 0 ]; do
    case $1 in
      -f | --follow) follow=-F; shift ;;
      -n) need_value "$1" $#; lines=$2; shift 2 ;;
      --home) need_value "$1" $#; dir=$2; shift 2 ;;
      -h | --help) logs_help; return 0 ;;
      -*) bad_usage "unknown option '$1'; see ./crescent logs --help" ;;
      *) [ -z "$component" ] || bad_usage "one component at a time"; component=$1; shift ;;
    esac
  done
  use_home "$dir"
  is_number "$lines" || bad_usage "-n takes a number, not '$lines'"
  if [ -n "$component" ]; then
    [ -f "$logs/$component.log" ] || die "no log of '$component' under $logs; there are: $(ls "$logs" 2>/dev/null | sed 's/\.log$//' | xargs)"
    files=("$logs/$component.log")
  else
    files=("$logs"/*.log)
    [ -e "${files[0]}" ] || die "no logs under $logs"
  fi
  tail -n "$lines" $follow "${files[@]}"
}
