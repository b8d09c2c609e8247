from __future__ import annotations

from django.template import Library

from rooms import durations

register = Library()
register.filter("in_words", durations.in_words)
