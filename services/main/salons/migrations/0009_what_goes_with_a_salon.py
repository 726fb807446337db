"""Breaks and closed days go with their salon, whichever release deletes it."""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with


class Migration(migrations.Migration):

    dependencies = [
        ('salons', '0008_cancellation_policy'),
    ]

    operations = [
        goes_with("salons_salon", table="salons_break", column="salon_id", instead_of="salons_break_salon_id_d68ec122_fk_salons_salon_id"),
        goes_with("salons_salon", table="salons_closedday", column="salon_id", instead_of="salons_closedday_salon_id_891436f8_fk_salons_salon_id"),
    ]
