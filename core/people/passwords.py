"""The password of a person who is logged in already, asked for once more before what cannot be undone."""

from core.models import User
from core.people.lockout import confirmation_begin


def password_check(*, user: User, password: str) -> bool:
    """Whether it is theirs; TooMany after some that were not.

    Outside of any transaction: one that is rolled back because the password is wrong would take the count with it.
    """
    attempt = confirmation_begin(user)
    is_right = user.check_password(password)
    if is_right:
        attempt.succeeded()
    return is_right
