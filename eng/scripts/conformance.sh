# ./crescent conformance

conformance_help() {
  cat <<'TEXT'
Usage: ./crescent conformance [OPTIONS]

Runs Kubernetes' own conformance suite against a cluster with at least two nodes (./crescent up --agents 2). The first time it is built out of
the distribution's source package; its images are made here and go into the Docker engine that DOCKER_HOST names. See docs/conformance.md.

  --focus REGEX       tests to run (default '\[Conformance\]')
  --skip REGEX        tests to leave out (default: custom resources, webhooks and aggregated APIs, which are not served)
  --parallel N        tests at once; 1 runs those marked [Serial] too, more leaves them out (default 1)
  --kubeconfig FILE   the cluster (default: the running one's)
  --home DIR          where that is (default .crescent)
  --build             build the suite, do not run it
TEXT
}

crescent_conformance() {
  local focus='\[Conformance\]' skip='AdmissionWebhook|CustomResource|Aggregator' parallel=1 kubeconfig='' only_build=no
  local suite=$artifacts/conformance
  use_home "$home_default"
  while [ $# -gt 0 ]; do
    case $1 in
      --focus) need_value "$1" $#; focus=$2; shift 2 ;;
      --skip) need_value "$1" $#; skip=$2; shift 2 ;;
      --parallel) need_value "$1" $#; parallel=$2; shift 2 ;;
      --kubeconfig) need_value "$1" $#; kubeconfig=$2; shift 2 ;;
      --home) need_value "$1" $#; use_home "$2"; shift 2 ;;
      --build) only_build=yes; shift ;;
      -h | --help) conformance_help; return 0 ;;
      *) bad_usage "unknown option '$1'; see ./crescent conformance --help" ;;
    esac
  done
  is_number "$parallel" && [ "$parallel" -ge 1 ] || bad_usage "--parallel is a number from 1, not '$parallel'"
  if [ ! -f "$suite/base.tar" ]; then
    have go || want "the Go compiler" golang-go
    have dpkg-source || want "Debian's source tools" dpkg-dev
    have debootstrap || want debootstrap debootstrap
    install_missing
    "$root/tests/Conformance/suite.sh" "$suite" || die "building the suite failed"
  fi
  [ "$only_build" = no ] || return 0
  kubeconfig=${kubeconfig:-$home/kubeconfig}
  [ -f "$kubeconfig" ] || die "there is no $kubeconfig; start a cluster with ./crescent up --agents 2"
  step "making the images"
  "$root/tests/Conformance/images.sh" "$suite" || die "making the images failed"
  [ "$parallel" = 1 ] || skip="$skip|\\[Serial\\]|\\[Disruptive\\]"
  step "running the suite"
  local log=$suite/log
  PATH=$suite:$PATH "$suite/ginkgo" -nodes="$parallel" -noColor -stream=false -slowSpecThreshold=600 -focus="$focus" -skip="$skip" "$suite/e2e.test" -- \
    -kubeconfig="$kubeconfig" -provider=skeleton -kubectl-path="$suite/kubectl" -disable-log-dump > "$log" 2>&1 &
  local runner=$!
  while kill -0 "$runner" 2> /dev/null; do
    printf '\r%s passed, %s failed ' "$(grep -c '"msg":"PASSED' "$log")" "$(grep -c '"msg":"FAILED' "$log")"
    sleep 2
  done
  echo
  wait "$runner"
  local code=$?
  grep -oE '"msg":"FAILED [^"]*' "$log" | sed 's/.*"FAILED /  failed: /' | sort -u
  grep -E '^(Ran|PASS|FAIL|SUCCESS)' "$log" | tail -n 2
  say "all it said: $log"
  return $code
}
