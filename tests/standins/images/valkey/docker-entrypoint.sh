#!/bin/sh
# As the official image's: options alone are the server's; root gives the data to valkey and becomes
# it; the server is reached from everywhere unless it has a password or says otherwise.
set -eu
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
  set -- valkey-server "$@"
fi
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user valkey -exec chown valkey {} +
  exec setpriv --reuid valkey --regid valkey --init-groups "$0" "$@"
fi
if [ "$(umask)" = 0022 ]; then umask 0077; fi
# The official program is built with this default; Debian's is not. What stands before it wins
# nothing: a later --protected-mode, or one in a file, is the one that counts.
if [ "$1" = valkey-server ]; then
  shift
  case "${1:-}" in
    ''|-*) exec valkey-server --protected-mode no "$@" ;;
    *) file=$1; shift
       grep -qsi '^ *protected-mode' "$file" || set -- --protected-mode no "$@"
       exec valkey-server "$file" "$@" ;;
  esac
fi
exec "$@"
