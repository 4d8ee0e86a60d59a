"""The pages: server-rendered, behind sign-in, and each with its data as JSON beside it.

Start at `routes` for what there is, at `desk` for what they need, at `visits` for how one request is answered.
"""

from dirsync_core.web.pages.desk import Desk
from dirsync_core.web.pages.routes import add_pages, pages
from dirsync_core.web.pages.visits import COOKIE, nowhere

__all__ = ["COOKIE", "Desk", "add_pages", "nowhere", "pages"]
