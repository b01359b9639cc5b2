"""One telephony worker: a process that owns PJSUA2, bridges calls, taps them and places our own."""
