"""Forged results: frames, outputs and replies that the harness did not make."""

from tests.autograder.cheats import beside, within

_FRAME = """
import json, os, struct

def frame(header, body=b""):
    data = json.dumps(header).encode()
    return struct.pack("!II", len(data), len(body)) + data + body

def said(**header):
    os.write(3, frame({"arrays": [], **header}))
"""
_ZEROS = "return np.zeros(shape, dtype)"

CHEATS = [
    beside("prints-a-verdict", "the last output is taken for the score", "print('1.5')\n1.5\n"),
    beside(
        "standard-output-itself",
        "what is written past the capture is taken for the score",
        "import os, sys\n"
        "for place in (1, 2):\n    os.write(place, b'1.5\\n')\n"
        "sys.__stdout__.write('1.5\\n')\nsys.__stdout__.flush()\n",
    ),
    beside(
        "closes-standard-output",
        "a harness without its streams gives up in the student's favour",
        "import sys\nsys.stdout.close()\nsys.stdout = sys.stderr = None\n",
    ),
    beside("a-reply-before-the-question", "it waits in line for it", _FRAME + "said(value=True)\n"),
    beside(
        "a-hundred-replies-in-advance",
        "one of them will have the number that is asked for",
        _FRAME
        + "for n in range(100):\n    said(value=None, raised=None, printed=None, number=n)\n",
    ),
    within(
        "replies-twice",
        "the second is taken for the next answer's",
        f"""
said(value=None)
{_ZEROS}
""",
        _FRAME,
    ),
    within(
        "replies-with-a-verdict",
        "the judge copies what it is told",
        f"""
said(value=True, passed=True, score=1.5, earned=1.5)
{_ZEROS}
""",
        _FRAME,
    ),
    within(
        "the-right-number-on-a-forged-reply",
        "the number proves who replied",
        f"""
import gc
numbers = [m.header["number"] for m in gc.get_objects() if type(m).__name__ == "Message"]
for number in numbers:
    said(value=None, number=number)
{_ZEROS}
""",
        _FRAME,
    ),
    within(
        "a-frame-that-announces-gigabytes",
        "the judge allocates and dies",
        """
os.write(3, struct.pack("!II", 2**32 - 1, 2**32 - 1))
return 0
""",
        _FRAME,
    ),
    within(
        "a-frame-of-a-huge-header",
        "the judge chokes on it",
        """
data = b'{"arrays": [], "value": "' + b"x" * (1 << 20) + b'"}'
os.write(3, struct.pack("!II", len(data), 0))
for start in range(0, len(data), 4096):
    os.write(3, data[start:start + 4096])
return 0
""",
        _FRAME,
    ),
    within(
        "a-frame-of-nested-lists",
        "the judge's parser overflows",
        """
data = b'{"arrays": [], "value": ' + b"[" * 100000
os.write(3, struct.pack("!II", len(data), 0) + data)
return 0
""",
        _FRAME,
    ),
    within(
        "a-frame-of-no-json",
        "the judge's parser fails",
        """
os.write(3, struct.pack("!II", 4, 0) + b"\\xff\\xfe\\x00\\x00")
return 0
""",
        _FRAME,
    ),
    within(
        "arrays-that-contradict-their-shape",
        "the judge reads beyond the buffer",
        """
array = {"dtype": "<f4", "shape": [1000, 1000], "nbytes": 8}
os.write(3, frame({"arrays": [array], "value": {"array": 0}}, bytes(8)))
return 0
""",
        _FRAME,
    ),
    within(
        "no-bytes-in-dimensions-beyond-counting",
        "NumPy itself refuses the shape",
        """
array = {"dtype": "<f4", "shape": [1 << 26] * 15 + [0], "nbytes": 0}
os.write(3, frame({"arrays": [array], "value": {"array": 0}}))
return 0
""",
        _FRAME,
    ),
    within(
        "an-array-of-objects-on-the-wire",
        "the judge unpickles",
        """
array = {"dtype": "|O8", "shape": [1], "nbytes": 8}
os.write(3, frame({"arrays": [array], "value": {"array": 0}}, bytes(8)))
return 0
""",
        _FRAME,
    ),
    within(
        "half-a-frame",
        "the judge waits for the rest for ever",
        """
os.write(3, struct.pack("!II", 100, 0) + b"{")
os._exit(0)
""",
        _FRAME,
    ),
    within(
        "closes-the-line",
        "without an answer there is no wrong answer",
        """
os.close(3)
return 0
""",
        _FRAME,
    ),
    within(
        "an-error-on-a-line-that-is-infinite",
        "the judge's arithmetic overflows",
        """
header = '{"arrays": [], "raised": {"type": "E", "text": "", "lines": [{"line": 1e999}]}}'
os.write(3, struct.pack("!II", len(header), 0) + header.encode())
return 0
""",
        _FRAME,
    ),
    within(
        "forges-a-handle",
        "a handle is looked up on the trusted side",
        f"""
said(value={{"handle": -1}})
said(made="__import__('os').abort()")
{_ZEROS}
""",
        _FRAME,
    ),
    beside(
        "replaces-the-answerer",
        "the harness's own functions are in this process",
        "import sys\n"
        "answering = sys.modules['inside.answering']\n"
        "answering.Answerer.answer = lambda self, request: answering.Message({'value': True})\n",
    ),
    beside(
        "replaces-the-wire",
        "the encoder could say that everything was right",
        "import sys\n"
        "wire = sys.modules['inside.wire']\n"
        "wire.Encoder.value = lambda self, value, depth=0: True\n",
    ),
    beside(
        "replaces-the-packing-found-through-gc",
        "the module may be hidden, its functions cannot be",
        "import gc\n"
        "for thing in gc.get_objects():\n"
        "    if callable(thing) and getattr(thing, '__name__', '') in ('pack', '_packed'):\n"
        "        thing.__code__ = (lambda message: b'\\0' * 8).__code__\n",
    ),
    beside(
        "replaces-the-shell",
        "the cells after this one are run by the student",
        "get_ipython().run_cell = lambda *args, **kwargs: None\n",
    ),
]
