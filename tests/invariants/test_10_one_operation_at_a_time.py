"""Invariant 10. One operation per environment at a time, across threads, processes and workers."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from app.domain.operations import OperationKind, OperationState
from app.errors import RefusedError
from tests.app.office import Office
from tests.app.operations import pausing
from tests.app.operations.conftest import fact
from tests.forked import Forked
from tests.invariants.conftest import ALL, Run
from tests.invariants.witness import Witness, witness_in

ROOT = Path(__file__).parents[2]

STARTER = """
import json, sys, threading
from pathlib import Path
from app.bootstrap import build
from app.domain.operations import OperationKind
from app.errors import RefusedError
from tests.app.operations.conftest import NoWorkers
from tests.invariants.conftest import ALL
services = build(Path(sys.argv[1]), workers=NoWorkers())
Path(sys.argv[2]).touch()
pause = threading.Event()
while not Path(sys.argv[3]).exists():
    pause.wait(0.001)
try:
    print(json.dumps(["started", services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL).id]))
except RefusedError as refused:
    print(json.dumps(["refused", refused.operation]))
services.close()
"""


def test_of_many_threads_that_start_at_once_one_does(provisioned: Office) -> None:
    provisioned.workers.idle = True
    said: list[tuple[str, str | None]] = []
    gate = threading.Barrier(8)

    def start(kind: OperationKind) -> None:
        gate.wait()
        try:
            said.append(("started", provisioned.services.operations.start("Harbor/sandbox", kind, ALL).id))
        except RefusedError as refused:
            said.append(("refused", refused.operation))

    kinds = [OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE, OperationKind.REFRESH] * 2
    threads = [threading.Thread(target=start, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(word for word, _ in said) == {"started": 1, "refused": 7}
    started = next(id_ for word, id_ in said if word == "started")
    active = provisioned.services.operations.all("Harbor/sandbox", (OperationState.QUEUED, OperationState.RUNNING))
    assert [operation.id for operation in active] == [started]
    # Whoever came after the first row stood there was told its id; who was planning meanwhile hears of a busy place.
    assert {id_ for word, id_ in said if word == "refused"} <= {started, None}


def test_while_one_waits_every_verb_is_refused_and_names_it(provisioned: Office, run: Run, capsys: "object") -> None:
    provisioned.workers.idle = True
    running = provisioned.services.operations.start("Harbor/sandbox", OperationKind.REFRESH, ALL)
    for verb in ("refresh", "reset", "wipe"):
        assert run(verb, "Harbor/sandbox", "--confirm", "sandbox", "--acknowledge", "all") == 3
    for words in (
        ("environment", "remove", "Harbor/sandbox"),
        ("environment", "set", "Harbor/sandbox", "--policy", str(provisioned.policy)),
        ("tenant", "remove", "Harbor"),
        ("checklist", "Harbor/sandbox", "--tick", "look", "--note", "x"),
        ("policy", "decide", "Harbor/sandbox", "person.remarks", "null"),
    ):
        assert run(*words) == 3, words
    assert provisioned.services.operations.get(running.id).state == "queued"


def test_processes_that_start_and_workers_that_run_at_once_make_one_operation(
    tmp_path: Path,
) -> None:
    with witness_in(tmp_path) as home:
        ids = start_at_once(home, 2)
        assert Counter(word for word, _ in ids) == {"started": 1, "refused": 1}
        operation = next(str(id_) for word, id_ in ids if word == "started")

        workers = [Forked(pausing.main, home.home, "never", out=Path(os.devnull), folder=ROOT) for _ in range(2)]
        fact(lambda: home.services.operations.get(operation).state.ended)
        assert [worker.wait(60) for worker in workers] == [0, 0]
        assert home.services.operations.get(operation).state == "succeeded"
        assert home.sandbox.exists()
        records = Counter(r.action for r in home.services.audit.all() if r.detail.get("operation") == operation)
        assert records == {
            "operation.requested": 1,
            "operation.running": 1,
            "operation.published": 1,
            "operation.succeeded": 1,
        }
        assert home.services.audit.verify().valid


def start_at_once(home: Witness, count: int) -> list[tuple[str, str | None]]:
    gate = home.folder / "gate"
    ready = [home.folder / f"ready-{number}" for number in range(count)]
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, str(home.home), str(mark), str(gate)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for mark in ready
    ]
    fact(lambda: all(mark.exists() for mark in ready))
    gate.touch()
    said = [starter.communicate(timeout=60)[0] for starter in starters]
    return [(word, id_) for word, id_ in (json.loads(text) for text in said)]
