"""Write the trained heads: heads.npz (8-bit weights, idf) and model.json (labels, layers, thresholds, data, licences)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dengar.enrich.features import FORMULA
from dengar.enrich.train.fit import SEED, Fitted

LICENCE = "CC-BY-SA-4.0"


def write(
    folder: Path, fitted: Sequence[Fitted], idf: npt.NDArray[np.float16], hashes: dict[str, str], scores: dict[str, Any]
) -> str:
    """Write both files and return the version: the model's number and a digest of its weights."""
    weights, scale = quantise(np.concatenate([one.weights for one in fitted]))
    bias = np.concatenate([one.bias for one in fitted]).astype(np.float32)
    packed = _npz({"weights": weights, "scale": scale, "bias": bias, "idf": idf})
    heads = [
        {
            "name": one.spec.name,
            "labels": list(one.spec.labels),
            "directions": [direction.name for direction in one.spec.all_directions()],
            "layer": np.round(one.head.layer.astype(float), 5).tolist(),
            "preference": one.head.preference.astype(float).tolist(),
            "threshold": one.head.threshold,
        }
        for one in fitted
    ]
    judged = json.dumps(heads, sort_keys=True).encode()
    version = f"heads/1+{hashlib.blake2b(packed + judged, digest_size=4).hexdigest()}"
    card = {
        "version": version,
        "features": FORMULA,
        "licence": LICENCE,
        "seed": SEED,
        "heads": heads,
        "scores_on_folds": scores,
        "data": hashes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "heads.npz").write_bytes(packed)
    (folder / "model.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return version


def quantise(weights: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Whole numbers of −127…127 and a scale for each direction.

    A number stands for its square, with its sign: a few weights are a hundred times the others, and both must survive.
    `dengar.enrich.heads.expand` is the way back.
    """
    top = np.maximum(np.abs(weights).max(axis=1), 1e-9)
    roots = np.sqrt(np.abs(weights) / top[:, None]) * 127
    return (np.sign(weights) * np.rint(roots)).astype(np.int8), (top / 127**2).astype(np.float32)


def _npz(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """An .npz whose bytes depend on the arrays alone (numpy's own writer stamps the time of day)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return packed.getvalue()
