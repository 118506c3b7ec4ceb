"""The only language spoken across the trust boundary: capped, framed, plain data.

A frame is two unsigned 32-bit big-endian lengths, a JSON header and the raw bytes of the
arrays that the header describes::

    | header length | body length | header (JSON, UTF-8) | array bytes, one after another |

Both lengths are compared with their caps before anything is allocated. Values in the header
are tagged, so that a tuple, a list, a NumPy scalar and a 0-d array stay four different things.
Nothing in here unpickles, evaluates or looks up a name that came over the wire.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MAX_HEADER = 1 << 20
MAX_BODY = 1 << 24
MAX_DIMENSIONS = 16
MAX_NODES = 20_000
MAX_DEPTH = 16
MAX_TEXT = 20_000

_LENGTHS = struct.Struct("!II")
_NAMES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
_DTYPES = {np.dtype(name).str: np.dtype(name) for name in _NAMES}
_SCALAR_TYPES = {np.dtype(code).name: np.dtype(code).type for code in _DTYPES}


class WireError(Exception):
    """What arrived, or what was to be sent, is not a message of this protocol."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that may not cross; only the name of its type is told."""

    type_name: str


@dataclass(frozen=True, eq=False)
class Tensor:
    """A Keras or TensorFlow tensor, crossed as an array but not taken for one."""

    array: np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Generator:
    """Becomes ``numpy.random.default_rng(seed)`` beside the student's code.

    The same object sent twice is the same stream, further on; a new object with the same
    seed is the stream from its beginning.
    """

    seed: int


@dataclass
class Message:
    """A header of tagged values and the arrays that it refers to."""

    header: dict[str, Any]
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)


def fingerprint(value: Any) -> str:
    """Return a digest of the data in a value, the same on both sides of the wire.

    What is no data (a generator, an object that stays on its side) does not count.
    """
    digest = hashlib.blake2b(digest_size=16)
    _take(value, digest.update, 0)
    return digest.hexdigest()


def _take(value: Any, update: Callable[[bytes], None], depth: int) -> None:
    if isinstance(value, (list, tuple, dict)) and depth < MAX_DEPTH:
        update(f"{type(value).__name__} {len(value)} ".encode())
        for item in value.items() if isinstance(value, dict) else value:
            _take(item, update, depth + 1)
    elif isinstance(value, (np.ndarray, np.generic)):
        native = value.dtype.newbyteorder("=")
        if native.str in _DTYPES:
            kind = "array" if isinstance(value, np.ndarray) else "scalar"
            update(f"{kind} {native.str} {value.shape} ".encode())
            update(np.asarray(value, native).tobytes())
    elif value is None or type(value) in (bool, int, float, str):
        update(f"{value!r} ".encode(errors="replace"))


_PLAIN: dict[type, Callable[[Any], Any]] = {
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    str: lambda value: str.__getitem__(value, slice(None)),
    int: int.__int__,
    float: float.__float__,
}


class Encoder:
    """Turns Python values into tagged JSON and collects their arrays.

    Parameters
    ----------
    name_generator
        Gives each `Generator` the number it is known by on the other side.
    """

    def __init__(self, name_generator: Callable[[Generator], int] | None = None) -> None:
        self.arrays: list[np.ndarray[Any, Any]] = []
        self._name_generator = name_generator
        self._nodes = 0

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return `value` as tagged JSON; what has no tag crosses as `Opaque`."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("the value has too many parts to be sent")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return {"int": hex(value)}
        if kind is float:
            return {"float": value.hex()}
        if kind is str:
            return {"text": value[:MAX_TEXT]}
        if kind is list or kind is tuple:
            tag = "list" if kind is list else "tuple"
            return {tag: [self.value(item, depth + 1) for item in value]}
        if kind is dict and all(type(key) is str for key in value):
            pairs = value.items()
            return {"dict": [[key[:MAX_TEXT], self.value(v, depth + 1)] for key, v in pairs]}
        if kind is np.ndarray:
            return self._array("array", value)
        if kind in _SCALAR_TYPES.values():
            return self._array("scalar", np.asarray(value))
        if kind is Tensor:
            return self._array("tensor", value.array)
        if isinstance(value, np.dtype) and value.str in _DTYPES:
            return {"dtype": value.name}
        if kind is type and value in _SCALAR_TYPES.values():
            return {"type": np.dtype(value).name}
        if kind is Generator and self._name_generator is not None:
            number = self._name_generator(value)
            return {"generator": [number, value.seed]}
        if kind is Opaque:
            return {"opaque": value.type_name[:200]}
        # A named tuple is a tuple, and a dictionary with a default is one: by their own reading,
        # whatever else a subclass makes of it.
        for base, plain in _PLAIN.items():
            if isinstance(value, base) and kind is not base:
                return self.value(plain(value), depth + 1)
        return {"opaque": f"{kind.__module__}.{kind.__qualname__}"[:200]}

    def _array(self, tag: str, array: np.ndarray[Any, Any]) -> dict[str, Any]:
        if array.dtype.newbyteorder("=").str not in _DTYPES or array.ndim > MAX_DIMENSIONS:
            return {"opaque": f"numpy.ndarray of dtype {array.dtype.name}"[:200]}
        if array.nbytes > MAX_BODY:
            raise WireError("the array is too large to be sent")
        native = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
        self.arrays.append(native.reshape(array.shape))
        return {tag: len(self.arrays) - 1}


class Decoder:
    """Turns tagged JSON back into values; the reverse of `Encoder`.

    Parameters
    ----------
    arrays
        The arrays of the message.
    generator
        What becomes of a generator; a side that expects none refuses it.
    """

    def __init__(
        self,
        arrays: list[np.ndarray[Any, Any]],
        generator: Callable[[int, int], object] | None = None,
    ) -> None:
        self._arrays = arrays
        self._generator = generator
        self._nodes = 0

    def value(self, data: object, depth: int = 0) -> Any:
        """Return the value that `data` stands for.

        Raises
        ------
        WireError
            `data` is not a tagged value of this protocol.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("the value has too many parts")
        if data is None or isinstance(data, bool):
            return data
        if not isinstance(data, dict) or len(data) != 1:
            raise WireError("a value without a tag")
        ((tag, content),) = data.items()
        try:
            return self._tagged(tag, content, depth)
        except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
            raise WireError(f"a malformed {str(tag)[:20]!r} value") from error

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        if tag == "int":
            return int(_text(content, 5000), 16)
        if tag == "float":
            return float.fromhex(_text(content, 64))
        if tag == "text":
            return _text(content, MAX_TEXT)
        if tag in ("list", "tuple"):
            items = [self.value(item, depth + 1) for item in _list(content)]
            return items if tag == "list" else tuple(items)
        if tag == "dict":
            pairs = [_pair(pair) for pair in _list(content)]
            return {_text(key, MAX_TEXT): self.value(v, depth + 1) for key, v in pairs}
        if tag in ("array", "scalar", "tensor"):
            array = self._arrays[_index(content)]
            if tag == "scalar":
                if array.ndim:
                    raise WireError("a scalar with dimensions")
                return array[()]
            return Tensor(array) if tag == "tensor" else array
        if tag == "dtype":
            return np.dtype(_SCALAR_TYPES[_text(content, 20)])
        if tag == "type":
            return _SCALAR_TYPES[_text(content, 20)]
        if tag == "opaque":
            return Opaque(_text(content, 200))
        if tag == "generator" and self._generator is not None:
            number, seed = _pair(content)
            return self._generator(_index(number), _index(seed))
        raise WireError("an unknown tag")


def pack(message: Message) -> bytes:
    """Return `message` as one frame.

    Raises
    ------
    WireError
        The message is larger than the protocol allows.
    """
    described = [
        {"dtype": array.dtype.str, "shape": list(array.shape), "nbytes": array.nbytes}
        for array in message.arrays
    ]
    whole = {**message.header, "arrays": described}
    # Half a surrogate pair can be printed by a student, but is no text that could be stored.
    header = _ENCODER.encode(whole).encode(errors="replace")
    body = sum(array.nbytes for array in message.arrays)
    if len(header) > MAX_HEADER or body > MAX_BODY:
        raise WireError("the message is too large to be sent")
    return b"".join(
        [_LENGTHS.pack(len(header), body), header, *(a.tobytes() for a in message.arrays)]
    )


def unpack(read: Callable[[int], bytes]) -> Message:
    """Read one frame through ``read(n)``, which returns exactly `n` bytes.

    Raises
    ------
    WireError
        The frame is too large, or its header does not describe its body.
    """
    header_length, body_length = _LENGTHS.unpack(read(_LENGTHS.size))
    if header_length > MAX_HEADER or body_length > MAX_BODY:
        raise WireError("the frame announces more bytes than are allowed")
    try:
        text = read(header_length).decode()
        header = _DECODER.decode(text)
        if "\\u" in text:  # half a surrogate pair can hide in an escape: that raises a ValueError
            _ENCODER.encode(header).encode()
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON of this protocol") from error
    if not isinstance(header, dict):
        raise WireError("the header is not an object")
    described = header.pop("arrays", None)
    if not isinstance(described, list) or len(described) > MAX_NODES:
        raise WireError("the header describes no arrays")
    layouts = [_layout(item) for item in described]
    if sum(nbytes for _, _, nbytes in layouts) != body_length:
        raise WireError("the arrays do not fill the body")
    body = read(body_length)
    arrays, offset = [], 0
    for dtype, shape, nbytes in layouts:
        flat = np.frombuffer(body, dtype, count=nbytes // dtype.itemsize, offset=offset)
        try:
            arrays.append(flat.reshape(shape).copy())
        except ValueError as error:  # no bytes at all, but dimensions beyond counting
            raise WireError("an array with a malformed shape") from error
        offset += nbytes
    return Message(header, arrays)


def _layout(item: object) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    if not isinstance(item, dict) or set(item) != {"dtype", "shape", "nbytes"}:
        raise WireError("an array is not described")
    code, shape, nbytes = item["dtype"], item["shape"], item["nbytes"]
    if not isinstance(code, str) or code not in _DTYPES:
        raise WireError("an array of a dtype that may not cross")
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise WireError("an array with a malformed shape")
    if any(type(n) is not int or not 0 <= n <= MAX_BODY for n in shape):
        raise WireError("an array with a malformed shape")
    dtype = _DTYPES[code]
    if type(nbytes) is not int or math.prod(shape) * dtype.itemsize != nbytes:
        raise WireError("an array whose size contradicts its shape")
    return dtype, tuple(shape), nbytes


def _text(content: object, limit: int) -> str:
    if not isinstance(content, str) or len(content) > limit:
        raise WireError("a malformed text")
    return content


def _list(content: object) -> list[Any]:
    if not isinstance(content, list):
        raise WireError("a malformed list")
    return content


def _pair(content: object) -> tuple[Any, Any]:
    if not isinstance(content, list) or len(content) != 2:
        raise WireError("a malformed pair")
    return content[0], content[1]


def _index(content: object) -> int:
    if type(content) is not int or content < 0:
        raise WireError("a malformed number")
    return content


def _refuse_number(written: str) -> None:
    raise ValueError(written)


# Made once, not for each message. A float crosses as text: a bare one is none of this protocol.
_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False)
_DECODER = json.JSONDecoder(parse_constant=_refuse_number, parse_float=_refuse_number)
