"""Who may consent, and what a refusal or a withdrawal says of the data collected before it."""

EMERGENCY = "emergency"
CONSENTED = ("patient", "relative", EMERGENCY)
TAKEN_BACK = ("refused", "withdrawn")
ROUTES = (*CONSENTED, *TAKEN_BACK)
DATA_USES = ("keep", "stop", "not_asked")
