"""What the journeys room says: nothing so far; it is the read side, and its designs will be heard from here."""
