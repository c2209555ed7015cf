"""The page at `/`: what this is and where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import User


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"demo": User.objects.filter(is_demo=True).order_by("pk").first()})
