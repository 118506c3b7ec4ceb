"""The wire: what goes in comes out, and anything else is refused without a fuss."""

import collections
import contextlib
import enum
import json
import math
import struct
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.inside import wire
from autograder.inside.wire import Decoder, Encoder, Message, Opaque, WireError, pack, unpack


def reader(data: bytes):
    position = 0

    def read(count: int) -> bytes:
        nonlocal position
        part = data[position : position + count]
        position += count
        if len(part) < count:
            raise EOFError
        return part

    return read


def through(value: object) -> object:
    encoder = Encoder()
    message = Message({"value": encoder.value(value)}, encoder.arrays)
    received = unpack(reader(pack(message)))
    return Decoder(received.arrays).value(received.header["value"])


DTYPES = st.sampled_from(["?", "<i4", "<i8", "<u1", "<f2", "<f4", "<f8", "<c8", "<c16"])
ARRAYS = hnp.arrays(DTYPES.map(np.dtype), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec="utf-8"))
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4),
    ),
    max_leaves=12,
)


def same(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return a == b


@given(VALUES)
def test_a_plain_value_survives_with_its_types(value: object) -> None:
    assert same(value, through(value))


@given(ARRAYS)
def test_an_array_survives_to_the_bit(array: np.ndarray) -> None:
    received = through(array)
    assert type(received) is np.ndarray
    assert received.dtype == array.dtype
    assert received.shape == array.shape
    assert received.tobytes() == array.tobytes()


def test_a_scalar_an_array_without_dimensions_and_a_float_stay_three_things() -> None:
    assert type(through(np.float32(2.0))) is np.float32
    assert type(through(np.asarray(2.0))) is np.ndarray
    assert type(through(2.0)) is float


def test_arrays_in_other_memory_orders_cross_as_their_values() -> None:
    array = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(through(array.T), array.T)
    assert np.array_equal(through(array[::-1, ::2]), array[::-1, ::2])
    assert np.array_equal(through(array.astype(">f8")), array)


class Point(NamedTuple):
    x: int
    y: float


class Colour(enum.StrEnum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Shouting(tuple):
    """A tuple that says of itself what it likes."""

    def __iter__(self):
        return iter((99,))

    def __len__(self):
        return 1


@pytest.mark.parametrize(
    ("value", "crossed"),
    [
        (Point(1, 2.0), (1, 2.0)),
        (collections.OrderedDict(b=1, a=[2]), {"b": 1, "a": [2]}),
        (collections.defaultdict(list, a=Point(1, 2.0)), {"a": (1, 2.0)}),
        (Colour.RED, "red"),
        (Number.ONE, 1),
        (Shouting((1, 2)), (1, 2)),
    ],
)
def test_what_is_plain_data_by_inheritance_crosses_as_that(value: object, crossed: object) -> None:
    found = through(value)
    assert same(found, crossed)
    assert not isinstance(found, dict) or list(found) == list(crossed)


class Lying(np.ndarray):
    """An array that says of itself whatever it likes."""


@pytest.mark.parametrize(
    "value",
    [
        object(),
        np.zeros(2).view(Lying),
        np.array(["text"]),
        np.array([object()]),
        {1: 2},
        {1, 2},
        b"bytes",
        print,
    ],
)
def test_what_is_not_plain_data_crosses_as_the_name_of_its_type(value: object) -> None:
    assert isinstance(through(value), Opaque)


def test_a_value_that_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(WireError):
        Encoder().value(endless)


def frame(header: object, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!II", len(text), len(body)) + text + body


def described(**changes: object) -> dict[str, object]:
    return {"arrays": [{"dtype": "<f8", "shape": [2], "nbytes": 16} | changes]}


@pytest.mark.parametrize(
    "data",
    [
        frame(b"not json"),
        frame(b"[" * 100_000),
        frame(b"\xff\xfe"),
        frame([1]),
        frame({}),
        frame({"arrays": 3}),
        frame(b'{"arrays": [], "x": NaN}'),
        frame(b'{"arrays": [], "x": Infinity}'),
        frame(b'{"arrays": [], "x": 1e999}'),
        frame(b'{"arrays": [], "x": 0.5}'),
        frame(rb'{"arrays": [], "x": "\ud800"}'),
        frame({"arrays": []}, b"left over"),
        frame(described(dtype="|O"), bytes(16)),
        frame(described(dtype="<U4"), bytes(16)),
        frame(described(dtype=["<f8"]), bytes(16)),
        frame(described(shape=[-2]), bytes(16)),
        frame(described(shape=[2.0]), bytes(16)),
        frame(described(shape=[True, 2]), bytes(16)),
        frame(described(shape=[1] * 40 + [2]), bytes(16)),
        frame(described(shape=[3]), bytes(16)),
        frame(described(nbytes=1 << 60), bytes(16)),
        frame(described(shape=[1 << 40], nbytes=8 << 40), bytes(16)),
        struct.pack("!II", wire.MAX_HEADER + 1, 0),
        struct.pack("!II", 2, wire.MAX_BODY + 1) + b"{}",
    ],
)
def test_a_malformed_frame_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        unpack(reader(data))


def test_nothing_is_read_beyond_a_length_over_its_cap() -> None:
    asked = []

    def read(count: int) -> bytes:
        asked.append(count)
        return struct.pack("!II", 0xFFFFFFFF, 0xFFFFFFFF)

    with pytest.raises(WireError):
        unpack(read)
    assert asked == [8]


@pytest.mark.parametrize(
    "tagged",
    [
        3,
        "text",
        [],
        {},
        {"int": 3},
        {"int": "0x" + "f" * 10_000},
        {"float": "nothing"},
        {"float": "0x1p99999999"},
        {"text": 3},
        {"list": {}},
        {"dict": [["one"]]},
        {"dict": [[1, None]]},
        {"array": 7},
        {"array": -1},
        {"array": True},
        {"scalar": 0},
        {"dtype": "object"},
        {"type": "__class__"},
        {"opaque": ["x"]},
        {"generator": [0, 1]},
        {"unknown": 1},
        {"int": "0x1", "float": "0x1p0"},
    ],
)
def test_a_malformed_value_is_refused(tagged: object) -> None:
    with pytest.raises(WireError):
        Decoder([np.zeros(2)]).value(tagged)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["int", "float", "list", "tuple", "array", "scalar", "dict", "x"]),
            inner,
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_whatever_is_decoded_is_a_value_or_a_refusal(tagged: object) -> None:
    with contextlib.suppress(WireError):
        Decoder([np.zeros(()), np.zeros(3)]).value(tagged)


@given(st.binary(max_size=200), st.booleans())
def test_whatever_bytes_arrive_are_a_message_or_a_refusal(data: bytes, prefixed: bool) -> None:
    if prefixed:
        data = struct.pack("!II", len(data), 0) + data
    with contextlib.suppress(WireError, EOFError):
        unpack(reader(data))
