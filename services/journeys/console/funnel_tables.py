"""The tables of the funnel's pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.journeys.console import here, words
from services.journeys.console.estimates import Shown
from services.journeys.console.funnel_words import dimension, stage, way_back
from services.journeys.console.heard import heard
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Row, Share, Table
from services.journeys.console.texts import _
from services.journeys.policy import FAIR
from services.journeys.policy.quantiles import Z
from shared.proportions import rate_of

IN_WORDS = ("product", "field", "channel", "kind")  # groups that are told apart by codes


def share_of(told: Mapping[str, Any] | None, n: int | None = None) -> Share:
    """A figure with value, low and high, as estimates tell it."""
    return Share(told["value"], told["low"], told["high"], n) if told else Share(None, n=n)


def _conversation(row: Row) -> str | None:
    """Where one can read and write: the conversation with the EP or with the enabler."""
    if row.get("person_id"):
        return f"{HOME}/people/{row['person_id']}"
    return f"{HOME}/enablers/{row['enabler_id']}" if row.get("enabler_id") else None


def _listed(items: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows with the names of their committees."""
    return [
        {**one, "name": one["name"] or _("Name unknown"), "sending": names.get(one["sending_entity_id"] or ""),
         "hosting": names.get(one["hosting_entity_id"] or "")}
        for one in items
    ]  # fmt: skip


def _days(told: Mapping[str, Any] | None) -> str:
    """Days with their interval, as words."""
    if told is None:
        return ""
    low, high = (words.number(told[name]) for name in ("low", "high"))
    return f"{words.number(told['value'])} ({low}–{high})"


def stage_table(found: Shown) -> Table:
    """Stages with the share of the start that comes there, and the step before each."""
    rows = []
    for one in found.result["stages"] if found.result else []:
        step = one["step"] or {}
        row = {"stage": stage(one["stage"]), "count": one["count"], "share": share_of(one["share"])}
        row |= {"step": share_of(step.get("share"), step.get("n")), "half": _days(step.get("half_days"))}
        rows.append(row | {name: step.get(name) for name in ("open", "dropped")})
    columns = (
        Column("stage", _("Stage"), sortable=False),
        Column("count", _("Came there"), "number"),
        Column("share", _("Share of the start"), "share"),
        Column("step", _("Share of the stage before"), "share"),
        Column("dropped", _("Dropped out before"), "number"),
        Column("open", _("Still under way"), "number"),
        Column("half", _("Half took (days)")),
    )
    note = _("Shares are Aalen–Johansen estimates with 95 %% intervals: who is still under way is no drop-off.")
    return Table("stages", _("Stages of the funnel"), columns, rows, note=note)


def points_table(points: Sequence[Sequence[float]]) -> Table:
    rows = [{"day": day, "share": Share(share, low, high), "at_risk": risk} for day, share, low, high, risk in points]
    columns = (
        Column("day", _("Days"), "number"),
        Column("share", _("Share"), "share"),
        Column("at_risk", _("At risk"), "number"),
    )
    return Table("points", _("The curve in numbers"), columns, rows)


def cohort_table(found: Shown) -> Table:
    result = found.result or {"months": [], "horizons": []}
    rows = [
        {**one, **{f"d{days}": share_of(told) for days, told in zip(result["horizons"], one["within"], strict=True)}}
        for one in result["months"]
    ]
    shares = (Column(f"d{days}", _("Within %(days)s days", days=days), "share") for days in result["horizons"])
    columns = (
        Column("month", _("Came in"), value=lambda row: str(row["month"])[:7]),
        Column("n", _("People"), "number"),
        Column("came", _("Came there"), "number"),
        Column("dropped", _("Dropped out"), "number"),
        Column("open", _("Still under way"), "number"),
        *shares,
    )
    note = _("A share is empty while the cohort hasn't been known for so long, or has fewer than 30.")
    return Table("cohorts", _("Cohorts by month of entry"), columns, rows, note=note)


def period_table(found: Shown, clock: str) -> Table:
    """Months × statuses, applications and people; the newest month first."""
    months: dict[str, dict[str, Any]] = {}
    for one in found.result[clock] if found.result else []:
        row = months.setdefault(one["month"], {"month": one["month"][:7]})
        row[one["status"]] = one["applications"]
        row[f"{one['status']}-people"] = one["people"]
    statuses = ("open", "accepted", "in_progress", "approved", "realized", "completed")
    exits = ("rejected", "withdrawn", "declined", "approval_broken", "realization_broken")
    moves = [Column(code, words.plain("applied" if code == "open" else code), "number") for code in statuses]
    people = [
        Column(f"{code}-people", _("%(status)s, people", status=words.plain(code)), "number", wide=True)
        for code in ("approved", "realized")
    ]
    ended = [Column(code, words.plain(code), "number", wide=True) for code in exits]
    caption = _("By when it was said") if clock == "said" else _("By the day that it counts for")
    columns = (Column("month", _("Month")), *moves, *people, *ended)
    return Table(clock, caption, columns, [months[one] for one in sorted(months, reverse=True)], hide_caption=False)


def causes_table(found: Shown, names: Mapping[str, str]) -> Table:
    """Groups against the rest, the ones that lose most first."""
    levels = found.result["levels"] if found.result else []
    known, rows = [one for one in levels if one["share"] is not None], []
    for one in known:
        gap = one["difference"] or {}
        level = names.get(one["level"], one["level"])
        level = words.plain(level) if one["dimension"] in IN_WORDS else level
        row = {"dimension": dimension(one["dimension"]), "level": _("unknown") if level == "?" else level}
        row |= {"share": share_of(one["share"], one["n"]), "lost": one["lost"], "p": gap.get("p_holm")}
        rows.append(row | {"gap": share_of(gap) if gap else None, "verdict": _verdict(gap)})
    columns = (
        Column("dimension", _("By")),
        Column("level", _("Group")),
        Column("share", _("Share that goes on"), "share"),
        Column("gap", _("Against all others"), "share"),
        Column("lost", _("More would have come"), "number"),
        Column("p", _("p (Holm)"), "number", digits=4, wide=True),
        Column("verdict", _("Verdict")),
    )
    note = _(
        "Every group is held against all others; p-values are corrected for the number of looks (Holm). "
        "Too small to be told of: %(count)s groups.", count=words.number(len(levels) - len(known)),
    )  # fmt: skip
    return Table("causes", _("Groups at this step"), columns, rows, note=note)


def _verdict(gap: Mapping[str, Any]) -> str:
    if not gap:
        return _("not enough data")
    if gap["p_holm"] >= 0.05:
        return _("no difference shown")
    return _("loses more") if gap["value"] < 0 else _("loses fewer")


def reason_table(found: Shown) -> Table:
    rows = [
        one | {"share": share_of(one["share"], one["count"])} for one in (found.result or {"reasons": []})["reasons"]
    ]
    columns = (
        Column("status", _("How it ended"), "code"),
        Column("reason", _("Reason"), "code", href=_dropped),
        Column("side", _("By"), "code", value=lambda row: None if row["side"] == "?" else row["side"]),
        Column("count", _("Applications"), "number"),
        Column("share", _("Share"), "share"),
    )
    return Table("reasons", _("Reasons that were given"), columns, rows, empty=_("No application ended at this step."))


def _dropped(row: Row) -> str:
    return here.address(f"{HOME}/funnel/dropped", of="applications", reason=row["reason"])


def calibration_table(found: Shown) -> Table:
    rows = [
        {"tenth": f"{10 * one['tenth']}–{10 * one['tenth'] + 10} %", "foretold": one["foretold"], "n": one["n"],
         "came": share_of(one["came"], one["n"]), "agrees": _agrees(one["agrees"])}
        for one in (found.result or {"calibration": []})["calibration"]
    ]  # fmt: skip
    columns = (
        Column("tenth", _("Score")),
        Column("foretold", _("Foretold"), "share"),
        Column("came", _("Came true"), "share"),
        Column("agrees", _("Verdict")),
    )
    return Table("calibration", _("First scores against what came"), columns, rows)


def _agrees(good: bool | None) -> str:
    if good is None:
        return _("not enough data")
    return _("fits") if good else _("off")


def channel_table(found: Shown) -> Table:
    rows = [
        {"channel": one["channel"], "action": stage(action["action"]), "n": action.get("n"), "went": action.get("went"),
         "share": share_of(action.get("share"), action.get("n")), "half": _days(action.get("half_days"))}
        for one in (found.result or {"channels": []})["channels"] for action in one["actions"]
    ]  # fmt: skip
    columns = (
        Column("action", _("Action")),
        Column("channel", _("First channel"), "code"),
        Column("share", _("Share of those who could"), "share"),
        Column("went", _("Did so"), "number"),
        Column("half", _("Half took (days)")),
    )
    return Table("channels", _("Actions by first channel"), columns, rows, order="action")


def contact_table(found: Shown) -> Table:
    """Months × channels, the newest month first: what part of a month's contacts took place where."""
    months: dict[str, dict[str, Any]] = {}
    channels: set[str] = set()
    for one in found.result["contacts"] if found.result else []:
        row = months.setdefault(one["month"], {"month": one["month"][:7], "n": one["n"], "alone": 0, "ours": 0})
        row[f"on-{one['channel']}"] = share_of(one["share"])
        row["alone"], row["ours"] = row["alone"] + one["self_service"], row["ours"] + one["ours"]
        channels.add(one["channel"])
    for row in months.values():
        rate = rate_of(row["alone"], row["n"], Z)
        row["alone"] = Share(rate.rate, rate.low, rate.high) if rate and rate.n >= FAIR else None
    columns = (
        Column("month", _("Month")),
        Column("n", _("Contacts"), "number"),
        *(Column(f"on-{one}", words.plain(one), "share") for one in sorted(channels)),
        Column("alone", _("By the customer alone"), "share"),
        Column("ours", _("From us"), "number", wide=True),
    )
    return Table("contacts", _("Contacts by channel"), columns, [months[one] for one in sorted(months, reverse=True)])


def dropout_table(items: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    columns = (
        Column("name", _("Whom"), "link", href=_conversation),
        Column("stage", _("Last step"), value=lambda row: stage(row["stage"])),
        Column("status", _("How it ended"), "code", wide=True),
        Column("reason", _("Reason"), "code"),
        Column("ended_at", _("When"), "date"),
        Column("win_back", _("How to win them back"), value=lambda row: way_back(row["win_back"])),
        Column("sending", _("Sending committee"), wide=True),
        Column("hosting", _("Hosting committee"), wide=True),
    )
    rows, empty = _listed(items, names), _("Nobody dropped out here.")
    return Table("dropped", _("Who dropped out"), columns, rows, whole=False, empty=empty)


def content_table(items: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    columns = (
        Column("name", _("Whom"), "link", href=_conversation),
        Column("csat", _("Satisfaction (1–5)"), "number"),
        Column("nps", _("Would recommend (0–10)"), "number"),
        Column("answered_at", _("Answered"), "date"),
        Column("sending", _("Sending committee"), wide=True),
        Column("hosting", _("Hosting committee"), wide=True),
    )
    rows = _listed(items, names)
    return Table("loyalty", _("Satisfied, not loyal"), columns, rows, whole=False, empty=_("Nobody is on this list."))


def suggestion_table(items: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    rows = [{**one, "name": names.get(one["party_id"] or "", _("Name unknown"))} for one in items]
    for row in rows:
        row["person_id" if row["side"] == "ep" else "enabler_id"] = row["party_id"]
    for row in rows:
        row["because"] = "; ".join(heard(str(reason["text"])) for reason in row["reasons"])
        effect = row["expected"]
        row["effect"] = None if effect is None else Share(effect["difference"], effect["low"], effect["high"])
    columns = (
        Column("name", _("With whom"), "link", href=_conversation),
        Column("title", _("What"), value=lambda row: heard(row["title"])),
        Column("because", _("Because")),
        Column("effect", _("Expected effect"), "share"),
        Column("local_at", _("When"), "date", value=lambda row: str(row["local_at"])[:10]),
    )
    empty = _("Nothing is suggested right now.")
    return Table("suggestions", _("What to do next"), columns, rows, whole=False, empty=empty)
