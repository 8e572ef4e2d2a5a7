"""Partition: the network swallows what goes to PostgreSQL or to the brokers; everybody copes, says so, and comes back.

It runs itself in a network of its own: `python -m drills.partition FILE [--full]`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from drills.kit import network
from drills.kit.history import check, collect
from drills.kit.load import Load
from drills.kit.pulse import Pulse, Requests
from drills.kit.site import Site
from shared.embedded.jars import kafka_jars
from shared.testing.trials import Figures, Trial

HOLE = 5.0
LONGEST_REQUEST = 30.0
TOLD_WITHIN = 6.0
GIVE_UP = LONGEST_REQUEST + 10
PAUSE = 2.0
AT_A_TIME = {"commands": 60, "actors": 8, "rate": 15.0, "give_up": GIVE_UP}
DATABASE, BROKER = "database", "broker"


async def run(full: bool) -> Figures:
    """Six holes, three for each kind of server; in the short form one each."""
    await asyncio.to_thread(kafka_jars)  # inside there is no way to fetch them
    return await network.alone("drills.partition", *(["--full"] if full else []))


async def inside(full: bool) -> Figures:
    """The drill itself."""
    network.lift_loopback()
    holes = [DATABASE, BROKER] * (3 if full else 1)
    async with Site() as site, Load(site, **AT_A_TIME) as load:
        await load.prepare()
        rows = site.system.supervisor.rows
        before = {name: row.restarts for name, row in rows.items()}
        async with Pulse(site) as pulse, Requests(site, GIVE_UP) as requests:
            digging = asyncio.create_task(_dig(site, pulse, holes))
            while not digging.done():
                await load.run()
            figures: Figures = digging.result() | {"liveness_flaps": pulse.flaps}
        restarts = sum(row.restarts - before[name] for name, row in rows.items())
        drained = await site.settle(120)
        verdict = check(await collect(site, load.begun))
    slowest = round(max(requests.slowest, load.slowest_try), 1)
    figures |= {"commands": len(load.begun), "slowest_request_s": slowest}
    figures |= {"slowest_command_s": round(max(command.took for command in load.begun), 1)}
    figures |= {"requests": requests.answers.total(), "refused_honestly": requests.answers["honest"]}
    figures |= {"bad_answers": requests.answers["bad"], "unanswered": sum(c.status is None for c in load.begun)}
    figures |= {"restarts": restarts, "drained_s": round(drained, 1)} | verdict.figures()
    return figures | ({"faults": verdict.sentences()[:10]} if verdict.sentences() else {})


async def _dig(site: Site, pulse: Pulse, holes: Sequence[str]) -> Figures:
    """One hole after the other, each after everything is well again."""
    seen, expected, told, recovered = 0, 0, 0.0, 0.0
    for server in holes:
        await asyncio.sleep(PAUSE)
        concerned = [name for name in pulse.names if server == DATABASE or name.endswith("-worker")]
        began = time.monotonic()
        with network.black_hole(_ports(site, server)):
            await asyncio.sleep(HOLE)
        ended = time.monotonic()
        recovered = max(recovered, await pulse.until_well(ended) - ended)
        first = [moment for name in concerned if (moment := pulse.first_unready(name, began)) is not None]
        seen, expected = seen + len(first), expected + len(concerned)
        told = max([told, *(moment - began for moment in first)])
    figures: Figures = {"holes": len(holes), "seconds": HOLE, "unready_seen": seen, "unready_expected": expected}
    return figures | {"unready_told_s": round(told, 1), "recovered_s": round(recovered, 1)}


def _ports(site: Site, server: str) -> list[int]:
    names = ["postgres"] if server == DATABASE else site.broker_names
    return [site.system.wiring.ports[name] for name in names]


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """All requests are answered in time, readiness tells and liveness doesn't mind, and the history is whole."""
    none = ("lost", "doubled", "disordered", "liveness_flaps", "restarts", "bad_answers", "unanswered")
    reasons = [f"{name} {figures[name]}" for name in none if figures[name]]
    if figures["slowest_request_s"] > LONGEST_REQUEST:
        reasons.append(f"a request took {figures['slowest_request_s']} s")
    if silent := figures["unready_expected"] - figures["unready_seen"]:
        reasons.append(f"{silent} times a process in a hole said that it is ready")
    if figures["unready_told_s"] > TOLD_WITHIN:
        reasons.append(f"readiness told only after {figures['unready_told_s']} s")
    if figures["recovered_s"] > LONGEST_REQUEST:
        reasons.append(f"ready again only after {figures['recovered_s']} s")
    return reasons


DRILL = Trial("partition", "the network swallows what goes to PostgreSQL or the brokers", run, falls_short)

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(inside("--full" in sys.argv))))
