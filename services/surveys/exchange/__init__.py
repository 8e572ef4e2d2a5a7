"""Answers in and out as files: the columns of both are the same."""
