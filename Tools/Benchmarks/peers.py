"""Appends to and reads from other event stores, one measurement a line of input.

    peers.py PAYLOADS DIRECTORY

PAYLOADS holds the events: for each, little-endian, the length of the stream's name (4 bytes), the
name, its version (8), the id (16), the length of the record (4) and the record. Asked by lines of
JSON, answered by lines of JSON; {"peers": …, "missing": …} comes first.
"""

import atexit
import contextlib
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid


class Missing(Exception):
    """Why a peer can't be measured on this machine."""


def load(path):
    events = []
    with open(path, "rb") as file:
        data = file.read()
    place = 0
    while place < len(data):
        (size,) = struct.unpack_from("<I", data, place)
        stream = data[place + 4 : place + 4 + size].decode()
        place += 4 + size
        (version,) = struct.unpack_from("<q", data, place)
        identifier = uuid.UUID(bytes=data[place + 8 : place + 24])
        (size,) = struct.unpack_from("<I", data, place + 24)
        place += 28
        events.append((stream, version, identifier, data[place : place + size]))
        place += size
    return events


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port, process, name):
    for _ in range(200):
        if process.poll() is not None:
            raise Missing(f"the server of {name} ended with code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise Missing(f"the server of {name} does not answer")


class UmaDB:
    """Its own server on this machine, asked through its own client."""

    def __init__(self, directory):
        try:
            import umadb
        except ImportError as error:
            raise Missing(f"the package umadb is not there: {error}")
        self.library = umadb
        self.directory = directory
        self.server = None
        self.runs = 0

    def start(self):
        self.stop()
        self.runs += 1
        self.port = free_port()
        path = f"{self.directory}/umadb-{self.runs}"
        os.makedirs(path)
        self.server = subprocess.Popen(
            [
                f"{os.path.dirname(sys.executable)}/umadb",
                "--listen", f"127.0.0.1:{self.port}", "--db-path", path,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self.port, self.server, "UmaDB")

    def stop(self):
        if self.server:
            self.server.kill()
            self.server.wait()
            shutil.rmtree(f"{self.directory}/umadb-{self.runs}", ignore_errors=True)
            self.server = None

    def prepare(self, events):
        event = self.library.Event
        return [
            event("Sample", record, [f"stream:{stream}"], identifier)
            for stream, _, identifier, record in events
        ]

    def appender(self):
        client = self.library.Client(f"http://127.0.0.1:{self.port}")
        return lambda batch: client.append(batch)

    def read_all(self):
        client = self.library.Client(f"http://127.0.0.1:{self.port}")
        return sum(1 for _ in client.read())


class EventSourcing:
    """The library's recorder on SQLite, a write-ahead log in a file."""

    def __init__(self, directory):
        try:
            from eventsourcing import persistence, sqlite
        except ImportError as error:
            raise Missing(f"the package eventsourcing is not there: {error}")
        self.library = sqlite
        self.stored = persistence.StoredEvent
        self.directory = directory
        self.runs = 0
        self.recorder = None

    def start(self):
        self.stop()
        self.runs += 1
        factory = self.library.SQLiteFactory(
            {"SQLITE_DBNAME": f"{self.directory}/eventsourcing-{self.runs}.db"}
        )
        self.recorder = factory.application_recorder()
        self.lock = threading.Lock()

    def stop(self):
        self.recorder = None
        for path in glob.glob(f"{self.directory}/eventsourcing-{self.runs}.db*"):
            os.remove(path)

    def prepare(self, events):
        space = uuid.NAMESPACE_OID
        return [
            self.stored(uuid.uuid5(space, stream), version, "sample:Sample", record)
            for stream, version, _, record in events
        ]

    def appender(self):
        # SQLite has one writer; waiting for a lock of its own costs the callers more.
        def append(batch):
            with self.lock:
                self.recorder.insert_events(batch)

        return append

    def read_all(self):
        count, start = 0, 1
        while True:
            found = self.recorder.select_notifications(start, 10_000)
            if not found:
                return count
            count += len(found)
            start = found[-1].id + 1


class Postgres:
    """A table with gapless positions and unique (stream, version) and id, as an application makes it."""

    def __init__(self, directory):
        try:
            import psycopg
        except ImportError as error:
            raise Missing(f"the package psycopg is not there: {error}")
        self.library = psycopg
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        if not found:
            raise Missing("PostgreSQL's server is not installed (apt-get install postgresql)")
        self.programs = os.path.dirname(found[-1])
        self.user = []
        if os.getuid() == 0:
            # The server refuses to run as root.
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.home = self.make_home(directory)
        atexit.register(shutil.rmtree, self.home, ignore_errors=True)
        data = f"{self.home}/data"
        made = subprocess.run(
            [*self.user, f"{self.programs}/initdb", "-D", data, "-A", "trust", "-U", "postgres"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/",
        )  # fmt: skip
        if made.returncode:
            raise Missing(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
        self.port = free_port()
        self.server = subprocess.Popen(
            [
                *self.user, f"{self.programs}/postgres", "-D", data, "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.home}",
                "-c", "max_connections=80", "-c", "fsync=on", "-c", "synchronous_commit=on",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        atexit.register(self.end)
        wait_for(self.port, self.server, "PostgreSQL")

    def make_home(self, directory):
        """A folder of the server's own, beside what is measured if its user may go there."""
        # A checkout may lie in a folder that only its owner can enter. /var/tmp is on a disk.
        for parent in (directory, "/var/tmp", tempfile.gettempdir()):
            home = tempfile.mkdtemp(prefix="postgres-", dir=parent)
            if not self.user:
                return home
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                raise Missing("there is no user postgres to run the server")
            os.chown(home, owner.pw_uid, owner.pw_gid)
            asked = subprocess.run([*self.user, "test", "-w", home], capture_output=True, cwd="/")
            if asked.returncode == 0:
                if parent != directory:
                    print(f"PostgreSQL keeps its data in {home}", file=sys.stderr, flush=True)
                return home
            os.rmdir(home)
        raise Missing("there is no folder that the user postgres can write to")

    def connect(self):
        for _ in range(100):
            try:
                return self.library.connect(
                    host="127.0.0.1", port=self.port, user="postgres", dbname="postgres",
                    autocommit=True,
                )  # fmt: skip
            except self.library.OperationalError:
                time.sleep(0.05)
        raise Missing("PostgreSQL does not accept a connection")

    def start(self):
        with self.connect() as connection:
            connection.execute("DROP TABLE IF EXISTS events, head")
            connection.execute(
                "CREATE TABLE events(position bigint PRIMARY KEY, stream text NOT NULL,"
                " version bigint NOT NULL, id uuid NOT NULL UNIQUE, event bytea NOT NULL,"
                " UNIQUE(stream, version))"
            )
            connection.execute("CREATE TABLE head(events bigint NOT NULL)")
            connection.execute("INSERT INTO head VALUES (0)")

    def stop(self):
        pass

    def end(self):
        # The fast way: it does not wait until the last client has left.
        self.server.send_signal(signal.SIGINT)
        self.server.wait()

    def prepare(self, events):
        return events

    def appender(self):
        connection = self.connect()
        # The row of the head is locked until the commit, so that positions have no gap.
        statement = (
            "WITH taken AS (UPDATE head SET events = events + %s RETURNING events - %s AS first)"
            " INSERT INTO events SELECT taken.first + row.number - 1, row.stream, row.version,"
            " row.id, row.event FROM taken, unnest(%s::text[], %s::bigint[], %s::uuid[],"
            " %s::bytea[]) WITH ORDINALITY AS row(stream, version, id, event, number)"
        )

        def append(batch):
            streams, versions, ids, records = zip(*batch)
            connection.execute(
                statement,
                (len(batch), len(batch), list(streams), list(versions), list(ids), list(records)),
            )

        return append

    def read_all(self):
        count = 0
        with self.connect() as connection, connection.transaction():
            with connection.cursor("all", binary=True) as cursor:
                cursor.itersize = 10_000
                cursor.execute("SELECT position, event FROM events ORDER BY position")
                for _ in cursor:
                    count += 1
        return count


def append(peer, events, callers, batch, seconds):
    """So many callers append batches until time or events are used up."""
    peer.start()
    share = len(events) // callers
    appenders = [peer.appender() for _ in range(callers)]
    prepared = peer.prepare(events[: share * callers])
    counts = [0] * callers
    failures = []
    ready = threading.Barrier(callers + 1)
    end = [0.0]

    def run(caller):
        mine = prepared[caller * share : (caller + 1) * share]
        append_batch = appenders[caller]
        ready.wait()
        try:
            for first in range(0, share - batch + 1, batch):
                if time.monotonic() > end[0]:
                    break
                append_batch(mine[first : first + batch])
                counts[caller] += batch
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    end[0] = start + seconds
    ready.wait()
    for thread in threads:
        thread.join()
    duration = time.monotonic() - start
    if failures:
        raise RuntimeError(failures[0])
    return {"events": sum(counts), "seconds": duration}


def read(peer, events):
    """All events are read in order after they were appended in batches of 1,000."""
    peer.start()
    append_batch = peer.appender()
    prepared = peer.prepare(events)
    for first in range(0, len(prepared), 1000):
        append_batch(prepared[first : first + 1000])
    start = time.monotonic()
    count = peer.read_all()
    duration = time.monotonic() - start
    if count != len(events):
        raise RuntimeError(f"{count} events were read of {len(events)}")
    return {"events": count, "seconds": duration}


def main():
    payloads, directory = sys.argv[1:]
    events = load(payloads)
    peers, missing = {}, {}
    for name, kind in (("umadb", UmaDB), ("eventsourcing", EventSourcing), ("postgres", Postgres)):
        try:
            peers[name] = kind(directory)
        except Missing as reason:
            missing[name] = str(reason)
    print(json.dumps({"peers": list(peers), "missing": missing}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        peer = peers[asked["peer"]]
        try:
            if asked["what"] == "read":
                answer = read(peer, events)
            else:
                answer = append(peer, events, asked["callers"], asked["batch"], asked["seconds"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        finally:
            peer.stop()
        print(json.dumps(answer), flush=True)


main()
