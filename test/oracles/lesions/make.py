"""Expected figures of picai_eval, SciPy, nibabel and SimpleITK for inputs that synthetic-cases.ts makes again.

Run in an environment with picai_eval, nibabel and their requirements:
    python make.py
It writes cases.json, rankings.json, assignments.json and nifti.json beside itself, with the versions used. Volumes come
from whole-number arithmetic only, so that two languages make the same voxels. The text of this script is Hortus's own.
"""

import base64
import gzip
import io
import json
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

import nibabel
import numpy as np
import SimpleITK as sitk
from picai_eval import Metrics, evaluate
from picai_eval.eval import evaluate_case
from scipy.optimize import linear_sum_assignment

HERE = Path(__file__).parent
VERSIONS = {
    name: version(name) for name in ("picai_eval", "numpy", "scipy", "scikit-learn", "SimpleITK", "nibabel")
} | {"python": platform.python_version()}
CASES = 42


class Draws:
    """A linear congruential generator modulo 2^32 (Numerical Recipes); only the upper bits are used."""

    def __init__(self, seed):
        self.state = (seed * 2654435761 + 12345) % 2**32

    def below(self, n):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return (self.state >> 16) * n // 65536


def paint(volume, ball, value):
    (x, y, z), radius = ball
    k, j, i = np.indices(volume.shape)
    volume[(i - x) ** 2 + (j - y) ** 2 + 4 * (k - z) ** 2 <= radius * radius] = value


def is_free(volume, ball):
    """Whether the box around the ball, one voxel wider, is empty."""
    (x, y, z), radius = ball
    reach = [radius + 1, radius + 1, radius // 2 + 1]
    spans = [slice(max(0, c - r), max(0, c + r + 1)) for c, r in zip((z, y, x), reversed(reach))]
    return not volume[tuple(spans)].any()


def make_case(index):
    draws = Draws(index)
    nx, ny, nz = 24 + draws.below(16), 24 + draws.below(16), 8 + draws.below(6)
    # The last six have detection maps with fewer slices than the reference, and rows of another length.
    fewer = 1 + draws.below(3) if index >= CASES - 6 else 0
    wider = draws.below(5) - 2 if index >= CASES - 6 else 0
    reference = np.zeros((nz + fewer, ny + wider, nx), np.int32)
    balls = []
    for _ in range(0 if index % 3 == 0 else 1 + draws.below(3)):
        ball = (draws.below(nx), draws.below(ny), draws.below(nz)), 2 + draws.below(5)
        balls.append(ball)
        paint(reference, ball, 1 + draws.below(3))
    detection = np.zeros((nz, ny, nx), np.float32)
    for _ in range(draws.below(7)):
        ball = (draws.below(nx), draws.below(ny), draws.below(nz)), 1 + draws.below(5)
        if balls and draws.below(3) > 0:
            (x, y, z), radius = balls[draws.below(len(balls))]
            shift = draws.below(5) - 2, draws.below(5) - 2, draws.below(3) - 1
            ball = (x + shift[0], y + shift[1], z + shift[2]), max(1, radius + draws.below(3) - 1)
        confidence = (1 + draws.below(24)) / 25
        if draws.below(6) == 0 or is_free(detection, ball):
            paint(detection, ball, confidence)
    # Every fourth map is cut in two at the first lesion: two candidates, often with equal overlap, want one lesion.
    if balls and index % 4 == 1:
        detection[:, :, balls[0][0][0]] = 0
    return detection, reference


CONFIGURATIONS = {
    "standard": {},
    "dice": {"overlap_func": "DSC"},
    "stricter overlap": {"min_overlap": 0.3},
    "no overlap needed": {"min_overlap": 0.0},
    "losers are false positives": {"allow_unmatched_candidates_with_minimal_overlap": False},
    "independent lesions": {"case_confidence_func": "bayesian"},
    "weighted": {"weighted": True},
}
RATES = [0.1, 0.25, 0.5, 1, 2]


def figures(metrics):
    counts = metrics.calculate_counts()
    return {
        "auroc": float(metrics.auroc),
        "averagePrecision": float(metrics.AP),
        "score": float(metrics.score),
        "cases": metrics.num_cases,
        "lesions": int(metrics.num_lesions),
        "thresholds": [float(one) for one in metrics.thresholds],
        "truePositives": [float(one) for one in counts["TP"]],
        # The last is infinite, which JSON does not have.
        "falsePositives": [float(one) if np.isfinite(one) else None for one in counts["FP"]],
        "tprAtFpr": [[rate, float(metrics.lesion_TPR_at_FPR(rate))] for rate in RATES],
    }


def findings_of(rows):
    return [[int(target), float(confidence), float(overlap)] for target, confidence, overlap in rows]


def make_cases():
    volumes = [make_case(index) for index in range(CASES)]
    refused = []
    for index, (detection, reference) in enumerate(volumes):
        try:
            evaluate_case(detection, reference)
        except ValueError:
            refused.append(index)
    kept = [index for index in range(CASES) if index not in refused]
    results = {}
    for name, options in CONFIGURATIONS.items():
        options = dict(options)
        weights = [(1 + index % 4) / 2 for index in kept] if options.pop("weighted", False) else None
        metrics = evaluate(
            y_det=[volumes[index][0] for index in kept],
            y_true=[volumes[index][1] for index in kept],
            subject_list=kept,
            sample_weight=weights,
            num_parallel_calls=1,
            **options,
        )
        results[name] = figures(metrics) | {
            "caseConfidences": [float(metrics.case_pred[index]) for index in kept],
            "findings": [findings_of(metrics.lesion_results[index]) for index in kept],
        }
        # What repeats is left out: the file stays small.
        if name in ("weighted", "independent lesions"):
            del results[name]["findings"]
        if name not in ("standard", "independent lesions"):
            del results[name]["caseConfidences"]
    voxels = [[int((d > 0).sum()), int((r > 0).sum())] for d, r in volumes]
    return {"refused": refused, "voxels": voxels, "results": results}


def make_rankings():
    """Findings without volumes: ties, and more thresholds than the curve keeps."""
    draws = Draws(99)
    results = {}
    for name, cases, a_case, steps in (("tied", 40, 4, 16), ("long", 300, 46, 2**15)):
        rows = {}
        for index in range(cases):
            rows[index] = [
                (int(draws.below(4) == 0), (1 + draws.below(steps) + draws.below(steps) * steps) / steps**2, 0.5)
                for _ in range(a_case)
            ]
            if draws.below(3) == 0:
                rows[index].append((1, 0.0, 0.0))
            if draws.below(3) > 0:
                rows[index] = [row for row in rows[index] if row[0] == 0]
        result = figures(Metrics(lesion_results=rows))
        if name == "long":
            for key in ("thresholds", "truePositives", "falsePositives"):
                values = result[key]
                result[key] = {"length": len(values), "everyThousandth": values[::1000], "sum": sum(v for v in values if v is not None)}
        results[name] = result
    return results


def make_assignments():
    """Tables of small whole numbers have many best assignments: which one is taken is the question."""
    draws = Draws(7)
    columns = []
    for _ in range(400):
        n, m, top = 1 + draws.below(6), 1 + draws.below(7), 2 + draws.below(4)
        table = np.array([[draws.below(top) for _ in range(m)] for _ in range(n)], float)
        rows, chosen = linear_sum_assignment(table, maximize=True)
        partner = dict(zip(rows.tolist(), chosen.tolist()))
        columns.append("".join("-" if i not in partner else str(partner[i]) for i in range(n)))
    return columns


def packed(raw):
    return base64.b64encode(gzip.compress(raw, mtime=0)).decode()


def make_nifti():
    files = []
    affine = np.array([[-0.5, 0.1, 0, 10], [0, 0.5, 0.2, -20], [0.05, 0, 3, 30.5], [0, 0, 0, 1]])
    for order in "<>":
        for kind in ("u1", "i1", "i2", "u2", "i4", "u4", "f4", "f8", "i8", "u8"):
            data = (np.arange(24).reshape(3, 4, 2) * 5).astype(order + kind)
            if kind.startswith("f"):
                data = data / data.dtype.type(7)
            elif kind.startswith("i"):
                data = data - data.dtype.type(60)
            header = nibabel.Nifti1Header(endianness=order)
            header.set_data_dtype(data.dtype)
            image = nibabel.Nifti1Image(data.astype(order + kind), affine, header)
            image.header.set_slope_inter(1, 0)
            raw = image.to_bytes()
            files.append({"writer": "nibabel", "type": order + kind, "bytes": packed(raw)} | reread(image))
    image = nibabel.Nifti1Image(np.arange(24, dtype=np.int16).reshape(3, 4, 2), None)
    image.header.set_slope_inter(0.25, -3)
    image.header.set_zooms((0.5, 0.75, 3))
    rotated = nibabel.affines.from_matvec(
        nibabel.eulerangles.euler2mat(0.3, -0.2, 0.5) @ np.diag([0.5, 0.75, -3]), [5, -6, 7]
    )
    image.set_qform(rotated, code=1)
    image.set_sform(None, code=0)
    image.header["vox_offset"] = 352
    stored = np.arange(24, dtype=np.int16).reshape(3, 4, 2)
    raw = image.header.binaryblock + b"\0\0\0\0" + stored.tobytes(order="F")
    again = nibabel.Nifti1Image.from_bytes(raw)
    files.append({"writer": "nibabel", "type": "scaled, qform", "bytes": packed(raw)} | reread(again))
    with tempfile.TemporaryDirectory() as folder:
        volume = sitk.GetImageFromArray(np.arange(24, dtype=np.float32).reshape(2, 4, 3) / 3)
        volume.SetSpacing((0.5, 0.5, 3.0))
        volume.SetOrigin((1.5, 2.5, -3.5))
        volume.SetDirection((0, 1, 0, -1, 0, 0, 0, 0, 1))
        path = Path(folder) / "volume.nii"
        sitk.WriteImage(volume, path)
        files.append({"writer": "SimpleITK", "type": "f4", "bytes": packed(path.read_bytes())} | reread(nibabel.load(path)))
    return files


def reread(image):
    """What nibabel reads, x fastest."""
    values = np.asarray(image.dataobj).astype(np.float64)
    return {
        "values": [float(one) for one in values.flatten(order="F")],
        "affine": [float(one) for one in image.affine[:3].ravel()],
        "spacing": [float(one) for one in image.header.get_zooms()],
    }


def write(name, results):
    text = io.StringIO()
    json.dump({"madeBy": "make.py", "versions": VERSIONS, "results": results}, text, separators=(",", ":"))
    (HERE / name).write_text(text.getvalue() + "\n")
    print(name, len(text.getvalue()))


if __name__ == "__main__":
    write("cases.json", make_cases())
    write("rankings.json", make_rankings())
    write("assignments.json", make_assignments())
    write("nifti.json", make_nifti())
