"""The same campaign through the room's own API: `python -m examples.scoring.through_api` beside a running `make run`.

It sends the table, waits for the report, prints what the room found out on the later 30 % in time, asks for the chance
of one call, and draws `docs/pictures/scoring-study.svg`.
"""

import gzip
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import httpx

from examples.scoring.campaign import HERE
from examples.scoring.drawing import Chart, Series
from examples.scoring.pictures import COLOURS, FOLDER

FILE = HERE / "bank_marketing_dev.csv.gz"
ASKED = [
    ("name", "Bank campaign"), ("label", "subscribed"), ("order", "seq"), ("ignore", "year"), ("ignore", "duration"),
    ("base", "-2.3"), ("point", "poutcome=success:2"), ("point", "poutcome=other:0.3"),
    ("point", "contact=unknown:-0.8"), ("point", "contact=cellular:0.2"), ("point", "housing=yes:-0.5"),
    ("point", "loan=yes:-0.4"),
]  # fmt: skip
ONE = {
    "age": 33, "job": "management", "marital": "single", "education": "tertiary", "default": "no", "balance": 800,
    "housing": "no", "loan": "no", "contact": "cellular", "day": 12, "month": "oct", "campaign": 1, "pdays": 92,
    "previous": 2, "poutcome": "success",
}  # fmt: skip
NAMES = {"rules": "rules", "naive_bayes": "naive Bayes", "ladder": "ladder"}


def told(report: Mapping[str, Any]) -> list[str]:
    """The report in lines."""
    lines = [f"{report['learned_from']:,} to learn from, the later {report['judged_by']:,} to judge by"]
    for name, words in NAMES.items():
        found = report["models"][name]
        auc = found["auc"]
        lines.append(
            f"  {words:<12} AUC {auc['value']:.3f} ({auc['low']:.3f} … {auc['high']:.3f})"
            f"  log loss {found['log_loss']['value']:.3f}  ECE {found['ece']['value']:.3f}"
        )
    return lines


def picture(report: Mapping[str, Any]) -> Chart:
    """What was told and what came true on the later part."""
    series = [Series("told = true", [(0, 0), (0.8, 0.8)], dashed=True)]
    for name in ("naive_bayes", "ladder"):
        bins = report["models"][name]["bins"]
        points = [(one["mean_probability"], one["rate"]) for one in bins]
        series.append(Series(NAMES[name], points, COLOURS[NAMES[name]], [(one["low"], one["high"]) for one in bins]))
    ticks = [tick / 10 for tick in range(9)]
    words = "Ten bins of equal count of the last 30 % in time: mean told, share that came true, 95 % interval."
    return Chart("On the last 30 % in time", words, "told", "came true", (0, 0.8), (0, 0.8), series, ticks, ticks)


def studied(client: httpx.Client) -> tuple[str, dict[str, Any]]:
    """The address of the study, and its report once it is there."""
    table = gzip.decompress(FILE.read_bytes())
    asked = client.post("/v1/studies", params=ASKED, content=table, headers={"content-type": "text/csv"})
    place = asked.raise_for_status().headers["Location"]
    while (study := client.get(place).raise_for_status().json())["state"] in ("waiting", "running"):
        time.sleep(1)
    if study["report"] is None:
        raise SystemExit(f"the study failed: {study['reason']}")
    return place, study["report"]


def _sojourn(*words: str) -> str:
    command = [sys.executable, "-m", "shared.cli", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    token = _sojourn("token", "--role", "global_manager", "--subject", "analyst")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=_sojourn("where", "scoring"), headers=headers, timeout=60) as client:
        place, report = studied(client)
        print("\n".join(told(report)))
        (said,) = client.post(f"{place}/chances", json={"rows": [ONE]}).raise_for_status().json()["chances"]
        print(f"\none call: {said['low']:.2f} … {said['high']:.2f}, from {said['evidence']:,} labels")
        print("\n".join(f"  {reason['text']}" for reason in said["reasons"][:6]))
    (FOLDER / "scoring-study.svg").write_text(picture(report).svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
