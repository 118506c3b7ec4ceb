"""Make ``fashion_mnist_subset.npz``, the part of Fashion-MNIST kept beside the book.

Usage::

    python book/data/make_subset.py [--from FOLDER]

``FOLDER`` holds the four original ``*-ubyte.gz`` files; Debian's package dataset-fashion-mnist puts
them in /usr/share/datasets/fashion-mnist. Without it, Keras fetches the same files.

The selection is deterministic: from each class, a fixed number of images drawn without
replacement by NumPy's generator seeded with `SEED`, then shuffled. The archive's time stamps are
fixed too, so a second run gives the same bytes (with the same zlib).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

SEED: Final[int] = 20171
PER_CLASS: Final[dict[str, int]] = {"train": 800, "test": 200}
OUTPUT: Final[Path] = Path(__file__).resolve().parent / "fashion_mnist_subset.npz"

Bytes = npt.NDArray[np.uint8]


def read_idx(path: Path) -> Bytes:
    """Read one gzipped IDX file of unsigned bytes."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = tuple(int(n) for n in np.frombuffer(raw, ">i4", count=rank, offset=4))
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_originals(folder: Path | None) -> dict[str, tuple[Bytes, Bytes]]:
    """Return ``{"train": (images, labels), "test": (images, labels)}`` in full."""
    if folder is None:
        from keras.datasets import fashion_mnist

        train, test = fashion_mnist.load_data()
        return {"train": train, "test": test}
    return {
        part: (
            read_idx(folder / f"{stem}-images-idx3-ubyte.gz"),
            read_idx(folder / f"{stem}-labels-idx1-ubyte.gz"),
        )
        for part, stem in (("train", "train"), ("test", "t10k"))
    }


def choose(labels: Bytes, per_class: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return shuffled positions holding each class ``per_class`` times."""
    chosen = [
        rng.choice(np.flatnonzero(labels == k), size=per_class, replace=False) for k in range(10)
    ]
    return rng.permutation(np.concatenate(chosen)).astype(np.int64)


def write(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write a compressed ``.npz`` whose bytes do not depend on the clock."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(2017, 8, 25, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, buffer.getvalue())


def main() -> None:
    """Choose the images, write the file and print its SHA-256."""
    parser = argparse.ArgumentParser(description="Make the Fashion-MNIST subset.")
    parser.add_argument("--from", dest="folder", type=Path, help="folder of the original files")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()

    rng = np.random.default_rng(SEED)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for part, (images, labels) in read_originals(arguments.folder).items():
        chosen = choose(labels, PER_CLASS[part], rng)
        arrays[f"x_{part}"] = images[chosen]
        arrays[f"y_{part}"] = labels[chosen]
    write(arguments.output, arrays)
    content = arguments.output.read_bytes()
    print(f"{arguments.output.name}: {len(content):,} bytes")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
