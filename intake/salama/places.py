"""Where Salama's services stand and who we are there: values handed to the client, without behaviour of the network."""

import hashlib
from dataclasses import dataclass, field

_FINGERPRINT_ROUNDS = 50_000


@dataclass(frozen=True, slots=True)
class SalamaAccount:
    """The service account: tenant, user name and password, and the OAuth client (complaints API contract, 4.1)."""

    tenant_id: str
    username: str
    password: str = field(repr=False)
    client_id: str = "egov-user-client"
    client_secret: str = field(default="", repr=False)

    def fingerprint(self, base_url: str) -> str:
        """A name for these credentials at this address that does not give them away, the same in every process."""
        salt = "\n".join((base_url, self.tenant_id, self.username, self.client_id))
        secret = f"{self.password}\n{self.client_secret}"
        return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), _FINGERPRINT_ROUNDS, dklen=16).hex()


@dataclass(frozen=True, slots=True)
class Paths:
    """The services' paths below the base URL; deployments differ in some (complaints API contract, 3 and 24)."""

    login: str = "/user/oauth/token"
    requests: str = "/pgr-services/v2/request"
    workflow: str = "/egov-workflow-v2/egov-wf"
    mdms: str = "/egov-mdms-service/v1/_search"
    mdms_newer: str = "/mdms-v2/v1/_search"
    filestore: str = "/filestore/v1/files"
    staff: str = "/egov-hrms/employees/_search"
    locations: str = "/egov-location/location/v11/boundarys/_search"
    areas: str = "/boundary-service/boundary-relationships/_search"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """(connect, read) in seconds. The gateway waits 60 s for a service, so a write must be given longer than that."""

    write: tuple[float, float] = (5.0, 70.0)
    read: tuple[float, float] = (5.0, 30.0)
