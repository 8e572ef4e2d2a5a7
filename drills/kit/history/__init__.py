"""What happened, as clients, databases, topics and the witness tell it; and the rules by which it is judged."""

from drills.kit.history.check import Verdict, check
from drills.kit.history.collect import collect
from drills.kit.history.facts import Command, Effect, Hearing, History, Inbox, Leftover, Record

__all__ = ["Command", "Effect", "Hearing", "History", "Inbox", "Leftover", "Record", "Verdict", "check", "collect"]
