"""Tests of what the rooms say to each other: shapes, growth, documents."""
