"""Runs the command line: ``python -m autograder``."""

import sys

from autograder.cli.commands import main

sys.exit(main())
