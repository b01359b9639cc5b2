"""The store: tables, migrations, the unit of work of casework and the read models."""
