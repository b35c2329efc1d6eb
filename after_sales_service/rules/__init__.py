"""Plain functions: no database, no environment, no clock."""
