"""The rules of scoring, pure: what an interaction may say, what is known of a lead, and what that is worth."""
