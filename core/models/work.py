"""What the program notes for itself: limits that it counts, mail that it has to send."""

from django.db import models


class RateCount(models.Model):
    """How often something was done within a window of time, counted for all processes and hosts.

    key: a digest of what is limited and for whom, so that no address or e-mail stands here.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class OutgoingMail(models.Model):
    """A mail that waits to be sent; it may hold a link that opens an account, so it is deleted once it is sent.

    to: the receiver, so that it can go with the person. message: the whole mail as it is sent. due_at: not before.
    """

    to = models.EmailField(db_index=True)
    message = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mail {self.pk}"
