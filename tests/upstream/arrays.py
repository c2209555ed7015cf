"""The arrays that the replica computes with: one entry for each session."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.datetime64]
Moments: TypeAlias = NDArray[np.int64]  # seconds since the epoch
Prices: TypeAlias = NDArray[np.float64]
