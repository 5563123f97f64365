"""The console: PySide6 widgets, the library's first customer."""

import sys

if sys.version_info < (3, 12):
    # WORKAROUND PySide6 6.12 returns None from every function without a result and takes no reference to it. That is
    # right from Python 3.12 on, where None is never freed, but its wheel says it runs on 3.10 too: there each call
    # takes one reference away, and after some thousand the interpreter dies with "deallocating None". `emit` does the
    # same with the True it returns. So these get more references here than a console can use up.
    # `tests/ui/test_none_survives.py` says when this can go.
    import ctypes

    for _constant in (None, True, False):
        ctypes.c_ssize_t.from_address(id(_constant)).value += 1 << 60
