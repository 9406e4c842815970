#!/usr/bin/env bash
# A new machine: `make demo` and `make test` of what is committed, on a bare Debian 12 in a folder.
#
#   make fresh                               both, whole
#   make fresh FRESH=demo                    or one of them
#   make fresh FRESH="demo tests/pages"      or of the tests only some
#
# The folder is under var/ and goes away at the end, with every process in it. It takes Debian and
# Python packages from where this machine takes them. Exits 77, saying why, where one may not.
set -euo pipefail
cd "$(dirname "$0")/.."

SUITE=bookworm
BARE=python3,make,git,ca-certificates
HOME_THERE=/root
CODE=$HOME_THERE/vaxledger
ASK='
import sys, urllib.request as asking
asking.urlopen(asking.Request(sys.argv[1], headers={"Accept": "text/html"}), timeout=30)
'

say() { printf 'fresh: %s\n' "$*" >&2; }
skip() { say "not run: $*"; exit 77; }

# ---------------------------------------------------------------- on this machine

debian_sources() { # this machine's own sources of Debian 12, as lines of sources.list
  # shellcheck disable=SC2016 # these are apt's
  apt-get indextargets --format '$(IDENTIFIER) $(ORIGIN) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
    awk -v suite="$SUITE" '$1 == "Packages" && $2 == "Debian" && index($3, suite) == 1 && $6 == "main" {
      print "deb", $4, $5, $6 }' | sort -u
}

outside() {
  [ "$(id -u)" -eq 0 ] || skip "only root may make a system in a folder"
  command -v apt-get >/dev/null || skip "there is no apt-get that knows a mirror of Debian"
  command -v debootstrap >/dev/null || bash deploy/bootstrap.sh debootstrap ||
    skip "debootstrap is not installed"
  unshare --mount --pid --fork mount -t tmpfs none /mnt 2>/dev/null ||
    skip "mounting in a namespace of one's own is refused here"
  [ -n "$(debian_sources)" ] || apt-get update -qq
  MIRROR=$(debian_sources | awk -v suite="$SUITE" '$3 == suite { print $2; exit }')
  [ -n "$MIRROR" ] || skip "the sources of apt name no mirror of Debian 12 ($SUITE)"
  if (exec 3<>/dev/tcp/127.0.0.1/8101) 2>/dev/null; then
    skip "port 8101, where the demo's pages begin, is in use"
  fi
  [ -z "$(git status --porcelain)" ] || say "what is not committed is not part of it"

  mkdir -p var
  ROOT=$(mktemp -d "$PWD/var/fresh.XXXXXX")
  chmod 755 "$ROOT"
  child=
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  trap clean EXIT
  # A process group of its own: what is typed here ends this script, which ends everything inside.
  set -m
  MIRROR=$MIRROR SOURCES=$(debian_sources) \
    unshare --mount --pid --fork --kill-child bash tests/fresh.sh inside "$ROOT" </dev/null &
  child=$!
  wait "$child"
}

clean() {
  local code=$?
  if [ -n "$child" ]; then
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  # The mounts were in a namespace that is gone.
  rm -rf --one-file-system "$ROOT" || say "left behind: $ROOT"
  exit "$code"
}

# ---------------------------------------------------------------- in a namespace of its own

bring() { # bring PATH: the same file or folder at the same place (or at $2) in the new system
  local from=$1 to=$ROOT${2:-$1}
  [ -e "$from" ] || return 0
  if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "$(dirname "$to")" && touch "$to"; fi
  mount --bind "$from" "$to" && mount -o remount,bind,ro "$to"
}

devices() {
  local node
  mount -t tmpfs -o mode=755 dev "$ROOT/dev"
  for node in null zero full random urandom tty; do
    touch "$ROOT/dev/$node"
    mount --bind "/dev/$node" "$ROOT/dev/$node"
  done
  mkdir "$ROOT/dev/pts" "$ROOT/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$ROOT/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$ROOT/dev/shm"
  ln -s pts/ptmx "$ROOT/dev/ptmx"
  ln -s /proc/self/fd "$ROOT/dev/fd"
  for node in 0:stdin 1:stdout 2:stderr; do
    ln -s "/proc/self/fd/${node%%:*}" "$ROOT/dev/${node##*:}"
  done
  mountpoint -q "$ROOT/proc" || mount -t proc proc "$ROOT/proc"
  mountpoint -q "$ROOT/sys" || mount -t sysfs -o ro sys "$ROOT/sys" || say "/sys stays empty"
}

configuration() { # where this machine takes packages from, and whom it trusts
  local name value place
  rm -rf "$ROOT"/etc/apt/sources.list*
  printf '%s\n' "$SOURCES" >"$ROOT/etc/apt/sources.list"
  apt-config dump Acquire | grep -v IndexTargets >"$ROOT/etc/apt/apt.conf.d/90machine"
  for place in /etc/resolv.conf /etc/hosts /etc/apt/auth.conf /etc/apt/auth.conf.d \
    /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /etc/xdg/pip /etc/npmrc; do
    bring "$place"
  done
  for place in .config/pip .pip .npmrc; do
    bring "$HOME/$place" "$HOME_THERE/$place"
  done
  # Files and folders that variables and the configuration of pip name.
  ENVIRONMENT=()
  while IFS='=' read -r name value; do
    case "$name" in
      PIP_* | [Hh][Tt][Tt][Pp]_[Pp]* | [Hh][Tt][Tt][Pp][Ss]_[Pp]* | [Nn][Oo]_[Pp]* | [Aa][Ll][Ll]_[Pp]* | \
        SSL_CERT_* | REQUESTS_CA_BUNDLE | CURL_CA_BUNDLE | NODE_EXTRA_CA_CERTS | npm_config_*)
        ENVIRONMENT+=("$name=$value")
        named "$value"
        ;;
    esac
  done < <(env)
  if command -v pip >/dev/null; then named "$(pip config list)"; fi
}

named() { # bring every path of this machine that a text names
  local place
  while read -r place; do
    place=${place%/simple} # the files of an index lie beside it
    [ -e "$ROOT$place" ] || bring "$place"
  done < <(grep -oE "(file://|['\"= ]|^)/[^'\" ]+" <<<"$1" | sed -E "s,^(file://|['\"= ]),,")
}

there() { # run a command in the new system, in the clone
  env --chdir=/ -i "${ENVIRONMENT[@]}" HOME=$HOME_THERE TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$ROOT" /bin/sh -c "cd $CODE && exec \"\$@\"" sh "$@"
}

missing() { # after a failure: what programs of the new system want and do not find
  local library
  say "failed: $*"
  cat >"$ROOT/missing.sh" <<'THERE'
find .venv /usr/lib/postgresql /usr/lib/chromium /usr/lib/erlang -type f \
  \( -name '*.so*' -o -perm /111 \) 2>/dev/null | while read -r file; do
  ldd "$file" 2>/dev/null | sed -n "s,^[[:space:]]*\([^ ]*\) => not found,\1 $file,p"
done | sort | awk '!seen[$1]++'
THERE
  there bash /missing.sh | while read -r library file; do
    say "$file needs $library: $(dpkg -S "$library" 2>/dev/null | cut -d: -f1 | sort -u | head -1)"
  done
  grep -hoE '.*(command not found|is not installed|error while loading shared).*' "$ROOT"/log.* |
    grep -v ^debconf: | sort -u | head -20 >&2 || true
  exit 1
}

demo() { # it comes up, answers, and stops on Ctrl-C
  local make pid address pages=0
  set -m
  there make demo >"$ROOT/log.demo" 2>&1 &
  make=$!
  until grep -q "Ctrl-C" "$ROOT/log.demo"; do
    kill -0 "$make" 2>/dev/null || { tail -40 "$ROOT/log.demo" >&2; missing "make demo"; }
    sleep 1
  done
  cat "$ROOT/log.demo"
  while read -r address; do
    there python3 -c "$ASK" "$address" || missing "$address does not answer"
    pages=$((pages + 1))
  done < <(grep -oE 'http://127.0.0.1:[0-9]+/' "$ROOT/log.demo" | sort -u)
  [ "$pages" -gt 0 ] || missing "the demo names no page"
  # Make itself would end by the signal; what it started must end well.
  pid=$make
  until [ "$(cat "$ROOT/proc/$pid/comm")" = vaxledger ]; do
    pid=$(cut -d " " -f 1 "$ROOT/proc/$pid/task/$pid/children")
    [ -n "$pid" ] || missing "make demo has ended by itself"
  done
  kill -INT "$pid"
  wait "$make" || missing "make demo ended with $? on Ctrl-C"
  set +m
  say "make demo: $pages pages answered, and it stopped on Ctrl-C"
}

tests() {
  there make test TESTS="$*" WORKERS="${WORKERS:-2}" 2>&1 | tee "$ROOT/log.test" ||
    missing "make test $*"
  say "make test $*: $(tail -1 "$ROOT/log.test")"
}

inside() {
  local step selection=()
  ROOT=$1
  say "Debian 12 with $BARE"
  local log=$ROOT/log.debootstrap
  debootstrap --variant=minbase --include="$BARE" "$SUITE" "$ROOT" "$MIRROR" >"$log" 2>&1 || {
    tail -20 "$log" >&2
    ! grep -qE "noexec or nodev|not permitted" "$log" || skip "debootstrap may not do its work here"
    say "failed: debootstrap"
    exit 1
  }
  devices
  chroot "$ROOT" /bin/true || skip "chroot is refused here"
  configuration
  git clone --quiet --no-hardlinks . "$ROOT$CODE"
  for step in ${FRESH:-demo test}; do
    case "$step" in
      demo) demo ;;
      test) tests ;;
      *) selection+=("$step") ;;
    esac
  done
  [ ${#selection[@]} -eq 0 ] || tests "${selection[@]}"
}

case "${1:-}" in
  inside) inside "$2" ;;
  "") outside ;;
  *) say "usage: [FRESH=\"demo test\"] $0"; exit 2 ;;
esac
exit
