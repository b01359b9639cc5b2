"""What fitting takes from scipy and scikit-learn, loaded only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.errors import ConfigurationError
from screening.fitting.risk_table import Floats, Places

_MOST_STEPS = 500


class FittingUnavailableError(ConfigurationError):
    """Fitting needs packages that the service itself does not."""

    code = "fitting.unavailable"


def check_installed() -> None:
    """Raise FittingUnavailableError where scipy or scikit-learn is missing."""
    _load("scipy.optimize")
    _load("sklearn.metrics")


def minimised(
    objective: Callable[[Floats], tuple[float, Floats]], start: Floats, bounds: Sequence[tuple[float, float]]
) -> Floats:
    """Return where the objective (value and slopes) is least within bounds, by L-BFGS-B (Byrd et al. 1995).

    At most 500 steps. Raises FittingUnavailableError.
    """
    minimize = _load("scipy.optimize").minimize
    # Some hundred numbers are too few to share among threads: they would wait for each other (four times).
    with _load("threadpoolctl").threadpool_limits(1):
        found = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _MOST_STEPS}
        )
    place: Floats = found.x
    return place


def logistic(
    columns: Sequence[Sequence[int]],
    values: Sequence[Floats],
    are_fraud: NDArray[np.bool_],
    importance: Floats,
    width: int,
    strength: float,
) -> Floats:
    """Return the weights of a logistic regression on sparse rows: per row its columns and their values.

    Without an intercept: where nothing is heard, nothing is known. `strength` is the inverse of the penalty
    (L2). Raises FittingUnavailableError.
    """
    bounds = np.cumsum([0, *map(len, columns)])
    cells = (np.concatenate(values), np.concatenate(columns).astype(np.int64), bounds)
    rows = _load("scipy.sparse").csr_matrix(cells, shape=(len(columns), width))
    model = _load("sklearn.linear_model").LogisticRegression(
        C=strength, fit_intercept=False, max_iter=10 * _MOST_STEPS
    )
    weights: Floats = model.fit(rows, are_fraud, sample_weight=importance).coef_[0]
    return weights


def splits(folds: Sequence[int]) -> Iterator[tuple[Places, Places]]:
    """Yield for each fold the places of all others, to fit on, and its own, to judge.

    Raises FittingUnavailableError; ValueError where all are in one fold.
    """
    splitter = _load("sklearn.model_selection").LeaveOneGroupOut()
    yield from splitter.split(np.zeros(len(folds)), groups=np.array(folds))


def area_under_curve(are_fraud: Sequence[bool], risks: Floats) -> float:
    """Return how often a fraud is riskier than an ordinary call (0 to 1). Raises FittingUnavailableError."""
    return float(_load("sklearn.metrics").roc_auc_score(are_fraud, risks))


def _load(module: str) -> Any:  # noqa: ANN401 (these packages publish no types)
    try:
        return import_module(module)
    except ImportError as error:
        raise FittingUnavailableError(
            f"fitting needs {module.partition('.')[0]}, which is not installed; "
            "install it with: pip install changmao[fit]"
        ) from error
