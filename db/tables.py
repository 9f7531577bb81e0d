"""The whole schema. Clinical rows are added, never changed: `entry` says who, when, why and by which
app and rules; every clinical row belongs to one entry and is numbered within it.

The triggers that refuse UPDATE and DELETE are in migrations/; `APPEND_ONLY` names their tables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def clinical(name: str, *columns: Any) -> Table:
    """An append-only table: its rows are lines of an entry."""
    return Table(
        name,
        metadata,
        Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
        Column("line", Integer, primary_key=True),
        *columns,
        info={"append_only": True},
    )


def one_of(column: str, *words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(word) for word in words)})", name=f"{column}_is_known")


entry = Table(  # one row a verb: the audit trail, and the chain that tells whether it was tampered with
    "entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3…: a gap is a deleted row
    Column("verb", String(40), nullable=False),
    Column("by", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("app", String(20), nullable=False),
    Column("rules", String(20), nullable=False),
    Column("token", String(64), unique=True),  # of the form that was saved: the same token again is the same success
    Column("outcome", Text, nullable=False, server_default=""),  # what the verb answered, for the same token again
    Column("chain", String(64), nullable=False),  # SHA-256 over the entry before, this entry and its rows
    info={"append_only": True},
)

site = clinical(
    "site",
    Column("code", String(3), nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", String(40), nullable=False),
    Column("norepinephrine_salt", String(20), nullable=False),
    one_of("norepinephrine_salt", "base", "tartrate"),
)

patient = clinical(
    "patient",
    Column("number", String(12), nullable=False, unique=True),  # screening number, 001-S0001
    Column("site", String(3), nullable=False, index=True),
    Column("sex", String(1), nullable=False),
    Column("birth_year", Integer),
    Column("arrived_on", Date, nullable=False, index=True),  # in intensive care
    Column("origin", String(80), nullable=False, unique=True),  # "screened:<number>", or file and subject of a load
    one_of("sex", "f", "m", "u"),
    CheckConstraint("birth_year is null or birth_year between 1900 and 2100", name="birth_year_is_plausible"),
)

description = clinical(  # a correction of what the screening said of the patient; the newest counts
    "description",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("sex", String(1), nullable=False),
    Column("birth_year", Integer),
    Column("arrived_on", Date, nullable=False, index=True),
    one_of("sex", "f", "m", "u"),
    CheckConstraint("birth_year is null or birth_year between 1900 and 2100", name="birth_year_is_plausible"),
)

bed = clinical(
    "bed",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("bed", String(12), nullable=False),
)

value = clinical(  # one entered or imported value; the newest of a cell counts
    "value",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("on_date", Date, nullable=False),  # calendar day at the site
    Column("variable", String(30), nullable=False),
    Column("sampled_at", Utc),  # null: the day's value, typed on the day sheet
    Column("state", String(20), nullable=False),
    Column("number", Double),  # canonical unit
    Column("choice", String(30)),
    Column("comparator", String(1), nullable=False, server_default="="),
    Column("typed", Text, nullable=False, server_default=""),
    Column("unit", String(30), nullable=False, server_default=""),
    Column("assay", String(60), nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("source", String(80), nullable=False, server_default="typed"),
    one_of("state", "measured", "carried", "not_done", "pending", "not_applicable", "withdrawn"),
    one_of("comparator", "<", "=", ">"),
    CheckConstraint(
        "state not in ('measured', 'carried') or number is not null or choice is not null", name="known_has_a_value"
    ),
    Index("ix_value_patient_on_date", "patient", "on_date"),
    Index("ix_value_patient_variable_on_date", "patient", "variable", "on_date"),
)

answer = clinical(  # the declared criteria of one screening attempt
    "answer",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("criterion", String(40), nullable=False),
    Column("answer", String(20), nullable=False),
    one_of("answer", "yes", "no", "unknown", "not_applicable"),
)

decision = clinical(  # the verdict of a screening attempt, frozen with what it was made from
    "decision",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("reasons", Text, nullable=False, server_default=""),
    Column("frozen", Text, nullable=False),  # JSON: the values, the scores, the criteria
    one_of("decision", "included", "not_included"),
    CheckConstraint("attempt > 0", name="attempt_is_counted"),
    UniqueConstraint("patient", "attempt"),
)

inclusion = clinical(
    "inclusion",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, unique=True),
    Column("number", String(8), nullable=False, unique=True),  # study number, SSS-NNNN
    Column("included_at", Utc, nullable=False),
    Column("planned_day_1", Date, nullable=False),
)

consent = clinical(
    "consent",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("route", String(20), nullable=False),
    Column("signed_at", Utc, nullable=False),
    one_of("route", "patient", "relative", "emergency", "refused", "withdrawn"),
)

data_use = clinical(  # of a refusal or a withdrawal: what may be done with the data collected before; the newest counts
    "data_use",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("choice", String(20), nullable=False),
    Column("said_at", Utc, nullable=False),
    one_of("choice", "keep", "stop", "not_asked"),
)

dose = clinical(  # one of the 56; the newest of a (day, slot) counts
    "dose",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("day", Integer, nullable=False),
    Column("slot", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("given_at", Utc),
    Column("route", String(10)),
    Column("mg", Double),
    Column("reason", Text, nullable=False, server_default=""),
    one_of("slot", "morning", "evening"),
    one_of("state", "given", "late", "held", "missed", "vomited", "withdrawn"),
    CheckConstraint("day between 1 and 28", name="day_is_planned"),
    CheckConstraint("state not in ('given', 'late', 'vomited') or (given_at is not null and mg is not null)",
                    name="given_has_time_and_amount"),
    Index("ix_dose_patient_day", "patient", "day"),
)

treatment = clinical(  # a co-treatment at one dose; the newest of a (patient, course) counts
    "treatment",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("course", Integer, nullable=False),  # its number within the patient
    Column("drug", String(30), nullable=False),  # trial.treatments.CATALOGUE
    Column("started_at", Utc, nullable=False),
    Column("stopped_at", Utc),
    Column("dose", Double),
    Column("unit", String(10), nullable=False, server_default=""),
    Column("route", String(10), nullable=False),
    Column("state", String(10), nullable=False, server_default="reported"),
    one_of("state", "reported", "withdrawn"),
    CheckConstraint("stopped_at is null or stopped_at >= started_at", name="stops_after_its_start"),
    CheckConstraint("dose is null or dose > 0", name="dose_is_positive"),
    Index("ix_treatment_patient_course", "patient", "course"),
)

watch_dismissal = clinical(  # an item of the watch list put aside, for this deciding value or drug alone
    "watch_dismissal",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("item", String(40), nullable=False),
    Column("decided", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

milestone = clinical(  # the newest of a kind counts
    "milestone",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("at", Utc, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("state", String(10), nullable=False, server_default="reported"),
    one_of("state", "reported", "withdrawn"),
    one_of("kind", "death", "icu_discharge", "hospital_discharge", "withdrawal", "lost", "last_known_alive",
           "care_limited", "left_ward"),
)

load = clinical(  # one loaded file: rows read = accepted + refused + unknown
    "load",
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("read", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
)

load_row = clinical(  # each row of a file that was not taken, with its reason
    "load_row",
    Column("file_line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

account = clinical(  # the newest of a login counts
    "account",
    Column("login", String(60), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("site", String(3), nullable=False, server_default=""),  # empty: every site
    Column("active", Integer, nullable=False),
    one_of("role", "nurse", "investigator", "pi", "monitor", "administrator"),
    CheckConstraint("active in (0, 1)", name="active_is_yes_or_no"),
)

# What follows is not a record: it may change and go.

password = Table(  # not in the trail: an old password is gone, and a stronger hash replaces a weaker one
    "password",
    metadata,
    Column("login", String(60), primary_key=True),
    Column("hash", Text, nullable=False),  # argon2id
    Column("changed_at", Utc, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("login", String(60), nullable=False, index=True),
    Column("language", String(2), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("closed_at", Utc),
)

attempt = Table(  # sign-in attempts, to slow down guessing
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(60), nullable=False),
    Column("address", String(60), nullable=False),
    Column("at", Utc, nullable=False),
    Column("succeeded", Integer, nullable=False),
    Index("ix_attempt_login_at", "login", "at"),
    Index("ix_attempt_address_at", "address", "at"),
)

draft = Table(  # what a person has typed and not saved, by form and box
    "draft",
    metadata,
    Column("form", String(80), primary_key=True),  # "day:001-0003:2026-03-02"
    Column("login", String(60), primary_key=True),
    Column("boxes", Text, nullable=False),  # JSON
    Column("at", Utc, nullable=False),
)

look = Table(  # when a person last opened a patient's page, and since when things were new to them then
    "look",
    metadata,
    Column("patient", String(12), primary_key=True),
    Column("login", String(60), primary_key=True),
    Column("since", Utc, nullable=False),
    Column("at", Utc, nullable=False),
)

APPEND_ONLY = tuple(table.name for table in metadata.sorted_tables if table.info.get("append_only"))
