#!/bin/sh
# Installs the programs that the end-to-end tests drive, from Debian's packages where this machine allows it. Where it
# does not, the tests that need them are left out; so this never fails.

missing=
need() { # program package
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need ffmpeg ffmpeg
need ffprobe ffmpeg
need srt-live-transmit srt-tools
need chromium chromium
need xmllint libxml2-utils
need prometheus prometheus
need promtool prometheus
need prometheus-alertmanager prometheus-alertmanager
need amtool prometheus-alertmanager
need nginx nginx
need openssl openssl
missing=$(echo $(printf '%s\n' $missing | sort -u))
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo -n"
  $as_root true 2>/dev/null || as_root=no
fi
install() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null 2>&1
}
if [ "$as_root" != no ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing $missing"
  install || { $as_root apt-get update >/dev/null 2>&1 && install; } && exit 0
fi

echo "Please install $missing (names of Debian's packages): until then the end-to-end tests that need them are left out."
exit 0
