"""Shows a class graded on a cluster: ``make demo-cluster``.

A scheduler, two workers and PostgreSQL on loopback grade a class; one worker is killed on the way.
Marks and notebooks are held against those of a run on this machine alone, into a file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.classroom.course import Course
from benchmarks import classes, postgresql
from benchmarks.cluster import Cluster, is_installed

WORKERS = 2


def main() -> int:
    """Run the demonstration and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demo_cluster")
    parser.add_argument("--submissions", metavar="N", type=int, default=1000)
    size = parser.parse_args().submissions
    try:
        with tempfile.TemporaryDirectory(prefix="demo-cluster-") as made:
            return _show(Path(made), size)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 3


def _show(folder: Path, size: int) -> int:
    if not is_installed():
        raise RuntimeError("The extra for clusters is not installed: make cluster")
    print(f"{size} submissions are graded on this machine alone, by {WORKERS} workers ...")
    alone = classes.new_course(folder / "alone", size)
    began = time.perf_counter()
    classes.run(alone, "grade", classes.NAME, f"--workers={WORKERS}")
    print(f"  done in {time.perf_counter() - began:.0f} s.")
    with postgresql.server() as url:
        together = classes.new_course(folder / "together", size, url)
        with Cluster(folder / "cluster", WORKERS, dashboard=True) as cluster:
            print(f"The same on a cluster of {WORKERS} workers, with PostgreSQL.")
            print(f"  Look at it: {cluster.dashboard}", flush=True)
            began = time.perf_counter()
            _grade(together, cluster, size // 3)
            print(f"  done in {time.perf_counter() - began:.0f} s.")
        for course in (alone, together):
            classes.run(course, "export")
    return _compared(alone, together, size)


def _grade(course: Course, cluster: Cluster, when: int) -> None:
    """Grade, and kill a worker when so many are done."""
    command = classes.command(course, "grade", classes.NAME, "--scheduler", cluster.address)
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told)
        try:
            killed = False
            while process.poll() is None:
                if not killed and len(classes.graded(course)) >= when:
                    cluster.workers[0].kill()
                    killed = True
                    print(f"  A worker was killed when {len(classes.graded(course))} were graded.")
                time.sleep(0.2)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0 or not killed:
            told.seek(0)
            raise RuntimeError(f"The class was not graded: {told.read()[-3000:]}")


def _compared(alone: Course, together: Course, size: int) -> int:
    export = [(course.root / "grades.csv").read_bytes() for course in (alone, together)]
    texts = [[p.read_bytes() for p in classes.graded(course)] for course in (alone, together)]
    same = export[0] == export[1] and texts[0] == texts[1] and len(texts[0]) == size
    if not same:
        print("The marks or the notebooks DIFFER from those of this machine alone.")
        return 3
    print(f"All {size} marks and graded notebooks are those of this machine alone, to the byte.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
