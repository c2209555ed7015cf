"""Settings of what browsers may do with the site, and of what it accepts from them."""

from typing import Any
from urllib.parse import urlsplit

from pandaledger.environment import Environment

MIB = 1024 * 1024
YEAR = 365 * 24 * 3600


def security_settings(env: Environment, *, https: bool) -> dict[str, Any]:
    """https: people reach the server over TLS."""
    return {
        **_transport(env, https=https),
        **_cookies(env, https=https),
        **_sizes(env),
        **_other_sites(env),
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**POLICY, "form-action": ["'self'", *_provider(env)]}},
        "ADMIN_SECOND_FACTOR": env.flag("ADMIN_SECOND_FACTOR", False),
    }


POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # small icons of style sheets, the QR code of a second factor
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
"""Of each page; an answer that is no page may load nothing at all (core.answer_headers)."""


def _provider(env: Environment) -> list[str]:
    """Browsers hold a form to the policy also where its answer leads on, as to the log-in page of a provider."""
    issuer = urlsplit(env.text("OIDC_ISSUER", ""))
    return [*([f"{issuer.scheme}://{issuer.netloc}"] if issuer.netloc else []), *env.origins("OIDC_LOGIN_ORIGINS")]


def _transport(env: Environment, *, https: bool) -> dict[str, Any]:
    seconds = env.whole("HSTS_SECONDS", YEAR if https else 0)
    return {
        "SECURE_SSL_REDIRECT": https,
        # What watches the site asks it directly, behind the proxy; and a redirect would come after the key was sent.
        "SECURE_REDIRECT_EXEMPT": [r"^healthz/", r"^metrics$"],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "SECURE_HSTS_SECONDS": seconds,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": env.flag("HSTS_SUBDOMAINS", True) and seconds > 0,
        "SECURE_HSTS_PRELOAD": env.flag("HSTS_PRELOAD", True) and seconds > 0,
    }


def _cookies(env: Environment, *, https: bool) -> dict[str, Any]:
    """A browser takes a cookie named `__Host-` from this very host alone, and only over TLS."""
    prefix = "__Host-" if https else ""
    return {
        "SESSION_COOKIE_NAME": f"{prefix}sessionid",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_AGE": env.whole("SESSION_DAYS", 14, minimum=1, maximum=400) * 24 * 3600,
        "CSRF_COOKIE_NAME": f"{prefix}csrftoken",
        "CSRF_COOKIE_SECURE": https,
    }


def _sizes(env: Environment) -> dict[str, Any]:
    """What is read into memory is small; files go to the disk."""
    return {
        "UPLOAD_MOST_BYTES": env.whole("MAX_UPLOAD_MIB", 64, minimum=1, maximum=4096) * MIB,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": env.whole("MAX_BODY_MIB", 8, minimum=1, maximum=256) * MIB,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2000,  # the admin's lists send one for each row
        "DATA_UPLOAD_MAX_NUMBER_FILES": 10,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": MIB,
    }


def _other_sites(env: Environment) -> dict[str, Any]:
    """Pages of other origins may ask the APIs if they are named; the rest of the site is closed to all."""
    return {
        "CORS_ALLOWED_ORIGINS": env.origins("CORS_ALLOWED_ORIGINS"),
        "CORS_ALLOW_CREDENTIALS": True,
        "CORS_URLS_REGEX": r"^/(api|_allauth)/",
        "CORS_ALLOW_HEADERS": [
            *("accept", "authorization", "content-type", "if-none-match", "x-csrftoken", "x-request-id"),
            *("idempotency-key", "x-session-token", "x-known-device"),
            *("x-email-verification-key", "x-password-reset-key"),
        ],
        "CORS_EXPOSE_HEADERS": [
            *("Content-Disposition", "ETag", "Idempotent-Replayed", "Retry-After", "X-Known-Device", "X-Request-ID"),
        ],
    }
