"""What is attached to a case: judged by its bytes, drawn anew where it is a picture, looked at by a scanner."""

from services.surveys.files.guard import Guarded, Limits, guard, guarded
from services.surveys.files.kinds import ENDINGS, PICTURES, Kind, NotTaken, Refused
from services.surveys.files.names import disposition, shown_name
from services.surveys.files.scanners import (
    Clamd,
    NoScanner,
    Scanner,
    ScannerAway,
    ScannerFault,
    Verdict,
    scanner_of,
)

__all__ = [
    "ENDINGS",
    "PICTURES",
    "Clamd",
    "Guarded",
    "Kind",
    "Limits",
    "NoScanner",
    "NotTaken",
    "Refused",
    "Scanner",
    "ScannerAway",
    "ScannerFault",
    "Verdict",
    "disposition",
    "guard",
    "guarded",
    "scanner_of",
    "shown_name",
]
