#!/bin/sh
# The store of photos in its container. Its one user's secret comes from a file, which no list of variables shows.
#
#   PHOTO_STORE_KEY_FILE
set -eu

# Of all folders in the image this one may be written to by everybody, and a new volume over it takes that over.
data=/var/tmp
mkdir -p "$data/objects" "$data/metadata"
ROOT_SECRET_KEY=$(cat "$PHOTO_STORE_KEY_FILE")
export ROOT_SECRET_KEY ROOT_ACCESS_KEY=salon
# Where the images of different releases have it.
program=$(command -v versitygw || echo /app/versitygw)
exec "$program" --port :7070 --region ap-northeast-2 --health /healthz --quiet --keep-alive \
    posix --sidecar "$data/metadata" "$data/objects"
