"""Refunds on the break of an approval: the few grounds, with proof, and none after the start (standards.md)."""

from datetime import date, timedelta
from enum import StrEnum

from shared.errors import Conflict, FieldError, Invalid

# ISO 4217 of 2026: currencies in use, without metals, funds and test codes.
_IN_A_ROW = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG
XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_IN_A_ROW.split())


class Ground(StrEnum):
    """Why money is given back; there is no other reason."""

    late_papers = "late_papers"
    death_in_family = "death_in_family"
    serious_illness = "serious_illness"
    official_emergency = "official_emergency"


def check_refund(
    ground: Ground, broken_on: date, start_on: date, today: date, papers_due_on: date | None, papers_days: int
) -> None:
    """Whether a refund may be recorded for an approval that was broken on this day; dates are in the stay's zone."""
    if broken_on > today:
        raise Invalid(errors=[FieldError("#/broken_on", "It lies in the future.")])
    if broken_on > start_on:
        raise Conflict(f"There is no refund after the start, which was {start_on}.", code="refund-after-start")
    if ground is not Ground.late_papers:
        return
    if papers_due_on is None:
        raise Invalid(errors=[FieldError("#/papers_due_on", "Late papers need the day on which they were due.")])
    if broken_on <= papers_due_on + timedelta(days=papers_days):
        detail = f"Papers are a ground when they are more than {papers_days} days late."
        raise Conflict(detail, code="papers-not-late-enough")


def check_currency(code: str) -> None:
    if code not in CURRENCIES:
        raise Invalid(errors=[FieldError("#/currency", "This is no ISO 4217 code of a currency in use.")])
