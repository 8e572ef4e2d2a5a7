"""Models that foretell: who speaks for each transition, who is tried against it, what they learned from, how good."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import A, Action, Box, Column, Family, Filter, G, Json, N, S, Section, View

READERS = frozenset({S, N, G, A})
OWNERS = frozenset({G})
MODEL = "/v1/models/{id}"
WATCH = "/v1/models/{id}/watch"
TRANSITIONS = options("applied", "accepted", "approved", "realized", "again", "reraised")
FIGURES = {
    "auc": N_("Tells apart (AUC)"), "log_loss": N_("Log loss"), "brier": N_("Brier score"),
    "ece": N_("Distance from what happened (ECE)"), "lift": N_("Lift of the first tenth"),
    "mean_ratio": N_("Foretold for each that happened"),
}  # fmt: skip
RIVALS = {"rules": N_("Rules"), "base_rate": N_("Base rate"), "naive_bayes": N_("Naive Bayes")}
WHY = {
    "promote": N_("It takes over"), "too_few": N_("Too few cases yet"), "not_better": N_("Not surely better"),
    "below_rules": N_("Tells apart worse than the rules"), "not_calibrated": N_("Its chances aren't true"),
}  # fmt: skip
DONE = {
    "waiting": N_("Waits for its turn"), "running": N_("Under way"), "done": N_("Done"), "failed": N_("Failed"),
}  # fmt: skip


def _figures(reply: Json) -> list[Json]:
    """A line a figure, a column for the model and each that it is measured against."""
    told = reply["metrics"]
    return [{"name": name, **{one: (told[one] or {}).get(name) for one in ("model", *RIVALS)}} for name in FIGURES]


def _named(labels: dict[str, str], name: str) -> Any:
    """The words of a code of this family."""

    def read(row: Json) -> str | None:
        label = labels.get(row[name] or "")
        return _(label) if label else row[name]

    return read


def _bins(name: str) -> Any:
    return lambda reply: list(reply[name])


BINS = (
    Column("n", N_("Cases"), "number"), Column("mean_probability", N_("Said"), "percent"),
    Column("rate", N_("Came"), "rate"),
)  # fmt: skip
GROUPS = (
    Column("n", N_("With a chance"), "number"),
    Column("selection_rate", N_("Handed over"), "portion",
           value=lambda row: _rate(row, "selection_rate", "selection", row["n"])),
    Column("foretold", N_("Said"), "percent"),
    Column("happened", N_("Came"), "portion", value=lambda row: _rate(row, "happened", "happened", row["settled"])),
    Column("calibrated", N_("Chances are true"), "yes"),
)  # fmt: skip


def _rate(row: Json, rate: str, name: str, n: int) -> Json:
    return {"rate": row[rate], "low": row[f"{name}_low"], "high": row[f"{name}_high"], "n": n}


MODELS = Family(
    "models", "scoring", N_("Model"), READERS,
    (View("models", N_("Models"), N_("What predicts which step, how well, and what is in use."),
          READERS, "/v1/models",
          (Column("name", N_("Model")), Column("transition", N_("Step"), "code"), Column("side", N_("Kind"), "code"),
           Column("state", N_("State"), "pill"), Column("trained_at", N_("Trained"), "moment"),
           Column("labels", N_("Learnt from"), "number"), Column("metrics.model.auc.value", N_("AUC"), "grade"),
           Column("metrics.rules.auc.value", N_("AUC of the rules"), "grade"),
           Column("retired_why", N_("Why retired"), "told")),
          (Filter("transition", N_("Step"), options=TRANSITIONS),
           Filter("state", N_("State"), options=options("challenger", "champion", "retired"))),
          one="/console/models/{id}", section="insight", icon="scoring",
          links=((f"{HOME}/tournaments", N_("Champions and challengers")),),
          empty=(N_("No model is trained yet"),
                 N_("Until there are enough outcomes, scores come from rules and say so."))),),
    MODEL, lambda item, names: str(item["name"]),
    (Column("what", N_("Predicts"), "told"), Column("horizon_days", N_("Within days"), "number"),
     Column("state", N_("State"), "pill"), Column("retired_why", N_("Why retired"), "told"),
     Column("trained_at", N_("Trained"), "moment"), Column("window_from", N_("From"), "day"),
     Column("window_to", N_("To"), "day"), Column("labels", N_("Learnt from"), "number"),
     Column("reached", N_("Of them reached it"), "number"), Column("features", N_("Looks at"), "codes"),
     Column("digest", N_("Digest")),
     Column("transition", N_("Tournament"), "road", value=lambda item: f"{HOME}/tournaments/{item['transition']}",
            words=N_("Open it")),
     Column("id", N_("Model card"), "road", value=lambda item: f"{HOME}/files/models/{item['id']}",
            words=N_("Open it"))),
    (Section("figures", N_("How good it is, on cases after all that it learned from"), "scoring", MODEL,
             (Column("name", N_("Figure"), value=_named(FIGURES, "name")),
              Column("model.value", N_("This model"), "grade"), Column("model.low", N_("From"), "grade"),
              Column("model.high", N_("To"), "grade"), Column("model.n", N_("Cases"), "number"),
              *(Column(f"{rival}.value", label, "grade") for rival, label in RIVALS.items())),
             items=_figures, key="name"),
     Section("slice", N_("Calibration: what was said and what came"), "scoring", f"{MODEL}/calibration", BINS,
             items=_bins("slice"), key="n", empty=N_("Too few cases yet.")),
     Section("live", N_("The same, live"), "scoring", f"{MODEL}/calibration", BINS,
             items=_bins("live"), key="n", empty=N_("Too few cases yet.")),
     Section("countries", N_("Fair by country"), "scoring", f"{MODEL}/fairness",
             (Column("group", N_("Country"), "country"), *GROUPS), items=_bins("by_country"), key="group"),
     Section("entities", N_("Fair by committee"), "scoring", f"{MODEL}/fairness",
             (Column("group", N_("Committee"), "group"), *GROUPS), items=_bins("by_entity"), key="group")),
)  # fmt: skip


def _card(name: str) -> Any:
    return lambda item: f"{HOME}/models/{item[name]}" if item[name] else None


def standing(item: Json) -> str | None:
    """What the last look at the challenger came to."""
    ruling = (item["contest"] or {}).get("ruling")
    return _(WHY[ruling]) if ruling in WHY else None


TOURNAMENTS = Family(
    "tournaments", "scoring", N_("Champion and challenger"), READERS, (), WATCH,
    lambda item, names: _("Champion and challenger: %(step)s", step=words.plain(item["transition"])),
    (Column("transition", N_("All steps"), "road", value=lambda item: f"{HOME}/tournaments", words=N_("Open it")),
     Column("champion", N_("Speaks now")),
     Column("champion_id", N_("Champion"), "road", value=_card("champion_id"), words=N_("Open it")),
     Column("challenger_id", N_("Challenger"), "road", value=_card("challenger_id"), words=N_("Open it")),
     Column("contest", N_("Standing"), value=standing), Column("contest.n", N_("Cases of both"), "number"),
     Column("contest.gain", N_("Gain (log loss)"), "grade"), Column("contest.low", N_("Gain, from"), "grade"),
     Column("contest.high", N_("Gain, to"), "grade"), Column("contest.auc", N_("AUC"), "grade"),
     Column("contest.auc_rules", N_("AUC of the rules"), "grade"),
     Column("calibration.said", N_("Said"), "percent"), Column("calibration.happened", N_("Came"), "percent"),
     Column("judged_at", N_("Judged"), "moment"), Column("rescoring", N_("Everybody is being scored again"), "yes")),
    (Section("reigns", N_("Who spoke when"), "scoring", WATCH,
             (Column("at", N_("From"), "moment"), Column("model_id", N_("Model"), "road", value=_card("model_id"),
                                                         words=N_("Open it")),
              Column("back", N_("By a roll back"), "yes"), Column("why", N_("Why"), "told")),
             items=_bins("reigns"), key="at", empty=N_("Rules have spoken from the beginning.")),
     Section("drift", N_("What has drifted"), "scoring", WATCH,
             (Column("measure", N_("Measure"), "code"), Column("of", N_("Of"), "code"),
              Column("value", N_("Value"), "grade"), Column("limit", N_("Limit"), "grade")),
             items=_bins("drift"), key="of", empty=N_("Nothing: what comes in is like what was learned from.")),
     Section("trainings", N_("Trainings"), "scoring", "/v1/models/{id}/trainings",
             (Column("asked_at", N_("Asked"), "moment"), Column("state", N_("State"), value=_named(DONE, "state")),
              Column("done", N_("Read"), "number"), Column("total", N_("Of"), "number"),
              Column("model_id", N_("Model"), "road", value=_card("model_id"), words=N_("Open it")),
              Column("reason", N_("Why none came of it"), "code")), empty=N_("Nothing was trained yet."))),
    (Action("train", N_("Train a challenger"), "POST", "/v1/models/{id}/trainings", OWNERS,
            (Box("seed", N_("Seed"), "number", hint=N_("The same data and seed make the same model.")),),
            matched=False, done=N_("Asked for: it becomes the challenger, and takes over when it proves better.")),
     Action("roll_back", N_("Roll back"), "POST", "/v1/models/{id}/rollback", OWNERS, matched=False, weight="danger",
            sure=N_("Who spoke before speaks again, and everybody is scored with it anew."), done=N_("Rolled back."))),
)  # fmt: skip


FAMILIES = (MODELS, TOURNAMENTS)
