"""Runs the cells of a notebook one after another, as Jupyter would, without a kernel."""

from __future__ import annotations

from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from .answering import describe, file_of
from .wire import Encoder, Message

MAX_OUTPUTS = 20


class _NamingCompiler(CachingCompiler):
    """Compiles a cell under its own name, which tracebacks then show."""

    cell = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return file_of(self.cell)


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

    @property
    def namespace(self) -> dict[str, Any]:
        """The variables that the cells have defined."""
        names: dict[str, Any] = self._shell.user_ns
        return names

    def run(self, cell: str, source: str) -> Message:
        """Run one cell and return what it showed and the exception that ended it, if any."""
        self._compiler.cell = cell
        with capture_output() as shown:
            result = self._shell.run_cell(source, store_history=False)
        outputs = [shown.stdout, shown.stderr]
        outputs += [str(output.data.get("text/plain", "")) for output in shown.outputs]
        error = result.error_before_exec or result.error_in_exec
        encoder = Encoder()
        printed = encoder.value([text for text in outputs if text][:MAX_OUTPUTS])
        return Message({"printed": printed, "raised": None if error is None else describe(error)})


def _show_nothing(*args: object, **kwargs: object) -> None:
    """Stand in for what would write to a screen that is not there."""
