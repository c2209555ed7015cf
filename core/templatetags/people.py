"""What the pages of log-in ask about the site."""

from allauth.account.adapter import get_adapter
from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def signup_is_open(context: Context) -> bool:
    return bool(get_adapter().is_open_for_signup(context["request"]))
