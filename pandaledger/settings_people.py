"""Settings of log-in: addresses, passwords, second factors, sessions, log-in by somebody else's word."""

import re
from typing import Any

from pandaledger.environment import Environment

SSO = "sso"
"""How the provider of OIDC_ISSUER is called in addresses and rows: /accounts/oidc/sso/login/callback/."""
NO_MAIL = ("consolemail:", "dummymail:")
"""Schemes of EMAIL_URL by which mail reaches nobody but who reads the server's log."""
_ADDRESS = r"https?://[^\s?#]+"
_ISSUER = r"https://[^\s?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^\s?#]*)?"


def people_settings(env: Environment) -> dict[str, Any]:
    has_mail = not env.text("EMAIL_URL", "consolemail://").startswith(NO_MAIL)
    return {
        **_passwords(),
        **_accounts(env, has_mail=has_mail),
        **_second_factors(has_mail=has_mail),
        **_sessions(),
        **_single_sign_on(env),
        "HEADLESS_FRONTEND_URLS": _front_end(env),
    }


def _passwords() -> dict[str, Any]:
    validators = ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}"} for name in validators
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
    }


def _accounts(env: Environment, *, has_mail: bool) -> dict[str, Any]:
    return {
        "SIGNUP_IS_OPEN": env.choice("SIGNUP", "open", options=("open", "closed")) == "open",
        "ACCOUNT_ADAPTER": "core.people.account_adapter.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory" if has_mail else "optional",
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "PandaLedger: ",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,  # of another password, another address, another second factor
        "ACCOUNT_MAX_EMAIL_ADDRESSES": 5,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,  # before what would let somebody stay who should not be there
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,  # of this session: all others end with the password
        "ACCOUNT_FORMS": {
            "reset_password": "core.people.quiet_forms.ResetForm",
            "signup": "core.people.quiet_forms.PeopleSignupForm",
        },
        "ACCOUNT_RATE_LIMITS": {
            "login_failed": None,  # core.people.lockout counts them
            "reset_password": "20/m/ip,5/m/key,20/d/key",  # nobody's mailbox is filled; what was mailed works for days
            "change_password": "5/m/user,20/d/user",  # asks for the old one, which could be guessed here
        },
    }


def _second_factors(*, has_mail: bool) -> dict[str, Any]:
    return {
        "MFA_ADAPTER": "core.people.mfa_adapter.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_TOLERANCE": 1,  # codes of the half minute before and after: clocks of telephones differ
        # Else whoever signs up with somebody's address could bar its owner, who gets in by the mailed link.
        "MFA_ALLOW_UNVERIFIED_EMAIL": not has_mail,
    }


def _sessions() -> dict[str, Any]:
    return {"USERSESSIONS_TRACK_ACTIVITY": True}  # as noted by core.people.sessions


def _front_end(env: Environment) -> dict[str, str]:
    """Where the links in mails lead; with none of these, to the pages at /accounts/."""
    address = env.text("FRONTEND_URL", "").rstrip("/")
    if address and not re.fullmatch(_ADDRESS, address):
        env.errors["FRONTEND_URL"] = f"{address!r} is not an address, https://…"
    paths = {
        "account_confirm_email": "verify-email/{key}",
        "account_reset_password": "password/reset",
        "account_reset_password_from_key": "password/reset/key/{key}",
        "account_signup": "signup",
        "socialaccount_login_error": "provider/callback",
    }
    return {name: f"{address}/account/{path}" for name, path in paths.items()} if address else {}


def _single_sign_on(env: Environment) -> dict[str, Any]:
    """One provider of OpenID Connect, if OIDC_ISSUER names it."""
    issuer, client_id = env.text("OIDC_ISSUER", ""), env.text("OIDC_CLIENT_ID", "")
    name, secret = env.text("OIDC_NAME", "Single sign-on"), env.text("OIDC_CLIENT_SECRET", "")
    if issuer and not re.fullmatch(_ISSUER, issuer):
        env.errors["OIDC_ISSUER"] = f"{issuer!r} is not the address of a provider, https://…"
    if bool(issuer) != bool(client_id):
        missing = "OIDC_CLIENT_ID" if issuer else "OIDC_ISSUER"
        env.errors[missing] = "is not set, which log-in by OpenID Connect needs"
    app = {
        "provider_id": SSO,
        "name": name[:40],
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    provider = {"provider_class": "core.people.openid.provider.OpenID", "APPS": [app] if issuer and client_id else []}
    return {
        "SOCIALACCOUNT_ADAPTER": "core.people.social_adapter.SocialAdapter",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": provider},
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }
