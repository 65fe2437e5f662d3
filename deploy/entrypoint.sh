#!/bin/sh
# Puts the address of the database together from the secret, so that the password stands in no environment that
# `docker inspect` shows. Then whatever was asked for.
set -eu
if [ -n "${DATABASE_PASSWORD_FILE:-}" ]; then
  CRM_DATABASE_URL="postgresql+psycopg://yingban:$(cat "$DATABASE_PASSWORD_FILE")@${DATABASE_HOST:-database}/yingban"
  export CRM_DATABASE_URL
fi
unset DATABASE_PASSWORD_FILE DATABASE_HOST
exec "$@"
