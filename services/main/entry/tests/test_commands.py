"""A worker is there soon, and has in its memory what it needs."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.unit
OURS = {
    name: app
    for name, app in get_commands().items()
    if app in {config.name for config in apps.get_app_configs() if "/services/" in config.path}
}
# The first has the views in any case, the second is when a release is looked over.
CHECKED = {"serve", "migrate"}


@pytest.mark.parametrize("name", sorted(set(OURS) - CHECKED))
def test_a_command_that_answers_nobody_does_not_load_the_views(name: str) -> None:
    assert not load_command_class(OURS[name], name).requires_system_checks
