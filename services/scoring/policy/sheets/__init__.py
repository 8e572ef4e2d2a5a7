"""Sheets of criteria answered + or −: what templates may say, how columns are scored, what decides, what came of it."""
