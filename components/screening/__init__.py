"""The screens of screening: what is typed, what is found, what is signed, and the log of all who were screened."""
