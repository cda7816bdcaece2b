"""Figures of two-sample tests, covariances and distances for test/oracles/rarity-and-drift/figures.json.

Run: python make.py > figures.json   (SciPy, scikit-learn, NumPy; the versions are written into the file)
"""
import json, sys
import numpy as np, scipy, sklearn
from scipy import stats
from sklearn.covariance import ledoit_wolf
from sklearn.neighbors import NearestNeighbors

frac = lambda x: x - np.floor(x)
t = np.arange(1, 121)
a = frac(t * 0.6180339887498949)
b = frac(t[:90] * 0.7548776662466927) ** 1.4
tied_a, tied_b = np.round(a[:40] * 6), np.round(b[:35] * 6)
far = b + 0.9

def two(x, y):
    ks = stats.ks_2samp(x, y, method="exact")
    cvm = stats.cramervonmises_2samp(x, y, method="asymptotic")
    mw = stats.mannwhitneyu(x, y, method="asymptotic")
    return dict(x=list(map(float, x)), y=list(map(float, y)), ks=dict(D=float(ks.statistic), p_exact=float(ks.pvalue),
        p_asymp=float(stats.ks_2samp(x, y, method="asymp").pvalue)), cvm=dict(stat=float(cvm.statistic), p=float(cvm.pvalue)),
        mannwhitney=dict(U=float(mw.statistic), p=float(mw.pvalue)), wasserstein=float(stats.wasserstein_distance(x, y)),
        energy=float(stats.energy_distance(x, y)))

rows = np.column_stack([a, frac(t * 0.7548776662466927) ** 1.3, a * frac(t * 0.5698402909980532), frac(t * 0.3247179572447461)])
wide = np.column_stack([frac(t[:12] * (k + 1) * 0.6180339887498949) for k in range(20)])
point = np.array([0.9, 0.1, 0.5, 0.2])
S, rho = ledoit_wolf(rows)
Sw, rhow = ledoit_wolf(wide)
d = point - rows.mean(0)
plain = np.cov(rows.T)
unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
knn = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(unit).kneighbors([point / np.linalg.norm(point)])[0][0][-1]

def mmd(X, Y, sigma=None):
    Z = np.vstack([X, Y]); D = np.sqrt(((Z[:, None] - Z[None]) ** 2).sum(-1)); n = len(X); m = len(Y)
    if sigma is None: sigma = np.median(D[np.triu_indices(n + m, 1)])
    K = np.exp(-D ** 2 / (2 * sigma ** 2))
    xx = (K[:n, :n].sum() - n) / (n * (n - 1)); yy = (K[n:, n:].sum() - m) / (m * (m - 1))
    return dict(sigma=float(sigma), value=float(xx + yy - 2 * K[:n, n:].mean()))

def psi(ref, cur, k=10):
    e = np.quantile(ref, np.arange(1, k) / k)
    f = lambda v: np.maximum(np.bincount(np.searchsorted(e, v, side="left"), minlength=k) / len(v), 1e-4)
    p, q = f(ref), f(cur)
    return float(((q - p) * np.log(q / p)).sum())

json.dump(dict(
    versions=dict(python=sys.version.split()[0], numpy=np.__version__, scipy=scipy.__version__, sklearn=sklearn.__version__),
    two_sample=dict(continuous=two(a, b), tied=two(tied_a, tied_b), far=two(a, far), small=two(a[:5], b[:4])),
    ledoit_wolf=dict(rows=rows.tolist(), matrix=S.tolist(), shrinkage=float(rho), wide=wide.tolist(), wide_shrinkage=float(rhow),
        wide_diagonal=np.diag(Sw).tolist()),
    mahalanobis=dict(point=point.tolist(), plain=float(d @ np.linalg.solve(plain, d)), shrunk=float(d @ np.linalg.solve(S, d))),
    neighbour=float(knn),
    mmd=mmd(rows[:50], rows[50:90] ** 1.5), psi=psi(a, b), psi_far=psi(a, far)), sys.stdout, indent=1)
