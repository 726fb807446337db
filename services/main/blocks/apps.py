from django.apps import AppConfig


class BlocksConfig(AppConfig):
    name = "blocks"
    forgets_accounts = ("blocks.leaving.forget_blocks",)
