"""What happens between two rooms: one test per pair that talks, on an in-memory bus and real PostgreSQL."""
