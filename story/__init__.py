"""The story: one internship from a stranger's first visit to a closed survey, walked over the public HTTP APIs alone."""
