"""The provider: its settings, and the application that Okta calls."""

import attrs
from aiohttp import web

from dirsync_core.api import Provider, ProviderType
from dirsync_okta.advice import OKTA_ADVICE, STATUS_ADVICE, check_values
from dirsync_okta.extension import DIRSYNC_USER
from dirsync_okta.guide import OKTA_GUIDE
from dirsync_okta.scim import SCIM_DIALECTS, USERS, error_response, extended, scim_application
from dirsync_okta.scim.app import error_middleware

_SCIM = "/scim/v2"


@attrs.frozen
class OktaSettings:
    """What `[providers.NAME]` may say beside the core's own keys: nothing yet. Okta calls, and brings its token."""


class Okta(Provider):
    """Okta, pushing over SCIM 2.0."""

    def app(self) -> web.Application:
        """Give the application: SCIM at `/scim/v2`, and errors in SCIM's form everywhere."""
        app = web.Application(middlewares=[error_middleware(OKTA_ADVICE)])
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
            users=extended(USERS, DIRSYNC_USER),
            check=check_values,
            advice=OKTA_ADVICE,
            dialects=self.dialects,
        )


OKTA = ProviderType(
    "okta",
    OktaSettings,
    Okta,
    pushes=True,
    mappers=("okta",),
    title="Okta",
    guide=OKTA_GUIDE,
    dialects=SCIM_DIALECTS,
)
