# ./crescent bench

crescent_bench() {
  need_dotnet
  dotnet run --project "$root/tests/Benchmarks" -c Release -- "$@"
}
