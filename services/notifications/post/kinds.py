"""What kind of e-mail came in: somebody's words, an automatic answer, a report, or a copy from a mailing list."""

import re
from enum import StrEnum

from services.notifications.post.letters import Letter
from services.notifications.post.reports import Report, report_of


class Kind(StrEnum):
    """`words` alone can become a question."""

    words = "words"
    bounce = "bounce"
    complaint = "complaint"
    automatic = "automatic"
    list_copy = "list_copy"
    receipt = "receipt"


# Headers by which programs say that nobody wrote this (RFC 3834 and what came before it).
_ALWAYS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from", "x-mail-autoreply",
           "x-ms-exchange-generated-message-source", "x-vacation")  # fmt: skip
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "junk"})
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|mdaemon)(?:[+.-][^@]*)?@")
# The last resort: what mail programs put before the subject of an absence note, in the languages of the network.
_ABSENT = re.compile(
    r"^(?:\W*)(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response|responder)|out of (?:the )?office|ooo|"
    r"on vacation|away from (?:the )?office|răspuns automat|raspuns automat|în concediu|autosvar|"
    r"automatiskt svar|frånvaro|automatische antwort|abwesenheitsnotiz|abwesend|"
    r"réponse automatique|absence du bureau|absent du bureau|"
    r"respuesta automática|fuera de (?:la )?oficina|resposta automática|ausente do escritório|risposta automatica|"
    r"fuori sede|automatisch antwoord|afwezig|odpowiedź automatyczna|autoodpowiedź|automaattinen vastaus|poissa|"
    r"automatisk svar|fraværende|автоматическ\w+ ответ|автоматична відповідь|otomatik yanıt|αυτόματη απάντηση|"
    r"自动回复|自動回覆|自動応答|不在通知|자동 회신|부재중|رد تلقائي|مجاب تلقائي|מענה אוטומטי|स्वचालित उत्तर)",
    re.IGNORECASE,
)  # fmt: skip


def kind_of(letter: Letter) -> tuple[Kind, Report | None]:
    """The kind, and what a bounce or complaint reports."""
    if (report := report_of(letter)) is not None:
        return (Kind.complaint if report.complaint else Kind.bounce), report
    if letter.header("content-type").lower().startswith("multipart/report"):
        return Kind.receipt, None  # somebody's program tells that it was displayed, or something newer
    if letter.header("list-id") or letter.header("list-post") or letter.header("precedence").lower() == "list":
        return Kind.list_copy, None
    return (Kind.automatic if is_automatic(letter) else Kind.words), None


def is_automatic(letter: Letter) -> bool:
    """Whether a program answered."""
    submitted = letter.header("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(letter.header(name) for name in _ALWAYS) or letter.header("precedence").lower() in _PRECEDENCE:
        return True
    if letter.header("return-path").strip() == "<>" or _MACHINES.match(letter.sender.lower()):
        return True
    return _ABSENT.match(letter.subject) is not None


_STOP_WORDS_IN_A_ROW = """
stop stopall unsubscribe cancel end quit arret arrêt stopp avsluta sluta oprește opreste dezabonare baja parar
cancelar sair parar annulla ferma afmelden stoppen abmelden lopeta odjava zrušit wypisz стоп отписаться зупинити
dur iptal διακοπή 停止 退订 取消 停止配信 중지 توقف إيقاف הסר बंद
"""
STOP_WORDS = frozenset(_STOP_WORDS_IN_A_ROW.split())


def is_stop(text: str) -> bool:
    """Whether a short message asks for silence: one of the words, alone."""
    return text.strip().strip(".!\"'«»“”").casefold() in STOP_WORDS
