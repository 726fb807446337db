from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    forgets_accounts = ("notifications.leaving.forget_notifications",)
    verbose_name = "알림"
