"""The embedded default: a broker, a database, a mail server and the rooms' processes on one machine."""
