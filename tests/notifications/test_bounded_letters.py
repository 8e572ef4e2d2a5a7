"""Operators' templates: they show facts; they run no code, exhaust nothing and smuggle nothing into a header."""

import time
from typing import Any

import pytest

from services.notifications import texts
from services.notifications.texts.bounded import LONGEST_OUTPUT, Bounded, TooMuch, faults

FACTS: dict[str, Any] = {
    "person": {"given_name": "Ioana", "family_name": "Șerban"},
    "hosting_entity": {"name": "Uppsala"},
    "opportunity": {"title": "Data intern", "city": "Uppsala"},
}
OWN = {
    "subject": "Hello {{ person.given_name }}",
    "preview": "A word",
    "greeting": "Dear {{ person.given_name | upper }},",
    "body": ["You go to {{ opportunity.city }}{% if enabler is defined %}, to {{ enabler.name }}{% endif %}."],
    "closing": ["{{ hosting_entity.name }}"],
}
# From PortSwigger's, HackTricks' and PayloadsAllTheThings' lists of template injections, and Jinja's own advisories.
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ person['__class__'] }}",
    "{{ person|attr('__class__') }}",
    "{{ person|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ namespace() }}",
    "{{ joiner() }}",
    "{{ dict() }}",
    "{{ ''.format() }}",
    "{{ '{0.__class__}'.format(person) }}",
    "{{ '%s' | format(person) }}",
    "{{ ('{0.__class__}').format_map(person) }}",
    "{{ person.given_name.format }}{{ person.given_name.format() }}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'letter.html.j2' %}",
    "{% from 'letter.html.j2' import x %}",
    "{% macro x() %}{{ caller() }}{% endmacro %}",
    "{% call x() %}{% endcall %}",
    "{% set x = person %}",
    "{% with x = 1 %}{% endwith %}",
    "{% block x %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% raw %}{{ x }}{% endraw %}{{ range(3) }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{% for x in person %}{{ x }}{% endfor %}",
    "{{ range(10**9) | list }}",
    "{{ 'a' * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ [1, 2, 3] }}",
    "{{ {'a': 1} }}",
    "{{ (1, 2) }}",
    "{{ person[0:1] }}",
    "{{ person.given_name | center(1000000000) }}",
    "{{ person.given_name | replace('a', 'aaaaaaaaaaaaaaaaaaaa') }}",
    "{{ person | map(attribute='x') | list }}",
    "{{ person | tojson }}",
    "{{ person | pprint }}",
    "{{ 'a' | indent(1000000000) }}",
    "{{ person is mapping }}",
    "{{ person._secret }}",
    "{{ shoe_size }}",
    "{{ 1 if }}",
    "{% if %}",
    "{{",
    "{% debug %}",
    "{{ loop }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ ().__class__ }}",
    "{{ -9 }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_what_is_no_fact_and_no_question_is_refused(source: str) -> None:
    began = time.process_time()
    assert faults(source, texts.FACTS), source
    assert time.process_time() - began < 1


@pytest.mark.parametrize("opening", ["{{ " + "(" * 3_900, "{% if person %}" * 260, "{{ " + "not " * 900 + "1 }}",
                                     "{{ person" + ".a" * 1_500 + " }}", "{{ person" + "|upper" * 600 + " }}",
                                     "{{ 1 " + "and 1 " * 600 + "}}", "{{ '" + "\\x41" * 900])  # fmt: skip
def test_deep_nesting_is_refused_and_breaks_nothing(opening: str) -> None:
    closing = "{% endif %}" * opening.count("{% if")
    began = time.process_time()
    assert faults(opening + closing, texts.FACTS)
    assert time.process_time() - began < 1


def test_a_template_is_as_long_as_a_letter_and_not_longer() -> None:
    assert faults("x" * 4_000, texts.FACTS) == []
    assert faults("x" * 4_001, texts.FACTS)


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\x00", "\x1b", "\r", "\ud800", "\ue000"])
def test_characters_that_turn_or_control_have_no_place_in_a_template(letter: str) -> None:
    assert "has no place" in faults(f"Hello {letter} there", texts.FACTS)[0]


def test_good_words_are_taken_and_filled() -> None:
    sources = [OWN["subject"], OWN["greeting"], *OWN["body"], *OWN["closing"]]
    assert [faults(str(source), texts.FACTS) for source in sources] == [[]] * 4
    letter = texts.letter("first-day-reminder", "en", FACTS, own=OWN)
    assert (letter.subject, letter.greeting) == ("Hello Ioana", "Dear IOANA,")
    assert letter.body[0].text == "You go to Uppsala."


def test_a_fact_stays_a_fact_whatever_it_contains() -> None:
    evil = {"given_name": "{{ 7 * 7 }}{% for x in y %}\r\nBcc: all@example.org\u202e<b>", "family_name": "x"}
    letter = texts.letter("first-day-reminder", "en", FACTS | {"person": evil}, own=OWN)
    assert letter.subject == "Hello {{ 7 * 7 }}{% for x in y %} Bcc: all@example.org<b>"
    assert "\n" not in letter.greeting


def test_methods_of_values_are_no_facts() -> None:
    fill = Bounded(texts.words("en"), FACTS)
    with pytest.raises(Exception, match="has no attribute 'format'"):
        fill.text("{{ person.given_name.format }}")
    with pytest.raises(Exception, match="nothing, or has parts"):
        fill.text("{{ person }}")


def test_output_is_bounded_whatever_the_facts_are() -> None:
    fill = Bounded(texts.words("en"), {"person": {"given_name": "x" * LONGEST_OUTPUT}})
    with pytest.raises(TooMuch):
        fill.text("{{ person.given_name }}{{ person.given_name }}")
