"""The desk of an admin's word on a person, over a real installation: pins, and handing people over."""

from collections.abc import Callable

from dirsync_core.host.acts import adopting, overriding
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.model.identifiers import PersonId, new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.query.reading import Reading
from dirsync_core.store.contract import Transaction
from dirsync_core.web.desk import person as persons
from dirsync_core.web.desk import words
from dirsync_core.web.pages import shapes
from dirsync_core.web.pages.words_desk import WordOp


class StoreWords:
    """`WordsDesk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def page(self, person: str, *, by: str) -> shapes.WordsPage:
        """Give an admin's words on a person, and what sources say."""
        return await ask(self._host, lambda reading: words.page(self._host, reading, person, by))

    async def handing(self, person: str, record: str | None, *, by: str) -> shapes.HandingPage:
        """Give what handing somebody over to a record would do."""
        return await self._handing(
            person, record, by, lambda tx, moment: adopting.adopt(tx, self._host.rules(tx), moment, person, record)
        )

    async def taking_back(self, person: str, *, by: str) -> shapes.HandingPage:
        """Give what taking back somebody who was handed over would do."""
        return await self._handing(
            person, None, by, lambda tx, moment: adopting.release(tx, self._host.rules(tx), moment, person)
        )

    async def say(self, person: str, name: str, op: WordOp, value: str, note: str, *, by: str) -> str:
        """Say something of an attribute over the providers, or take it back."""

        def job(tx: Transaction, moment: Moment) -> None:
            rules = self._host.rules(tx)
            match op:
                case "pin" | "empty":
                    overriding.pin(tx, rules, moment, person, name, value if op == "pin" else None, note)
                case "add":
                    overriding.add(tx, rules, moment, person, name, value)
                case "mask":
                    overriding.mask(tx, rules, moment, person, name, value)
                case "clear":
                    overriding.clear(tx, rules, moment, person, name, value or None)

        return await self._noted(by, job)

    async def adopt(self, person: str, record: str, *, by: str) -> str:
        """Hand somebody kept by hand over to a provider's record."""
        return await self._noted(
            by, lambda tx, moment: adopting.adopt(tx, self._host.rules(tx), moment, person, record)
        )

    async def release(self, person: str, *, by: str) -> str:
        """Take back somebody who was handed over."""
        return await self._noted(by, lambda tx, moment: adopting.release(tx, self._host.rules(tx), moment, person))

    # --- parts --------------------

    async def _handing(
        self, person: str, record: str | None, by: str, job: Callable[[Transaction, Moment], object]
    ) -> shapes.HandingPage:
        moment = Moment(self._host.clock(), Request(new_request_id(), by))
        await ask(self._host, lambda reading: words.found_person(reading, person))
        outcome = await self._host.store.try_out(lambda tx: words.tried(tx, lambda: job(tx, moment), PersonId(person)))

        def question(reading: Reading) -> shapes.HandingPage:
            found = words.found_person(reading, person)
            keeper = persons.keeper(self._host, reading, found.id)
            return words.handing_page(self._host, reading, found, keeper, record, outcome, by)

        return await ask(self._host, question)

    async def _noted(self, by: str, job: Callable[[Transaction, Moment], object]) -> str:
        moment = Moment(self._host.clock(), Request(new_request_id(), by))
        await self._host.store.write(lambda tx: job(tx, moment))
        return moment.request.id
