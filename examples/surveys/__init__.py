"""The statistics of surveys on a real survey."""
