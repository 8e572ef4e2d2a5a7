"""The HTTP door under use and attack, with a small room of its own on real PostgreSQL."""
