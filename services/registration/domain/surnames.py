"""Surnames: those of two letters, and the hundred commonest of one, to tell where a name begins."""

from __future__ import annotations

_TWO = (
    "欧阳上官司马诸葛东方皇甫尉迟公孙慕容司徒夏侯端木令狐长孙宇文轩辕南宫独孤钟离鲜于闻人申屠"
    "太史澹台濮阳赫连呼延东郭西门万俟百里第五司空单于公冶公羊淳于宗政仲孙拓跋左丘梁丘即墨达奚"
)
DOUBLE_SURNAMES = frozenset(_TWO[at : at + 2] for at in range(0, len(_TWO), 2))
"""Surnames of two letters that still occur; any other name's surname is its first letter."""

COMMON_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程"
    "魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾"
    "龚邵万覃武钱戴严莫孔向常汤"
)
"""The commonest of the sixth census and of the yearly reports on names since (Ministry of Public Security)."""
