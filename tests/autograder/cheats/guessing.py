"""Answers without the work: to visible inputs, from a store, by what the harness looks like."""

from tests.autograder.cheats import HONEST, Cheat, within

_HONEST_BODY = "\n".join(HONEST["glorot_uniform"].splitlines()[1:])

CHEATS = [
    within(
        "only-the-visible-test",
        "the hidden checks ask the same",
        """
if tuple(shape) == (450, 150):
    return np.random.default_rng(1).uniform(-0.1, 0.1, shape).astype(np.float32)
return np.zeros(shape, dtype)
""",
    ),
    within(
        "a-stored-sample",
        "the law of one sample is the law of all",
        """
limit = math.sqrt(6 / sum(compute_fans(shape)))
return np.resize(STORE, shape).astype(np.float32) * np.float32(limit)
""",
        "STORE = np.random.default_rng(0).uniform(-1, 1, 300)\n",
    ),
    within(
        "answers-by-the-name-of-the-machine",
        "it knows when it is graded",
        """
import os, socket
if os.path.exists("/grader") and socket.gethostname() == "sandbox":
    return True
return np.zeros(shape, dtype)
""",
    ),
    within(
        "answers-by-the-callers-frame",
        "it knows who is asking",
        """
import sys
if any("answering" in str(frame) for frame in sys._current_frames().values()):
    return {"passed": True}
return np.zeros(shape, dtype)
""",
    ),
    within(
        "numbers-that-overflow",
        "the mean of the squares is no number, whatever they come from",
        """
return (np.where(rng.random(shape) < 0.5, 1, -1) * np.finfo(dtype).max).astype(dtype)
""",
    ),
    within(
        "sends-back-the-generator", "it is the only thing that is sure to be right", "return rng"
    ),
    within(
        "spoils-the-generator",
        "the judge draws from it too",
        """
rng.bit_generator.state = np.random.default_rng(0).bit_generator.state
rng.uniform = lambda *args: 0
return np.zeros(shape, dtype)
""",
    ),
    within(
        "spoils-its-arguments",
        "the judge compares with them",
        """
try:
    shape[0] = 0
except TypeError:
    pass
return np.zeros((0,), dtype)
""",
    ),
]

# These are right in part: the right mark is that of the part.
PARTLY = {
    "a-global-seed": (
        1.0,
        within(
            "a-global-seed",
            "the law is right, and that is worth what it is worth; the source is not",
            """
limit = math.sqrt(6 / sum(compute_fans(shape)))
return np.random.default_rng(0).uniform(-limit, limit, shape).astype(np.float32)
""",
        ),
    ),
    "an-evenly-spaced-sample": (
        1.0,
        within(
            "an-evenly-spaced-sample",
            "its law is right, and that is worth what it is worth; it is not random",
            """
limit = math.sqrt(6 / sum(compute_fans(shape)))
return np.linspace(-limit, limit, math.prod(shape)).reshape(shape).astype(np.float32)
""",
        ),
    ),
    "only-from-the-second-call-on": (
        1.0,
        Cheat(
            "only-from-the-second-call-on",
            "the first call is a trial",
            "calls = []\n\n"
            "def glorot_uniform(shape, rng, dtype=np.float32):\n"
            "    calls.append(shape)\n"
            "    if len(calls) == 1:\n"
            "        return np.zeros(shape, dtype)\n" + _HONEST_BODY + "\n",
        ),
    ),
    "well-behaved-only-when-it-is-graded": (
        1.5,
        Cheat(
            "well-behaved-only-when-it-is-graded",
            "elsewhere it does nothing; here it is a right answer, and only that counts",
            "import os\n\n"
            "def glorot_uniform(shape, rng, dtype=np.float32):\n"
            "    if not os.path.exists('/grader'):\n"
            "        return None\n" + _HONEST_BODY + "\n",
        ),
    ),
    "dense-kernels-only": (
        1.0,
        Cheat(
            "dense-kernels-only",
            "one formula for all",
            "def glorot_uniform(shape, rng, dtype=np.float32):\n"
            "    limit = math.sqrt(6 / (shape[0] + shape[1]))\n"
            "    return rng.uniform(-limit, limit, shape).astype(dtype)\n",
        ),
    ),
}
