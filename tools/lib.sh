# Sourced by the shell scripts of tools/, from the checkout's root.

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# What is installed once per machine: the Pulumi CLI, the servers' root, the oldest Celery.
SHARED_CACHE=/var/cache/celeriac
if [ -z "${CELERIAC_CACHE:-}" ]; then
  if [ "$(id -u)" = 0 ]; then
    CELERIAC_CACHE=$SHARED_CACHE
  else
    CELERIAC_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/celeriac
  fi
fi
export CELERIAC_CACHE

# cached PATH: where PATH is in our cache or, readable, in the machine's; nothing if nowhere.
cached() {
  local folder
  for folder in "$CELERIAC_CACHE" "$SHARED_CACHE"; do
    if [ -x "$folder/$1" ]; then
      echo "$folder/$1"
      return
    fi
  done
}
