#!/usr/bin/env bash
# Makes the images of the samples and tests from Debian packages, without a registry:
#   crescent.local/busybox:1          shell, httpd, nc, sleep (static)
#   crescent.local/python:1 and :2    Python 3 with its libraries and a busybox shell (glibc: resolves names)
#   crescent.local/redis:1            Redis server and client
# Usage: samples/images/make.sh [--force] [NAME ...]     names: busybox python redis; default: all that are missing
set -euo pipefail

docker=${DOCKER:-docker}
force=no
names=()
for word in "$@"; do
  case $word in
    --force) force=yes ;;
    busybox | python | redis) names+=("$word") ;;
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "make.sh: unknown image '$word' (busybox, python, redis)" >&2; exit 2 ;;
  esac
done
[ ${#names[@]} -gt 0 ] || names=(busybox python redis)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing() { [ "$force" = yes ] || ! $docker image inspect "$1" >/dev/null 2>&1; }

# Downloads packages into $work/debs and unpacks them into the tree $1; nothing is installed on the machine.
unpack() {
  local tree=$1; shift
  mkdir -p "$work/debs" "$tree"
  ( cd "$work/debs"
    chmod 777 .
    for package in "$@"; do
      ls "${package}"_*.deb >/dev/null 2>&1 || apt-get download -qq "$package" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get download -qq "$package" >/dev/null; }
      dpkg -x "$(ls "${package}"_*.deb | head -n 1)" "$tree"
    done )
}

# A tree with a static busybox and all its applets, users, and the files every image needs.
base() {
  local tree=$1
  mkdir -p "$tree"/{etc,tmp,root,proc,sys,dev,var/run,usr/bin,usr/sbin,usr/lib}
  [ -e "$tree/bin" ] || mkdir -p "$tree/bin"
  chmod 1777 "$tree/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false' > "$tree/etc/passwd"
  echo 'root:x:0:
nogroup:x:65534:' > "$tree/etc/group"
  echo 'hosts: files dns' > "$tree/etc/nsswitch.conf"
  unpack "$work/busybox-tree" busybox-static
  cp "$work/busybox-tree/bin/busybox" "$tree/bin/busybox"
  for applet in $("$tree/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$tree/bin/$applet"
  done
}

import() {
  local tree=$1 tag=$2; shift 2
  tar -C "$tree" --owner=0 --group=0 --numeric-owner -c . | $docker import "$@" - "$tag" >/dev/null
  echo "made $tag"
}

for name in "${names[@]}"; do
  case $name in
    busybox)
      missing crescent.local/busybox:1 || continue
      base "$work/busybox"
      import "$work/busybox" crescent.local/busybox:1 --change 'ENV PATH=/bin' --change 'CMD ["sh"]'
      ;;
    python)
      missing crescent.local/python:1 || missing crescent.local/python:2 || continue
      tree=$work/python
      base "$tree"
      minor=$(apt-cache depends python3-minimal | sed -n 's/.*Depends: \(python3\.[0-9]*\)-minimal/\1/p' | head -n 1)
      unpack "$tree" "$minor-minimal" "lib$minor-minimal" "lib$minor-stdlib" libc6 zlib1g libexpat1 libffi8 libbz2-1.0 liblzma5 \
        libsqlite3-0 libuuid1 libreadline8 libtinfo6 libncursesw6 libnsl2 libtirpc3 libcom-err2 libgssapi-krb5-2 libkrb5-3 \
        libk5crypto3 libkrb5support0 libkeyutils1 libssl3 libcrypt1 libgcc-s1
      ln -sf "$minor" "$tree/usr/bin/python3"
      rm -rf "$tree/usr/share/doc" "$tree/usr/share/man" "$tree/usr/share/locale"
      for tag in 1 2; do
        echo "$tag" > "$tree/etc/image-version"
        import "$tree" "crescent.local/python:$tag" --change 'ENV PATH=/usr/bin:/bin' --change 'ENV PYTHONDONTWRITEBYTECODE=1' \
          --change 'CMD ["python3"]'
      done
      ;;
    redis)
      missing crescent.local/redis:1 || continue
      tree=$work/redis
      base "$tree"
      unpack "$tree" redis-server redis-tools libc6 libatomic1 libhiredis0.14 libjemalloc2 liblua5.1-0 liblzf1 libssl3 libsystemd0 \
        libgcc-s1 libcap2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libzstd1 libstdc++6 lua-cjson lua-bitop
      rm -rf "$tree/usr/share/doc" "$tree/usr/share/man"
      import "$tree" crescent.local/redis:1 --change 'ENV PATH=/usr/bin:/bin' --change 'CMD ["redis-server"]'
      ;;
  esac
done
