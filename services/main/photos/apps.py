from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "photos"
    sweeps = ("photos.due.sweep",)
    forgets_accounts = ("photos.leaving.forget_photos",)
