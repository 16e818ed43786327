"""All SQL: tables, rows <-> core values, outbox, migrations, and `peek` (imports nothing here)."""
