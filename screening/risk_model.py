"""The numbers by which evidence adds up: fitted or set by hand, released with the phrasebook."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.evidence import Stage

NUMBER_SHIFT = 1.5
"""By how much (log-odds) a caller's number of the highest risk lowers the thresholds."""
RESIDENT_SHIFT = 0.7
"""By how much (log-odds) a high-risk resident lowers them, R15."""
LOWEST_PRIOR = -20.0
HIGHEST_BONUS = 20.0
HIGHEST_DICTION = 20.0
_Limit = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
_Bonus = Annotated[float, Field(ge=0, le=HIGHEST_BONUS, allow_inf_nan=False)]
_Minutes = Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)]


class StageLimits(BaseModel):
    """The most (log-odds) that each stage can add, however much is said in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approach: _Limit = 2.2
    hook: _Limit = 3.1
    isolation: _Limit = 2.8
    ask: _Limit = 3.2

    def items(self) -> tuple[tuple[Stage, float], ...]:
        """Return the accusing stages in the order of a script, each with its limit."""
        return (
            (Stage.APPROACH, self.approach),
            (Stage.HOOK, self.hook),
            (Stage.ISOLATION, self.isolation),
            (Stage.ASK, self.ask),
        )

    @property
    def highest_prior(self) -> float:
        """No prior may reach this: one stage alone, by phrases, is no alert, whoever calls whom.

        Banks verify, couriers apologise, and neither makes a script.
        """
        return -max(limit for _, limit in self.items()) - NUMBER_SHIFT - RESIDENT_SHIFT


class RiskModel(BaseModel):
    """How the marks of a call are heard and become its risk; all numbers but the minutes are log-odds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prior: Annotated[float, Field(ge=LOWEST_PRIOR, lt=0, allow_inf_nan=False)] = -5.5
    """That a call nobody knows anything about is fraud; the operating point is set by it."""
    stage_limits: StageLimits = StageLimits()
    combination: tuple[_Bonus, _Bonus, _Bonus] = (2.9, 4.5, 6.1)
    """Added where two, three, four stages are present: a script is told by its stages together."""
    protection_limit: _Limit = 4.0
    """The most that protective phrases can take away, and the most that the wording as a whole can."""
    diction_limit: Annotated[float, Field(gt=0, le=HIGHEST_DICTION, allow_inf_nan=False)] = 10.0
    """The most that the wording of a call as a whole can add."""
    full_weight_minutes: _Minutes = 10.0
    """So long evidence keeps its full weight. A script brings its stages within minutes (the published
    case took 265 s from the call to the alert, R7), its stations are rarely further apart than this."""
    half_life_minutes: _Minutes = 15.0
    """After that, evidence halves in so many minutes of call time. In an hour of ordinary talk money, banks
    and appointments all come up once; what matters is what is said together."""

    merge_f_h: bool = False
    """Whether f and h sound alike, as in Min, Hakka and south-western districts: 飞 as 灰."""

    @property
    def diction_limits(self) -> tuple[float, float]:
        """The least and the most that the wording of a call as a whole comes to."""
        return -self.protection_limit, self.diction_limit

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if any(more < less for less, more in pairwise(self.combination)):
            raise ValueError("combination must not fall: more stages never weigh less than fewer")
        return self

    @model_validator(mode="after")
    def _check_single_stages(self) -> Self:
        highest = self.stage_limits.highest_prior
        if self.prior >= highest:
            raise ValueError(f"one stage alone could alert; set prior below {highest:g}, or the stage limits")
        return self

    def remaining(self, age_ms: int) -> float:
        """Return the share (0 to 1) of its weight that evidence keeps at an age in ms of call time."""
        aged_minutes = age_ms / 60_000 - self.full_weight_minutes
        return float(0.5 ** max(0.0, aged_minutes / self.half_life_minutes))
