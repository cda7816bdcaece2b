"""Evidently's drift and classification quality of a batch against a reference. Arguments: folder, features."""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import evidently
import numpy as np
import pandas as pd
from evidently import BinaryClassification, DataDefinition, Dataset, Report
from evidently.presets import ClassificationPreset, DataDriftPreset

folder, features = sys.argv[1], int(sys.argv[2])
names = [f"f{i}" for i in range(features)]


def dataset(part):
    columns = {name: np.fromfile(f"{folder}/{part}-{name}.f64") for name in names}
    columns["p"] = np.fromfile(f"{folder}/{part}-p.f64")
    columns["pred"] = (columns["p"] >= 0.2).astype(np.int64)
    columns["target"] = np.fromfile(f"{folder}/{part}-y.f64").astype(np.int64)
    definition = DataDefinition(
        numerical_columns=[*names, "p"],
        categorical_columns=["target", "pred"],
        classification=[BinaryClassification(target="target", prediction_labels="pred", prediction_probas="p", pos_label=1)],
    )
    return Dataset.from_pandas(pd.DataFrame(columns), data_definition=definition)


reference, current = dataset("reference"), dataset("analysis")
seconds = {}
started = time.perf_counter()
drift = Report([DataDriftPreset(columns=names)]).run(current, reference).dict()
seconds["drift"] = time.perf_counter() - started
started = time.perf_counter()
quality = Report([ClassificationPreset(probas_threshold=0.2)]).run(current, reference).dict()
seconds["classification"] = time.perf_counter() - started


def values(report, word):
    return [m["value"] for m in report["metrics"] if word in str(m.get("metric_id", m.get("metric_name", "")))]


peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    json.dumps(
        {
            "version": f"Evidently {evidently.__version__}",
            "seconds": seconds,
            "peakMb": round(peak),
            "wasserstein": [float(v) for v in values(drift, "ValueDrift")],
            "auroc": [float(v) for v in values(quality, "RocAuc") if np.isscalar(v)],
            "recall": [float(v) for v in values(quality, "Recall") if np.isscalar(v)],
        }
    )
)
