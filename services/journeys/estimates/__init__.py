"""Estimates: what takes long is worked out by the worker and kept. Each kind stands in a file of its own."""

from services.journeys.estimates.registry import KINDS, Estimator, Kind, Params, estimator

__all__ = ["KINDS", "Estimator", "Kind", "Params", "estimator"]
