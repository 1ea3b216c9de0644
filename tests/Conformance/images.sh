#!/usr/bin/env bash
# Makes the images that the suite names, in the engine that DOCKER_HOST names, out of what suite.sh left. Registries are not asked.
# Usage: images.sh DIR
set -euo pipefail
dir=$(cd "$1" && pwd)
context=$dir/site
cp "$dir/agnhost" "$dir/nnp" "$context/"

build() { DOCKER_BUILDKIT=0 docker build -q -t "$1" -f - "$context" > /dev/null; }

# serve NAME FOLDER: a web server that ends when it is told to.
serve() {
  build "$1" << TEXT
FROM conformance/tools:1
RUN mkdir -p $2 && echo '<html><body><h1>It works!</h1></body></html>' > $2/index.html
EXPOSE 80
CMD ["sh", "-c", "trap 'exit 0' TERM INT; busybox httpd -f -p 80 -h $2 & wait"]
TEXT
}

docker import "$dir/base.tar" conformance/base:1 > /dev/null
build conformance/tools:1 << 'TEXT'
FROM conformance/base:1
RUN mkdir /bb && for name in $(busybox --list); do ln -s /usr/bin/busybox /bb/$name; done && ln -sf /usr/bin/busybox /usr/bin/sh
ENV PATH=/bb:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["sh"]
TEXT
build conformance/agnhost:1 << 'TEXT'
FROM conformance/base:1
RUN mkdir -p /uploads
COPY localhost.crt localhost.key agnhost /
RUN ln -s agnhost /agnhost-2
EXPOSE 80 8080 8081 9376
ENTRYPOINT ["/agnhost"]
CMD ["pause"]
TEXT

for name in $("$dir/e2e.test" --list-images); do
  case $name in
    *authenticated* | *invalid*) continue ;;
    */agnhost:* | */pause:*) docker tag conformance/agnhost:1 "$name" ;;
    */busybox:*) docker tag conformance/tools:1 "$name" ;;
    */jessie-dnsutils:* | */ipc-utils:* | */perl:*) docker tag conformance/base:1 "$name" ;;
    */httpd:*) serve "$name" /usr/local/apache2/htdocs ;;
    */nginx:*) serve "$name" /usr/share/nginx/html ;;
    */kitten:* | */nautilus:*)
      site=${name##*/}
      build "$name" << TEXT
FROM conformance/agnhost:1
COPY ${site%%:*}/ /
CMD ["test-webserver"]
TEXT
      ;;
    */nonroot:*) printf 'FROM conformance/tools:1\nUSER 1234\n' | build "$name" ;;
    */nonewprivs:*) printf 'FROM conformance/base:1\nCOPY nnp /usr/local/bin/nnp\nRUN chmod +s /usr/local/bin/nnp\nCMD ["nnp"]\n' | build "$name" ;;
    *) continue ;;
  esac
  echo "${name##*/}"
done
