"""A real OpenLDAP server on a free port of this machine, and a relay in front of it that can break the line."""

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
import ldap3

ROOT, PASSWORD = "cn=admin,dc=halden,dc=example", "correct horse"
SUFFIX = "dc=halden,dc=example"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
LIMITED = f"cn=limited,{SUFFIX}"

CONF = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "dc=halden,dc=example"
rootdn "cn=admin,dc=halden,dc=example"
rootpw "correct horse"
directory {folder}/db
limits dn.exact="cn=limited,dc=halden,dc=example" size=3 size.prtotal=3
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""
TREE = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
o: Halden
dc: halden

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: {GROUPS}
objectClass: organizationalUnit
ou: groups

dn: {LIMITED}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: limited
userPassword: {PASSWORD}
"""


def slapd_is_there() -> bool:
    """Say whether there is a server to run; Debian has it as `slapd`."""
    return Path("/usr/sbin/slapd").exists()


@attrs.define
class Slapd:
    """A server; `write` changes what it has."""

    folder: Path
    port: int
    tls_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    def start(self) -> None:
        urls = f"{self.url} ldaps://127.0.0.1:{self.tls_port}"
        command = ["/usr/sbin/slapd", "-f", str(self.folder / "slapd.conf"), "-h", urls, "-d", "0"]
        self.process = subprocess.Popen(command)
        for port in (self.port, self.tls_port):
            _wait(port, self.process)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)
        self.process = None

    @contextmanager
    def write(self) -> Iterator[Any]:
        server = ldap3.Server(self.url, get_info=ldap3.NONE)
        connection = ldap3.Connection(server, ROOT, PASSWORD, check_names=False, raise_exceptions=True)
        connection.bind()
        try:
            yield connection
        finally:
            connection.unbind()

    def empty(self) -> None:
        with self.write() as connection:
            for base in (PEOPLE, GROUPS):
                for dn in _names(connection, base):
                    connection.delete(dn)

    def put(self, number: str, values: Mapping[str, str | Sequence[str]]) -> str:
        """Add somebody, or make their entry have these values."""
        dn = f"employeeNumber={number},{PEOPLE}"
        with self.write() as connection:
            if dn in _names(connection, PEOPLE):
                changes = {name: [(ldap3.MODIFY_REPLACE, _list(value))] for name, value in values.items()}
                connection.modify(dn, changes)
            else:
                connection.add(dn, ["inetOrgPerson"], {name: _list(value) for name, value in values.items()})
        return dn

    def remove(self, dn: str) -> None:
        with self.write() as connection:
            connection.delete(dn)

    def numbers(self) -> list[str]:
        with self.write() as connection:
            return [dn.partition("=")[2].partition(",")[0] for dn in _names(connection, PEOPLE)]


@contextmanager
def slapd() -> Iterator[Slapd]:
    """Run a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="dirsync-ldap-"))
    (folder / "db").mkdir()
    (folder / "slapd.conf").write_text(CONF.format(folder=folder))
    (folder / "tree.ldif").write_text(TREE)
    _certify(folder)
    subprocess.run(
        ["/usr/sbin/slapadd", "-q", "-f", folder / "slapd.conf", "-l", folder / "tree.ldif"], check=True
    )  # fmt: skip
    server = Slapd(folder, _free_port(), _free_port())
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder)


class Relay:
    """Passes everything on to a port; after `breaks(n)` it hangs up once that many bytes were answered."""

    def __init__(self, port: int) -> None:
        self._to, self._most = port, None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        self.connections = 0

    _most: int | None

    def breaks(self, after: int | None) -> None:
        self._most = after

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                theirs, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            try:
                ours = socket.create_connection(("127.0.0.1", self._to))
            except OSError:  # nobody listens there now
                theirs.close()
                continue
            for source, target, answers in ((theirs, ours, False), (ours, theirs, True)):
                threading.Thread(target=self._pass_on, args=(source, target, answers), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        passed = 0
        with suppress(OSError), source, target:
            while data := source.recv(65536):
                passed += len(data)
                if answers and self._most is not None and passed > self._most:
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)


def _names(connection: Any, base: str) -> list[str]:
    connection.search(base, "(objectClass=*)", ldap3.LEVEL, attributes=["1.1"])
    return [str(entry["dn"]) for entry in connection.response]


def _list(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _certify(folder: Path) -> None:
    """Make a certificate for localhost that signs itself."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
               "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until somebody listens, at most twenty seconds."""
    gone = threading.Event()
    for _ in range(400):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        assert process.poll() is None, "slapd ended"
        gone.wait(0.05)
    raise TimeoutError(port)
