#!/bin/sh
# A Sentinel in its container. It keeps in /data what it learned of the others, over a restart.
#
#   REDIS_PASSWORD_FILE   SENTINEL_ADDRESS=sentinel-1:26379   REDIS_FIRST_PRIMARY=redis-1:6379
set -eu

password=$(cat "$REDIS_PASSWORD_FILE")
conf=${SENTINEL_CONF:-/data/sentinel.conf}
name=salon
umask 077

if [ ! -f "$conf" ]; then
    {
        echo "port ${SENTINEL_ADDRESS##*:}"
        # A container that comes back has another address and the same name.
        echo "sentinel resolve-hostnames yes"
        echo "sentinel announce-hostnames yes"
        echo "sentinel announce-ip ${SENTINEL_ADDRESS%:*}"
        echo "sentinel announce-port ${SENTINEL_ADDRESS##*:}"
        echo "sentinel monitor $name ${REDIS_FIRST_PRIMARY%:*} ${REDIS_FIRST_PRIMARY##*:} 2"
        echo "sentinel down-after-milliseconds $name 2000"
        echo "sentinel failover-timeout $name 6000"
        echo "sentinel parallel-syncs $name 1"
    } > "$conf"
fi
# The password of today, of Redis and of the Sentinels.
sed -i '/^requirepass /d; /^user default /d; /^sentinel auth-pass /d; /^sentinel sentinel-pass /d' "$conf"
{
    echo "requirepass $password"
    echo "sentinel sentinel-pass $password"
    echo "sentinel auth-pass $name $password"
} >> "$conf"

exec redis-server "$conf" --sentinel
