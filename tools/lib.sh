# Sourced by the shell scripts of tools/, from the checkout's root.

bold= plain=
if [ -t 1 ]; then bold=$(printf "\033[1m") plain=$(printf "\033[0m"); fi

say() { printf "%s==>%s %s\n" "$bold" "$plain" "$*"; }
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

# Dozens of processes load the same modules: what is compiled is kept, wherever the environment
# would have Python compile it anew each time (an empty value is none).
export PYTHONDONTWRITEBYTECODE=
