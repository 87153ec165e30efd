#!/bin/bash
# As the official image's: options alone are the server's; root gives the data to mysql and becomes
# it; an empty folder becomes a database with the passwords, user and database of the environment
# (MARIADB_… or MYSQL_…, each also as …_FILE), which count for nothing afterwards.
set -euo pipefail

# file_env NAME: makes MARIADB_NAME what it is, else MYSQL_NAME, else what is in the file that
# …_FILE names.
file_env() {
  local prefix name file value=
  for prefix in MARIADB MYSQL; do
    name=${prefix}_$1 file=${prefix}_$1_FILE
    if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
      echo "[ERROR] [Entrypoint]: Both $name and $file are set (but are exclusive)" >&2
      exit 1
    fi
    [ -n "$value" ] || value=${!name:-}
    [ -n "$value" ] || [ -z "${!file:-}" ] || value=$(< "${!file}")
    unset "$file"
  done
  export "MARIADB_$1=$value"
}
quoted() { local text=${1//\\/\\\\}; printf "'%s'" "${text//\'/\\\'}"; }

[ "${1:0:1}" != - ] || set -- mariadbd "$@"
if [ "$1" = mariadbd ]; then # while it is root, who may read the files
  for name in ROOT_PASSWORD ROOT_HOST ALLOW_EMPTY_ROOT_PASSWORD RANDOM_ROOT_PASSWORD DATABASE USER PASSWORD; do
    file_env $name
  done
fi
if [ "$1" = mariadbd ] && [ "$(id -u)" = 0 ]; then
  find /var/lib/mysql /run/mysqld ! -user mysql -exec chown mysql {} +
  exec setpriv --reuid mysql --regid mysql --init-groups "$0" "$@"
fi
if [ "$1" = mariadbd ] && [ ! -d /var/lib/mysql/mysql ]; then
  root=$MARIADB_ROOT_PASSWORD database=$MARIADB_DATABASE user=$MARIADB_USER password=$MARIADB_PASSWORD
  if [ -z "$root$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD" ]; then
    echo "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified" >&2
    exit 1
  fi
  [ -z "$MARIADB_RANDOM_ROOT_PASSWORD" ] || root=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  health=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  mariadb-install-db --datadir=/var/lib/mysql --auth-root-authentication-method=normal \
    --skip-test-db > /dev/null
  { # one statement a line
    echo "FLUSH PRIVILEGES;"
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$root");"
    host=${MARIADB_ROOT_HOST:-%}
    if [ "$host" != localhost ]; then
      echo "CREATE USER 'root'@$(quoted "$host") IDENTIFIED BY $(quoted "$root");"
      echo "GRANT ALL ON *.* TO 'root'@$(quoted "$host") WITH GRANT OPTION;"
    fi
    for host in localhost 127.0.0.1 ::1; do
      echo "CREATE USER 'healthcheck'@'$host' IDENTIFIED BY '$health';"
    done
    [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"
    if [ -n "$user" ] && [ -n "$password" ]; then
      echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$password");"
      [ -z "$database" ] || echo "GRANT ALL ON \`${database//_/\\_}\`.* TO $(quoted "$user")@'%';"
    fi
  } | mariadbd --bootstrap --skip-networking --datadir=/var/lib/mysql 2> /tmp/bootstrap.log ||
    { cat /tmp/bootstrap.log >&2; exit 1; }
  printf '[mariadb-client]\nport=3306\nsocket=/run/mysqld/mysqld.sock\nuser=healthcheck\npassword=%s\n' \
    "$health" > /var/lib/mysql/.my-healthcheck.cnf
  chmod 600 /var/lib/mysql/.my-healthcheck.cnf
fi
exec "$@"
