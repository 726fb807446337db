"""What accounts and sessions look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Account


class AccountShown(serializers.Serializer[Account]):
    id = serializers.IntegerField()
    email = serializers.EmailField(
        source="reachable_at", allow_null=True, help_text="null for whoever signed up through a provider without one"
    )
    email_confirmed = serializers.BooleanField(
        help_text="whether a link that went to it was opened, or a provider has confirmed it"
    )
    has_password = serializers.BooleanField(source="has_usable_password")
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Account.Role.choices)


class EmailShown(serializers.Serializer[Account]):
    email = serializers.EmailField()
    email_confirmed = serializers.BooleanField()


class SessionShown(serializers.Serializer[Any]):
    account = AccountShown()
    access_token = serializers.CharField(required=False, help_text="mobile only")
    expires_in = serializers.IntegerField(required=False, help_text="seconds; mobile only")
    refresh_token = serializers.CharField(required=False, help_text="mobile only")
    device_token = serializers.CharField(
        required=False, help_text="mobile only: to be sent with the next sign-in, which strangers then cannot block"
    )
