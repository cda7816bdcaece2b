"""Kaplan–Meier weights of loss to follow-up for test/oracles/outcomes/figures.json.

Run: python make.py > figures.json   (statsmodels, NumPy)
"""
import json, sys
import numpy as np, statsmodels
from statsmodels.duration.survfunc import SurvfuncRight

frac = lambda x: x - np.floor(x)
t = np.arange(1, 61)
time = np.round(frac(t * 0.6180339887498949) * 12 + 0.2, 3)
lost = frac(t * 0.7548776662466927) < 0.3
lost &= time < 12
sf = SurvfuncRight(time, lost.astype(int))
G = lambda x: float(np.prod([1.0] + [1 - d / n for s, d, n in zip(sf.surv_times, sf.n_events, sf.n_risk) if s < x]))
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, statsmodels=statsmodels.__version__),
    time=time.tolist(), lost=lost.astype(int).tolist(), probability=[G(x) for x in time]), sys.stdout)
