"""Sequential figures computed from their definitions, for test/oracles/sequential/figures.json.

Run: python make.py > figures.json   (NumPy, SciPy; written from the papers, not from any package)
"""
import json, sys
import numpy as np, scipy
from scipy.special import betaln, gammaln, gammainc, lambertw
from scipy.optimize import brentq

frac = lambda x: x - np.floor(x)
t = np.arange(1, 401)
hits = (frac(t * 0.6180339887498949) < 0.84).astype(int)
cont = frac(t * 0.7548776662466927) ** 0.6
theta = 0.9
d = np.geomspace(0.02, 0.40, 12); q = theta - d
logfac = np.where(hits[:, None] == 1, np.log(q / theta), np.log((1 - q) / (1 - theta)))
logE = np.log(np.exp(logfac.cumsum(0)).mean(1))
SR = np.zeros(12); M = []
for row in np.exp(logfac): SR = row * (1 + SR); M.append(SR.mean())
def robbins(n, k, alpha=0.05, topt=100):
    L = 2 * np.log(1 / 0.05); c = max(topt / (L + np.log1p(L)) - 1, 1e-3)
    f = lambda th: betaln(c * th + k, c * (1 - th) + n - k) - betaln(c * th, c * (1 - th)) - k * np.log(th) - (n - k) * np.log1p(-th) - np.log(1 / alpha)
    m = k / n
    return [float(brentq(f, 1e-12, min(m, 1 - 1e-12), xtol=1e-14)) if k else 0.0, float(brentq(f, max(m, 1e-12), 1 - 1e-12, xtol=1e-14)) if k < n else 1.0]
bets = np.array([.05, .1, .2, .4])
def wealth(x, m, signs): return float(np.log(np.mean([np.prod(1 + s * b * (x - m)) for s in signs for b in bets])))
mu, s2, lw = 0.5, 0.25, 0.0; S = 0.5; V = 0.25
for i, x in enumerate(cont[:150]):
    m = 0.6; lam = np.clip((mu - m) / (s2 + (mu - m) ** 2), -.5 / (1 - m), .5 / m); lw += np.log1p(lam * (x - m))
    S += x; mu = S / (i + 2); V += (x - mu) ** 2; s2 = V / (i + 2)
p = np.round(0.05 + 0.9 * frac(t * 0.3247179572447461), 2); y = (frac(t * 0.5698402909980532) < p ** 1.2).astype(int)
A = [0, .25, -.25, .5, -.5, 1, -1]; B = [.5, .75, 1, 1.33, 2]
lg = np.log(p / (1 - p)); logs = []
for a in A:
    for b in B:
        r = 1 / (1 + np.exp(-(a + b * lg))); logs.append(np.where(y == 1, np.log(r / p), np.log((1 - r) / (1 - p))).sum())
calE = float(np.log(np.mean(np.exp(logs))))
rho2 = float((-lambertw(-(0.05 ** 2) * np.exp(-1), -1).real - 1) / 350)
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, scipy=scipy.__version__),
    hits=hits.tolist(), cont=cont.tolist(), log_break={str(n): float(logE[n - 1]) for n in (1, 10, 100, 400)}, sr={str(n): float(M[n - 1]) for n in (1, 10, 100, 400)},
    robbins={f"{k}/{n}": robbins(n, k) for n, k in ((30, 27), (350, 313), (30, 30), (12, 0))},
    grid_less=wealth(cont[:150], 0.7, (-1,)), grid_both=wealth(cont[:150], 0.6, (1, -1)), akelly=float(lw),
    p=p.tolist(), y=y.tolist(), calibration=calE, rho2=rho2), sys.stdout)
