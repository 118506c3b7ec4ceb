"""Runs the cells of a notebook one after another, as Jupyter would, without a kernel."""

from __future__ import annotations

import builtins
import functools
import sys
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from .answering import MAX_OUTPUTS, captured, describe, file_of
from .wire import MAX_TEXT, Encoder, Message


class _NamingCompiler(CachingCompiler):
    """Compiles a cell under its own name, which tracebacks then show."""

    cell = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return file_of(self.cell)


class _FewOutputs(CapturingDisplayPublisher):
    """Keeps the text of the first things that are displayed."""

    def publish(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if len(self.outputs) < MAX_OUTPUTS:
            super().publish({"text/plain": str(data.get("text/plain", ""))[:MAX_TEXT]})


_print = builtins.print


@functools.wraps(_print)
def _cheap_print(*values: Any, file: Any = None, **options: Any) -> None:
    """Print, unless it goes where all is dropped: then what is printed need not even be text."""
    if getattr(sys.stdout if file is None else file, "write", None) is not len:
        _print(*values, file=file, **options)


class Shell:
    """An IPython shell that is made before the fork and used after it."""

    def __init__(self) -> None:
        config = Config()
        # The history manager would start a thread, and a parent with threads must not fork.
        config.HistoryManager.enabled = False
        self._shell: Any = InteractiveShell(config=config)
        self._compiler: Any = _NamingCompiler()
        self._shell.compile = self._compiler
        self._shell.showtraceback = _show_nothing
        self._shell.showsyntaxerror = _show_nothing
        self._shell.enable_gui = _show_nothing
        self._shell.displayhook.write_output_prompt = _show_nothing
        self._answers: dict[str, Any] = {}
        builtins.print = _cheap_print

    @property
    def namespace(self) -> dict[str, Any]:
        """The variables that the cells have defined."""
        names: dict[str, Any] = self._shell.user_ns
        return names

    def run(self, cell: str, source: str) -> Message:
        """Run one cell and return what it showed and the exception that ended it, if any."""
        self._compiler.cell = cell
        shown = self._shell.display_pub = _FewOutputs()
        with captured() as printed:
            result = self._shell.run_cell(source, store_history=False)
        outputs = [printed.getvalue(), *(output["data"]["text/plain"] for output in shown.outputs)]
        outputs.insert(0, self._put_back(cell))
        error = result.error_before_exec or result.error_in_exec
        encoder = Encoder()
        told = encoder.value([text for text in outputs if text][:MAX_OUTPUTS])
        return Message({"printed": told, "raised": None if error is None else describe(error)})

    def _put_back(self, cell: str) -> str:
        """Put back what this cell has overwritten of the answers of cells before; say what.

        In a notebook they are tested before it is run. What it has written anew, it may.
        """
        names, lost = self.namespace, []
        for name, answer in self._answers.items():
            now = names.get(name)
            if now is answer or name == cell:
                continue
            if callable(now) and getattr(now, "__name__", "") == name:
                self._answers[name] = now
            else:
                names[name] = answer
                lost.append(name)
        if callable(names.get(cell)):
            self._answers[cell] = names[cell]
        if not lost:
            return ""
        told = ", ".join(lost)
        return f"(Here {told} came to be something else. What counts is the answer that it was.)"


def _show_nothing(*args: object, **kwargs: object) -> None:
    """Stand in for what would write to a screen that is not there."""
