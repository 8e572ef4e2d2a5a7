"""The HTTP door every room shares: app, problems, tokens, idempotency, ETags, paging, health."""
