"""`python -m tests.shots [WORD]`: see `tests.shots.render`."""

import sys

from tests.shots.render import main

sys.exit(main(*sys.argv[1:2]))
