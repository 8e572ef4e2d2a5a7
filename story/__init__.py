"""The story: one internship from a stranger's first visit to the survey, walked over the public HTTP APIs alone."""
