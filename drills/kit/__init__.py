"""What drills are made of: a system to break, a load to put on it, a history to check."""
