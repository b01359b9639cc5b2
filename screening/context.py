"""Telling what is said in earnest from what is forbidden, denied, or told of others.

An assurance is no denial: 我们不会骗您, 这不是诈骗 and 别挂电话 leave what is said beside them as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts.evidence import Context

REACH = 20
"""Normalised characters after a match that may tell its context."""
_REACH_BEFORE = 40

# A negation reaches a match over words such as 让您, 轻易 or 把, and over nothing else: in
# 别挂电话,把验证码念给我 the first word must not undo the second half. Questions (要不要, 有没有), conditions
# (就不会) and delays (还没有) deny nothing.
_NEGATION = (
    r"(?:(?<!要)不要|(?<![会就才])不会|(?<!能)不能(?!不)|不得(?!不)|(?<!可)不可[以能]?|(?<!用)不用|(?<!需)不需要?|不必"
    r"|不应该?|不该|不许|不准|不让|不允许|不建议|不收取?|(?<![有还])没有?|(?<![特告分区级性])别(?!人|的|处|墅)"
    r"|勿|严禁|禁止|谨防|警惕|当心|小心|拒绝|绝不|决不|从不)"
)
_BETWEEN = (
    r"(?:通过|要求|轻易|随便|随意|主动|擅自|任何|所谓|对方|相信|理由|形式|方式|什么|提供|透露|泄露|索要|索取|进行"
    r"|点击|下载|安装|填写|登录|陌生人?|私下|电话里|微信上|脱离|官方|正规|平台"
    r"|(?:密码|现金|黄金|卡号|验证码|链接|软件|身份证)[和或跟与]"
    r"|[让要叫请问您你他她们我把将去再向给跟和用往在以因为的会可有被])"
)
_DENIED_BEFORE = re.compile(rf"{_NEGATION}{_BETWEEN}{{0,7}}$")
# 如果不转账您就要坐牢 is a threat.
_CONDITION_BEFORE = re.compile(r"(?:如果|要是|假如|倘若|一旦|除非|再)(?:[您你他她我]们?)?(?:还|再|老|一直)?$")
_REFUSED_AFTER = re.compile(r"[我咱]?们?(?:是|绝对|真)?(?:不可能|不敢|不愿意?)")
# After a secret only: 把钱转过来不要告诉家人 is no denial.
_KEPT_AFTER = re.compile(
    r"(?<=码|号)[我咱您]?们?(?:千万|一定|绝对|坚决|都|是)*"
    r"(?:不要|不能|别|不可以|切勿|不会)(?:随便|轻易|再)?(?:告诉|给|透露|泄露|发给|说给|外传)"
)
_WARNED_AFTER = re.compile(
    r".{0,8}?(?:(?:请|立即|立刻|马上|赶紧|务必|直接)(?:挂断|挂掉)|(?:请|及时|立即|马上|赶紧)(?:报警|拨打九六)"
    r"|(?:不要|别|勿)(?:轻信|上当|理他|理会|理睬)|(?:谨防|当心|警惕|小心)(?:上当|受骗|被骗|诈骗|骗局))"
)
# A police impostor speaks of 诈骗团伙 and 诈骗案, which says nothing about his own words.
_FRAUD = (
    r"(?:电信|网络|电话)*"
    r"(?:诈骗(?![团案集分犯罪嫌资款账])|骗子(?![用把将转打])|骗局|骗[人钱您你我]|骗(?=的?$)|假的|陷阱|套路)"
)
_CALLED_FRAUD_AFTER = re.compile(
    rf"的?.{{0,12}}?(?:都|一律|肯定|一定|全|统统|百分之百|绝对)(?:就?是|属于){_FRAUD}"
    rf"|的?(?:.{{0,4}}?[这那])?就?(?:是|属于){_FRAUD}"
    r"|的?(?:诈骗|骗局|骗术)(?![团案集分犯罪嫌资款账])"
)
_PRETENCE_AFTER = re.compile(
    r".{0,6}?(?<!因)为(?:由|借口|名(?![额单下称]))|等(?:名义|理由|借口)|等?的?(?:名义|幌子)"
)
# What a fraudster asks for after speaking of others' fraud begins anew: 骗子很多,请您把钱转到安全账户.
_ANEW = r"请您?|为了|所以|现在|[您你]先|[您你]需要"
_ON = rf"(?:(?!{_ANEW}).)"
_FRAUDSTER_BEFORE = (
    r"(?:骗子|诈骗分子|犯罪分子|不法分子|坏人)们?(?:就|会|还|又|再|通常|一般|往往|可能|经常|常|先|都)*"
    r"(?:说|讲|让|叫|喊|要求|要|以|用|谎称|自称|声称|冒充|假冒|打着|诱导|引导|告诉|问|打电话)(?![您你]的)"
    rf"{_ON}{{0,34}}$"
)
_THEY_BEFORE = (
    r"(?:他们?|她们?|人家|对方|那边|这些人|这种人)(?:就会?|又会?|还会?|后来就?|非)(?:说|让|叫|喊|要求|骗|诱导)"
    rf"{_ON}{{0,12}}$"
)
_NEWS_BEFORE = (
    r"(?:电视|新闻|报纸|报道|广播|抖音|短视频|公众号|朋友圈|宣传[单册片栏])(?:[上里中头]|节目)?"
    r"(?:都|也|就|天天|经常|老|常|昨天|今天|刚才?|不是)*(?:说|讲|报道|播|放|演|提醒|看到|看见|教|宣传)"
    rf"{_ON}{{0,16}}$"
)
# 所有客户都要 orders, where 所有要求您 warns.
_DUTY = r"都要|都得|都需要|必须"
_GENERAL_BEFORE = (
    rf"(?<!平)凡(?![事客])(?:(?!{_ANEW}|{_DUTY}).){{0,34}}$"
    rf"|(?:但凡|所有|任何)(?!人|问题)(?:(?!{_DUTY})[^您你我]){{0,6}}(?:让|叫|喊|要求|要|说|打电话)[您你我]?们?"
    rf"(?:(?!{_ANEW}|{_DUTY}).){{0,12}}$"
)
_IF_SOMEBODY_BEFORE = (
    r"(?:如果|要是|假如|遇到|碰[到上]|一旦|万一|以后)再?(?:有人|对方|陌生人|谁|接到|收到|自称|那种|这种|别人)"
    rf"[^您你]{{0,10}}?(?:让|叫|喊|要求|要|(?<!就)说|自称|冒充|索要|骗){_ON}{{0,10}}$"
)
# Who asks or tells what another caller wants orders nothing, up to the next 您.
_OF_YOU = rf"[您你]?(?:(?!{_ANEW})[^您你]){{0,8}}$"
_ASKED_BEFORE = (
    r"(?:(?:他们?|她们?|人家|对方)(?:是不是|有没有)|(?:有没有|是不是有)(?:人|谁))(?:跟[您你])?(?:还|也|又|先)?"
    rf"(?:说|让|叫|喊|要求){_OF_YOU}"
)
_NARRATED_BEFORE = r"(?:他|她|人家|对方)(?:就|又|还)?说那我们?[^您你]{0,4}$"
# 让他 and the like, not 让您: nobody asks a resident so.
_THIRD_PARTY_BEFORE = (
    r"(?<![您你我])(?:让|叫|喊|骗|教|逼|哄|诱导|要求|引导)"
    r"(?:他们?|她们?|人家|老人家?|受害人|大家|群众|别人|老太太|大爷|我[妈爸])[^您你]{0,4}$"
)
_VICTIM_BEFORE = r"(?<![您你])(?:被骗|被诈骗|上当|受骗)(?!的?(?:钱|款|资|金|客户|用户|平台))[^您你]{0,16}$"
_PRETENDER_BEFORE = (
    r"(?:冒充|假冒|伪装成|假扮|谎称|自称|声称)(?![您你])[^您你]{0,10}$"
    rf"|自称(?![您你我])[^您你我]{{1,10}}的?(?:电话|短信|人)(?:说|讲){_OF_YOU}"
)
_TRICKS_BEFORE = r"(?:骗局|骗术|套路|诈骗手[段法]|骗(?:小孩|老人|老年人|学生))[^您你]{0,14}$"
_QUOTED_BEFORE = tuple(
    re.compile(cue)
    for cue in (
        _FRAUDSTER_BEFORE,
        _THEY_BEFORE,
        _NEWS_BEFORE,
        _GENERAL_BEFORE,
        _IF_SOMEBODY_BEFORE,
        _ASKED_BEFORE,
        _NARRATED_BEFORE,
        _THIRD_PARTY_BEFORE,
        _VICTIM_BEFORE,
        _PRETENDER_BEFORE,
        _TRICKS_BEFORE,
    )
)
_DENIED_AFTER = (_REFUSED_AFTER, _KEPT_AFTER)
_QUOTED_AFTER = (_CALLED_FRAUD_AFTER, _PRETENCE_AFTER, _WARNED_AFTER)
# 没有诈骗风险 is no warning.
_NO_WARNING_BEFORE = re.compile(r"(?:不是|没有|不存在|绝非|怎么会是|不会是|哪是)(?:什么|任何|搞|在)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """The context of a match and the words that tell it, none where it is plain."""

    context: Context
    cue: str


_PLAIN = Told(Context.PLAIN, "")


def context_of(text: str, parts: Sequence[tuple[int, int]]) -> Told:
    """Tell how what stands in normalised `text` is meant; `parts` are the places of its parts, in order.

    A negation before a part denies (验证码…告诉我 in 验证码别告诉我), one that a part holds itself does not.
    """
    start, end = parts[0][0], parts[-1][1]
    first, last = max(0, start - _REACH_BEFORE), end + REACH
    cue = _negation(text, first, start)
    for (_, part_end), (next_start, _) in pairwise(parts):
        cue = cue or _negation(text, part_end, next_start)
    for after in _DENIED_AFTER:
        cue = cue or after.match(text, end, last)
    if cue:
        return Told(Context.DENIED, cue[0])
    for before in _QUOTED_BEFORE:
        if cue := before.search(text, first, start):
            return Told(Context.QUOTED, cue[0])
    for after in _QUOTED_AFTER:
        if cue := after.match(text, end, last):
            return Told(Context.QUOTED, cue[0])
    return _PLAIN


def context_of_warning(text: str, start: int) -> Told:
    """Tell how a protective phrase from `start` on is meant: it holds negations of its own."""
    cue = _NO_WARNING_BEFORE.search(text, max(0, start - _REACH_BEFORE), start)
    return Told(Context.DENIED, cue[0]) if cue else _PLAIN


def _negation(text: str, first: int, start: int) -> re.Match[str] | None:
    cue = _DENIED_BEFORE.search(text, first, start)
    return None if cue and _CONDITION_BEFORE.search(text, first, cue.start()) else cue
