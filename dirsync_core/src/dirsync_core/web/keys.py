"""What the application carries, by typed keys."""

from aiohttp import web

from dirsync_core.host.host import Host
from dirsync_core.host.watching import FeedWatch
from dirsync_core.web.calls import Calls

HOST = web.AppKey("host", Host)
WATCH = web.AppKey("watch", FeedWatch)
CALLS = web.AppKey("calls", Calls)
