# SPDX-License-Identifier: Apache-2.0
"""What waits and is no call of the engine's threads: opening, closing, another ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_own_thread(do: Callable[[], _Result]) -> _Result:
    """On a thread that is made for it: those of the loop's pool are the host's, who may have none left."""
    own = ThreadPoolExecutor(max_workers=1, thread_name_prefix="counterseal")
    try:
        return await asyncio.get_running_loop().run_in_executor(own, copy_context().run, do)
    finally:
        own.shutdown(wait=False)
