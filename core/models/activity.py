"""What was edited and deleted, by whom, and what was there before."""

from django.db import models

from core.models.person import User


class Activity(models.Model):
    """One edit or delete of somebody's money data, with what was there before; rows are only ever added.

    user: whose data. actor: who did it, null for the program itself or for a person who is gone since.
    via, key_name: the way in, and the name of the token if that was one.
    kind, object_id: which row, as the API names it ("transaction", "entry"). label: what it was called.
    before: the old values, of a change only of the fields that it changed. after: their new values; empty of a delete.
    """

    class Via(models.TextChoices):
        SESSION = "session", "browser"
        APP = "app"
        TOKEN = "token"  # noqa: S105  (the name of a way in)
        ADMIN = "admin"
        COMMAND = "command", "command line"
        BACKGROUND = "background", "the program itself"

    class Action(models.TextChoices):
        CHANGED = "changed"
        DELETED = "deleted"
        RESTORED = "restored"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="activities", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    via = models.CharField(max_length=10, choices=Via)
    key_name = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=8, choices=Action)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "activities"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["user", "-id"], name="activity_of_a_person"),
            models.Index(fields=["user", "kind", "object_id", "-id"], name="activity_of_an_object"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"
