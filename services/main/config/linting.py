"""Settings for django-migration-linter, which reads the SQL that migrations would run and asks no server."""

from config.checking import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]  # noqa: F405
DATABASES["default"]["ENGINE"] = "config.offline_mysql"  # noqa: F405
