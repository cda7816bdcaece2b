"""Figures of rater agreement for test/oracles/agreement/figures.json.

Run: python make.py > figures.json   (statsmodels, krippendorff, irrCAC; versions are written into the file)
"""
import json, sys
from importlib.metadata import version
import numpy as np, pandas as pd, krippendorff
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa, aggregate_raters
from irrCAC.raw import CAC

frac = lambda x: x - np.floor(x)
t = np.arange(1, 81)
truth = np.floor(frac(t * 0.6180339887498949) * 4)
def rater(k, error):
    u = frac(t * (0.7548776662466927 + 0.1234567 * k)); shift = np.where(u < error, np.where(u < error / 2, -1, 1), 0)
    return np.clip(truth + shift, 0, 3)
R = np.column_stack([rater(k, e) for k, e in enumerate((0.2, 0.35, 0.3))])
table = np.zeros((4, 4))
for a, b in R[:, :2].astype(int): table[a, b] += 1
cohen = {}
for name, wt in (("unweighted", None), ("linear", "linear"), ("quadratic", "quadratic")):
    r = cohens_kappa(table, wt=wt); cohen[name] = dict(kappa=float(r.kappa), std=float(r.std_kappa))
holes = R.copy(); holes[frac(t * 0.41421356)[:, None] + np.array([0, .33, .66])[None] * 1.0 > 1.25] = np.nan
def cac(data, w, which): return float(getattr(CAC(pd.DataFrame(data), weights=w, digits=12), which)()["est"]["coefficient_value"])
json.dump(dict(versions={p: version(p) for p in ("numpy", "statsmodels", "krippendorff", "irrCAC")} | dict(python=sys.version.split()[0]),
    ratings=R.astype(int).tolist(), holes=[[None if np.isnan(v) else int(v) for v in row] for row in holes],
    cohen=cohen, fleiss=float(fleiss_kappa(aggregate_raters(R)[0])),
    fleiss_holes=cac(holes, "identity", "fleiss"), fleiss_quadratic=cac(R, "quadratic", "fleiss"),
    ac1=cac(R, "identity", "gwet"), ac1_holes=cac(holes, "identity", "gwet"),
    ac2_linear=cac(R, "linear", "gwet"), ac2_quadratic_holes=cac(holes, "quadratic", "gwet"),
    alpha={m: float(krippendorff.alpha(reliability_data=holes.T, level_of_measurement=m)) for m in ("nominal", "ordinal", "interval")},
    ), sys.stdout)
