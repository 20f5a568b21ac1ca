"""Text as people type it."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.text import clean, fold, initials, is_storable, slug_of

ANY = st.text(st.characters() | st.sampled_from("\x00\r\n\t\x0b\x85\u2028\u0301\u0323\ud800\udc00éﬁİß"), max_size=60)


@pytest.mark.parametrize(("typed", "stored"), [
    ("cafe\u0301", "café"), ("a\r\nb\rc\nd", "a\nb\nc\nd"), ("a\x0bb\x0cc\x85d\u2028e", "a\nb\nc\nd\ne"),
    ("a\tb", "a\tb"),
    ("a\x00b\x07c\x7fd\x9be", "abcde"), ("a\ud83db", "ab"), ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"), ("", ""),
])
def test_text_is_cleaned(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@given(ANY)
def test_cleaning_twice_changes_nothing_and_what_is_clean_can_be_stored(typed: str) -> None:
    cleaned = clean(typed)
    assert clean(cleaned) == cleaned
    assert is_storable(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n" for c in cleaned)


@pytest.mark.parametrize(("typed", "answer"),
    [("a\r\nb\t", True), ("e\u0301", True), ("a\x00", False), ("\x1b[0m", False),
                                               ("\x9f", False), ("\udfff", False)])
def test_control_characters_cannot_be_stored(typed: str, answer: bool) -> None:
    assert is_storable(typed) is answer


def test_a_letter_keeps_at_most_30_marks_so_that_cleaning_stays_fast() -> None:
    started = time.process_time()
    assert len(clean("e" + "\u0316\u0301" * 50_000)) <= 31
    assert time.process_time() - started < 1


@pytest.mark.parametrize(("title", "slug"), [
    ("Hello, World!", "hello-world"), ("  Grüße  aus Köln ", "grusse-aus-koln"), ("Привет мир", "privet-mir"),
    ("🎉🎉", "post"),
    ("", "post"), ("---", "post"), ("A & B / C", "a-b-c"), ("x" * 200, "x" * 80), ("C++ in 2026", "c-in-2026"),
])
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_long_title_is_cut_between_words() -> None:
    assert slug_of("word " * 40) == "-".join(["word"] * 16)


@given(ANY)
def test_a_slug_is_short_plain_ascii(title: str) -> None:
    slug = slug_of(title)
    assert 1 <= len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-") and not slug.endswith("-")


@pytest.mark.parametrize(("name", "letters"), [
    ("Ada Lovelace", "AL"), ("ada", "A"), ("Ada King of Lovelace", "AL"), ("(bob) 'smith'", "BS"), ("🎉 party", "P"),
    ("李 明", "李明"),
    ("", "?"), ("🎉", "?"), ("élan", "É"),
])
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(("one", "other"), [("Ada", "ADA"), ("ﬁn", "fin"), ("Straße", "STRASSE"), ("e\u0301", "É"),
                                            (" a  b ", "A\u00a0b"), ("Ａｄａ", "ada")])
def test_names_that_look_alike_in_case_and_form_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_names_stay_different() -> None:
    assert len({fold(name) for name in ("ada", "adam", "a da", "ädä")}) == 4


@given(ANY)
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
