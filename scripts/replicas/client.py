"""HTTP as the proof speaks it: one kept connection, plain or TLS."""

import http.client
import json
import ssl
from urllib.parse import urlsplit

TIMEOUT_S = 10


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def edition(self):
        """The edition that it says it was made from; none before there is one."""
        return int(self.headers["x-edition"]) if "x-edition" in self.headers else None

    def json(self):
        return json.loads(self.body)


class Client:
    """Asks one address over a connection that is kept while it lasts."""

    def __init__(self, url, authority=None, timeout_s=TIMEOUT_S):
        parts = urlsplit(url)
        self.url = url
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=str(authority))
            self.connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_s, context=context)
        else:
            self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)

    def ask(self, method, path, body=None, **headers):
        """The answer; what is refused or cut off is an OSError or an HTTPException."""
        try:
            self.connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = self.connection.getresponse()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        except BaseException:
            # The next question gets a new connection.
            self.connection.close()
            raise

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def try_get(self, path, **headers):
        """The answer, or none when nobody answers."""
        try:
            return self.get(path, **headers)
        except (OSError, http.client.HTTPException):
            return None
