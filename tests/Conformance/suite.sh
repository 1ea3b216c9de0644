#!/usr/bin/env bash
# Builds Kubernetes' own conformance suite out of the distribution's source package, and what its test images are made of.
# Usage: suite.sh DIR        leaves e2e.test, ginkgo, kubectl, agnhost, nnp, site/ and base.tar there; takes some ten minutes on two processors
# Needs apt (Debian or Ubuntu), go, dpkg-dev and debootstrap, and root for the last.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
work=$dir/work
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
step() { printf '==> %s\n' "$*"; }

# The machine's own package sources, asked for source packages.
cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null | sed -n 's/^deb /deb-src /p' > "$work/sources.list" || true
cat /etc/apt/sources.list.d/*.sources 2> /dev/null | sed 's/^Types:.*/Types: deb deb-src/' > "$work/machine.sources" || true
mkdir -p "$work/parts" && mv "$work/machine.sources" "$work/parts/"
apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root)

step "fetching the sources"
apt-get "${apt[@]}" -qq update
(cd "$work" && apt-get "${apt[@]}" -qq source --download-only kubernetes && apt-get -qq -o APT::Sandbox::User=root download kubernetes-client)
mkdir -p "$work/gopath/src/k8s.io/kubernetes" "$work/client"
tar -xzf "$work"/kubernetes_*.orig.tar.gz -C "$work/gopath/src/k8s.io/kubernetes" --strip-components=1
dpkg -x "$work"/kubernetes-client_*.deb "$work/client"
cp "$work/client/usr/bin/kubectl" "$dir/kubectl"

# Sources of that age are built as they were then: in a GOPATH, with what they brought along.
export GOPATH=$work/gopath GO111MODULE=off GOCACHE=$work/gocache GOFLAGS= CGO_ENABLED=0
cd "$work/gopath/src/k8s.io/kubernetes"
step "building the suite"
go build -o "$work/go-bindata" ./vendor/github.com/go-bindata/go-bindata/go-bindata
ignored=(-ignore .jpg -ignore .png -ignore .md -ignore 'BUILD(\.bazel)?')
"$work/go-bindata" -nometadata -o test/e2e/generated/bindata.go -pkg generated "${ignored[@]}" \
  test/conformance/testdata/... test/e2e/testing-manifests/... test/e2e_node/testing-manifests/... test/images/... test/fixtures/...
mkdir -p staging/src/k8s.io/kubectl/pkg/generated
"$work/go-bindata" -nometadata -nocompress -o staging/src/k8s.io/kubectl/pkg/generated/bindata.go -pkg generated "${ignored[@]}" translations/...
go build -o "$dir/ginkgo" ./vendor/github.com/onsi/ginkgo/ginkgo
go build -o "$dir/agnhost" ./test/images/agnhost
go build -o "$dir/nnp" ./test/images/nonewprivs
mkdir -p "$dir/site"
cp test/images/agnhost/porter/localhost.{crt,key} "$dir/site/"
cp -r test/images/kitten/html "$dir/site/kitten"
cp -r test/images/nautilus/html "$dir/site/nautilus"
go test -c -o "$dir/e2e.test" ./test/e2e

step "making the images' file system"
rm -rf "$work/root"
debootstrap --variant=minbase --include=dnsutils,curl,netcat-openbsd,net-tools,iproute2,iputils-ping,busybox,perl-base,procps "$(. /etc/os-release; echo "${VERSION_CODENAME:-stable}")" "$work/root" \
  "$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)" > "$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log" >&2; exit 1; }
rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,man,locale,info}
tar -C "$work/root" -cf "$dir/base.tar" .
rm -rf "$work"
