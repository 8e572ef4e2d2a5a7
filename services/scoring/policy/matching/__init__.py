"""Two-sided matching, pure: who looks and what is offered, hard requirements, fit of both sides, order, measures."""
