"""Marker values that stand for persons, and the search for them in whatever is stored or sent.

The names, numbers and addresses are generated and belong to nobody.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import requests
from stdnum.cn import ric


def a_card(seventeen: str) -> str:
    return seventeen + ric.calc_check_digit(seventeen + "0")


CARDS = [a_card(f"4200001980010110{number}") for number in range(6)]
WRONG_CARD = CARDS[2][:-1] + ("0" if CARDS[2][-1] != "0" else "1")
MARKERS = {
    "name": "演练标记甲",
    "name of a wrong row": "演练标记乙",
    "card": CARDS[0],
    "other card": CARDS[1],
    "card in a csv": CARDS[3],
    "card in an xls": CARDS[4],
    "card in a text field": CARDS[5],
    "pinyin": "yanlianbiaojijia",
    "wrong card": WRONG_CARD,
    "phone": "10099887766",
    "wrong phone": "1009988776a",
    "address": "标记路七七八八号",
    "cell of a column nobody knows": "标记备注丙丙",
    "heading nobody knows": "标记列名丁丁",
    "sheet": "标记工作表戊",
    "file": "标记文件名己己",
    "search": "标记搜索庚庚",
    "password": "marker-password-辛辛",
    "login": "marker-login-wrong-field",
    "body": "标记正文壬壬",
    "address part": "标记地址癸癸",
}


def encodings(marker: str) -> Iterator[bytes]:
    """The marker as databases, JSON, addresses and carriers may write it."""
    plain = marker.encode()
    yield plain
    yield marker.encode("utf-16-le")
    yield marker.encode("gb18030")
    yield json.dumps(marker).strip('"').encode()
    yield requests.utils.quote(marker).encode()
    for shift in range(3):  # base64 of anything that contains it
        whole = base64.b64encode(b"x" * shift + plain)
        yield whole[4 * ((shift + 2) // 3) : len(whole) - 4]


WANTED = {
    (name, written): marker
    for name, marker in MARKERS.items()
    for written in encodings(marker)
    if len(written) > 7
}


def found_in(content: bytes) -> list[str]:
    return sorted({name for name, written in WANTED if written in content})


def found_under(folder: Path) -> dict[str, list[str]]:
    """Every file below a folder that holds a marker."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (names := found_in(path.read_bytes())):
            found[str(path.relative_to(folder))] = names
    return found
