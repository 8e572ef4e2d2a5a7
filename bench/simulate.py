"""How long it takes to send a cohort through months of the plan: decided only, and with every mail and PDF written."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from services.notifications import plan
from services.notifications.simulation import Cohort, Order, rendering, simulate
from shared.testing.trials import Figures, Trial

SHORT, FULL = (500, 10), (10_000, 200)  # experiences that are decided, and that are rendered
DECIDED, RENDERED = 120.0, 60.0  # seconds


async def run(full: bool) -> Figures:
    """Both, one after the other, beside the loop."""
    return await asyncio.to_thread(_measured, *(FULL if full else SHORT))


def _measured(decided: int, rendered: int) -> Figures:
    current = plan.current()
    began = time.perf_counter()
    report = simulate(Order((current,), Cohort(size=decided)))
    took = time.perf_counter() - began
    wanted: list[Any] = []
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        began = time.perf_counter()
        order = Order((current,), Cohort(size=rendered))
        simulate(order, watch=lambda happened: wanted.extend(rendering.pieces(happened)))
        written = rendering.write(wanted, Path(folder))
        wrote = time.perf_counter() - began
    return {
        "value": round(took, 2), "unit": "s", "experiences": decided, "touchpoints": len(current.touchpoints),
        "messages": report["plans"][0]["totals"].get("sent", 0), "rendered_s": round(wrote, 2),
        "rendered": rendered, "mails": written.mails, "documents": written.documents,
        "not_written": sum(written.failed.values()), "processors": os.cpu_count(),
    }  # fmt: skip


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Whatever can't be written always; the promised seconds when strict, in proportion to the size."""
    reasons = [f"{figures['not_written']} messages can't be written"] if figures["not_written"] else []
    if strict and figures["value"] > DECIDED * figures["experiences"] / FULL[0]:
        reasons.append(f"{figures['value']} s for {figures['experiences']:,} experiences decided")
    if strict and figures["rendered_s"] > max(10.0, RENDERED * figures["rendered"] / FULL[1]):
        reasons.append(f"{figures['rendered_s']} s for {figures['rendered']} experiences rendered")
    return reasons


MEASUREMENT = Trial("simulate", "A cohort's months in the plan, decided and rendered", run, falls_short)
