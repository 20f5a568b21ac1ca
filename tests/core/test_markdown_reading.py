"""What is known of a rendered text: excerpt, words, minutes."""

from __future__ import annotations

import pytest

from community.core.markdown import excerpt, plain, reading_minutes, render, word_count


def test_an_excerpt_is_the_text_without_markup_on_one_line() -> None:
    html = render("# Hi\n\n**bo**ld &amp; `x<y`\nnext\n\n- one\n- two\n\n|a|b|\n|-|-|\n|c|d|")
    assert excerpt(html) == "Hi bold & x<y next one two a b c d"


@pytest.mark.parametrize(("length", "cut"), [(0, False), (199, False), (200, False), (201, True), (5_000, True)])
def test_an_excerpt_has_at_most_200_characters(length: int, cut: bool) -> None:
    text = "x" * length
    assert excerpt(f"<p>{text}</p>") == ("x" * 197 + "..." if cut else text)


def test_markup_typed_as_text_stays_text() -> None:
    assert plain(render("<script>alert(1)</script>")) == "<script>alert(1)</script>"


@pytest.mark.parametrize(("source", "words"), [
    ("", 0), ("one", 1), ("one **two** three-four", 3), ("don't stop", 2), ("a - b & c ... !", 3),
    ("naïve Größe 42", 3),
    ("- a\n- b\n\n# c", 3),
])
def test_words_are_counted_in_the_rendered_text(source: str, words: int) -> None:
    assert word_count(render(source)) == words


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (220, 1), (221, 2), (440, 2), (441, 3), (22_000, 100)])
def test_reading_takes_a_minute_for_220_words(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes
