"""A questionnaire with every kind of question, for the tests that answer one."""

EVERY_KIND = """
id: every-kind
version: 1
languages: [en]
title: {en: Everything}
intro: {en: All kinds.}
thanks: {en: Thank you.}
sections:
  - {id: first, title: {en: First}}
  - {id: second, title: {en: Second}, text: {en: A little more.}}
questions:
  - {kind: score, id: nps, section: first, metric: nps, text: {en: Recommend}, low: {en: never}, high: {en: always}}
  - {kind: score, id: ease, section: first, metric: ces2, required: false, text: {en: E}, low: {en: a}, high: {en: b}}
  - {kind: standard, id: pickup, section: first, standard: arrival_pickup, text: {en: Met}}
  - {kind: perception, id: room, section: first, item: accommodation, text: {en: Room}, low: {en: a}, high: {en: b}}
  - kind: choice
    id: found_by
    section: first
    text: {en: How did you find us}
    options:
      - {id: friend, text: {en: A friend}}
      - {id: else, text: {en: Something else}, other: true}
  - kind: choice
    id: helped
    section: first
    text: {en: Who helped}
    several: true
    most: 2
    options: [{id: buddy, text: {en: A buddy}}, {id: team, text: {en: The team}}, {id: nobody, text: {en: Nobody}}]
  - kind: matrix
    id: standards
    section: second
    of: standard
    text: {en: What was done}
    rows: [{id: insurance, text: {en: Insurance}}, {id: first_day_of_work, text: {en: First day}}]
  - kind: matrix
    id: hopes
    section: second
    of: expectation
    text: {en: What you expect}
    low: {en: little}
    high: {en: much}
    rows: [{id: living_basics, text: {en: Pay}}, {id: welcome, text: {en: Welcome}}]
  - kind: matrix
    id: often
    section: second
    of: choice
    text: {en: How often}
    options: [{id: never, text: {en: Never}}, {id: daily, text: {en: Daily}}]
    rows: [{id: call, text: {en: Calls}}]
  - kind: text
    id: why
    section: second
    required: true
    max_length: 40
    text: {en: What went wrong}
    when: {any: [{question: nps, at_most: 6}, {question: standards, equals: "no"}]}
  - {kind: comment, id: comment, section: second, max_length: 2000, text: {en: More}}
"""
EVERY_ANSWER = {
    "nps": 9,
    "ease": 6,
    "pickup": "yes",
    "room": 5,
    "found_by": "else",
    "found_by.other": "A poster in the canteen",
    "helped": ["team", "buddy"],
    "standards": {"insurance": "not_needed", "first_day_of_work": "no"},
    "hopes": {"living_basics": 7},
    "often": {"call": "daily"},
    "why": "Nobody came.",
    "comment": "Thanks, Marta.",
}
