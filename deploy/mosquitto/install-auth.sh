#!/bin/sh
# Copies the users and the rights to where the broker reads them, readable only by the broker.
# Each file is written under another name and then renamed, so a reload never reads half a file.
set -eu

users=${1:-/run/secrets/mosquitto_users}
acl=${2:-/mosquitto/config/acl}
to=${3:-/mosquitto/auth}
owner=${4:-1883}

for pair in "$users:users" "$acl:acl"; do
    from=${pair%:*}
    name=${pair##*:}
    install -o "$owner" -g "$owner" -m 0400 "$from" "$to/.$name.new"
    mv "$to/.$name.new" "$to/$name"
done
