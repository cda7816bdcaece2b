"""NannyML's monitoring of a stream: univariate drift, realised performance, CBPE. Arguments: folder, features, chunk size."""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import nannyml as nml
import numpy as np
import pandas as pd

folder, features, chunk_size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
names = [f"f{i}" for i in range(features)]


def frame(part):
    columns = {name: np.fromfile(f"{folder}/{part}-{name}.f64") for name in names}
    columns["proba"] = np.fromfile(f"{folder}/{part}-p.f64")
    columns["pred"] = (columns["proba"] >= 0.2).astype(np.int64)
    columns["target"] = np.fromfile(f"{folder}/{part}-y.f64").astype(np.int64)
    return pd.DataFrame(columns)


reference, analysis = frame("reference"), frame("analysis")
seconds, values = {}, {}


def timed(name, make):
    started = time.perf_counter()
    calculator, run = make()
    calculator.fit(reference)
    result = run(calculator)
    seconds[name] = time.perf_counter() - started
    return result.filter(period="analysis").to_df()


drift = timed(
    "drift",
    lambda: (
        nml.UnivariateDriftCalculator(
            column_names=names, continuous_methods=["kolmogorov_smirnov", "wasserstein"], chunk_size=chunk_size
        ),
        lambda c: c.calculate(analysis),
    ),
)
common = {"y_pred_proba": "proba", "y_pred": "pred", "problem_type": "classification_binary", "chunk_size": chunk_size}
realised = timed(
    "realised",
    lambda: (
        nml.PerformanceCalculator(y_true="target", metrics=["roc_auc", "recall", "specificity", "precision"], **common),
        lambda c: c.calculate(analysis),
    ),
)
estimated = timed(
    "estimated",
    lambda: (nml.CBPE(y_true="target", metrics=["roc_auc"], **common), lambda c: c.estimate(analysis)),
)
values["ks"] = [[float(v) for v in drift[(name, "kolmogorov_smirnov", "value")]] for name in names]
values["wasserstein"] = [[float(v) for v in drift[(name, "wasserstein", "value")]] for name in names]
values["auroc"] = [float(v) for v in realised[("roc_auc", "value")]]
values["recall"] = [float(v) for v in realised[("recall", "value")]]
values["cbpe"] = [float(v) for v in estimated[("roc_auc", "value")]]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"version": f"NannyML {nml.__version__}", "seconds": seconds, "peakMb": round(peak), **values}))
