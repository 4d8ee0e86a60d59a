"""Bytes to a server and back, without a client that would mend them."""

import asyncio
import re

import attrs

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
SECONDS = 20.0


@attrs.frozen
class Reply:
    """The status of an answer (0: the connection was closed without one) and its bytes."""

    status: int
    head: bytes = b""
    body: bytes = b""


@attrs.define
class Wire:
    """A connection that is kept while it can be, and opened again when it can't."""

    port: int
    _pair: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = None

    async def exchange(self, request: bytes, *, head: bool = False) -> Reply:
        """Send a whole request and read its answer.

        Raises:
            TimeoutError: it hangs.
        """
        async with asyncio.timeout(SECONDS):
            for _ in range(2):
                reader, writer = await self._connected()
                try:
                    writer.write(request)
                    await writer.drain()
                    return await self._reply(reader, bodiless=head)
                except (ConnectionError, asyncio.IncompleteReadError):
                    self.close()  # closed between two requests: once more, on a new one
        return Reply(0)

    async def pour(self, data: bytes) -> list[Reply]:
        """Send bytes on a connection of their own, say that this is all, and read what comes until it is closed.

        Raises:
            TimeoutError: it hangs.
        """
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(data)
                writer.write_eof()
                came = await reader.read()
            except ConnectionError:
                came = b""
            finally:
                writer.close()
        return [Reply(int(each)) for each in _STATUS.findall(came)]

    def close(self) -> None:
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None

    async def _connected(self) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
        if self._pair is None or self._pair[0].at_eof():
            self.close()
            self._pair = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        return self._pair

    async def _reply(self, reader: asyncio.StreamReader, *, bodiless: bool) -> Reply:
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        if status == 100:
            return await self._reply(reader, bodiless=bodiless)
        body = b"" if bodiless or status in (204, 304) else await _body(reader, head)
        if b"connection: close" in head.lower():
            self.close()
        return Reply(status, head, body)


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if length := _LENGTH.search(head):
        return await reader.readexactly(int(length[1]))
    if not _CHUNKED.search(head):
        return await reader.read()
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
    return body
