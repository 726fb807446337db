from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    forgets_accounts = ("reviews.leaving.forget_words",)
