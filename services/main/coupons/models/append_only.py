"""Rows that are written once and never changed or removed by this program."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class AppendOnly(RuntimeError):
    """Somebody tried to change or remove what was written for good."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(f"{model.__name__} is append-only")


class AppendOnlyRows(models.QuerySet[ModelT]):
    def update(self, **_changes: Any) -> NoReturn:
        raise AppendOnly(self.model)

    def delete(self) -> NoReturn:
        raise AppendOnly(self.model)


class Written(models.Model):
    objects = AppendOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(type(self))
        super().save(**{**options, "force_insert": True})  # a new row under the id of an old one is none

    def delete(self, **_options: Any) -> NoReturn:  # type: ignore[override]
        raise AppendOnly(type(self))
