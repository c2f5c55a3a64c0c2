"""An authority of our own and one certificate for 127.0.0.1: the shipped configurations speak TLS, and so does the proof."""

from processes import run

AUTHORITY = """[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Onemap replicas authority
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
"""
SERVER = """[req]
distinguished_name = name
x509_extensions = server
prompt = no
[name]
CN = 127.0.0.1
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:map.example
authorityKeyIdentifier = keyid
"""


class Certificates:
    """Files in one folder: the authority, the server's chain and key, and both in one as HAProxy wants them."""

    def __init__(self, folder):
        folder.mkdir()
        self.authority, self.chain, self.key, self.both = (folder / name for name in ("city-ca.pem", "server.pem", "server.key", "onemap.pem"))
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        configs = {name: folder / f"{name}.cnf" for name in ("authority", "server")}
        configs["authority"].write_text(AUTHORITY)
        configs["server"].write_text(SERVER)
        own = folder / "authority.key"
        run([*make, "-config", configs["authority"], "-keyout", own, "-out", self.authority])
        signed = ["-CA", self.authority, "-CAkey", own]
        run([*make, "-config", configs["server"], *signed, "-keyout", self.key, "-out", self.chain])
        self.both.write_bytes(self.chain.read_bytes() + self.key.read_bytes())
        # PostgreSQL's user reads all but the keys.
        for path in (self.authority, self.chain):
            path.chmod(0o644)

    def move_to(self, folder):
        """The same files elsewhere."""
        self.authority, self.chain, self.key, self.both = (folder / path.name for path in (self.authority, self.chain, self.key, self.both))
