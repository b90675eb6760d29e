# SPDX-License-Identifier: Apache-2.0
"""What the methods of an AsyncEngine return: something to await, and never something to test."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import Any, Generic, NoReturn, TypeVar, final

_Result_co = TypeVar("_Result_co", covariant=True)


def named(coroutine: Coroutine[Any, Any, _Result_co], name: str) -> Coroutine[Any, Any, _Result_co]:
    """With the name of the host's call, which is what Python warns of where it is never awaited."""
    coroutine.__qualname__ = name  # type: ignore[attr-defined]
    return coroutine


@final
class Pending(Coroutine[Any, Any, _Result_co], Generic[_Result_co]):
    """A call that is made when it is awaited, or given to a task. ``if tenant.grant_valid(...)`` without an await would
    let everybody in: it raises TypeError.

    A cancelled await still counts: once begun, the call runs to its end, and a code that it carried is used up.
    """

    __slots__ = ("_coroutine",)

    def __init__(self, coroutine: Coroutine[Any, Any, _Result_co], name: str) -> None:
        self._coroutine = named(coroutine, name)

    def __bool__(self) -> NoReturn:
        self._coroutine.close()  # it will not be awaited any more: one error says so, not two
        raise TypeError("a call of an AsyncEngine is neither true nor false: await it")

    def __await__(self) -> Generator[Any, Any, _Result_co]:
        return self._coroutine.__await__()

    def send(self, value: Any, /) -> Any:
        """As of any coroutine."""
        return self._coroutine.send(value)

    def throw(
        self,
        kind: type[BaseException] | BaseException,
        value: object = None,
        trace: TracebackType | None = None,
        /,
    ) -> Any:
        """As of any coroutine."""
        return self._coroutine.throw(kind if isinstance(kind, BaseException) else kind(value))

    def close(self) -> None:
        """As of any coroutine."""
        self._coroutine.close()
