"""Tries to outlive its own grading, to hurt its neighbours, or to wear the grader out.

`MARK` stands for a number of seconds by which the test finds a process again.
"""

from tests.autograder.cheats import beside, within

PROCESSES = [
    beside(
        "a-detached-process",
        "it waits for the next student",
        "import subprocess\nsubprocess.Popen(['sleep', 'MARK'], start_new_session=True)\n",
    ),
    beside(
        "a-double-fork",
        "its parent is no longer the harness",
        "import os\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        os.execlp('sleep', 'sleep', 'MARK')\n"
        "    os._exit(0)\n"
        "os.wait()\n",
    ),
    beside(
        "signals-to-everybody",
        "the judge is in the way",
        "import os, signal\n"
        "for target in (-1, 0, 1, 2, os.getppid()):\n"
        "    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGHUP):\n"
        "        try:\n"
        "            os.kill(target, number)\n"
        "        except OSError:\n"
        "            pass\n",
    ),
    beside(
        "a-signal-to-the-group",
        "the group may be the grader's",
        "import os, signal\nos.killpg(0, signal.SIGKILL)\n",
    ),
    beside("ends-in-its-cell", "without tests there is no failure", "import os\nos._exit(0)\n"),
    within("ends-in-its-call", "without an answer there is no wrong one", "import os\nos._exit(0)"),
    within(
        "kills-itself-in-its-call",
        "a crash is the instructor's fault",
        """
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGSTOP)
return None
""",
    ),
    beside(
        "a-segmentation-fault",
        "a crash is the instructor's fault",
        "import ctypes\nctypes.string_at(0)\n",
    ),
]

STARTUP_FILES = [
    ("ipython-startup", "~/.ipython/profile_default/startup/00.py"),
    ("ipython-extension", "~/.ipython/extensions/extension.py"),
    ("ipython-configuration", "~/.ipython/profile_default/ipython_config.py"),
    ("jupyter-configuration", "~/.jupyter/jupyter_server_config.py"),
    ("user-site", "~/.local/lib/python{version}/site-packages/usercustomize.py"),
    ("site", "{site}/sitecustomize.py"),
    ("pth-file", "{site}/surprise.pth"),
    ("matplotlib", "~/.matplotlib/matplotlibrc"),
    ("keras", "~/.keras/keras.json"),
    ("python-startup", "~/.pythonrc"),
    ("shadow-in-the-working-directory", "numpy.py"),
    ("shadow-in-shared-memory", "/dev/shm/numpy.py"),
    ("shadow-in-the-temporary-directory", "{temporary}/numpy.py"),
    ("shadow-of-the-harness", "/grader/inside/wire.py"),
    ("byte-code-of-the-harness", "/grader/inside/__pycache__/wire.cpython-311.pyc"),
]

_LEAVE = """
import os, site, sys, tempfile
path = os.path.expanduser({path!r}.replace("{{site}}", site.getsitepackages()[0])
    .replace("{{version}}", "%d.%d" % sys.version_info[:2])
    .replace("{{temporary}}", tempfile.gettempdir()))
if os.path.exists(path) and open(path).read() == "import os; os._exit(0)":
    print("FOUND", path)
try:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    open(path, "w").write("import os; os._exit(0)")
except OSError as error:
    print("refused", error)
os.environ["PYTHONSTARTUP"] = path
"""

# Each of these is graded twice: the second time it must not find what the first one left.
LEFT_BEHIND = [
    beside(f"left-behind-{name}", "the next student runs it", _LEAVE.format(path=path))
    for name, path in STARTUP_FILES
]

# It garbles the answers to the other questions too, when it is quick enough.
TWIN = beside(
    "a-twin-that-answers-too",
    "two processes answer on one line",
    "import os, time\n"
    "if os.fork() == 0:\n"
    "    for _ in range(100):\n"
    "        os.write(3, b'\\0\\0\\0\\2\\0\\0\\0\\0{}')\n"
    "        time.sleep(0.005)\n"
    "    os._exit(0)\n",
)

RESOURCES = [
    beside("a-memory-bomb", "the machine runs out of memory", "x = bytearray(1 << 40)\n"),
    within(
        "a-memory-bomb-in-a-call",
        "the machine runs out of memory",
        """
x = []
while True:
    x.append(bytes(64 << 20))
""",
    ),
    beside(
        "memory-of-no-process",
        "what nobody is charged for has no limit",
        "import ctypes, os\n"
        "files = []\n"
        "if ctypes.CDLL(None).shmget(0, ctypes.c_size_t(1 << 20), 0o1600) >= 0:\n"
        "    print('FOUND System V shared memory')\n"
        "try:\n"
        "    files.append(os.memfd_create('x'))\n"
        "    print('FOUND memfd')\n"
        "except OSError:\n"
        "    pass\n",
    ),
    beside(
        "shared-memory-of-many-processes",
        "each may have its share, and nobody adds up",
        "import mmap, os, time\n"
        "for _ in range(12):\n"
        "    if os.fork() == 0:\n"
        "        memory = mmap.mmap(-1, 256 << 20)\n"
        "        for start in range(0, len(memory), 4096):\n"
        "            memory[start] = 1\n"
        "        time.sleep(30)\n"
        "time.sleep(30)\n",
    ),
    beside(
        "a-fork-bomb",
        "the machine runs out of processes",
        "import os, time\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(30)\n"
        "except OSError:\n"
        "    pass\n",
    ),
    beside(
        "threads-without-end",
        "the machine runs out of threads",
        "import threading, time\n"
        "try:\n"
        "    for _ in range(100000):\n"
        "        threading.Thread(target=time.sleep, args=[30], daemon=True).start()\n"
        "except (RuntimeError, MemoryError):\n"
        "    pass\n",
    ),
    beside(
        "fills-the-disk",
        "the gradebook cannot be written",
        "import tempfile\n"
        "for place in ('/scratch', '/dev/shm', tempfile.gettempdir()):\n"
        "    try:\n"
        "        for number in range(10000):\n"
        "            with open(f'{place}/{number}', 'wb') as file:\n"
        "                file.write(bytes(16 << 20))\n"
        "    except OSError as error:\n"
        "        print(error)\n",
    ),
    beside("an-endless-loop", "the grader has no patience", "while True:\n    pass\n"),
    within("an-endless-loop-in-a-call", "the time of all is used up", "while True:\n    pass"),
    within(
        "a-loop-that-no-exception-ends",
        "an alarm is an exception, and can be caught",
        """
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
""",
    ),
    within("deep-recursion", "the stack overflows", "return glorot_uniform(shape, rng, dtype)"),
    within(
        "deep-recursion-without-a-limit",
        "the stack overflows for good",
        """
import sys
sys.setrecursionlimit(10**9)
return glorot_uniform(shape, rng, dtype)
""",
    ),
    beside(
        "a-hundred-megabytes-printed",
        "the notebook becomes too large to open",
        "line = 'x' * (1 << 20)\nfor _ in range(100):\n    print(line)\n",
    ),
    within(
        "a-hundred-megabytes-printed-in-calls",
        "the harness keeps it all",
        """
import sys
for _ in range(100):
    print("x" * (1 << 20))
    sys.stderr.write("x" * (1 << 20))
return np.zeros(shape, dtype)
""",
    ),
    beside(
        "displays-without-end",
        "the harness keeps it all",
        "from IPython.display import HTML, display\n"
        "for _ in range(3000):\n    display(HTML('<script>alert(1)</script>' * 1000))\n",
    ),
    beside("asks-for-input", "the grader waits for an answer", "x = input('May I pass? ')\n"),
    beside("waits-for-nothing", "the grader waits too", "import sys\nsys.stdin.read()\n"),
    beside("source-of-half-a-megabyte", "the parser wears out", "x = 1\n" * 40_000),
    beside(
        "source-too-deep-to-parse", "the parser overflows", "x = " + "(" * 5000 + ")" * 5000 + "\n"
    ),
    beside("null-bytes", "the text ends here for some, not for others", "x = 1\x00\n"),
]
