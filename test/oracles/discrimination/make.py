"""AUROC with DeLong variance, average precision, decision curves for test/oracles/discrimination/figures.json.

Run: python make.py > figures.json   (NumPy, scikit-learn; DeLong by its definition over all pairs)
"""
import json, sys
import numpy as np, sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

frac = lambda x: x - np.floor(x)
t = np.arange(1, 181)
p = np.round(frac(t * 0.6180339887498949), 2)
q = np.round(0.6 * p + 0.4 * frac(t * 0.3247179572447461), 1)
y = (frac(t * 0.7548776662466927) < 0.15 + 0.6 * p).astype(int)

def placements(s):
    X, Y = s[y == 1], s[y == 0]
    M = (X[:, None] > Y[None]) + 0.5 * (X[:, None] == Y[None])
    return M.mean(), M.mean(1), M.mean(0)
def variance(a, b):
    return float(np.cov(a[1], b[1])[0, 1] / len(a[1]) + np.cov(a[2], b[2])[0, 1] / len(a[2]))
A, B = placements(p), placements(q)
def jackknife_ap(s):
    v = np.array([average_precision_score(np.delete(y, i), np.delete(s, i)) for i in range(len(y))])
    return float((len(y) - 1) / len(y) * ((v - v.mean()) ** 2).sum())
def nb(s, th):
    w = th / (1 - th); c = (s >= th) * (y - (1 - y) * w); a = y - (1 - y) * w
    g = c - a if a.mean() > 0 else c
    return {k: [float(v.mean()), float(v.std(ddof=1) / np.sqrt(len(v)))] for k, v in (("model", c), ("treatAll", a), ("gain", g))}
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, sklearn=sklearn.__version__),
    p=p.tolist(), q=q.tolist(), y=y.tolist(), auroc_p=float(roc_auc_score(y, p)), auroc_q=float(roc_auc_score(y, q)),
    variance_p=variance(A, A), variance_q=variance(B, B), covariance=variance(A, B),
    ap_p=float(average_precision_score(y, p)), ap_q=float(average_precision_score(y, q)), ap_p_jackknife=jackknife_ap(p), ap_q_jackknife=jackknife_ap(q),
    net_benefit={str(th): nb(p, th) for th in (0.05, 0.2, 0.45, 0.7)}), sys.stdout)
