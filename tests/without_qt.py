"""Prove that `app` is a library: import every module of it in a process where Qt cannot be imported.

Run as `python -m tests.without_qt`; ends with 1 and the names of the modules that wanted Qt.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from typing_extensions import override

QT = ("PySide6", "shiboken6", "qtawesome", "qtpy", "pyqtgraph")


class NoQt(MetaPathFinder):
    """Makes Qt, and everything that is built on it, impossible to find."""

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"No module named {fullname!r} (there is no Qt here)", name=fullname)
        return None


def main() -> int:
    sys.meta_path.insert(0, NoQt())
    import app

    names = ["app", *(m.name for m in pkgutil.walk_packages(app.__path__, "app."))]
    failed = 0
    for name in names:
        if name.endswith(".__main__") or name == "app.catalog.migrations.env":
            continue  # the one would run, the other can be imported inside a running migration only
        try:
            importlib.import_module(name)
        except ImportError as problem:
            failed += 1
            print(f"{name}: {problem}", file=sys.stderr)
    met = sorted(m for m in sys.modules if m.partition(".")[0] in QT)
    if met:
        print(f"Qt was met all the same: {', '.join(met)}", file=sys.stderr)
    print(f"{len(names) - failed} of {len(names)} modules of app import without Qt")
    return 1 if failed or met else 0


if __name__ == "__main__":
    sys.exit(main())
