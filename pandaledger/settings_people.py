"""Settings of log-in: addresses, passwords, second factors, sessions, log-in by somebody else's word."""

from typing import Any

from pandaledger.environment import Environment


def people_settings(env: Environment) -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}"}
            for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
        ],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "optional",
        "ACCOUNT_ADAPTER": "core.people.account_adapter.AccountAdapter",
        "ACCOUNT_FORMS": {
            "reset_password": "core.people.quiet_forms.ResetForm",
            "signup": "core.people.quiet_forms.PeopleSignupForm",
        },
        "ACCOUNT_RATE_LIMITS": {
            "login_failed": None,  # core.people.lockout counts them
            "reset_password": "20/m/ip,5/m/key,20/d/key",  # nobody's mailbox is filled; what was mailed works for days
            "change_password": "5/m/user,20/d/user",  # asks for the old one, which could be guessed here
        },
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
    }
