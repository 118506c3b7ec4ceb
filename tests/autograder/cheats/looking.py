"""Looks for tests, references, secrets and other students; prints FOUND if there is one.

`PROJECT` stands for the place of this project.
"""

from tests.autograder.cheats import beside

CHEATS = [
    beside(
        "frames",
        "the judge may be further up the stack",
        "import sys\n"
        "frame = sys._getframe()\n"
        "while frame is not None:\n"
        "    for name in ('judge', 'reference', 'check', 'secret', 'key'):\n"
        "        if name in frame.f_locals or name in frame.f_globals:\n"
        "            print('FOUND', name)\n"
        "    frame = frame.f_back\n",
    ),
    beside(
        "garbage-collector",
        "the reference is an object like any other",
        "import gc\n"
        "gc.unfreeze()\n"
        "for thing in gc.get_objects():\n"
        "    module = str(getattr(thing, '__module__', ''))\n"
        "    if module.startswith(('solutions', 'autograder', 'nbgrader')):\n"
        "        print('FOUND', thing)\n"
        "    if type(thing).__name__ in ('Check', 'Exercise', 'Gradebook', 'Mistake'):\n"
        "        print('FOUND', thing)\n",
    ),
    beside(
        "modules",
        "the reference may have been imported",
        "import sys\n"
        "print([('FOUND', name) for name in sys.modules\n"
        "       if name.split('.')[0] in ('solutions', 'autograder', 'nbgrader', 'tests')])\n"
        "for name in ('solutions', 'autograder', 'tests', 'book'):\n"
        "    try:\n"
        "        print('FOUND', __import__(name))\n"
        "    except ImportError:\n"
        "        pass\n",
    ),
    beside(
        "history-and-line-cache",
        "the tests were run as cells",
        "import linecache\n"
        "ip = get_ipython()\n"
        "texts = [str(ip.user_ns.get(name)) for name in ('In', '_ih', '_i', '_ii')]\n"
        "texts += [str(entry) for entry in linecache.cache.values()]\n"
        "words = ('autograder.' + 'checks', 'Ref' + 'used')  # this cell is in there too\n"
        "print(['FOUND' for text in texts if any(word in text for word in words)])\n",
    ),
    beside(
        "the-projects-files",
        "the answers are on this disk",
        "import os\n"
        "places = [f'PROJECT/{name}' for name in ('solutions', 'autograder', 'tests', '.git')]\n"
        "places += ['/grader/autograder', '/grader/solutions', '/mnt', '/srv', '/etc/passwd']\n"
        "for place in places:\n"
        "    if os.path.exists(place):\n"
        "        print('FOUND', place)\n",
    ),
    beside(
        "the-secret-and-the-gradebook",
        "who knows the secret knows the questions",
        "import os\n"
        "for folder, _, names in os.walk('/grader'):\n"
        "    print([('FOUND', n) for n in names if n.endswith(('.db', '.ipynb', 'secret'))])\n"
        "for path in ('PROJECT/classroom', '../.autograder-secret', '../gradebook.db'):\n"
        "    if os.path.exists(path):\n"
        "        print('FOUND', path)\n",
    ),
    beside(
        "the-environment",
        "it may hold a password, a path, a name",
        "import os\n"
        "for name in ('USER', 'LOGNAME', 'VIRTUAL_ENV', 'SSH_AUTH_SOCK', 'SUDO_USER', 'OLDPWD'):\n"
        "    if name in os.environ:\n"
        "        print('FOUND', name)\n"
        "text = open('/proc/self/environ').read() + open('/proc/1/environ').read()\n"
        "print('FOUND' if 'PROJECT' in text.replace('\\0', ' ').split(' ') else '')\n",
    ),
    beside(
        "other-processes",
        "the grader's command line and memory",
        "import os\n"
        "for name in os.listdir('/proc'):\n"
        "    if name.isdigit() and int(name) != os.getpid():\n"
        "        print('FOUND', name)\n"
        "for path in ('/proc/1/root', '/proc/1/cwd/..', '/proc/self/root'):\n"
        "    if os.path.exists(path + 'PROJECT/solutions'):\n"
        "        print('FOUND', path)\n",
    ),
    beside(
        "open-files",
        "an inherited descriptor leads out",
        "import os\n"
        "for number in os.listdir('/proc/self/fd'):\n"
        "    try:\n"
        "        target = os.readlink(f'/proc/self/fd/{number}')\n"
        "    except OSError:\n"
        "        continue\n"
        "    if int(number) > 3 and not target.startswith('/proc/'):\n"
        "        print('FOUND', number, target)\n",
    ),
    beside(
        "other-submissions",
        "somebody has done the exercise",
        "import os\n"
        "for start in ('.', '..', '/scratch', '/tmp', '/dev/shm'):\n"
        "    for folder, _, names in os.walk(start):\n"
        "        theirs = 'site-packages' not in folder  # packages ship notebooks too\n"
        "        print([('FOUND', n) for n in names if theirs and n.endswith('.ipynb')])\n"
        "        if start in ('.', '..') and folder.count('/') > 2:\n"
        "            break\n",
    ),
    beside(
        "the-network",
        "somebody out there knows",
        "import socket\n"
        "for place in (('127.0.0.1', 80), ('192.0.2.1', 53)):\n"
        "    try:\n"
        "        socket.create_connection(place, 1)\n"
        "        print('FOUND', place)\n"
        "    except OSError:\n"
        "        pass\n"
        "try:\n"
        "    s = socket.socket(socket.AF_UNIX)\n"
        "    s.connect('\\0/tmp/.X11-unix/X0')\n"
        "    print('FOUND')\n"
        "except OSError:\n"
        "    pass\n",
    ),
    beside(
        "memory-of-the-parent",
        "what is forked shares memory",
        "import os\n"
        "for number in (os.getppid(), 1, 2):\n"
        "    if number in (0, os.getpid()):\n"
        "        continue\n"
        "    try:\n"
        "        open(f'/proc/{number}/mem', 'rb').read(1)\n"
        "        print('FOUND', number)\n"
        "    except OSError:\n"
        "        pass\n",
    ),
    beside(
        "mounts-and-namespaces",
        "a way out of the sandbox",
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None)\n"
        "for flag in (0x10000000, 0x20000, 0x20000000):\n"
        "    if libc.unshare(flag) == 0:\n"
        "        print('FOUND', flag)\n"
        "if libc.mount(b'none', b'/scratch', b'tmpfs', 0, None) == 0:\n"
        "    print('FOUND a mount')\n"
        "for call in (os.setuid, os.setgid):\n"
        "    try:\n"
        "        call(0)\n"
        "        print('FOUND', call)\n"
        "    except OSError:\n"
        "        pass\n",
    ),
]
