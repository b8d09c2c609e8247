"""Django, with each request in one thread from its beginning to its end.

Django's own handler starts a thread for each request, gives it work three times, and goes back to the event loop in between.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.urls import set_script_prefix

from conference import responses

Message = dict[str, Any]


class Handler(ASGIHandler):
    """Django's handler for views and middleware that are not asynchronous, with so many threads.

    A thread keeps what Django knows of its connection to the database, but gives the connection back after each request. A
    request goes on when the browser has gone. The body of an answer is made whole before any of it is sent.
    """

    def __init__(self, threads: int) -> None:
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        answer = copy_context().run
        messages = await asyncio.get_running_loop().run_in_executor(self._threads, answer, self._answer, scope, body)
        for message in messages:
            await send(message)

    def _answer(self, scope: Message, body: Any) -> list[Message]:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        try:
            return list(responses.messages(response))
        finally:
            response.close()
            body.close()
