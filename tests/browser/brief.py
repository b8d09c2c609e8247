"""The application with credentials that last for seconds, for tests that cannot wait until those of the product have expired."""

from conference.asgi import application as application
from signaling import lending

lending.CREDENTIAL_SECONDS = 8.0  # type: ignore[misc]
