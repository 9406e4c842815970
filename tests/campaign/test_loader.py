"""A campaign file: read as a whole, or refused with every mistake and its line (R01)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.language import CHINESE, ENGLISH, speaking
from shared.town.campaign import load
from shared.town.campaign.aefi import Aefi
from shared.town.campaign.loader import CampaignFileError, Mistake
from shared.town.campaign.schemas import KINDS, SECTORS, CampaignKeys, NamedKeys, UnitKeys
from shared.town.campaign.toml_lines import key_lines
from tests.support.one_language import english_in


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Mistakes are compared in English; one test looks at both languages."""
    with speaking(ENGLISH):
        yield


TOWN = Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml"

SMALL = """\
name_zh = "演练"
name_en = "Rehearsal"
town_zh = "示例镇"
town_en = "Example Town"
timezone = "Asia/Shanghai"
start = 2024-03-25
end = 2024-06-20
first_dose_cutoff = 2024-06-05
interval_days = 14
population = 250
coverage_target = 0.40
head_count_target = 100
min_age = 18
max_age = 59
slot_minutes = 30
clearance_days = 1
observation_minutes = 30
retain_until = 2031-12-31
[[products]]
code = "CoronaVac"
name_zh = "克尔来福"
name_en = "CoronaVac"
min_interval_days = 14
doses = 2
[[sites]]
code = "stadium"
name_zh = "体育馆"
name_en = "Stadium"
daily_floor = 6
slot_capacity = 1
hours = ["08:00-12:00", "14:00-18:00"]
[[units]]
code = "v01"
kind = "village"
name_zh = "甲村"
name_en = "Village A"
site = "stadium"
target = 60
[[units]]
code = "v02"
kind = "village"
name_zh = "乙村"
name_en = "Village B"
site = "stadium"
target = 40
"""


def mistakes_of(tmp_path: Path, text: str | bytes) -> tuple[Mistake, ...]:
    path = tmp_path / "campaign.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CampaignFileError) as refusal:
        load(path)
    return refusal.value.mistakes


def test_a_right_file_loads_whole(tmp_path: Path) -> None:
    path = tmp_path / "campaign.toml"
    path.write_text(SMALL, encoding="utf-8")
    campaign = load(path)
    assert campaign.name_zh == "演练"
    assert [unit.target for unit in campaign.units] == [60, 40]
    assert str(campaign.sites[0].hours[1]) == "14:00-18:00"
    assert campaign.units[0].cohort == "general"


def test_a_sector_names_its_cohort() -> None:
    assert load(TOWN).unit("s03").cohort == "builder"


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_windows_line_ends_and_byte_order_mark_are_read(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "campaign.toml"
    path.write_bytes(start + SMALL.replace("\n", "\r\n").encode())
    assert load(str(path)).head_count_target == 100


CASES = [
    # (old text, new text, line, key, part of what is allowed)
    ('name_zh = "演练"', 'name_zh = " "', 1, "name_zh", "a text in quotes"),
    ('"Asia/Shanghai"', '"Asia/Beijing"', 5, "timezone", "IANA"),
    ('"Asia/Shanghai"', '"../../etc/passwd"', 5, "timezone", "IANA"),
    ("start = 2024-03-25", 'start = "2024-03-25"', 6, "start", "a date without quotes"),
    ("start = 2024-03-25", "start = 2024-03-25T08:00:00", 6, "start", "a date without quotes"),
    ("first_dose_cutoff = 2024-06-05", "first_dose_cutoff = 2024-06-07", 8, "first_dose_cutoff",
     "interval_days (14) before end (2024-06-20)"),
    ("first_dose_cutoff = 2024-06-05", "first_dose_cutoff = 2024-03-24", 8, "first_dose_cutoff",
     "from start (2024-03-25) on"),
    ("\ninterval_days = 14", "\ninterval_days = 0", 9, "interval_days", "1 or more"),
    ("\ninterval_days = 14", "\ninterval_days = true", 9, "interval_days", "a whole number"),
    ("\ninterval_days = 14", "\ninterval_days = 14.0", 9, "interval_days", "a whole number"),
    ("population = 250", "population = 251", 12, "head_count_target", "coverage_target (0.4)"),
    ("population = 250", "population = 99", 12, "head_count_target", "at most population (99)"),
    ("coverage_target = 0.40", "coverage_target = 40", 11, "coverage_target", "up to 1"),
    ("coverage_target = 0.40", "coverage_target = nan", 11, "coverage_target", "above 0"),
    ("coverage_target = 0.40", 'coverage_target = "0.4"', 11, "coverage_target", "above 0"),
    ("coverage_target = 0.40", "coverage_target = 0", 11, "coverage_target", "above 0"),
    ("head_count_target = 100", "head_count_target = 101", 12, "head_count_target", "is 100"),
    ("max_age = 59", "max_age = 17", 14, "max_age", "min_age (18)"),
    ("max_age = 59", "max_age = 590", 14, "max_age", "0 to 150"),
    ("slot_minutes = 30", "slot_minutes = 50", 31, "sites[1].hours",
     "multiple of slot_minutes (50), unlike 08:00-12:00, 14:00-18:00"),
    ("retain_until = 2031-12-31", "retain_until = 2029-06-19", 18, "retain_until", "5 years"),
    ("min_interval_days = 14", "min_interval_days = 88", 23, "products[1].min_interval_days",
     "at most 87"),
    ("doses = 2", "doses = 3", 24, "products[1].doses", "two doses"),
    ('code = "stadium"', 'code = "体育馆"', 26, "sites[1].code", "letters, digits and hyphens"),
    ("daily_floor = 6", "daily_floor = 17", 29, "sites[1].daily_floor", "16 seats"),
    ('"08:00-12:00", ', '"08:00-14:30", ', 31, "sites[1].hours", "apart"),
    ('"08:00-12:00", ', '"12:00-08:00", ', 31, "sites[1].hours", "ending after it begins"),
    ('"08:00-12:00", ', '"8:00-12:00", ', 31, "sites[1].hours", "HH:MM-HH:MM"),
    ('"08:00-12:00", ', "8, ", 31, "sites[1].hours", "HH:MM-HH:MM"),
    ('["08:00-12:00", "14:00-18:00"]', "[]", 31, "sites[1].hours", "HH:MM-HH:MM"),
    ('code = "v02"', 'code = "v01"', 40, "units[2].code", "line 33"),
    ('kind = "village"\nname_zh = "乙村"', 'kind = "town"\nname_zh = "乙村"', 41,
     "units[2].kind", "village, community, neighbourhood, sector"),
    ('site = "stadium"\ntarget = 40', 'site = "airport"\ntarget = 40', 44, "units[2].site",
     "the code of a site: stadium"),
    ("target = 40", "target = -40", 45, "units[2].target", "1 or more"),
    ("target = 40", 'target = 40\ncolour = "red"', 46, "units[2].colour", "no such key"),
    ("target = 40", 'target = 40\nsector = "fair"', 46, "units[2].sector", "market, building"),
    ("target = 40", 'target = 40\nsector = "market"', 46, "units[2].sector",
     'no such key where kind is "village"'),
    ("target = 40", 'target = 40\ncohort = "Party Member"', 46, "units[2].cohort",
     "small letters and underscores"),
    ('name_en = "Village B"\n', "", 39, "units[2].name_en", "a text in quotes"),
    ("end = 2024-06-20\n", "", 0, "end", "a date"),
]  # fmt: skip


KEYS = re.compile(r'[a-z]+_[a-z]+|"[^"]*"')
KNOWN = (*CampaignKeys().fields, *NamedKeys().fields, *UnitKeys().fields, *KINDS, *SECTORS)
KNOWN = (*KNOWN, "IANA", "merchant")


@pytest.mark.parametrize(("old", "new", "line", "key", "allowed"), CASES)
def test_one_mistake_is_told_once_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, key: str, allowed: str
) -> None:
    assert SMALL.count(old) == 1
    (mistake,) = mistakes_of(tmp_path, SMALL.replace(old, new))
    assert (mistake.line, mistake.key) == (line, key)
    assert allowed in mistake.allowed
    with speaking(CHINESE):
        (mistake,) = mistakes_of(tmp_path, SMALL.replace(old, new))
    assert english_in(KEYS.sub("", mistake.allowed), *KNOWN) == []


def test_an_end_before_the_start_is_told(tmp_path: Path) -> None:
    mistakes = mistakes_of(tmp_path, SMALL.replace("end = 2024-06-20", "end = 2024-03-24"))
    assert (7, "end", "2024-03-24", "a day after start (2024-03-25)") in {
        (each.line, each.key, each.value, each.allowed) for each in mistakes
    }


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = SMALL
    for old, new in [
        ("\ninterval_days = 14", '\ninterval_days = "14"'),
        ("max_age = 59", "max_age = 17"),
        ("target = 60", "target = 0"),
        ('code = "v02"', 'code = "v01"'),
        ("daily_floor = 6", "daily_floor = 17"),
        ("town_en", "twon_en"),
    ]:
        text = text.replace(old, new)
    mistakes = mistakes_of(tmp_path, text)
    assert [(each.line, each.key) for each in mistakes] == [
        (0, "town_en"),
        (4, "twon_en"),
        (9, "interval_days"),
        (14, "max_age"),
        (29, "sites[1].daily_floor"),
        (38, "units[1].target"),
        (40, "units[2].code"),
    ]


def test_the_message_names_file_line_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "campaign.toml"
    path.write_text(
        SMALL.replace("max_age = 59", "max_age = 17").replace("target = 40", 'target = "40"'),
        encoding="utf-8",
    )
    with pytest.raises(CampaignFileError) as refusal:
        load(path)
    assert str(refusal.value).splitlines() == [
        f"{path}: nothing was loaded, mistakes: 2",
        "  line 14: max_age = 17; allowed: min_age (18) or more",
        '  line 45: units[2].target = "40"; allowed: a whole number, 1 or more',
    ]
    with speaking(CHINESE), pytest.raises(CampaignFileError) as refusal:
        load(path)
    with speaking(CHINESE):
        assert str(refusal.value).splitlines() == [
            f"{path}：2 处有误，没有载入任何内容",
            "  第 14 行：max_age = 17；应为：不小于 min_age（18）",
            '  第 45 行：units[2].target = "40"；应为：整数，至少 1',
        ]


@pytest.mark.parametrize(
    ("table", "line", "key"),
    [
        ("[aefi]\nurgent_hours = 0\n", 2, "aefi.urgent_hours"),
        ("[aefi]\nother_hours = 1.5\n", 2, "aefi.other_hours"),
        ("[aefi]\ncluster_cases = 1\n", 2, "aefi.cluster_cases"),
        ("[aefi]\ncluster_cases_mild = 1\n", 2, "aefi.cluster_cases_mild"),
        ("[aefi]\ncluster_weeks = 1\n", 2, "aefi.cluster_weeks"),
    ],
)
def test_a_wrong_time_for_reactions_is_told_with_its_line(
    tmp_path: Path, table: str, line: int, key: str
) -> None:
    start = SMALL.index("[[products]]")
    (mistake,) = mistakes_of(tmp_path, SMALL[:start] + table + SMALL[start:])
    assert (mistake.line, mistake.key) == (line + SMALL[:start].count("\n"), key)


def test_times_for_reactions_are_those_of_the_file_or_the_usual_ones(tmp_path: Path) -> None:
    start = SMALL.index("[[products]]")
    path = tmp_path / "plan.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert load(path).aefi == Aefi(2, 48, 7, 2, 10)
    own = "[aefi]\nurgent_hours = 1\ncluster_days = 3\ncluster_cases_mild = 25\n"
    path.write_text(SMALL[:start] + own + SMALL[start:], encoding="utf-8")
    assert load(path).aefi == Aefi(1, 48, 3, 2, 25)


def test_an_array_may_not_be_missing_empty_or_of_another_type(tmp_path: Path) -> None:
    head, _, _ = SMALL.partition("[[units]]")
    (missing,) = mistakes_of(tmp_path, head)
    assert (missing.line, missing.key, missing.value) == (0, "units", "(missing)")
    (empty,) = mistakes_of(tmp_path, "units = []\n" + head)
    assert (empty.line, empty.key, empty.value) == (1, "units", "[]")
    (one,) = mistakes_of(tmp_path, head + '[units]\ncode = "v01"\n')
    assert (one.line, one.key, one.allowed) == (32, "units", "at least one [[units]] table")
    strings = mistakes_of(tmp_path, 'units = ["v01"]\n' + head)
    assert (strings[0].line, strings[0].key, strings[0].value) == (1, "units[1]", '"v01"')


def test_inline_tables_are_told_at_their_array(tmp_path: Path) -> None:
    head, _, _ = SMALL.partition("[[units]]")
    unit = 'code = "v01", kind = "village", name_zh = "甲", name_en = "A", site = "stadium"'
    inline = f"units = [\n{{{unit}, target = 60}},\n{{{unit}, target = 40}}]\n"
    (mistake,) = mistakes_of(tmp_path, inline + head)
    assert (mistake.line, mistake.key) == (1, "units[2].code")


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, SMALL.replace("max_age = 59", "max_age = fifty"))
    assert (mistake.line, mistake.key) == (14, "text")
    (twice,) = mistakes_of(tmp_path, SMALL.replace("max_age = 59", "min_age = 59"))
    assert twice.line == 14


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, b"# 1\n" + SMALL.encode("gb18030"))
    assert mistake.line == 2
    assert "UTF-8" in mistake.allowed


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CampaignFileError, match="the file: .*a readable file"):
        load(tmp_path / "nowhere.toml")


def test_keys_are_found_round_strings_arrays_and_comments() -> None:
    text = (
        'a = """\nb = 1 # [[x]]\n[[x]]\n"""\n'
        'c = [ # ]\n  "]",\n]\n'
        "'d e' = '''x''' # [ {\n"
        "[t.u]\nv = { w = 1 }\n"
        "[[x]] # first\ny.z = 2\n"
        "[[x]]\ny = 3\n"
    )
    assert key_lines(text) == {
        ("a",): 1,
        ("c",): 5,
        ("d e",): 8,
        ("t",): 9,
        ("t", "u"): 9,
        ("t", "u", "v"): 10,
        ("t", "u", "v", "w"): 10,
        ("x",): 11,
        ("x", 0): 11,
        ("x", 0, "y"): 12,
        ("x", 0, "y", "z"): 12,
        ("x", 1): 13,
        ("x", 1, "y"): 14,
    }


@given(st.lists(st.text(alphabet="ab\"'[]{}#\\ =", max_size=12), max_size=6))
def test_no_text_stops_the_key_scanner(lines: list[str]) -> None:
    found = key_lines("\n".join(lines))
    assert all(1 <= line <= len(lines) for line in found.values())


def test_a_sector_tells_its_kind_by_its_cohort_or_says_it() -> None:
    town = load(TOWN)
    kinds = {code: town.unit(code).sector_kind for code in ("s01", "s03", "s05", "s08", "v01")}
    assert kinds == {
        "s01": "market",
        "s03": "building",
        "s05": "school",
        "s08": "enterprise",
        "v01": None,
    }
