import pytest

from tests.support.waiting import until


def test_the_first_true_answer_is_returned():
    answers = iter([0, None, "here", "later"])
    assert until(lambda: next(answers), every=0) == "here"


def test_what_never_comes_is_told_with_the_last_answer():
    with pytest.raises(AssertionError, match=r"not within 0 s: the broker \(False\)"):
        until(lambda: False, 0, what="the broker")
    with pytest.raises(AssertionError, match="three messages"):
        until(lambda: False, 0, what=lambda: "three messages")


def test_the_question_is_asked_once_at_least():
    assert until(lambda: True, 0) is True
