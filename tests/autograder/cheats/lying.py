"""Answers that lie about what they are."""

from tests.autograder.cheats import within

_LIAR = """
class Liar(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)
    def __array_ufunc__(self, *args, **kwargs):
        return True
    def __array_function__(self, *args, **kwargs):
        return True
"""
_EQUAL = """
class Equal:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 0
    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __contains__ = __eq__
"""

CHEATS = [
    within(
        "an-array-that-equals-everything",
        "the judge compares with it",
        "return np.zeros(shape, dtype).view(Liar)",
        _LIAR,
    ),
    within(
        "an-object-that-equals-everything", "the judge compares with it", "return Equal()", _EQUAL
    ),
    within(
        "an-object-that-says-it-is-an-array",
        "isinstance believes it",
        """
class Claimant:
    __class__ = np.ndarray
    shape, dtype = property(lambda self: (1,)), property(lambda self: np.dtype("f4"))
return Claimant()
""",
    ),
    within(
        "a-class-that-says-it-is-an-array",
        "a metaclass answers isinstance",
        """
class Meta(type):
    def __instancecheck__(cls, thing):
        return True
    def __eq__(cls, other):
        return True
    __hash__ = type.__hash__
return Meta("ndarray", (), {})()
""",
    ),
    within(
        "an-array-interface-without-an-array",
        "NumPy reads where it points",
        """
class Interface:
    __array_interface__ = {
        "shape": tuple(shape), "typestr": "<f4", "version": 3, "data": (16, False)}
return Interface()
""",
    ),
    within(
        "an-array-method",
        "NumPy converts it when it is compared",
        """
class Convertible:
    def __array__(self, *args, **kwargs):
        return np.zeros(shape, dtype)
return Convertible()
""",
    ),
    within("not-a-number", "no comparison with it is true", "return np.full(shape, np.nan, dtype)"),
    within(
        "infinity", "what is infinite is never too small", "return np.full(shape, np.inf, dtype)"
    ),
    within("one-number", "it is broadcast", "return dtype(0)"),
    within("an-array-without-dimensions", "it is broadcast", "return np.asarray(0, dtype)"),
    within("one-row", "it is broadcast", "return np.zeros((1,) * len(shape), dtype)"),
    within(
        "a-view-with-strides-of-zero",
        "its bytes are not what its shape says",
        "return np.broadcast_to(dtype(0), shape)",
    ),
    within("an-empty-array", "all of nothing is right", "return np.zeros((0, *shape[1:]), dtype)"),
    within(
        "complex-numbers",
        "the imaginary part does not count",
        "return rng.standard_normal(shape) + 1j",
    ),
    within(
        "an-array-of-objects",
        "every element equals everything",
        """
values = np.empty(shape, object)
values[...] = Equal()
return values
""",
        _EQUAL,
    ),
    within(
        "a-structured-array",
        "its dtype has a field for everything",
        'return np.zeros(shape, [("value", dtype)])',
    ),
    within("truth", "it is what a passed test returns", "return True"),
    within("nothing", "nothing is not wrong", "return None"),
    within(
        "a-list", "it looks the same when it is printed", "return np.zeros(shape, dtype).tolist()"
    ),
    within("a-number-of-thousands-of-digits", "it cannot even be printed", "return 1 << 19000"),
    within(
        "twenty-thousand-arrays",
        "the message about them takes for ever",
        """
return [np.zeros(1000)] * 300
""",
    ),
    within(
        "a-list-that-holds-itself",
        "it has no end",
        """
values = []
values.append(values)
return values
""",
    ),
    within(
        "a-hundred-megabytes",
        "the judge runs out of memory",
        "return np.zeros(25 << 20, np.float32)",
    ),
    within(
        "a-float-of-another-width",
        "it is compared after rounding",
        "return rng.uniform(-1, 1, shape).astype(np.longdouble)",
    ),
    within(
        "an-exception-for-an-answer",
        "what raises has not answered wrongly",
        "raise ValueError('shape')",
    ),
    within("not-attempted", "what was not attempted may be forgiven", "raise NotImplementedError"),
    within(
        "an-exception-that-cannot-be-shown",
        "the harness fails when it shows it",
        """
class Shy(Exception):
    def __str__(self):
        raise self
    __repr__ = __str__
raise Shy
""",
    ),
    within(
        "an-exception-with-half-a-character",
        "it cannot be written to the notebook",
        'raise ValueError("\\ud800\\x00\\x1b[2J")',
    ),
    within("system-exit", "the harness ends, and successfully", "raise SystemExit(0)"),
    within(
        "keyboard-interrupt", "the instructor seems to have stopped it", "raise KeyboardInterrupt"
    ),
    within(
        "a-coroutine",
        "somebody will await it",
        """
async def later():
    return np.zeros(shape, dtype)
return later()
""",
    ),
    within(
        "a-generator",
        "somebody will exhaust it",
        """
return (x for x in iter(int, 1))
""",
    ),
]
