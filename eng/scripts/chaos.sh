# ./crescent chaos

crescent_chaos() {
  use_dotnet || die "the .NET 10 SDK is missing; ./crescent up says how to install it"
  case " $* " in
    *' --help '* | *' -h '* | *' --check '*) dotnet run --project "$root/tests/Chaos" -c Release -- "$@"; return ;;
  esac
  build
  dotnet run --project "$root/tests/Chaos" -c Release -- --silo-program "$(silo_program)" "$@"
}
