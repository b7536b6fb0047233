"""Tasks for the tests of the worker."""

import os
import signal

from django.core.mail import EmailMessage
from django_tasks import TaskContext, task

from core.mail.outbox import enqueue


@task()
def greet(address: str) -> None:
    """Write a mail: something that a test can see from outside."""
    enqueue(EmailMessage("Hello", "From a task", to=[address]), key=f"greet:{address}")


@task(takes_context=True)
def greet_after_dying_once(context: TaskContext, address: str) -> None:
    """Kill the worker the first time, as if it had run out of memory; greet the second time."""
    if context.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    greet.func(address)


@task()
def break_down() -> None:
    raise RuntimeError("olena@example.org broke this")
