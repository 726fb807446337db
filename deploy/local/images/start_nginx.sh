#!/bin/sh
# For the stand-in of nginx's official image: what its start does, as far as ours uses it.
# Reads the scripts of a folder, and fills the templates in with the variables that the filter lets through.
set -e
for script in /docker-entrypoint.d/*.envsh; do
    if [ -x "$script" ]; then . "$script"; fi
done
names=$(env | cut -d= -f1 | grep -E "${NGINX_ENVSUBST_FILTER:-.}" | sed 's/.*/${&}/' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    envsubst "$names" < "$template" > "/etc/nginx/conf.d/$(basename "$template" .template)"
done
exec "$@"
