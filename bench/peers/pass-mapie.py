"""MAPIE's Spiegelhalter test of calibration and its top-label ECE. Argument: folder."""

import json
import resource
import sys
import time

import mapie
import numpy as np
from mapie.metrics.calibration import expected_calibration_error, spiegelhalter_p_value

folder = sys.argv[1]
y = np.fromfile(f"{folder}/analysis-y.f64").astype(np.int64)
p = np.fromfile(f"{folder}/analysis-p.f64")
started = time.perf_counter()
p_value = spiegelhalter_p_value(y, p)
test = time.perf_counter() - started
started = time.perf_counter()
ece = expected_calibration_error(y, p, num_bins=10)
error = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    json.dumps(
        {
            "version": f"MAPIE {mapie.__version__}",
            "seconds": {"spiegelhalter": test, "ece": error},
            "peakMb": round(peak),
            "pValue": float(p_value),
            "ece": float(ece),
        }
    )
)
