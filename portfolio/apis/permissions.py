"""Who may write what everyone can see: the catalogue and its facts are the administrators'."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from core.authentication import person_of
from portfolio.models import Asset


def writes_allowed(request: Request, asset: Asset) -> None:
    """Refuse a write to the shared catalogue by anyone else; what is another person's was never found."""
    if request.method in SAFE_METHODS or asset.owner_id == person_of(request).pk:
        return
    if not (asset.owner_id is None and person_of(request).is_staff):
        raise PermissionDenied("Only an administrator may change what belongs to the catalogue.")
