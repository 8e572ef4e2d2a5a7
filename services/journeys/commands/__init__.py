"""What the room is asked to do: its own designs are all that it changes by command."""
