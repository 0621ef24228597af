"""Makes core/networks/layouts.onnx, the classifier of `--packer learned`: python training/layouts.py

Needs training/requirements.txt and the meshes in ../shared/data. Prints what it measured on the way.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

from brickprint.core.networks.runner import Network  # noqa: E402
from brickprint.core.packing.learned import NETWORK, classifier, grades  # noqa: E402
from brickprint.training.models import TRAINED_ON, task_of  # noqa: E402
from brickprint.training.truth import samples_of  # noqa: E402
from sklearn.model_selection import GridSearchCV, GroupKFold  # noqa: E402
from sklearn.svm import SVC  # noqa: E402

SAMPLES = 1500
PARAMETERS = {"C": [0.1, 1, 10, 100], "gamma": [0.25, 1, 4, 16]}
OPSET = 17


def main() -> None:
    """Gather, search, fit, write, and compare the written network with the fitted one."""
    columns = []
    for i, (name, studs) in enumerate(TRAINED_ON.items()):
        samples = samples_of(task_of(name, studs), SAMPLES // len(TRAINED_ON), seed=i)
        kept = slice(SAMPLES // len(TRAINED_ON))
        columns.append((samples.features[kept], samples.grade[kept], samples.layer[kept] + 10_000 * i))
        share = np.bincount(samples.grade[kept], minlength=4) / len(samples.grade[kept])
        print(f"{name}, {studs} studs: {len(columns[-1][1])} samples, grades {np.round(share, 2)}", flush=True)
    features, grade, layer = (np.concatenate(column) for column in zip(*columns, strict=True))
    # Candidates of one layer are never on both sides of a fold.
    search = GridSearchCV(SVC(kernel="rbf"), PARAMETERS, scoring="f1_micro", cv=GroupKFold(5))
    search.fit(features, grade, groups=layer)
    print(f"five folds: {search.best_params_}, micro-F1 {search.best_score_:.3f}")
    print(f"always the commonest grade: {np.bincount(grade).max() / len(grade):.3f}")
    machine = SVC(kernel="rbf", probability=True, random_state=0, **search.best_params_).fit(features, grade)
    NETWORK.write_bytes(as_onnx(machine))
    print(f"{machine.n_support_.sum()} support vectors, {NETWORK.stat().st_size / 1000:.0f} kB")
    print(f"largest difference of a chance, onnxruntime to scikit-learn: {difference(classifier(), machine, features)}")


def as_onnx(machine: SVC) -> bytes:
    """The classifier as an ONNX file: features (N, 4) -> label (N,), probabilities (N, 4)."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    ports = [("features", FloatTensorType([None, machine.n_features_in_]))]
    options = {id(machine): {"zipmap": False}}
    model = convert_sklearn(machine, "layouts", ports, options=options, target_opset=OPSET)
    return model.SerializeToString(deterministic=True)


def difference(network: Network, machine: SVC, features: np.ndarray) -> float:
    """How far the network's chances are from the classifier's at most."""
    return float(np.abs(grades(network, features) - machine.predict_proba(features)).max())


if __name__ == "__main__":
    main()
