# ./crescent bench

crescent_bench() {
  use_dotnet || die "the .NET 10 SDK is missing; ./crescent up says how to install it"
  dotnet run --project "$root/tests/Benchmarks" -c Release -- "$@"
}
