from django.template import Library

from accounts import names

register = Library()


@register.filter
def isolated(text: object) -> str:
    """See :func:`accounts.names.isolated`."""
    return names.isolated(str(text))
