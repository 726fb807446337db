"""Django's settings, made from `config.env` and nothing else."""

from __future__ import annotations

import logging
from urllib.parse import unquote, urlsplit

from config.databases import databases, routers
from config.env import env
from config.outage_logs import once_about_an_outage
from config.strangers_logs import short_about_strangers
from salon_kit.key_rings import secret_keys_in
from salon_kit.logs import configure_logs
from salon_kit.settings.away import HERE
from salon_kit.spans.settings import start_spans
from serving.body_limit import MAX_BODY_BYTES

configure_logs(service="main", log_format=env.log_format)
start_spans("main", env)
for _handler in logging.getLogger().handlers:
    _handler.addFilter(short_about_strangers)
    _handler.addFilter(once_about_an_outage)
LOGGING_CONFIG = None  # salon_kit.logs has done it

DEBUG = env.debug
# One a line: the first signs, the others are read for as long as what they signed may come back.
SECRET_KEY, *SECRET_KEY_FALLBACKS = secret_keys_in(env.secret_key.get_secret_value()).reading
ALLOWED_HOSTS = [
    host for host in [env.public_url.host or "", *env.allowed_hosts.split(","), "localhost", "127.0.0.1"] if host
]
CSRF_TRUSTED_ORIGINS = [env.public_origin]

INSTALLED_APPS = [
    "accounts.operators.admin_config.SalonAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "api",
    "entry",
    "messaging",
    "accounts",
    "idempotency",
    "salons",
    "dogs",
    "favourites",
    "blocks",
    "prices",
    "photos",
    "bookings",
    "reviews",
    "calendars",
    "payments",
    "outbox",
    "due",
    "coupons",
    "chat",
    "notifications",
]
AUTH_USER_MODEL = "accounts.Account"
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"  # the admin's sessions are the only ones of Django
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "api.tracing.trace",
    "api.answering.kept_private",
    "api.answering.in_one_shape",
    "api.answering.in_their_language",
    "api.answering.forms_only_at_admin",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "api.answering.AnsweringOptions",
]
ROOT_URLCONF = "entry.urls"
ASGI_APPLICATION = "entry.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = databases(env)
DATABASE_ROUTERS = routers(env)

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env.redis_url,
        "KEY_PREFIX": "main:cache",
        "OPTIONS": {"SERIALIZER": "serving.redis.JSONText"},
    }
}
DJANGO_REDIS_CONNECTION_FACTORY = "serving.redis.SharedConnection"

_mail = urlsplit(env.mail_url or "")
# Printed, a mail is in a log: with the link in it somebody else's password is set. That is for one's own machine.
_WITHOUT_SERVER = "filebased" if env.mail_folder else "console" if env.salon_env in HERE else "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env.mail_url else _WITHOUT_SERVER}.EmailBackend"
EMAIL_FILE_PATH = str(env.mail_folder) if env.mail_folder else None
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = env.mail_password.get_secret_value() if env.mail_password else ""
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and bool(_mail.username)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.mail_from

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.credentials.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.credentials.passwords.DifferentCharactersValidator"},
    {"NAME": "accounts.credentials.passwords.MaximumLengthValidator"},
]
PASSWORD_HASHERS = ["accounts.credentials.hashers.Argon2"]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = env.static_root
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = env.static_root is None
WHITENOISE_AUTOREFRESH = False

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.is_public_over_https else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.is_public_over_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "salon_admin"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day of an operator; it is not renewed
CSRF_FAILURE_VIEW = "api.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Forms are the admin's alone (api/answering.py), and none of its pages takes a file.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.callers.authentication.AccessTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["entry.access.ByTable"],
    "DEFAULT_PARSER_CLASSES": ["api.inputs.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.JsonOnly",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["api.callers.write_rate.WriteRate"],
    "EXCEPTION_HANDLER": "api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "댕댕살롱 (DaengDaeng Salon)",
    "DESCRIPTION": "Find a groomer, ask, talk, book. Every refusal is application/problem+json with a stable code.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.documents.openapi.add_common_refusals",
    ],
    "PATH_CONVERTER_OVERRIDES": {
        "any_case_uuid": {"type": "string", "format": "uuid"},
        "id": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    },
    "ENUM_NAME_OVERRIDES": {
        "DogSize": "salons.models.DogSize",
        "TreatmentKind": "salons.models.TreatmentKind",
        "PhotoState": "photos.models.Photo.State",
        "ReasonEnum": "prices.rules.REASONS",
        "ReportReason": "reviews.models.Report.Reason",
    },
}
