"""Who may do what: every verb, with the roles that may. `record.add` asks it, so no verb can skip it."""

from __future__ import annotations

from trial.errors import NotAllowed

NURSE, INVESTIGATOR, PI, MONITOR, ADMINISTRATOR = "nurse", "investigator", "pi", "monitor", "administrator"
MACHINE = "machine"  # a command at the server: the first account, a laboratory file; nobody signs in as one
ROLES = (NURSE, INVESTIGATOR, PI, MONITOR, ADMINISTRATOR)

WARD = frozenset({NURSE, INVESTIGATOR, PI})
PHYSICIANS = frozenset({INVESTIGATOR, PI})
OFFICE = frozenset({ADMINISTRATOR, MACHINE})

ROLE_MAY: dict[str, frozenset[str]] = {
    "screen": WARD,
    "correct_patient": WARD,
    "move_bed": WARD,
    "record_values": WARD,
    "chart_dose": WARD,
    "start_treatment": WARD,
    "stop_treatment": WARD,
    "change_treatment": WARD,
    "correct_treatment": WARD,
    "withdraw_treatment": WARD,
    "dismiss": PHYSICIANS,
    "answer": WARD,
    "report_milestone": WARD,
    "withdraw_milestone": WARD,
    "consent": PHYSICIANS,
    "include": PHYSICIANS,
    "decline": PHYSICIANS,
    "load": WARD | {MACHINE},
    "open_site": OFFICE,
    "create_account": OFFICE,
    "change_account": OFFICE,
    "change_password": frozenset(ROLES),
}


def may(role: str, verb: str) -> bool:
    """Whether a role may do a verb of the table; KeyError for a verb that is not in it."""
    return role in ROLE_MAY[verb]


def must_be_allowed(role: str, verb: str) -> None:
    """NotAllowed unless the role may."""
    if not may(role, verb):
        roles = ", ".join(one for one in ROLES if one in ROLE_MAY[verb])
        raise NotAllowed("Your role cannot do this. Ask one of: {roles}.", roles=roles, role=role)
