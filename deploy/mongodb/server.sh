#!/bin/sh
# MongoDB in its container. Its members know each other by a key that mongod reads only when nobody else can.
set -eu

umask 077
cat /run/secrets/mongodb_key > /tmp/mongodb_key
chmod 400 /tmp/mongodb_key
exec mongod --keyFile /tmp/mongodb_key "$@"
