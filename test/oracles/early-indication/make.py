"""Figures without labels for test/oracles/early-indication/figures.json.

Run: python make.py > figures.json   (NumPy, scikit-learn)
"""
import json, sys
import numpy as np, sklearn
from sklearn.isotonic import IsotonicRegression

frac = lambda x: x - np.floor(x)
t = np.arange(1, 91)
p = np.round(frac(t * 0.6180339887498949), 2)
y = (frac(t * 0.7548776662466927) < p ** 1.4).astype(int)
iso = IsotonicRegression(out_of_bounds="clip").fit(p, y)
new = np.round(frac(t * 0.5698402909980532) * 1.04 - 0.02, 3).clip(0, 1)
q = iso.predict(new)
s = np.round(new, 1)
num = den = 0.0
for i in range(len(q)):
    for j in range(len(q)):
        if i == j: continue
        w = q[i] * (1 - q[j]); den += w; num += w * ((s[i] > s[j]) + 0.5 * (s[i] == s[j]))
T = s >= 0.5
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, sklearn=sklearn.__version__),
    p=p.tolist(), y=y.tolist(), new=new.tolist(), calibrated=q.tolist(), scores=s.tolist(), auroc=num / den,
    tp=float(q[T].sum()), fp=float((1 - q[T]).sum()), fn=float(q[~T].sum()), tn=float((1 - q[~T]).sum())), sys.stdout)
