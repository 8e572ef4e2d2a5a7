"""Touchpoints on the internship calendar: what is sent to whom and when, with which document, and what it proves."""
