"""A document whose references lead nowhere is found out."""

from __future__ import annotations

import pytest

from salon_kit.testing.json_references import dangling_references

pytestmark = pytest.mark.unit


def test_a_reference_that_leads_nowhere_is_found_wherever_it_stands() -> None:
    document = {
        "components": {"schemas": {"Dog": {"properties": {"owner": {"$ref": "#/components/schemas/Owner"}}}}},
        "paths": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}],
    }

    assert dangling_references(document) == {"#/components/schemas/Owner", "#/components/schemas/Cat"}


def test_a_document_whose_references_all_lead_somewhere_has_none() -> None:
    assert dangling_references({"dog": {"name": "보리"}, "pet": {"$ref": "#/dog/name"}}) == set()
