#!/bin/sh
# As the official image's: root gives the data to rabbitmq and becomes it; variables that RabbitMQ
# does not read any more stop the start. RabbitMQ itself reads RABBITMQ_DEFAULT_USER, _PASS, _VHOST.
set -eu
case "${1:-}" in rabbitmq*)
  if [ "$(id -u)" = 0 ]; then
    if [ "$1" = rabbitmq-server ]; then
      find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq {} +
    fi
    exec setpriv --reuid rabbitmq --regid rabbitmq --init-groups "$0" "$@"
  fi ;;
esac
deprecated=
for name in DEFAULT_PASS_FILE DEFAULT_USER_FILE MANAGEMENT_SSL_CACERTFILE MANAGEMENT_SSL_CERTFILE \
  MANAGEMENT_SSL_DEPTH MANAGEMENT_SSL_FAIL_IF_NO_PEER_CERT MANAGEMENT_SSL_KEYFILE \
  MANAGEMENT_SSL_VERIFY SSL_CACERTFILE SSL_CERTFILE SSL_DEPTH SSL_FAIL_IF_NO_PEER_CERT SSL_KEYFILE \
  SSL_VERIFY VM_MEMORY_HIGH_WATERMARK; do
  if [ -n "$(printenv "RABBITMQ_$name" || :)" ]; then
    echo "error: RABBITMQ_$name is set but deprecated" >&2
    deprecated=1
  fi
done
[ -z "$deprecated" ] || { echo "error: use a configuration file instead" >&2; exit 1; }
exec "$@"
