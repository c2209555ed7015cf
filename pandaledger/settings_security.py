"""Settings of what browsers may do with the site, and of what it accepts from them."""

from typing import Any

from pandaledger.environment import Environment


def security_settings(env: Environment, *, https: bool) -> dict[str, Any]:
    """https: people reach the server over TLS."""
    return {
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "CORS_ALLOWED_ORIGINS": [],
    }
