#!/usr/bin/env bash
# Installs what the Makefile cannot: a virtual environment, and Debian's servers for tests.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

apt_install() {
  local run=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "Please install these Debian packages, then try again: $*"; exit 1; }
    run=(sudo)
  fi
  command -v apt-get >/dev/null || { say "Please install, then try again: $*"; exit 1; }
  # Installing a server must not start it: tests run private ones.
  local policy=/usr/sbin/policy-rc.d made=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${run[@]}" tee "$policy" >/dev/null
    "${run[@]}" chmod +x "$policy"
    made=yes
  fi
  # In a shell of its own, so that our policy goes away again whether or not this succeeds.
  (
    if [ "$made" = yes ]; then trap '"${run[@]}" rm -f "$policy"' EXIT; fi
    "${run[@]}" apt-get update -qq
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  )
}

make_venv() {
  local python=$1 version
  [ -n "$python" ] || { say "Python 3.11 or 3.12 is needed; on Debian 12: apt-get install python3"; exit 1; }
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  case "$version" in
    3.11|3.12) ;;
    *) say "Python 3.11 or 3.12 is needed, $python is $version; try: make PYTHON=python3.11 setup"; exit 1 ;;
  esac
  if [ ! -x .venv/bin/pip ]; then
    "$python" -c 'import ensurepip' 2>/dev/null || apt_install "python$version-venv"
    "$python" -m venv .venv
  elif [ "$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" != "$version" ]; then
    say ".venv was made by another Python than $version; run make clean first"
    exit 1
  fi
  # Building the editable install needs a recent setuptools, pinned with everything else for development.
  .venv/bin/python -m pip install --quiet --require-hashes -r requirements/build.txt
}

install_servers() {
  local missing=()
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
  # Playwright brings a node of its own, which a bare system has not all libraries for.
  compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

install_load_generator() {
  [ -x /usr/bin/wrk ] || apt_install wrk
}

case "${1:-}" in
  venv) make_venv "${2:-}" ;;
  servers) install_servers ;;
  bench) install_load_generator ;;
  clocks) apt_install libfaketime ;;
  debootstrap) apt_install debootstrap ;;
  *) say "usage: $0 venv PYTHON | servers | bench | clocks | debootstrap"; exit 2 ;;
esac
