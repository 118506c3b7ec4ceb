"""The data sets of the book.

`load_fashion_mnist_subset` reads a small file kept in the repository, so a page that uses it
builds without a network. The two other loaders ask Keras for a full data set, which downloads it
once and keeps it in Keras's own cache.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

FOLDER: Final[Path] = Path(__file__).resolve().parents[1] / "data"
SUBSET_FILE: Final[Path] = FOLDER / "fashion_mnist_subset.npz"

FASHION_MNIST_CLASSES: Final[tuple[str, ...]] = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
CIFAR10_CLASSES: Final[tuple[str, ...]] = (
    "aeroplane",
    "car",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "lorry",
)


class DataUnavailable(RuntimeError):
    """A data set is neither on this machine nor to be had over the network."""


@dataclass(frozen=True)
class ImageData:
    """A labelled set of images, split into training and test parts.

    Attributes
    ----------
    x_train, x_test
        Images as ``float32`` in [0, 1], the first axis running over the images. The arrays are
        read-only: copy one before changing it.
    y_train, y_test
        Class numbers as ``int64``, one an image.
    class_names
        The name of each class, in the order of the class numbers.
    """

    x_train: FloatArray
    y_train: IntArray
    x_test: FloatArray
    y_test: IntArray
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only: the loader hands the same ones to every caller."""
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            array.flags.writeable = False


@dataclass(frozen=True)
class FashionMNIST(ImageData):
    """Fashion-MNIST: 28 x 28 grey-level photographs of ten kinds of clothing."""


@dataclass(frozen=True)
class CIFAR10(ImageData):
    """CIFAR-10: 32 x 32 colour photographs of ten kinds of animal and vehicle."""


def _images(array: npt.NDArray[Any]) -> FloatArray:
    """Scale 8-bit images to ``float32`` in [0, 1]."""
    scaled: FloatArray = array.astype(np.float32) / np.float32(255)
    return scaled


def _labels(array: npt.NDArray[Any]) -> IntArray:
    """Return class numbers as one flat ``int64`` array."""
    return array.reshape(-1).astype(np.int64)


@functools.cache
def load_fashion_mnist_subset() -> FashionMNIST:
    """Return the class-balanced part of Fashion-MNIST kept beside the book.

    No network is needed. The selection is fixed (``book/data/README.md`` says how it was made),
    and both parts are shuffled, so any leading slice is a fair sample.

    Returns
    -------
    FashionMNIST
        8,000 training and 2,000 test images, each class equally often.

    Raises
    ------
    DataUnavailable
        If the file is missing, which means that the checkout is incomplete.
    """
    try:
        with np.load(SUBSET_FILE, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    except FileNotFoundError:
        message = (
            "book/data/fashion_mnist_subset.npz is missing: restore it from the repository, "
            "or make it again with `python book/data/make_subset.py`."
        )
        raise DataUnavailable(message) from None
    return FashionMNIST(
        x_train=_images(parts["x_train"]),
        y_train=_labels(parts["y_train"]),
        x_test=_images(parts["x_test"]),
        y_test=_labels(parts["y_test"]),
        class_names=FASHION_MNIST_CLASSES,
    )


def _download(name: str, load: Callable[[], Any]) -> Any:
    """Call one of Keras's loaders and turn any failure to fetch into one clear line."""
    try:
        return load()
    except Exception as error:  # Keras raises a bare Exception when a download fails
        message = (
            f"{name} is not on this machine and could not be downloaded "
            f"({type(error).__name__}): connect to a network once, or copy the file into "
            "~/.keras/datasets, and run this cell again."
        )
        raise DataUnavailable(message) from None


def load_fashion_mnist() -> FashionMNIST:
    """Return the whole of Fashion-MNIST (60,000 training, 10,000 test images) through Keras.

    Returns
    -------
    FashionMNIST
        Images of shape ``(n, 28, 28)``.

    Raises
    ------
    DataUnavailable
        If Keras neither has the files nor can fetch them.
    """
    from keras.datasets import fashion_mnist

    (x_train, y_train), (x_test, y_test) = _download("Fashion-MNIST", fashion_mnist.load_data)
    return FashionMNIST(
        _images(x_train), _labels(y_train), _images(x_test), _labels(y_test), FASHION_MNIST_CLASSES
    )


def load_cifar10() -> CIFAR10:
    """Return the whole of CIFAR-10 (50,000 training, 10,000 test images) through Keras.

    Returns
    -------
    CIFAR10
        Images of shape ``(n, 32, 32, 3)``.

    Raises
    ------
    DataUnavailable
        If Keras neither has the files nor can fetch them.
    """
    from keras.datasets import cifar10

    (x_train, y_train), (x_test, y_test) = _download("CIFAR-10", cifar10.load_data)
    return CIFAR10(
        _images(x_train), _labels(y_train), _images(x_test), _labels(y_test), CIFAR10_CLASSES
    )
