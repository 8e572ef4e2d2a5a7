"""The web console: server-rendered pages that call the rooms' public APIs with the signed-in person's own token."""
