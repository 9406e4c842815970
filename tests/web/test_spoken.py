"""A word of a template is said in the language of who asks, not of who asked first."""

from __future__ import annotations

from shared.kit.language import speaking
from shared.town.web.pages import environment


def test_a_filter_of_a_constant_speaks_when_the_page_is_rendered():
    words = '{{ "cleared"|term("findings") }} {{ "2024-04-24"|day }}'
    template = environment(()).from_string(words)
    assert template.render() == "建议接种 4月24日（周三）"
    with speaking("en"):
        assert template.render() == "cleared Wed 24 April"
    assert template.render() == "建议接种 4月24日（周三）"
