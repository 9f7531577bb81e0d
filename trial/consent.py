"""Who may consent, and what a refusal or a withdrawal says of the data collected before it."""

CONSENTED = ("patient", "relative", "emergency")
TAKEN_BACK = ("refused", "withdrawn")
ROUTES = (*CONSENTED, *TAKEN_BACK)
DATA_USES = ("keep", "stop", "not_asked")
