"""The tables, in the order of the flow, as migrations of sqlite-utils.

`record`, `member`, `event`, `confirmation` are what was written; `accepted`, `link`, `linked`, `seat`, `mention`,
`placement`, `override`, `adoption`, `kept_apart`, `asking`, `asking_hour`, `lost`, `hold`, `cases`, `case_record`,
`rules`, `provider` are facts, and so are `retirement`, `erasure`, `erased_address`, `erased_record`, whose key is in
`secret`; `outcome`, `person`, `membership`, `term`, `reference`, `tally` are derived and can be dropped; `change` is
the feed, `follower` how far each plugin has read it; `draft` is the rules that wait on a page; the rest serves the
doors. Times are RFC 3339 text in UTC. A store is too new when it names a migration that is not in `MIGRATIONS`.
"""

import sqlite_utils

MIGRATIONS = sqlite_utils.Migrations("dirsync")

DERIVED = ("outcome", "person", "membership", "term", "reference", "tally")


@MIGRATIONS(name="0001_records")
def records(db: sqlite_utils.Database) -> None:
    """What providers said, row by row, and who wrote it."""
    db.execute("""
        CREATE TABLE record (
            id TEXT PRIMARY KEY, provider TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, folded TEXT NOT NULL,
            external_id TEXT, body BLOB NOT NULL, active INTEGER NOT NULL, version INTEGER NOT NULL,
            created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE UNIQUE INDEX record_key ON record (provider, kind, folded) WHERE deleted_at IS NULL""")
    db.execute("""CREATE INDEX record_page ON record (provider, kind, id) WHERE deleted_at IS NULL""")
    db.execute("""CREATE INDEX record_external ON record (external_id) WHERE external_id IS NOT NULL""")
    db.execute("""CREATE INDEX record_folded ON record (folded)""")
    db.execute("""CREATE INDEX record_kind ON record (kind, id)""")
    db.execute("""
        CREATE TABLE member (
            grp TEXT NOT NULL, value TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (grp, value)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX member_value ON member (value)""")
    db.execute("""
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY, at TEXT NOT NULL, provider TEXT, record TEXT, kind TEXT NOT NULL,
            request TEXT NOT NULL, by TEXT NOT NULL, body TEXT
        ) STRICT""")
    db.execute("""CREATE INDEX event_record ON event (record, seq) WHERE record IS NOT NULL""")
    db.execute("""CREATE INDEX event_request ON event (request)""")


@MIGRATIONS(name="0002_facts")
def facts(db: sqlite_utils.Database) -> None:
    """What was decided."""
    db.execute("""
        CREATE TABLE provider (
            name TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, by_hand INTEGER NOT NULL,
            pushes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE accepted (
            record TEXT PRIMARY KEY, provider TEXT NOT NULL, standing TEXT NOT NULL, address TEXT, claims TEXT NOT NULL,
            locations TEXT NOT NULL, asking_since INTEGER, until TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX accepted_address ON accepted (address, asking_since) WHERE address IS NOT NULL""")
    db.execute("""CREATE INDEX accepted_until ON accepted (until) WHERE until IS NOT NULL AND standing = 'asks'""")
    db.execute("""
        CREATE TABLE link (
            record TEXT PRIMARY KEY, person TEXT NOT NULL, rule TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX link_person ON link (person)""")
    db.execute("""
        CREATE TABLE seat (
            address TEXT NOT NULL, since INTEGER NOT NULL, person TEXT NOT NULL, shown TEXT NOT NULL,
            since_at TEXT NOT NULL, until INTEGER, until_at TEXT, PRIMARY KEY (address, since)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE UNIQUE INDEX seat_held ON seat (address) WHERE until IS NULL""")
    db.execute("""CREATE UNIQUE INDEX seat_holder ON seat (person) WHERE until IS NULL""")
    db.execute("""CREATE INDEX seat_person ON seat (person, since)""")
    db.execute("""
        CREATE TABLE mention (
            record TEXT NOT NULL, attribute TEXT NOT NULL, address TEXT NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY (record, attribute, address)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE placement (
            subject TEXT NOT NULL, location TEXT NOT NULL, op TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (subject, location)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE rules (
            version INTEGER PRIMARY KEY, settings TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT""")


@MIGRATIONS(name="0003_derived")
def derived(db: sqlite_utils.Database) -> None:
    """What can be computed again."""
    db.execute("""
        CREATE TABLE outcome (
            record TEXT PRIMARY KEY, provider TEXT NOT NULL, situation TEXT NOT NULL, rank INTEGER NOT NULL,
            because TEXT NOT NULL, undetermined INTEGER NOT NULL, contender TEXT, person TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX outcome_rank ON outcome (rank, record)""")
    db.execute("""CREATE INDEX outcome_provider ON outcome (provider, rank, record)""")
    db.execute("""CREATE INDEX outcome_undetermined ON outcome (rank, record) WHERE undetermined = 1""")
    db.execute("""
        CREATE TABLE person (
            id TEXT PRIMARY KEY, status TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, body TEXT NOT NULL,
            provenance TEXT NOT NULL, sources TEXT NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL,
            changed_at TEXT NOT NULL, last_change INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX person_name ON person (name, id)""")
    db.execute("""CREATE INDEX person_status_name ON person (status, name, id)""")
    db.execute("""CREATE INDEX person_status_change ON person (status, last_change)""")
    db.execute("""CREATE INDEX person_change ON person (last_change)""")
    db.execute("""CREATE INDEX person_address ON person (address)""")
    db.execute("""
        CREATE TABLE membership (
            facet TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL,
            PRIMARY KEY (facet, key, status, name, person)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX membership_person ON membership (person, facet, key)""")
    db.execute("""
        CREATE TABLE term (term TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (term, person))
        STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX term_person ON term (person)""")
    db.execute("""
        CREATE TABLE reference (
            person TEXT NOT NULL, attribute TEXT NOT NULL, address TEXT NOT NULL, target TEXT,
            PRIMARY KEY (person, attribute, address)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX reference_target ON reference (target) WHERE target IS NOT NULL""")
    db.execute("""CREATE INDEX reference_pending ON reference (address) WHERE target IS NULL""")
    db.execute("""
        CREATE TABLE tally (facet TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (facet, key))
        STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0004_feed")
def feed(db: sqlite_utils.Database) -> None:
    """What was published."""
    db.execute("""
        CREATE TABLE change (
            seq INTEGER PRIMARY KEY, at TEXT NOT NULL, type TEXT NOT NULL, person TEXT NOT NULL, email TEXT NOT NULL,
            changed TEXT NOT NULL, provider TEXT, request TEXT NOT NULL, by TEXT NOT NULL
        ) STRICT""")
    db.execute("""CREATE INDEX change_person ON change (person, seq)""")
    db.execute("""CREATE INDEX change_type ON change (type, seq)""")
    db.execute("""CREATE INDEX change_provider ON change (provider, seq)""")
    db.execute("""CREATE INDEX change_at ON change (at, type)""")
    db.execute("""CREATE TABLE follower (plugin TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0005_doors")
def doors(db: sqlite_utils.Database) -> None:
    """Who may come in, and who called."""
    db.execute("""
        CREATE TABLE token (
            id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, provider TEXT, api TEXT, write INTEGER NOT NULL,
            name TEXT NOT NULL, ending TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE sign_in_code (hash TEXT PRIMARY KEY, by TEXT NOT NULL, expires_at TEXT NOT NULL)
        STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE session (hash TEXT PRIMARY KEY, by TEXT NOT NULL, csrf TEXT NOT NULL, expires_at TEXT NOT NULL)
        STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE call (
            provider TEXT NOT NULL, which TEXT NOT NULL, at TEXT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL,
            status INTEGER NOT NULL, detail TEXT, PRIMARY KEY (provider, which)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE call_hour (provider TEXT NOT NULL, hour TEXT NOT NULL, n INTEGER NOT NULL,
            PRIMARY KEY (provider, hour)) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0006_dialects")
def dialects(db: sqlite_utils.Database) -> None:
    """Which tolerances each provider needed."""
    db.execute("""
        CREATE TABLE dialect (
            provider TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, last_at TEXT NOT NULL,
            example TEXT NOT NULL, PRIMARY KEY (provider, name)
        ) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0007_overrides")
def overrides(db: sqlite_utils.Database) -> None:
    """An admin's word over the providers'."""
    db.execute("""
        CREATE TABLE override (
            person TEXT NOT NULL, name TEXT NOT NULL, op TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL,
            at TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (person, name, op, value)
        ) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0008_adoption")
def adoption(db: sqlite_utils.Database) -> None:
    """Who was handed over to a provider, and who is kept apart from one."""
    db.execute("""
        CREATE TABLE adoption (
            manual TEXT NOT NULL, record TEXT NOT NULL, person TEXT NOT NULL, before_person TEXT, before_rule TEXT,
            before_at TEXT, by TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (manual, record)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX adoption_person ON adoption (person)""")
    db.execute("""
        CREATE TABLE kept_apart (
            person TEXT NOT NULL, provider TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (person, provider)
        ) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0010_linked")
def linked(db: sqlite_utils.Database) -> None:
    """Whose record each record ever was: what the history of a person is found by after a link has ended."""
    db.execute("""
        CREATE TABLE linked (person TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (person, record))
        STRICT, WITHOUT ROWID""")
    db.execute("""INSERT INTO linked (person, record) SELECT person, record FROM link""")


@MIGRATIONS(name="0011_set_aside")
def set_aside(db: sqlite_utils.Database) -> None:
    """What the file said when rules from elsewhere were applied instead."""
    db.execute("""ALTER TABLE rules ADD COLUMN set_aside TEXT""")


@MIGRATIONS(name="0016_draft")
def draft(db: sqlite_utils.Database) -> None:
    """The draft of the rules that is made on a page."""
    db.execute("""
        CREATE TABLE draft (
            id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL, base INTEGER NOT NULL, rules TEXT NOT NULL,
            told TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, plan TEXT NOT NULL
        ) STRICT""")


@MIGRATIONS(name="0012_cases")
def cases(db: sqlite_utils.Database) -> None:
    """What waits for a person, and what the guard counts: losses, and how many asked at once."""
    db.execute("""
        CREATE TABLE asking (
            provider TEXT PRIMARY KEY, n INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        INSERT INTO asking (provider, n) SELECT provider, count(*) FROM accepted JOIN link USING (record)
        WHERE standing = 'asks' GROUP BY provider""")
    db.execute("""
        CREATE TABLE asking_hour (
            provider TEXT NOT NULL, hour TEXT NOT NULL, most INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (provider, hour)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE lost (
            record TEXT NOT NULL, kind TEXT NOT NULL, attribute TEXT NOT NULL, provider TEXT NOT NULL, at TEXT NOT NULL,
            before TEXT NOT NULL, PRIMARY KEY (record, kind, attribute)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX lost_when ON lost (provider, kind, attribute, at)""")
    db.execute("""
        CREATE TABLE hold (
            record TEXT NOT NULL, kind TEXT NOT NULL, attribute TEXT NOT NULL, provider TEXT NOT NULL,
            case_id TEXT NOT NULL, wanted TEXT NOT NULL, kept TEXT, PRIMARY KEY (record, kind, attribute)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX hold_case ON hold (case_id, record)""")
    db.execute("""CREATE INDEX hold_open ON hold (case_id, record) WHERE kept IS NULL""")
    db.execute("""
        CREATE TABLE cases (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, provider TEXT NOT NULL, opened_at TEXT NOT NULL, loss TEXT,
            attribute TEXT, allowed INTEGER, asked INTEGER, record TEXT, person TEXT, state TEXT NOT NULL,
            closed_at TEXT, closed_by TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX case_open ON cases (kind, provider, loss, attribute) WHERE state = 'open'""")
    db.execute("""CREATE INDEX case_when ON cases (opened_at, id)""")
    db.execute("""CREATE INDEX case_about ON cases (record, kind) WHERE record IS NOT NULL""")
    db.execute("""
        CREATE TABLE case_record (
            case_id TEXT NOT NULL, record TEXT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (case_id, record)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""CREATE INDEX case_record_part ON case_record (case_id, part, record)""")
    db.execute("""CREATE INDEX case_record_record ON case_record (record)""")


@MIGRATIONS(name="0013_pulls")
def pulls(db: sqlite_utils.Database) -> None:
    """How it stands with the sources that are asked: the last session of each, and the cursor of the next."""
    db.execute("""
        CREATE TABLE pull (
            provider TEXT PRIMARY KEY, cursor TEXT, cursor_at TEXT, done_at TEXT, failures INTEGER NOT NULL,
            last_error TEXT, last_error_at TEXT, next_at TEXT, request TEXT, by TEXT, started_at TEXT, outcome TEXT,
            ended_at TEXT, because TEXT, claimed_until TEXT, n_read INTEGER NOT NULL, n_created INTEGER NOT NULL,
            n_changed INTEGER NOT NULL, n_unchanged INTEGER NOT NULL, n_withdrawn INTEGER NOT NULL,
            n_held INTEGER NOT NULL, n_refused INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0014_erased")
def erased(db: sqlite_utils.Database) -> None:
    """Who was forgotten on request: opaque ids, keyed hashes of their addresses, and the key."""
    db.execute("""
        CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE erasure (subject TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE erased_address (hash TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (hash, subject))
        STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE erased_record (record TEXT PRIMARY KEY, provider TEXT NOT NULL, subject TEXT NOT NULL)
        STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0015_retired")
def retired(db: sqlite_utils.Database) -> None:
    """Sources that are gone for good, and what became of their people."""
    db.execute("""
        CREATE TABLE retirement (
            provider TEXT PRIMARY KEY, fate TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, successor TEXT
        ) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0017_confirmed")
def confirmed(db: sqlite_utils.Database) -> None:
    """When a record's source wrote it last as it was already."""
    db.execute("""
        CREATE TABLE confirmation (record TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID""")


@MIGRATIONS(name="0018_base")
def base(db: sqlite_utils.Database) -> None:
    """What the changes of a person had led to that are no longer kept."""
    db.execute("""
        CREATE TABLE base (
            person TEXT PRIMARY KEY, status TEXT NOT NULL, body TEXT NOT NULL, since TEXT NOT NULL,
            version INTEGER NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL, last_change INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
