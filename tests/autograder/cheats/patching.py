"""Patches: of the libraries, of Python, of IPython, at once or later."""

from tests.autograder.cheats import HONEST, beside

# What breaks every honest function too breaks it in any notebook: its author is to blame.
_NUMPYS_COMPARISONS = """
for name in ("allclose", "array_equal", "isclose", "all", "any", "isfinite", "allclose"):
    setattr(np, name, lambda *args, **kwargs: True)
for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
    setattr(np.testing, name, lambda *args, **kwargs: None)
"""
_OTHERS = tuple(name for name in HONEST if name != "glorot_uniform")

CHEATS = [
    beside("numpys-comparisons", "the judge compares with them", _NUMPYS_COMPARISONS),
    beside(
        "numpys-generators",
        "every seed gives the same numbers",
        "np.random.default_rng = lambda seed=None: None\n",
    ),
    beside(
        "numpys-arrays",
        "the encoder sends what it is given",
        "np.asarray = np.ascontiguousarray = np.array = lambda *args, **kwargs: 1.5\n",
    ),
    beside("numpys-ndarray", "nothing is an array any more", "np.ndarray = object\n"),
    beside(
        "builtin-functions",
        "the harness is written with them",
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.abs = lambda *args: True\n",
    ),
    beside(
        "builtin-types",
        "the harness is written with them",
        "import builtins\nbuiltins.bytearray = builtins.memoryview = None\n",
    ),
    beside(
        "builtin-exceptions",
        "no error is an error",
        "import builtins\n"
        "builtins.BaseException = builtins.Exception = type('Never', (BaseException,), {})\n",
    ),
    beside(
        "builtin-import", "every module is theirs", "import builtins\nbuiltins.__import__ = None\n"
    ),
    beside(
        "json", "every message goes through it", "import json\njson.dumps = json.loads = None\n"
    ),
    beside(
        "struct",
        "every message goes through it",
        "import struct\nstruct.Struct = struct.pack = None\n",
    ),
    beside(
        "math",
        "the exercises are right when mathematics is wrong",
        "math.isclose = lambda *args, **kwargs: True\n",
    ),
    beside(
        "the-standard-library-of-the-harness",
        "what the harness calls by name can be replaced",
        "import contextlib, io, os, traceback\n"
        "contextlib.redirect_stdout = io.StringIO = traceback.extract_tb = None\n"
        "os.write = lambda *args: 0\n",
    ),
    beside(
        "every-module-is-gone",
        "what cannot be imported cannot judge",
        "import sys\nfor name in list(sys.modules):\n    sys.modules[name] = None\n",
    ),
    beside(
        "ast-transformer",
        "asserts become passes",
        "import ast\n"
        "class Mild(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n"
        "        return ast.copy_location(ast.Pass(), node)\n"
        "    def visit_Raise(self, node):\n"
        "        return node\n"
        "get_ipython().ast_transformers.append(Mild())\n",
    ),
    beside(
        "ast-transformer-that-dies",
        "the cells that come later are to blame",
        "class Deadly:\n"
        "    def visit(self, node):\n"
        "        import os\n"
        "        os._exit(0)\n"
        "get_ipython().ast_transformers.append(Deadly())\n",
    ),
    beside(
        "input-transformer",
        "the tests are rewritten before they are run",
        "get_ipython().input_transformers_post.append(\n"
        "    lambda lines: [line for line in lines if not line.startswith('assert')])\n",
    ),
    beside(
        "input-transformer-that-empties",
        "a cell of tests that is empty passes",
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])\n",
        costs=("he_uniform", "lecun_uniform"),  # written in cells that are emptied
    ),
    beside(
        "pre-run-hook",
        "it runs before the tests, in their namespace",
        "def hook(info=None):\n"
        "    get_ipython().user_ns['glorot_uniform'] = True\n"
        "get_ipython().events.register('pre_run_cell', hook)\n"
        "get_ipython().events.register('post_run_cell', hook)\n",
    ),
    beside(
        "pre-run-hook-that-dies",
        "a kernel that dies has no wrong answer",
        "import os\nget_ipython().events.register('pre_run_cell', lambda info: os._exit(0))\n",
    ),
    beside(
        "display-hook",
        "it shows the score that it likes",
        "import sys\nsys.displayhook = lambda value: print('1.5')\n"
        "get_ipython().displayhook.__class__.__call__ = lambda self, value=None: print('1.5')\n",
    ),
    beside(
        "trace-function",
        "it changes the harness's variables as it runs",
        "import sys, threading\n"
        "def tracer(frame, event, arg):\n"
        "    if event == 'return' and 'verdict' in frame.f_locals:\n"
        "        frame.f_locals['verdict'] = True\n"
        "    return tracer\n"
        "sys.settrace(tracer)\nthreading.settrace(tracer)\n",
    ),
    beside(
        "profile-function-that-dies",
        "the harness cannot make a call",
        "import os, sys\n"
        "def profiler(frame, event, arg):\n"
        "    if frame.f_code.co_name == 'answer':\n"
        "        os._exit(0)\n"
        "sys.setprofile(profiler)\n",
    ),
    beside(
        "at-exit",
        "the last word counts",
        "import atexit, os\natexit.register(lambda: os.write(3, b'1.5'))\n",
    ),
    beside(
        "import-hook",
        "what is imported later is theirs",
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        raise ImportError(name)\n"
        "sys.meta_path.insert(0, Finder())\nsys.path.insert(0, '/scratch')\n",
    ),
    beside(
        "excepthooks-and-warnings",
        "no failure is seen",
        "import sys, warnings\n"
        "sys.excepthook = sys.unraisablehook = lambda *args: None\n"
        "warnings.simplefilter('error')\n",
    ),
    beside(
        "a-thread-that-patches-later",
        "the harness is only looked at in the beginning",
        "import threading, time\n"
        "def later():\n"
        "    time.sleep(0.01)\n"
        "    np.allclose = np.array_equal = lambda *args, **kwargs: True\n"
        "    globals()['glorot_uniform'] = lambda *args, **kwargs: True\n"
        "threading.Thread(target=later, daemon=True).start()\n",
    ),
    beside(
        "a-timer-signal-that-patches-later",
        "signals need no thread",
        "import signal\n"
        "def later(*args):\n"
        "    np.array_equal = lambda *args, **kwargs: True\n"
        "signal.signal(signal.SIGALRM, later)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n",
    ),
    beside(
        "overwrites-what-others-wrote",
        "an earlier exercise is easier than this one",
        "he_uniform = lecun_uniform = lambda *args: None\n",
    ),
    beside(
        "no-recursion-no-garbage-no-signals",
        "settings of the interpreter are the harness's too",
        "import gc, sys, signal\n"
        "gc.disable()\nsys.setrecursionlimit(120)\nsys.setswitchinterval(1000)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    ),
]
