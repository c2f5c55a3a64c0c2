"""What is proved about: a primary, a standby, three servers, two proxies, and a district that is published again and again."""

import os
import pathlib
import secrets
import shlex
import shutil
import tempfile

import cluster
import servers
from certificates import Certificates
from cluster import Cluster
from district import Grid
from processes import run
from publish import Publisher
from servers import Onemap, Proxy

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
# How long a server may be without a look at the change log: the default of ONEMAP_POLL_MS, which deploy/ does not change.
POLL_S = 1.0


class Rig:
    def __init__(self, binary, shared, work, units):
        work = work.resolve()
        self.binary, self.shared, self.work, self.units = pathlib.Path(binary).resolve(), shared.resolve(), work, units
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self.certificates = Certificates(work / "certificates")
        self.home = self.clusters_home()
        self.databases = cluster.Site(self.home, DEPLOY, self.certificates)
        self.key = secrets.token_hex(24)
        self.site = servers.Site(self.binary, work, DEPLOY, self.certificates, self.databases.passwords["onemap"], self.key)
        self.primary, self.standby, self.spare = Cluster(self.databases, "primary"), None, None
        self.servers, self.haproxy, self.nginx, self.grid, self.publisher = [], None, None, None, None
        self.poll_s = POLL_S

    def clusters_home(self):
        """A folder that the clusters' user may enter: under target/, or where that user may not go there, elsewhere."""
        home = self.work / "clusters"
        home.mkdir()
        identity = cluster.unprivileged()
        if identity:
            run(["chown", "nobody", home])
            if run(["sh", "-c", 'test -w "$0" && echo yes || true', home], identity=identity).strip() != "yes":
                home.rmdir()
                home = pathlib.Path(tempfile.mkdtemp())
                # The certificates must be where they can be read.
                shutil.copytree(self.work / "certificates", home / "certificates")
                self.certificates.move_to(home / "certificates")
        return home

    def add_standby(self, backup):
        """A standby from a base backup."""
        self.standby = Cluster(self.databases, "standby", upstream=self.primary)
        self.standby.take_over(backup)
        self.standby.start()

    def add_servers(self, more=None):
        """Three servers as deploy/systemd has them, the third on the standby; none is started."""
        stores = {"a": self.primary, "b": self.primary, "c": self.standby}
        for name, where in stores.items():
            own = "3.env" if name == "c" else "1.env"
            self.servers.append(Onemap(name, self.site, where.url("onemap"), own, more))
        by_name = {server.name: server for server in self.servers}
        self.haproxy, self.nginx = (Proxy(program, self.site, by_name) for program in ("haproxy", "nginx"))

    def choose_grid(self):
        """What is published from now on, through HAProxy."""
        client = self.servers[0].client()
        self.grid = Grid(client)
        areas = client.get("/areas?limit=1")
        self.grid.edition, self.areas = areas.edition, areas.json()["numberMatched"]
        self.publisher = Publisher.prepared(self.work / "publisher", self.grid, self.haproxy.url, self.certificates.authority, self.key)

    def onemap(self, *arguments, role="onemap"):
        """What a command of the binary prints; its password comes from the environment."""
        return run([self.binary, *arguments], {**os.environ, "PGPASSWORD": self.databases.passwords[role]}, folder=self.work)

    def publish_command(self):
        """Arguments of Python that publish the next edition."""
        return shlex.join(["-B", str(pathlib.Path(__file__).parent / "publish.py"), str(self.publisher.folder)])

    def stop(self):
        """Ends all that was started, whatever the others do."""
        first = None
        running = [self.haproxy, self.nginx, *self.servers, self.spare, self.standby, self.primary]
        for one in filter(None, running):
            try:
                one.stop()
            except Exception as error:
                first = first or error
        if self.home.parent != self.work:
            shutil.rmtree(self.home, ignore_errors=True)
        return first
