# ./crescent fuzz

fuzz_help() {
  cat <<'TEXT'
Usage: ./crescent fuzz [--inputs N] [--seed S]

Hands damaged bodies, patches, selectors, paths, SPDY and WebSocket frames to every decoder and endpoint of the API inside one process, and fails
with what was answered 500 or above, threw or hung (default 1000000 inputs, seed 1).
TEXT
}

crescent_fuzz() {
  local inputs=1000000 seed=1
  while [ $# -gt 0 ]; do
    case $1 in
      --inputs) need_value "$1" $#; inputs=$2; shift 2 ;;
      --seed) need_value "$1" $#; seed=$2; shift 2 ;;
      -h | --help) fuzz_help; return 0 ;;
      *) bad_usage "unknown option '$1'; see ./crescent fuzz --help" ;;
    esac
  done
  is_number "$inputs" && [ "$inputs" -ge 10 ] || bad_usage "--inputs is a number from 10, not '$inputs'"
  is_number "$seed" || bad_usage "--seed is a number, not '$seed'"
  use_dotnet || die "the .NET 10 SDK is missing; ./crescent up says how to install it"
  CRESCENT_FUZZ_INPUTS=$inputs CRESCENT_FUZZ_SEED=$seed dotnet run --project "$root/tests/Api.Tests" -c Release -- \
    -class '*FuzzTests' -diagnostics -noColor
}
