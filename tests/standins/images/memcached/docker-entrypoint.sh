#!/bin/sh
# As the official image's: options alone are memcached's.
set -eu
[ "${1#-}" = "$1" ] || set -- memcached "$@"
exec "$@"
