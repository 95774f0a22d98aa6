#!/bin/sh
# Makes Temporal's two databases in PostgreSQL, or brings them up to the release of
# temporal-sql-tool: before the first start, and before each new release of Temporal.
# It may be run again at any time. SQL_PASSWORD is the password.
set -eu
: "${POSTGRES_SEEDS:?the host of PostgreSQL}" "${POSTGRES_USER:?}" "${SQL_PASSWORD:?}"
tool() { temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "${DB_PORT:-5432}" -u "$POSTGRES_USER" "$@"; }
for db in temporal temporal_visibility; do
  schema=postgresql/v12/${db#temporal_}
  if ! tool --db "$db" update-schema --schema-name "$schema" 2>/dev/null; then
    tool --db "$db" create 2>/dev/null || true # PostgreSQL's image makes the first itself
    tool --db "$db" setup-schema -v 0.0
    tool --db "$db" update-schema --schema-name "$schema"
  fi
done
