"""The word of a provider: who has logged in there, for this site and in answer to this very request."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

ALGORITHMS = frozenset("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA".split())
"""With a public key alone: what the client's secret could sign, whoever knows that could sign."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
REQUIRED = ["iss", "sub", "aud", "exp", "iat"]


def claims_of(id_token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """What it says, where it is genuine; OAuth2Error where it is not."""
    try:
        claims: dict[str, Any] = _decoded(id_token, keys=keys, issuer=issuer, client_id=client_id)
    except jwt.PyJWTError as error:
        raise OAuth2Error(f"The provider's ID token is not valid: {error}") from error
    if claims.get("azp", client_id) != client_id:
        raise OAuth2Error("The provider's ID token was made for another client.")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise OAuth2Error("The provider's ID token does not answer this request.")
    return claims


def _decoded(id_token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str) -> Any:
    key = _key_of(id_token, jwt.PyJWKSet.from_dict(dict(keys)))
    return jwt.decode(
        id_token,
        key,
        algorithms=[key.algorithm_name],
        audience=client_id,
        issuer=issuer,
        leeway=LEEWAY,
        options={"require": REQUIRED},
    )


def _key_of(id_token: str, keys: jwt.PyJWKSet) -> jwt.PyJWK:
    """The one that it names; a provider with a single key need not name it."""
    name = jwt.get_unverified_header(id_token).get("kid")
    usable = [key for key in keys.keys if key.algorithm_name in ALGORITHMS]
    named = usable if name is None and len(usable) == 1 else [key for key in usable if key.key_id == name]
    if not named:
        raise jwt.InvalidKeyError("it is signed with a key that the provider does not publish")
    return named[0]
