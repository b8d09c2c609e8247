from django.forms import BaseForm
from django.template import Library

register = Library()


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """The form without allauth's placeholders, which say the label again."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form
