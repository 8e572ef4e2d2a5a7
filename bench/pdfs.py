"""How many documents a core typesets: every document in every language, each with facts of its own."""

import asyncio
import time
from datetime import date, timedelta
from statistics import median
from typing import Any

from services.notifications import texts
from services.notifications.press import Press
from shared.testing.trials import Trial

FLOOR = 30  # a core
SHORT, FULL = 10, 60  # rounds over all documents in all languages
START = date(2026, 3, 2)
COMMITTEE = {"name": "Uppsala Committee", "email": "uppsala@sojourn.example", "phone": "+46700000001"}
HOST = {
    "airport": "Bus 801 from Arlanda, every 30 minutes", "money": "A month costs about SEK 9,000.",
    "transport": "One card for buses and trains", "customs": "Shoes off indoors", "local_numbers": "112, 1177",
    "departure_steps": "De-register at the tax office a week before you leave.",
}  # fmt: skip


def facts(number: int) -> dict[str, Any]:
    """The facts of one stay; no two are alike, so that no page is set twice."""
    start = START + timedelta(days=number % 300)
    return {
        "person": {"given_name": f"Ioana {number}", "family_name": "Șerban"},
        "hosting_entity": COMMITTEE, "sending_entity": COMMITTEE | {"name": "Cluj Committee"},
        "opportunity": {"title": f"Data intern {number}", "city": "Uppsala"}, "enabler": {"name": "Norrsken Lab"},
        "stay": {"start_on": start, "end_on": start + timedelta(days=83), "zone": "Europe/Stockholm"},
        "weekly_hours": 38, "pickup_place": f"Gate {number}", "pickup_on": start, "pickup_phone": "+46701234567",
        "accommodation": f"Studentvägen {number}", "workplace": "Dragarbrunnsgatan 35", "supervisor": "Åsa Öberg",
        "emergency_contact": "+46709999999", "departure_route": f"Bus 801 at {number % 24}:00", "host_facts": HOST,
        "policy_version": "xpp-2026",
    }  # fmt: skip


async def run(full: bool) -> dict[str, Any]:
    """One thread first, by its processor time; then all cores, by the clock."""
    rounds, press = FULL if full else SHORT, Press()
    kinds = [(code, language) for code in sorted(texts.words("en").documents) for language in texts.languages()]
    try:
        for code, language in kinds:
            press.typeset(texts.sheet(code, language, facts(9_000)))  # fonts are read, the layout is parsed
        rates = [await asyncio.to_thread(_rate, press, kinds, turn * len(kinds)) for turn in range(rounds)]
        sheets = [texts.sheet(code, language, facts(5_000 + place)) for place, (code, language) in enumerate(kinds)]
        began = time.perf_counter()
        await asyncio.gather(*(press.typeset_soon(sheet) for sheet in sheets))
        together = len(sheets) / (time.perf_counter() - began)
    finally:
        press.close()
    count = len(kinds) * rounds
    return {"pdf_per_s": median(rates), "all_cores": together, "threads": press.threads, "documents": count}


def _rate(press: Press, kinds: list[tuple[str, str]], first: int) -> float:
    """Documents per second of processor time, words included."""
    began = time.thread_time()
    for place, (code, language) in enumerate(kinds):
        press.typeset(texts.sheet(code, language, facts(first + place)))
    return len(kinds) / (time.thread_time() - began)


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    slow = strict and figures["pdf_per_s"] < FLOOR
    return [f"{figures['pdf_per_s']:.0f} documents a second on a core, fewer than {FLOOR}"] if slow else []


MEASUREMENT = Trial("pdf_per_s", "documents typeset by a core, all kinds in all languages", run, falls_short)
