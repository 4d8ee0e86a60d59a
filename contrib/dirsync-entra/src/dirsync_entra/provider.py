"""The provider: the application that Entra calls. It is the SCIM service of dirsync-okta, which knows no client."""

import attrs
from aiohttp import web

from dirsync_core.api import Provider, ProviderType
from dirsync_entra.advice import ENTRA_ADVICE, STATUS_ADVICE, check_values
from dirsync_entra.guide import ENTRA_GUIDE
from dirsync_okta.scim import SCIM_DIALECTS, error_response, scim_application
from dirsync_okta.scim.app import error_middleware

_SCIM = "/scim/v2"


@attrs.frozen
class EntraSettings:
    """`[providers.NAME]` beside the core's own keys: nothing. Entra calls, and brings its token."""


class Entra(Provider):
    """Microsoft Entra, pushing over SCIM 2.0 in cycles of about forty minutes."""

    def app(self) -> web.Application:
        """Give the application: SCIM at `/scim/v2`, and errors in SCIM's form everywhere."""
        app = web.Application(middlewares=[error_middleware(ENTRA_ADVICE)])
        app.add_subapp(_SCIM, self._scim())
        return app

    def error(self, status: int, detail: str) -> web.Response | None:
        """Give the answer for an error that the server finds before or behind this application, as SCIM wants it."""
        challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        advice = STATUS_ADVICE.get(status)
        return error_response(status, f"{detail} {advice}" if advice else detail, headers=challenge)

    def _scim(self) -> web.Application:
        return scim_application(
            self.records,
            base_url=f"{self.base_url}{_SCIM}",
            check=check_values,
            advice=ENTRA_ADVICE,
            dialects=self.dialects,
        )


ENTRA = ProviderType(
    "entra",
    EntraSettings,
    Entra,
    pushes=True,
    mappers=("entra",),
    title="Microsoft Entra",
    guide=ENTRA_GUIDE,
    dialects=SCIM_DIALECTS,
)
