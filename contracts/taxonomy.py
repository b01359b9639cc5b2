"""Scam types (first level of the national taxonomy) and levels of risk."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ScamType(StrEnum):
    """First level of the taxonomy; the value is stable, the label is what people read."""

    TASKS = "tasks"
    INVESTMENT = "investment"
    LOAN = "loan"
    CREDIT = "credit"
    SERVICE = "service"
    POLICE = "police"
    GOVERNMENT = "government"
    LEADER = "leader"
    SHOPPING = "shopping"
    DATING = "dating"
    GAME = "game"
    MILITARY = "military"
    FLIGHT = "flight"
    CASH = "cash"
    OVERSEAS = "overseas"

    @property
    def label(self) -> str:
        """The name used by the police, in Chinese."""
        return _LABELS[self]

    @property
    def forces_visit(self) -> bool:
        """R25: these always end in a visit."""
        return self in {ScamType.TASKS, ScamType.INVESTMENT, ScamType.DATING}


_LABELS = {
    ScamType.TASKS: "刷单返利",
    ScamType.INVESTMENT: "虚假网络投资理财",
    ScamType.LOAN: "虚假贷款",
    ScamType.CREDIT: "虚假征信",
    ScamType.SERVICE: "冒充电商物流客服",
    ScamType.POLICE: "冒充公检法",
    ScamType.GOVERNMENT: "冒充政府机关",
    ScamType.LEADER: "冒充领导熟人",
    ScamType.SHOPPING: "虚假购物服务",
    ScamType.DATING: "网络婚恋交友",
    ScamType.GAME: "网络游戏虚假交易",
    ScamType.MILITARY: "冒充军警购物",
    ScamType.FLIGHT: "虚假机票退改签",
    ScamType.CASH: "线上诈骗线下送钱",
    ScamType.OVERSEAS: "境外高薪诱骗",
}


class RiskLevel(IntEnum):
    """Level of a dialogue, an alert or a resident; ordered."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The level as written in files and messages: none, low, medium, high."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> RiskLevel:
        """Return the level of a word; ValueError where there is none of that name."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"no risk level {word!r}; use none, low, medium or high") from None
