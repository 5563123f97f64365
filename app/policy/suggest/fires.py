"""Tables whose rows make a system act by itself: webhooks, scheduled jobs, connections to other systems."""

from collections.abc import Iterator, Mapping

from app.domain.policy import OutwardKind
from app.domain.schema import Column, Table, TypeFamily
from app.policy.suggest.meanings import Meaning
from app.policy.suggest.names import column_words, folded, table_words
from app.policy.suggest.suggestion import Fires, Switch
from app.policy.suggest.tables import Surroundings, TableKind
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.words import word_set

_WEBHOOKS = word_set("webhook webhooks hook hooks callback callbacks subscriptionendpoint")
_JOBS = word_set(
    "schedule schedules scheduled scheduler cron crontab cronjob cronjobs job jobs task tasks timer timers"
    " batch batches zeitplan aufgabe aufgaben planlagt jobb jobber tache taches planification tarea tareas"
)
_CONNECTIONS = word_set(
    "integration integrations integrasjon connector connectors connection connections sync synchronisation endpoint"
    " endpoints interface interfaces schnittstelle schnittstellen anbindung feed feeds api apis gateway gateways"
    " conexion conexiones connexion connexions mailbox mailboxes mailserver postfach"
)
_ON = word_set(
    "enabled enable active activated on running live aktiv aktiviert aktivert eingeschaltet actif active activo"
    " habilitado"
)
_OFF = word_set("disabled inactive paused suspended stopped deaktiviert deaktivert gesperrt inaktiv inactif inactivo")
_WHEN = word_set("next last run cron interval execution execute trigger every frequency schedule neste nachste")
_OUTSIDE = frozenset({Meaning.URL, Meaning.TOKEN, Meaning.SECRET})


def fires(around: Surroundings, facts: Mapping[str, ValueFacts]) -> Fires | None:
    """What the table makes happen and the flags that stop it; None where nothing says that it does anything."""
    table = around.table
    words = {word for name in table_words(table.name).words for word in (name, name.removesuffix("s"))}
    switches = tuple(_switches(table, facts))
    said = table_words(table.name).words
    if words & _WEBHOOKS and (switches or (said and said[-1] in _WEBHOOKS)):
        return Fires(OutwardKind.WEBHOOK, switches)
    if around.kind is TableKind.LOG or around.personal:
        return None
    if words & _JOBS and (switches or _has_times(table)):
        return Fires(OutwardKind.TASK, switches)
    outside = any(reading.meaning in _OUTSIDE for reading in around.readings.values())
    if words & _CONNECTIONS and (outside or switches):
        return Fires(OutwardKind.ENDPOINT, switches)
    return Fires(OutwardKind.ENDPOINT, switches) if outside and switches and words & {"credential", "account"} else None


def _switches(table: Table, facts: Mapping[str, ValueFacts]) -> Iterator[Switch]:
    for column in table.columns:
        said = folded(column.name).lower()
        words = {*column_words(column.name).words, said, said.removeprefix("is_"), said.removeprefix("is")}
        on = bool(words & _ON)
        if on != bool(words & _OFF) and _is_flag(column, facts.get(column.name, ValueFacts())):
            off: bool | int = not on
            yield Switch(column.name, off if column.family is TypeFamily.BOOLEAN else int(off))


def _is_flag(column: Column, facts: ValueFacts) -> bool:
    """Whether it holds yes or no, as a truth value or as 1 and 0."""
    if column.family not in (TypeFamily.BOOLEAN, TypeFamily.INTEGER) or column.generated:
        return False
    plain = facts.low is not None and facts.high is not None and facts.low >= 0 and facts.high <= 1
    return facts.filled == 0 or (plain and facts.numeric == 1)


def _has_times(table: Table) -> bool:
    return any(_WHEN & set(column_words(column.name).words) for column in table.columns)
