"""The code that runs beside a student's code, inside the sandbox.

It is mounted into the sandbox on its own. It imports NumPy, IPython and, when an assignment
wants it, Keras; it never imports `solutions`, `autograder.checks` or anything else of ours,
so there is no reference answer in the memory that a student's code can reach. The trusted
side imports `autograder.inside.wire` to speak the same protocol.
"""
