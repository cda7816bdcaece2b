"""Figures of conformal prediction, the Simple Jumper and risk-coverage for test/oracles/uncertainty/figures.json.

Run: python make.py > figures.json   (NumPy only)
"""
import json, sys
import numpy as np

frac = lambda x: x - np.floor(x)
t = np.arange(1, 101)
scores = frac(t * 0.6180339887498949)
ps = np.concatenate([scores, scores[:60] ** 3])

def jumper(p, J=0.01):
    C = {-1: 1 / 3, 0: 1 / 3, 1: 1 / 3}; out = []
    for x in p:
        S = sum(C.values())
        C = {e: ((1 - J) * c + J / 3 * S) * (1 + e * (x - 0.5)) for e, c in C.items()}
        out.append(sum(C.values()))
    return out

def curve(conf, loss):
    n = len(loss); pts = []
    for c in sorted(set(conf)):
        keep = conf >= c
        pts.append((keep.mean(), loss[keep].mean(), loss[keep].sum() / n))
    pts.append((0.0, pts[-1][1], 0.0))
    cov, sel, gen = map(np.array, zip(*pts))
    return [float(-np.trapezoid(sel, cov)), float(-np.trapezoid(gen, cov))]

confidence = np.round(frac(t * 0.7548776662466927), 1)
errors = (frac(t * 0.5698402909980532) > 0.35 + 0.6 * confidence).astype(float)
losses = frac(t * 0.3247179572447461) * (1 - confidence)
err = errors.mean()
general = curve(confidence, losses)
best = curve(-np.argsort(np.argsort(losses, kind="stable")).astype(float), losses)
aurc, augrc = curve(confidence, errors)
json.dump(dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__),
    conformal={str(al): float(np.quantile(scores[:60], np.ceil(61 * (1 - al)) / 60, method="inverted_cdf")) for al in (0.1, 0.05, 0.25)},
    scores=scores[:60].tolist(), jumper=dict(p=ps.tolist(), wealth=jumper(ps)),
    risk=dict(confidence=confidence.tolist(), errors=errors.tolist(), losses=losses.tolist(), aurc=aurc, augrc=augrc,
        e_aurc=float(aurc - (err + (1 - err) * np.log(1 - err))), e_augrc=float(augrc - err ** 2 / 2),
        general_aurc=general[0], general_augrc=general[1], general_e_aurc=general[0] - best[0], general_e_augrc=general[1] - best[1])),
    sys.stdout, indent=1)
