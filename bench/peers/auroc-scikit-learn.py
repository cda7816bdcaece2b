"""AUROC by scikit-learn, without a variance (it has none), timed apart from reading the data. Arguments: folder, rounds."""

import json
import resource
import sys
import time

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score

folder, rounds = sys.argv[1], int(sys.argv[2])
outcomes = np.fromfile(f"{folder}/outcomes.f64").astype(np.int8)
scores = np.fromfile(f"{folder}/scores.f64")
best = float("inf")
for _ in range(rounds):
    started = time.perf_counter()
    auroc = roc_auc_score(outcomes, scores)
    best = min(best, time.perf_counter() - started)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"version": f"scikit-learn {sklearn.__version__}", "auroc": auroc, "seconds": {"auc": best}, "peakMb": peak}))
