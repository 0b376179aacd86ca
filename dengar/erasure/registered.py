"""The registers: files that the operator edits by hand. A row there names an account, so it is told and not touched."""

from __future__ import annotations

from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How
from dengar.registers import Registers


class RegisterFiles:
    """accounts.yaml: who is in it is named wherever they speak."""

    name, how = "registers accounts.yaml", How.BY_HAND

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def find(self, person: Person) -> Found:
        """The account's row, and rows of its handles."""
        accounts = [account for account in self._registers.accounts if account.platform == person.platform]
        rows = [a for a in accounts if a.id == person.account or a.handle.casefold() in person.handles]
        note = "take the row out of infra/registers/accounts.yaml, then erase again" if rows else ""
        person.handles |= {row.handle.casefold() for row in rows if row.id == person.account}
        return Found(len(accounts), len(rows), note=note)

    def remove(self, person: Person, request: Request) -> int:
        """Nothing: a person does."""
        return 0
