"""/api/schema/: made once in a process, since it takes most of a second and anybody may ask for it."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from core.revalidation import named_response, takes_gzip


@dataclass(frozen=True, slots=True)
class Written:
    """The schema as JSON or YAML, the same packed, and a name of it."""

    body: bytes
    packed: bytes
    etag: str


class SchemaApi(SpectacularAPIView):
    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        media_type = str(request.accepted_renderer.media_type)
        written = _written(media_type)
        answer = named_response(
            request,
            written.etag,
            lambda: written.packed if takes_gzip(request) else written.body,
            content_type=f"{media_type}; charset=utf-8",
        )
        if answer.status_code == 200:
            answer["Content-Disposition"] = f'inline; filename="{self._get_filename(request, None)}"'
        answer["Cache-Control"] = "no-cache"
        answer["Vary"] = "Accept, Accept-Encoding"
        return answer


@lru_cache
def _written(media_type: str) -> Written:
    renderer = next(one for one in SpectacularAPIView.renderer_classes if one.media_type == media_type)
    schema = SchemaGenerator().get_schema(request=None, public=True)
    body = force_bytes(renderer().render(schema, renderer_context={}))
    return Written(body, gzip.compress(body, mtime=0), f'W/"{sha256(body).hexdigest()[:32]}"')
