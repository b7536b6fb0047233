"""How gunicorn serves (site/config/gunicorn.py), read here so that nonsense stands in the one list of all problems."""

import ipaddress

from config.settings.environment import HOST_NAME, env

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def host_to_bind(text: str) -> str:
    """An address as gunicorn wants it before the colon and the port. Raises ValueError if it can't be one."""
    if ":" in text and not text.startswith("["):
        return f"[{ipaddress.IPv6Address(text)}]"
    if not HOST_NAME.fullmatch(text) or (text[-1].isdigit() and not ipaddress.IPv4Address(text)):
        raise ValueError("no address")
    return text


host = env.text("HOST", default="127.0.0.1")
try:
    host = host_to_bind(host)
except ValueError:
    env.problem("HOST", "HOST must be an address or a name of this machine, for example 127.0.0.1.")
port = env.number("PORT", default=8000, least=1, most=65_535)
# Not WEB_CONCURRENCY: gunicorn reads that by itself, before our configuration, and fails at nonsense with a traceback.
processes = env.number("WEB_PROCESSES", default=2, least=1, most=1_000)
log_level = env.text("GUNICORN_LOGLEVEL", default="warning").lower()
if log_level not in LOG_LEVELS:
    env.problem("GUNICORN_LOGLEVEL", f"GUNICORN_LOGLEVEL must be one of {', '.join(LOG_LEVELS)}.")
