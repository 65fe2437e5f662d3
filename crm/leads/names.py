"""Names in pinyin: their initials to search by, their spelling to sort by.

Surnames that are read otherwise than the same character in a word stand in a table, which goes before the
dictionary of `pypinyin`.
"""

import re
import unicodedata

_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_COMPOUND = {
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "单于": ("chan", "yu"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "令狐": ("ling", "hu"),
    "宇文": ("yu", "wen"),
    "鲜于": ("xian", "yu"),
    "濮阳": ("pu", "yang"),
    "亓官": ("qi", "guan"),
    "乐正": ("yue", "zheng"),
    "皇甫": ("huang", "fu"),
    "尔朱": ("er", "zhu"),
    "呼延": ("hu", "yan"),
    "夏侯": ("xia", "hou"),
    "司徒": ("si", "tu"),
    "公冶": ("gong", "ye"),
}
_SINGLE = dict(
    pair.split(":")
    for pair in (
        "单:shan 曾:zeng 解:xie 仇:qiu 任:ren 区:ou 朴:piao 查:zha 盖:ge 翟:zhai 乐:yue 员:yun 黑:he 盛:sheng "
        "折:she 能:nai 秘:bi 冼:xian 洗:xian 缪:miao 覃:qin 召:shao 种:chong 纪:ji 隗:wei 祭:zhai 繁:po 燕:yan "
        "华:hua 过:guo 车:che 那:na 瞿:qu 曲:qu 贾:jia 沈:shen 石:shi 句:gou 都:du 谌:chen 郗:xi 牟:mu 乜:nie "
        "叶:ye 薄:bo 柏:bai 宿:su 尉:wei 阚:kan 粘:nian 重:chong 长:zhang 宁:ning 应:ying 葛:ge 卜:bu 尹:yin "
        "佴:nai 俞:yu 於:yu 撒:sa 晟:cheng 逄:pang 逯:lu 贲:ben 郇:xun 幺:yao 哈:ha 强:qiang 令:ling 相:xiang "
        "舍:she 参:shen 系:xi 吾:wu 阿:a 干:gan 大:da 占:zhan 降:jiang 行:xing 藏:zang 臧:zang 万:wan 宓:mi"
    ).split()
)


def plain(name: str) -> str:
    """How names are compared: one width, small letters, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name).casefold())


def syllables(name: str) -> list[str]:
    """The pinyin of a Chinese name, syllable by syllable, small and without tones; other words as they are."""
    from pypinyin import lazy_pinyin  # takes a third of a second to load

    name = unicodedata.normalize("NFKC", name).strip()
    surname = _COMPOUND.get(name[:2]) or ((_SINGLE[name[0]],) if name[:1] in _SINGLE else ())
    rest = name[len(surname) :]
    parts = [*surname, *lazy_pinyin(rest, errors=_words)]
    return [part.casefold() for part in parts if part.strip()]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def initials(name: str) -> str:
    """`lxm` for 李小明, `js` for John Smith."""
    return "".join(part[0] for part in syllables(name))


def spelling(name: str) -> str:
    """`li xiao ming` for 李小明: sorts names as a Chinese dictionary of surnames does."""
    return " ".join(syllables(name))


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return bool(_HAN.search(text))
