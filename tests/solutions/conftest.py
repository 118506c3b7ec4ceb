"""What several tests of the references share."""

from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    """Keras, which is imported only where a test wants it."""
    import keras

    return keras


@pytest.fixture(scope="session")
def extensions(keras: ModuleType) -> ModuleType:
    """The references that are subclasses of Keras's classes."""
    from solutions import keras_extensions

    return keras_extensions


@pytest.fixture(scope="session")
def tensorflow(keras: ModuleType) -> ModuleType:
    """TensorFlow, once Keras has found it."""
    import tensorflow

    return tensorflow
