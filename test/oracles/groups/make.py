"""Figures of empirical-Bayes shrinkage and e-value procedures for test/oracles/groups/figures.json.

Run: python make.py > figures.json   (NumPy, statsmodels)
"""
import itertools, json, sys
import numpy as np, statsmodels
from statsmodels.stats.meta_analysis import combine_effects

n = np.array([120, 45, 300, 8, 60, 210]); k = np.array([108, 36, 282, 5, 51, 170])
y = np.log((k + .5) / (n - k + .5)); v = 1 / (k + .5) + 1 / (n - k + .5)
out = {}
for name, m in (("dersimonian-laird", "dl"), ("paule-mandel", "iterated")):
    r = combine_effects(y, v, method_re=m)
    out[name] = dict(tau2=float(r.tau2), centre=float(r.mean_effect_re), se=float(r.sd_eff_w_re))

w = n; W = w.sum(); p = k / n; ph = (w * p).sum() / W; S = (w * (p - ph) ** 2).sum(); q = ph * (1 - ph)
gamma = (S - q * (w / n * (1 - w / W)).sum()) / (q * ((w * (1 - w / W)).sum() - (w / n * (1 - w / W)).sum()))
M = 1 / gamma - 1
def closed(e, alpha):
    """Largest admissible set among all subsets, by enumeration of the closure."""
    K = len(e); best = ()
    subsets = [s for r in range(1, K + 1) for s in itertools.combinations(range(K), r)]
    for R in subsets:
        if len(R) <= len(best): continue
        if all(np.mean([e[i] for i in S]) >= len(set(S) & set(R)) / (alpha * len(R)) - 1e-12 for S in subsets): best = R
    return sorted(best)
cases = []
rng = np.random.default_rng(7)
for _ in range(40):
    e = np.round(np.exp(rng.normal(1.2, 2.2, 7)), 3); cases.append(dict(e=e.tolist(), rejected=[int(i) for i in closed(e, 0.1)]))
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, statsmodels=statsmodels.__version__),
    n=n.tolist(), k=k.tolist(), effects=y.tolist(), variances=v.tolist(), random_effects=out,
    beta=dict(gamma=float(gamma), shrunk=((k + M * ph) / (n + M)).tolist()), closed_ebh=cases), sys.stdout)
