"""What people wrote: masked, its language, its topics and its mood – on this machine, with nothing sent anywhere."""

from services.surveys.verbatims.analysis import METHOD, Reading, read, read_aside
from services.surveys.verbatims.language import UNKNOWN
from services.surveys.verbatims.masking import masked
from services.surveys.verbatims.reading import Sentiment, Topic

__all__ = ["METHOD", "UNKNOWN", "Reading", "Sentiment", "Topic", "masked", "read", "read_aside"]
