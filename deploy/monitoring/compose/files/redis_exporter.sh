#!/bin/sh
# redis_exporter reads passwords by address from a file of JSON: it is made of the secret, in memory, for its user alone.
set -eu
umask 077
password="$(cat /run/secrets/redis_password)"
separator='{'
for member in redis redis-1 redis-2 redis-3; do
  printf '%s"redis://%s:6379": "%s"' "$separator" "$member" "$password"
  separator=', '
done > /tmp/passwords.json
printf '}' >> /tmp/passwords.json
exec /redis_exporter -redis.addr= -redis.password-file=/tmp/passwords.json "$@"
