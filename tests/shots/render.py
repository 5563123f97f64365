"""Pictures of every page and state, light and dark, in two sizes, into build/shots/.

`python -m tests.shots.render [WORD]` renders the scenes whose name holds WORD, or all. Each scene is a function of
`Stage`; add one beside the page it shows, in `tests/shots/scenes_*.py`, with `@scene`.
"""

import importlib
import os
import pkgutil
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt  # the platform is chosen first
from PySide6.QtWidgets import QApplication

import tests.shots
from tests.shots.stage import SCENES, SIZES, Stage
from ui.theme.scheme import Theme

OUT = Path(__file__).parents[2] / "build" / "shots"


def main(wanted: str = "") -> int:
    for module in pkgutil.iter_modules(tests.shots.__path__):
        if module.name.startswith("scenes_"):
            importlib.import_module(f"tests.shots.{module.name}")
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application)
    OUT.mkdir(parents=True, exist_ok=True)
    began, made = time.perf_counter(), 0
    for name, act in sorted(SCENES.items()):
        if wanted not in name:
            continue
        for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
            theme.force(scheme)
            for width, height in SIZES:
                stage = Stage(width, height)
                act(stage)
                stage.settle()
                picture = stage.grab()
                path = OUT / f"{name}-{scheme.name.lower()}-{width}x{height}.png"
                if not picture.save(str(path)):
                    print(f"could not write {path}", file=sys.stderr)
                    return 1
                stage.close()
                made += 1
    print(f"{made} pictures in {OUT} ({time.perf_counter() - began:.1f} s)")
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
