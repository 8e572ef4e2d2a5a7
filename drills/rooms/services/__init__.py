"""Rooms that only drills run; with `drills/rooms` on the path they join those of the system."""
