"""Environments: which databases there are, what each is for, where its copies come from."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.domain.environments import Access, Environment, EnvironmentKind, EnvironmentState, target_of
from app.domain.ids import EnvironmentId, new_id
from app.domain.schema import Schema
from app.domain.structure import structure_of
from app.errors import RefusedError, UserError
from app.ports.catalog import Catalog, PolicyVersion, Transaction
from app.ports.clock import Clock
from app.ports.databases import Adapter, Connection, Signer
from app.ports.secrets import Secrets
from app.services.copies import refuse_while_copy
from app.services.names import clean_name, the_environment, the_tenant
from app.services.policy_changes import schema_now
from app.services.policy_texts import read_policy, stored
from app.services.registration import Registration, find_source, no_source_for_production


class EnvironmentService:
    """Registers, changes, lists and forgets environments; no database is ever changed here.

    Rules: a database is registered once, whatever name leads to it; production must be readable and must not be one
    of our own copies; a source is production of the same tenant; a password in a URL goes to the keyring, never to
    the catalog.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        adapter_for: Callable[[str], Adapter],
        secrets: Secrets,
        signer: Signer,
        clock: Clock,
        actor: str,
        without_password: Callable[[str], Connection],
        base: Path | None = None,
    ) -> None:
        """`without_password` takes the password out of a URL; `base` is the folder relative paths start from, None for
        the current one at each call."""
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._secrets = secrets
        self._signer = signer
        self._clock = clock
        self._actor = actor
        self._without_password = without_password
        self._base = base
        self._registration = Registration(catalog, adapter_for)

    def add(
        self,
        tenant: str,
        name: str,
        *,
        kind: EnvironmentKind | str,
        database: str,
        source: str | None = None,
        policy: str | None = None,
        password: str | None = None,
    ) -> Environment:
        """Register one. `policy` is a pack's name or a file's path, read and stored now; `password` is the database's,
        where it does not stand in the URL.

        Raises UserError (names, URL, policy), RefusedError (taken, one of our copies as production, a wrong source),
        OutsideError (production cannot be read).
        """
        kind = _kind(kind)
        cleaned = clean_name(name, "environment", slash=False)
        with self._catalog.read() as tx:
            owner = the_tenant(tx, tenant)
            if kind is EnvironmentKind.PRODUCTION:
                no_source_for_production(source, policy)
                from_ = None
            else:
                from_ = find_source(tx, owner, source)
            _refuse_taken(cleaned, tx.environments.all(owner.id))
        connection = self._normalised(database, password)
        version = None if policy is None else self._policy(policy)
        production = kind is EnvironmentKind.PRODUCTION
        environment = Environment(
            id=EnvironmentId(new_id()),
            tenant_id=owner.id,
            tenant=owner.name,
            name=cleaned,
            kind=kind,
            database=connection.url,
            source_id=from_.id if from_ else None,
            source=from_.name if from_ else None,
            state=EnvironmentState.REGISTERED if production else EnvironmentState.ABSENT,
            created_at=self._clock.now(),
        )
        with self._password_kept(environment.id, connection):
            return self._add(environment, from_, version, connection)

    def _add(
        self, environment: Environment, from_: Environment | None, version: PolicyVersion | None, connection: Connection
    ) -> Environment:
        look = self._registration.check(environment)
        schema = schema_now(self._adapter_for, from_) if version is not None else None
        with self._catalog.write() as tx:
            the_tenant(tx, environment.tenant)
            self._registration.refuse_same_url(tx, environment)
            if environment.source_id is not None and tx.environments.get(environment.source_id) is None:
                raise RefusedError(f"{environment.source} was removed meanwhile", "", "Name another source.")
            if version is not None:
                version = stored(tx, version)
                environment = replace(environment, policy_version=version.id, policy=version.name)
            tx.environments.add(environment)
            self._review(tx, environment, schema)
            if environment.kind is EnvironmentKind.PRODUCTION:
                tx.environments.seen(environment.id, size_bytes=look.size_bytes)
            tx.audit.append(
                "environment.add",
                environment.ref,
                kind=str(environment.kind),
                database=environment.database,
                source=environment.source,
                policy=version.name if version else None,
                policy_hash=version.hash if version else None,
                password_in_keyring=connection.password is not None,
            )
            return tx.environments.get(environment.id) or environment

    def set(
        self,
        ref: str,
        *,
        database: str | None = None,
        source: str | None = None,
        policy: str | None = None,
        password: str | None = None,
    ) -> Environment:
        """Change what is given; the same rules as for `add`. A password alone is one for the database there is.

        Raises RefusedError while the environment is busy, and for another database while a copy exists (wipe first).
        """
        if database is None and source is None and policy is None and password is None:
            raise UserError(
                "Nothing was given to change", "", "Give --database, --source or --policy, or several of them."
            )
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            owner = the_tenant(tx, environment.tenant)
            _refuse_busy(tx, environment)
            if environment.kind is EnvironmentKind.PRODUCTION:
                no_source_for_production(source, policy)
            from_ = find_source(tx, owner, source) if source is not None else None
        changed = environment
        if from_ is not None:
            changed = replace(changed, source_id=from_.id, source=from_.name)
        connection = None
        if database is not None or password is not None:
            connection = self._normalised(environment.database if database is None else database, password)
            if connection.url != environment.database:
                refuse_while_copy(self._adapter_for, self._signer, environment)
                if environment.identity is not None:
                    raise RefusedError(
                        f"{environment.ref} has a copy on record",
                        "What stands at its place now is not that copy, so it cannot be wiped either.",
                        "Remove the environment and add it anew with the other database.",
                    )
            changed = replace(changed, database=connection.url)
        version = None if policy is None else self._policy(policy)
        with self._password_kept(environment.id, connection):
            if connection is not None or from_ is not None:
                self._registration.check(changed)
            return self._set(environment, changed, connection, from_, version)

    def _set(
        self,
        environment: Environment,
        changed: Environment,
        connection: Connection | None,
        from_: Environment | None,
        version: PolicyVersion | None,
    ) -> Environment:
        database = changed.database if changed.database != environment.database else None
        schema = schema_now(self._adapter_for, self._source_of(changed)) if version is not None else None
        with self._catalog.write() as tx:
            _refuse_busy(tx, environment)
            self._registration.refuse_same_url(tx, changed)
            if version is not None:
                version = stored(tx, version)
            tx.environments.set(
                environment.id,
                database=database,
                source_id=from_.id if from_ else None,
                policy_version=version.id if version else None,
            )
            self._review(tx, environment, schema)
            tx.audit.append(
                "environment.set",
                environment.ref,
                **_given(
                    database=database,
                    source=from_.name if from_ else None,
                    policy=version.name if version else None,
                    policy_hash=version.hash if version else None,
                    password_in_keyring=True if connection and connection.password is not None else None,
                ),
            )
            return tx.environments.get(environment.id) or changed

    def _source_of(self, environment: Environment) -> Environment | None:
        with self._catalog.read() as tx:
            return tx.environments.get(environment.source_id) if environment.source_id else None

    def _review(self, tx: Transaction, environment: Environment, schema: Schema | None) -> None:
        """Who gives an environment a policy gives it for its source as it is now."""
        if schema is not None:
            tx.environments.set_reviewed(environment.id, structure_of(schema), by=self._actor, at=self._clock.now())

    def all(self, tenant: str | None = None) -> tuple[Environment, ...]:
        """Of one tenant or of all: by tenant, production first, then by name. As the catalog knows them."""
        with self._catalog.read() as tx:
            owner = None if tenant is None else the_tenant(tx, tenant).id
            return tuple(tx.environments.all(owner))

    def get(self, ref: str) -> Environment:
        """TENANT/NAME as the catalog knows it. Raises UserError when there is none."""
        with self._catalog.read() as tx:
            return the_environment(tx, ref)

    def access(self, ref: str, *, reveal: bool = False) -> Access:
        """How people reach a sandbox; with `reveal`, the password of its login too, which goes on record.

        Raises RefusedError for production and where there is no copy, OutsideError where the server cannot be asked.
        """
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
        target = target_of(environment)
        if environment.identity is None:
            raise RefusedError(
                f"{environment.ref} has no copy yet", "There is nothing to connect to.", "Provision it first."
            )
        access = self._adapter_for(environment.database).access(target)
        if not reveal or access.login is None:
            return access
        with self._catalog.write() as tx:
            tx.audit.append("environment.login", environment.ref, login=access.login)
        return replace(access, password=self._secrets.login_password(environment.id))

    def remove(self, ref: str) -> None:
        """Forget it; its database stays as it is.

        Raises RefusedError while a copy exists that Sandkeeper made, while it is busy, or while others are copied
        from it.
        """
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            _refuse_busy(tx, environment)
        refuse_while_copy(self._adapter_for, self._signer, environment)
        with self._catalog.write() as tx:
            now = tx.environments.get(environment.id)
            if now is None or now.identity != environment.identity:
                raise RefusedError(f"{environment.ref} changed meanwhile", "", "Look at it again.")
            tx.environments.remove(environment.id)
            tx.audit.append("environment.remove", environment.ref, database=environment.database)
        self._secrets.forget_password(environment.id)
        self._secrets.forget_login(environment.id)

    def _normalised(self, database: str, password: str | None = None) -> Connection:
        connection = self._without_password(database)
        url = self._adapter_for(connection.url).normalise(connection.url, self._where())
        given = password or connection.password
        if given is not None and url.startswith("sqlite:"):
            raise UserError(
                "A SQLite file has no password", "Whoever may read the file may read all of it.", "Leave it out."
            )
        return Connection(url, given)

    def _policy(self, given: str) -> PolicyVersion:
        return read_policy(given, self._where(), now=self._clock.now(), author=self._actor)

    def _where(self) -> Path:
        return self._base or Path.cwd()

    @contextmanager
    def _password_kept(self, environment: EnvironmentId, connection: Connection | None) -> Iterator[None]:
        """The new password is in the keyring for the block, which needs it to look at the database, and after it; when
        the block fails the one before is back."""
        if connection is None or connection.password is None:
            yield
            return
        before = self._secrets.password(environment)
        self._secrets.store_password(environment, connection.password)
        try:
            yield
        except BaseException:
            if before is None:
                self._secrets.forget_password(environment)
            else:
                self._secrets.store_password(environment, before)
            raise


def _kind(kind: EnvironmentKind | str) -> EnvironmentKind:
    try:
        return EnvironmentKind(kind)
    except ValueError:
        raise UserError(f"There is no kind of environment {kind}", "", "Use production, sandbox or training.") from None


def _refuse_taken(name: str, environments: Sequence[Environment]) -> None:
    folded = name.casefold()
    taken = next((e for e in environments if e.name.casefold() == folded), None)
    if taken is not None:
        raise RefusedError(
            f"There is an environment {taken.ref} already",
            "Two environments of a tenant cannot have one name, or names that differ in capital letters alone.",
            "Choose another name, or change the one there is with `environment set`.",
        )


def _refuse_busy(tx: Transaction, environment: Environment) -> None:
    running = tx.operations.active(environment.id)
    if running is not None:
        raise RefusedError(
            f"{environment.ref} is busy",
            f"Operation {running.id} ({running.kind}) is {running.state} there.",
            "Wait for it to end, or cancel it.",
            operation=running.id,
        )


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
