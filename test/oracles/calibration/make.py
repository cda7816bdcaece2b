"""Calibration figures for test/oracles/calibration/figures.json.

Run: python make.py > figures.json   (NumPy, SciPy, statsmodels, scikit-learn)
"""
import json, sys
import numpy as np, scipy, sklearn, statsmodels, statsmodels.api as sm
from scipy import stats
from sklearn.isotonic import IsotonicRegression

frac = lambda x: x - np.floor(x)
t = np.arange(1, 241)
p = np.round(0.02 + 0.95 * frac(t * 0.6180339887498949) ** 1.3, 3)
y = (frac(t * 0.7548776662466927) < 1 / (1 + np.exp(-(0.25 + 0.75 * np.log(p / (1 - p)))))).astype(int)
L = np.log(p / (1 - p)); n = len(y)
fam = sm.families.Binomial()
a = sm.GLM(y, np.ones((n, 1)), family=fam, offset=L).fit(tol=1e-14)
b = sm.GLM(y, sm.add_constant(L), family=fam).fit(tol=1e-14)
ll = float((y * np.log(p) + (1 - y) * np.log(1 - p)).sum())
U = -2 * (ll - b.llf)
z = ((y - p) * (1 - 2 * p)).sum() / np.sqrt((((1 - 2 * p) ** 2) * p * (1 - p)).sum())
brier = ((y - p) ** 2).mean(); iso = IsotonicRegression().fit(p, y).predict(p); pav = ((y - iso) ** 2).mean(); unc = y.mean() * (1 - y.mean())
order = np.argsort(p, kind="stable"); parts = np.array_split(order, 10)
ece = sum(len(i) / n * abs(y[i].mean() - p[i].mean()) for i in parts)
width = np.minimum((p * 10).astype(int), 9)
ece_width = sum((width == k).mean() * abs(y[width == k].mean() - p[width == k].mean()) for k in range(10) if (width == k).any())
debiased = sum(len(i) / n * ((y[i].mean() - p[i].mean()) ** 2 - y[i].mean() * (1 - y[i].mean()) / (len(i) - 1)) for i in parts)
hl = sum((y[i].sum() - p[i].sum()) ** 2 / (len(i) * p[i].mean() * (1 - p[i].mean())) for i in parts)
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__, statsmodels=statsmodels.__version__),
    p=p.tolist(), y=y.tolist(), intercept=float(a.params[0]), intercept_se=float(a.bse[0]), slope=float(b.params[1]), slope_se=float(b.bse[1]),
    U=float(U), U_p=float(stats.chi2.sf(U, 2)), z=float(z), z_p=float(2 * stats.norm.sf(abs(z))), OE=float(y.sum() / p.sum()),
    brier=float(brier), mcb=float(brier - pav), dsc=float(unc - pav), ece_mass=float(ece), ece_width=float(ece_width), debiased=float(np.sqrt(max(debiased, 0))),
    hl=float(hl), hl_p=float(stats.chi2.sf(hl, 8)),
    fixed={f"{k}/{m}": dict(wilson=list(map(float, stats.binomtest(k, m).proportion_ci(method="wilson"))), exact=list(map(float, stats.binomtest(k, m).proportion_ci(method="exact")))) for k, m in ((0, 7), (3, 9), (41, 50), (250, 251))}), sys.stdout)
