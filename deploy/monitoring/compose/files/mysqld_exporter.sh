#!/bin/sh
# mysqld_exporter reads a password from its own file only: it is made of the secret, in memory, for its user alone.
set -eu
umask 077
password="$(cat /run/secrets/database_password)"
printf '[client]\nuser=salon\npassword=%s\nhost=%s\nport=3306\n' "$password" "$MYSQL_MEMBER" > /tmp/my.cnf
exec /bin/mysqld_exporter --config.my-cnf=/tmp/my.cnf "$@"
