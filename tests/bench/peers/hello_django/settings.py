"""As `startproject` has them, with REST framework, Channels and Daphne."""

from __future__ import annotations

ALLOWED_HOSTS = ["127.0.0.1"]
SECRET_KEY = "nobody signs anything with it"  # there is no secret
ROOT_URLCONF = "tests.bench.peers.hello_django.urls"
USE_TZ = True
STATIC_URL = "static/"
INSTALLED_APPS = [
    "daphne",
    *(f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")),
    "rest_framework",
    "channels",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "nobody_asks_it"}}
REST_FRAMEWORK: dict[str, list[str]] = {"DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": []}
