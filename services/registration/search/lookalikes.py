"""Signs that are misread for each other in handwriting, though they sound different.

Each group is of one shape, a stroke or one component apart; common signs of names only. Written
down from the usual lists of look-alikes (形近字) in primary school books.
"""

from __future__ import annotations

_GROUPS = (
    "明朋 玉王主壬 兰三 芳芬 刚钢纲 建健 丽雨 英莫 秀季李 国图 春香 平干千于 海诲悔 林村杜 涛寿 文丈 志忘 成戍戌"
    " 东车乐 永水冰 福富幅 己已巳 末未木本 土士 日曰目 人入八 大太犬 田由甲申 天夫无 午牛 贝见 鸟乌岛 折拆 晴睛"
    " 壁璧 徽微 宇字 萍苹 霄宵 淑椒 婷停 杨扬 汪注 冯马 勤勒 晓哓浇 坚竖 辛幸 洁吉 佳住 伟纬 梅海 静净 娟捐绢"
    " 峰蜂锋 浩诰 俊峻 凯岂 波坡披 斌斑 杰然 磊垒 晨辰 泽择 轩杆 庆厌 荣宋 贵责 根恨 祥详 金全 生主 艳绝 桂佳"
    " 凤风 莲连 雪雷 慧惠 琳淋 倩情 欣欢 怡治 霞露 云去 玲铃 珍诊 彤丹 月用 菊鞠 超起 辉挥 龙尤 飞乙 博傅 睿容"
    " 豪毫 毅殷 钟种 候侯 卫卩 石右 白百 毛手 古占 江红 沈沉 陈阵 许评 孙孔 林材 郭部 贺贸 万方 尹伊"
)
_LIKE: dict[str, set[str]] = {}
for _group in _GROUPS.split():
    for _sign in _group:
        _LIKE.setdefault(_sign, set()).update(_group)


def look_alike(one: str, other: str) -> bool:
    """Tell whether two signs are of one shape."""
    return other in _LIKE.get(one, ())
