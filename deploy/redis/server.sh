#!/bin/sh
# Redis in its container. What it is asked to keep stands in Compose, as arguments; here come the password, which no
# process list shows, and its part in the group, which a failover changes and which it keeps in /data over a restart.
#
#   REDIS_PASSWORD_FILE   REDIS_ADDRESS=redis-2:6379   REDIS_FIRST_PRIMARY=redis-1:6379 (where there is a group)
set -eu

password=$(cat "$REDIS_PASSWORD_FILE")
conf=${REDIS_CONF:-/data/redis.conf}
host=${REDIS_ADDRESS%:*} port=${REDIS_ADDRESS##*:}
umask 077

if [ -f "$conf" ] && [ -n "${REDIS_FIRST_PRIMARY:-}" ] && ! grep -q '^replicaof ' "$conf"; then
    # It was the primary when it ended. Coming back at once it would still be, without the last writes if they were not
    # in its file yet, although a replica has them: so long the Sentinels need to choose another.
    sleep "${REDIS_PAUSE_SECONDS:-10}"
fi
if [ ! -f "$conf" ]; then
    {
        echo "port $port"
        if [ -n "${REDIS_FIRST_PRIMARY:-}" ]; then
            echo "replica-announce-ip $host"
            echo "replica-announce-port $port"
            if [ "$REDIS_ADDRESS" != "$REDIS_FIRST_PRIMARY" ]; then
                echo "replicaof ${REDIS_FIRST_PRIMARY%:*} ${REDIS_FIRST_PRIMARY##*:}"
            fi
        fi
    } > "$conf"
fi
# The password of today; the rest is as Sentinel left it.
sed -i '/^requirepass /d; /^masterauth /d; /^user default /d' "$conf"
printf 'requirepass %s\nmasterauth %s\n' "$password" "$password" >> "$conf"

exec redis-server "$conf" "$@"
