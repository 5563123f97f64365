"""TLS to a PostgreSQL server by libpq's rules, for bytes that another program speaks (see `relay`)."""

import ipaddress
import os
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.errors import OutsideError

_REQUEST: Final = (8).to_bytes(4) + (80877103).to_bytes(4)
_VERSIONS: Final = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_SECONDS: Final = 20.0


def context_of(options: Mapping[str, str]) -> ssl.SSLContext:
    """What libpq would check and show with these connection parameters, defaults included.

    As with libpq: `verify-full` checks name and issuer, `verify-ca` the issuer; the others check the issuer where a
    root certificate is there. `sslrootcert=system` means the system's roots and `verify-full`. Raises
    OutsideError for files that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        _trust(context, options)
        _show(context, options)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise OutsideError(
            "The files for TLS cannot be used",
            f"Reading the certificates or the key failed ({_reason(error)}).",
            "Check sslrootcert, sslcrl, sslcert and sslkey of the database's URL.",
        ) from None
    context.minimum_version = _VERSIONS.get(options.get("ssl_min_protocol_version", ""), ssl.TLSVersion.TLSv1_2)
    context.maximum_version = _VERSIONS.get(
        options.get("ssl_max_protocol_version", ""), ssl.TLSVersion.MAXIMUM_SUPPORTED
    )
    context.set_alpn_protocols(["postgresql"])
    return context


def handshake(
    address: tuple[str, int], host: str, options: Mapping[str, str], context: ssl.SSLContext
) -> ssl.SSLSocket:
    """Reach the server and agree on TLS with it. `host` is the name that its certificate must bear."""
    try:
        plain = socket.create_connection(address, timeout=_SECONDS)
        try:
            if options.get("sslnegotiation") != "direct":
                plain.sendall(_REQUEST)
                # One byte alone: what somebody stuffed behind it must not pass for a part of the encrypted stream.
                if plain.recv(1) != b"S":
                    raise ConnectionError("the server speaks no TLS")
            named = context.check_hostname or (options.get("sslsni") != "0" and not _is_address(host))
            return context.wrap_socket(plain, server_hostname=host if named else None)
        except BaseException:
            plain.close()
            raise
    except OSError as error:
        raise OutsideError(
            f"No TLS with {host}",
            f"The server could not be reached in the way the database's URL asks for ({_reason(error)}).",
            "Check sslmode and sslrootcert of the URL, and the server's certificate.",
        ) from None


def _trust(context: ssl.SSLContext, options: Mapping[str, str]) -> None:
    mode, root = options.get("sslmode", "prefer"), options.get("sslrootcert", "")
    if root == "system":
        mode = "verify-full"
        context.load_default_certs()
    file = _file(root, "root.crt")
    checked = root == "system" or file is not None
    if file is not None:
        context.load_verify_locations(cafile=file)
    elif mode.startswith("verify") and not checked:
        raise FileNotFoundError(2, "no root certificate")
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if checked else ssl.CERT_NONE
    revoked, folder = _file(options.get("sslcrl", ""), "root.crl"), options.get("sslcrldir", "")
    if checked and (revoked is not None or folder):
        context.load_verify_locations(cafile=revoked, capath=folder or None)
        context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN


def _show(context: ssl.SSLContext, options: Mapping[str, str]) -> None:
    """The certificate of our own, where there is one."""
    certificate = _file(options.get("sslcert", ""), "postgresql.crt")
    if certificate is None or options.get("sslcertmode") == "disable":
        return
    password = options.get("sslpassword", "")
    # Always given, else the library asks on the terminal.
    context.load_cert_chain(certificate, _file(options.get("sslkey", ""), "postgresql.key"), lambda: password)


def _file(given: str, usual: str) -> str | None:
    """A file named in the parameters, else libpq's usual one if it is there."""
    if given:
        return None if given == "system" else given
    base = Path(os.environ["APPDATA"]) / "postgresql" if "APPDATA" in os.environ else Path.home() / ".postgresql"
    return str(base / usual) if (base / usual).exists() else None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError):
        return error.strerror or getattr(error, "reason", None) or str(error) or type(error).__name__
    return type(error).__name__
