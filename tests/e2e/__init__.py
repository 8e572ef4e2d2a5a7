"""The whole system from outside: the story, what it leaves behind, and the console in a real browser."""
