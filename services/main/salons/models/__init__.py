"""Salons and what belongs to them. Django finds models by this package."""

from __future__ import annotations

from salons.models.free_times import FreeTimes, FreeTimesChange
from salons.models.groomer import Groomer
from salons.models.hours import Break, ClosedDay, OpeningHours, Weekday, whole_minutes
from salons.models.salon import LATITUDES, LONGITUDES, MOST_HORIZON_DAYS, Region, Salon
from salons.models.searching import SearchEntry, SearchPrice, SearchTerm
from salons.models.treatment import DogSize, Treatment, TreatmentKind

__all__ = [
    "LATITUDES",
    "LONGITUDES",
    "MOST_HORIZON_DAYS",
    "Break",
    "ClosedDay",
    "DogSize",
    "FreeTimes",
    "FreeTimesChange",
    "Groomer",
    "OpeningHours",
    "Region",
    "Salon",
    "SearchEntry",
    "SearchPrice",
    "SearchTerm",
    "Treatment",
    "TreatmentKind",
    "Weekday",
    "whole_minutes",
]
