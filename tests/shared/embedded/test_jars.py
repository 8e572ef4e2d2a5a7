"""Kafka's jars are exactly those of the committed list."""

import pytest

from shared.embedded import jars
from shared.embedded.checks import CannotStart


@pytest.fixture
def short_list(tmp_path, monkeypatch):
    file = tmp_path / "list"
    content = b"the jar"
    (tmp_path / "a.jar").write_bytes(content)
    file.write_text(f"{jars.sha256(tmp_path / 'a.jar')}  a.jar\n")
    monkeypatch.setattr(jars, "LIST", file)
    return tmp_path


def test_the_list_names_kafka_and_its_logger_once_each():
    names = list(jars.expected())

    assert len(names) == len(set(names)) == 46
    assert {"kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "slf4j-simple-1.7.36.jar"} <= set(names)
    assert all(len(digest) == 64 for digest in jars.expected().values())


def test_what_is_on_the_list_is_taken(short_list):
    assert jars.verify(short_list) == [short_list / "a.jar"]


def test_a_jar_that_differs_is_refused_by_name(short_list):
    (short_list / "a.jar").write_bytes(b"another jar")

    with pytest.raises(CannotStart, match=r"a\.jar differs from the list"):
        jars.verify(short_list)


def test_an_unreachable_repository_is_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setenv("SOJOURN_MAVEN_REPOSITORY", "http://127.0.0.1:9/nothing")

    with pytest.raises(CannotStart, match="Kafka's jars can't be fetched") as refusal:
        jars.kafka_jars(tmp_path)

    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "maven").exists()


def test_the_setting_decides_where_downloads_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SOJOURN_CACHE_DIR", str(tmp_path))

    assert jars.cache_folder() == tmp_path
