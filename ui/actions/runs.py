"""Watching a run, wherever it is shown: fetch it when it changed, stop it, take it up again, open its certificate."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.ids import OperationId
from app.domain.operations import Operation, OperationState
from ui.actions.certificates import open_certificate, save_certificate
from ui.bridge.desk import Desk
from ui.models.run import RunTables, checklist_model, earlier_run, picture_of
from ui.widgets.run import RunView

if TYPE_CHECKING:
    from app.services import Services

REDRAW_MS = 1_000  # seconds of the present phase count on between two changes of the catalog


def read_run(services: "Services", id_: OperationId, *, with_earlier: bool) -> tuple[Operation, Operation | None]:
    """The run, and an earlier one that tells how long it will take. Called through the bridge."""
    operation = services.operations.get(id_)
    if not with_earlier:
        return operation, None
    others = services.operations.all(operation.environment, (OperationState.SUCCEEDED,), 20)
    return operation, earlier_run(operation, others)


class RunWatch(QObject):
    """Owns a `RunView` and keeps it true. The run goes on whether anybody watches or not.

    Tell it `catalog_changed` while it is on screen; `refresh` when it comes back on screen.

    Signals:
        run_read(operation): the run was read anew.
        run_ended(operation): it ended while it was watched.
        read_failed(error): it could not be read, and never was before.
    """

    run_read = Signal(object)
    run_ended = Signal(object)
    read_failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._parent = desk, parent
        self._id: OperationId | None = None
        self._operation: Operation | None = None
        self._earlier: Operation | None = None
        self._loading, self._again = False, False
        self._tables = RunTables(self)
        self._checklist = checklist_model(self)
        self.view = RunView(self._tables, self._checklist)
        self._clock = QTimer(self)
        self._clock.setInterval(REDRAW_MS)
        self._clock.timeout.connect(self._on_tick)
        self.view.stop_asked.connect(self._on_stop)
        self.view.resume_asked.connect(self._on_resume)
        self.view.certificate_asked.connect(self._on_certificate)
        self.view.pdf_asked.connect(self._on_pdf)

    @property
    def operation(self) -> Operation | None:
        """The run as last read; None before that."""
        return self._operation

    def watch(self, id_: OperationId) -> None:
        """Show that run from now on."""
        if id_ != self._id:
            self._id, self._operation, self._earlier = id_, None, None
            self._loading = False
            self._clock.stop()
        self.refresh()

    def refresh(self) -> None:
        """Read it anew; changes that come meanwhile make one more reading, however many they are."""
        if self._id is None:
            return
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._desk.bridge.submit(
            read_run,
            self._desk.services,
            self._id,
            with_earlier=self._operation is None,
            owner=self,
            topic="run",
            on_done=self._on_read,
            on_error=self._on_not_read,
        )

    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        """Some operation changed, perhaps this one."""
        if "operation" in kinds and self._id in refs:
            self.refresh()

    def _on_read(self, read: tuple[Operation, Operation | None]) -> None:
        self._loading = False
        before, (operation, earlier) = self._operation, read
        self._operation, self._earlier = operation, earlier or self._earlier
        self._show()
        self.run_read.emit(operation)
        if operation.state.ended:
            self._clock.stop()
            if before is not None and not before.state.ended:
                self.run_ended.emit(operation)
        elif not self._clock.isActive():
            self._clock.start()
        if self._again:
            self.refresh()

    def _show(self) -> None:
        operation = self._operation
        if operation is None:
            return
        self._tables.set_rows(operation.tables)
        self._checklist.set_rows(operation.checklist)
        self.view.show_picture(picture_of(operation, self._earlier, self._desk.now()))
        present = self._tables.present()
        if present is not None:
            self.view.keep_in_sight(present)

    def _on_tick(self) -> None:
        if self.view.isVisible():
            self._show()

    def _on_not_read(self, error: Exception) -> None:
        self._loading = False
        if self._operation is None:
            self.read_failed.emit(error)
        else:
            self._desk.dialogs.error(self._parent, error)

    def _on_stop(self) -> None:
        self._ask(self._desk.services.operations.cancel)

    def _on_resume(self) -> None:
        self._ask(self._desk.services.operations.resume)

    def _ask(self, verb: Callable[[str], Operation]) -> None:
        if self._id is None:
            return
        self.view.stop.setEnabled(False)
        self._desk.bridge.submit(
            verb, self._id, owner=self, on_done=lambda _operation: self.refresh(), on_error=self._on_refused
        )

    def _on_refused(self, error: Exception) -> None:
        """It ended meanwhile, perhaps: say so, and show how things are."""
        self._desk.dialogs.error(self._parent, error)
        self.refresh()

    def _on_certificate(self) -> None:
        if self._operation is not None and self._operation.certificate is not None:
            open_certificate(self._desk, self._operation.certificate)

    def _on_pdf(self) -> None:
        if self._operation is not None and self._operation.certificate is not None:
            save_certificate(parent=self._parent, desk=self._desk, certificate=self._operation.certificate)
