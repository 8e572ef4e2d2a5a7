"""Studies: a real campaign sent as a table, worked out beside the loop, judged honestly, asked for chances."""

import csv
import gzip
import io
import json
from math import log
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from examples.scoring.campaign import HERE
from services.scoring.policy.studies import Plan, Unfit, judge, read
from services.scoring.watching import study_next
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import ELSEWHERE, NATIONAL, World

CSV = {"content-type": "text/csv"}
ASKED = [("name", "Bank"), ("label", "subscribed"), ("order", "seq"), ("ignore", "year"), ("ignore", "duration")]
RULES = [("point", "poutcome=success:2.0"), ("point", "contact=unknown:-0.8"), ("base", "-2.3")]
PLAN = Plan("won", "day", frozenset(), {}, None, 1)


def campaign(rows: int) -> str:
    """The first calls of the bank's campaign, as they are shipped."""
    with gzip.open(HERE / "bank_marketing_dev.csv.gz", "rt", encoding="utf-8") as file:
        return "".join(line for line, _ in zip(file, range(rows + 1), strict=False))


def plain(rows: int = 200, **columns: Any) -> str:
    out = io.StringIO()
    table = csv.DictWriter(out, ["day", "won", "colour", *columns])
    table.writeheader()
    for row in range(rows):
        more = {name: value(row) for name, value in columns.items()}
        table.writerow({"day": row, "won": int(row % 4 == 0), "colour": "red" if row % 4 == 0 else "blue"} | more)
    return out.getvalue()


async def send(client: httpx.AsyncClient, text: str, asked: list[tuple[str, str]]) -> httpx.Response:
    return await client.post(f"/v1/studies?{urlencode(asked)}", content=text.encode(), headers=CSV)


async def test_a_campaign_is_learned_from_in_a_process_of_its_own_and_judged_by_its_later_part(world: World) -> None:
    client = await world.room.client(callers.national_manager(NATIONAL))
    reply = await send(client, campaign(4_000), ASKED + RULES)
    assert (reply.status_code, reply.json()["state"]) == (202, "waiting")
    place = reply.headers["Location"]
    assert (await client.post(f"{place}/chances", json={"rows": [{"age": 40}]})).json()["type"] == "/problems/not-ready"
    assert await study_next(world.room.runtime)
    assert not await study_next(world.room.runtime)
    study = (await client.get(place)).json()
    report = study["report"]
    assert (study["state"], report["rows"], report["in_time"]) == ("ready", 4_000, True)
    assert (report["learned_from"], report["judged_by"]) == (2_800, 1_200)
    assert not {"subscribed", "seq", "year", "duration"} & set(report["columns"])
    assert set(report["models"]) == {"ladder", "rules", "naive_bayes", "base_rate"}
    ladder = report["models"]["ladder"]
    assert ladder["auc"]["low"] < ladder["auc"]["value"] < ladder["auc"]["high"]
    assert ladder["auc"]["value"] >= report["models"]["rules"]["auc"]["value"] - 0.01
    assert ladder["log_loss"]["value"] < report["models"]["naive_bayes"]["log_loss"]["value"]
    assert sum(one["n"] for one in ladder["bins"]) == 1_200
    assert [one["labels"] for one in report["curve"]] == [0, 100, 1_000]
    rows = [{"age": 40, "poutcome": "success", "contact": "cellular"}, {"age": 40, "contact": "unknown"}]
    said = (await client.post(f"{place}/chances", json={"rows": rows})).json()["chances"]
    odds = said[0]["base_log_odds"] + sum(reason["log_odds"] for reason in said[0]["reasons"])
    likely, unlikely = (one["probability"] for one in said)
    if likely is not None:
        assert odds == pytest.approx(log(likely / (1 - likely)), abs=1e-6)
    assert said[0]["high"] > said[1]["low"]
    assert unlikely is None or unlikely < 0.5


async def test_the_table_is_gone_when_the_report_is_there_and_all_of_it_when_it_is_dropped(room: Room) -> None:
    client = await room.client(callers.global_manager())
    place = (await send(client, plain(), [("name", "Plain"), ("label", "won"), ("order", "day")])).headers["Location"]
    await study_next(room.runtime)

    async def held(uow: Any) -> list[Any]:
        return [tuple(row) for row in await uow.fetch("SELECT content IS NULL, ladder IS NULL FROM study_table")]

    assert await room.read(held) == [(True, False)]
    tag = (await client.get(place)).headers["ETag"]
    assert (await client.delete(place)).status_code == 428
    assert (await client.delete(place, headers={"If-Match": tag})).status_code == 204
    assert await room.read(held) == []
    assert (await client.get(place)).status_code == 404


async def test_what_cant_be_learned_from_is_refused_with_its_place(room: Room) -> None:
    client = await room.client(callers.global_manager())
    for text, asked, pointer in (
        (plain(), [("label", "lost")], "#/label"),
        (plain(), [("label", "colour")], "#/label"),
        (plain(), [("label", "won"), ("order", "colour")], "#/order"),
        (plain(), [("label", "won"), ("ignore", "height")], "#/ignore"),
        (plain(), [("label", "won"), ("ignore", "day"), ("ignore", "colour")], "#/ignore"),
        (plain(), [("label", "won"), ("point", "height=1:2")], "#/point"),
        (plain(40), [("label", "won")], "#"),
        (plain() + "1,2\n", [("label", "won")], "#"),
        ("a,a\n1,1\n", [("label", "a")], "#"),
        ("", [("label", "a")], "#/label"),
    ):
        reply = await send(client, text, [("name", "x"), *asked])
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer), asked
    binary = await client.post("/v1/studies?name=x&label=a", content=b"\xff\xfe", headers=CSV)
    assert binary.status_code == 422
    assert (await client.post("/v1/studies?name=x&label=a", json={})).status_code == 415


async def test_who_sees_what(room: Room) -> None:
    for nation in (NATIONAL, ELSEWHERE):
        await room.hear(builders.entity(nation, path=[builders.WORLD, nation]))
    mine = await room.client(callers.national_manager(NATIONAL))
    place = (await send(mine, plain(), [("name", "Mine"), ("label", "won")])).headers["Location"]
    for caller, status in (
        (callers.national_manager(ELSEWHERE), 404), (callers.sending_manager(new_id()), 403),
        (callers.participant(), 403), (callers.auditor(), 200), (callers.global_manager(), 200),
    ):  # fmt: skip
        assert (await (await room.client(caller)).get(place)).status_code == status, caller
    assert (await (await room.client(callers.national_manager(ELSEWHERE))).get("/v1/studies")).json()["items"] == []


# --- the pure part


def test_the_same_table_plan_and_seed_give_the_same_and_the_later_part_is_never_learned_from() -> None:
    """Corrupt what comes later: what is told of it changes, what was learned doesn't."""
    text = plain(300, size=lambda row: row % 7)
    one, two = (judge(read(text, PLAN), PLAN) for _ in range(2))
    assert json.dumps(one) == json.dumps(two)
    lines = text.splitlines()
    late = [line.replace("red", "blue") for line in lines[-60:]]
    other = judge(read("\n".join([*lines[:-60], *late]), PLAN), PLAN)
    assert (one["learned_from"], other["learned_from"]) == (210, 210)
    assert other["models"]["base_rate"] == one["models"]["base_rate"]
    assert (one["models"]["ladder"]["auc"]["value"] or 0) > (other["models"]["ladder"]["auc"]["value"] or 1)


def test_numbers_words_and_nothing_are_told_apart() -> None:
    text = "day,won,size,colour\n" + "".join(
        f"2026-01-{1 + row % 28:02d},{'yes' if row % 3 else 'no'},{row if row % 2 else ''},{'' if row % 5 else 'red'}\n"
        for row in range(60)
    )
    rows = [example.row for example in read(text, PLAN).examples]
    assert (rows[0], rows[1]) == ({"size": None, "colour": "red"}, {"size": 1.0, "colour": None})
    with pytest.raises(Unfit, match="rows; it takes 50"):
        read("\n".join(text.splitlines()[:20]), PLAN)
