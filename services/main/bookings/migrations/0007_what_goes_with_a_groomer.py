"""Times off go with their groomer, and what was booked with its booking, whichever release deletes it."""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0006_moves_and_policies'),
    ]

    operations = [
        goes_with("salons_groomer", table="bookings_timeoff", column="groomer_id", instead_of="bookings_timeoff_groomer_id_196c9041_fk_salons_groomer_id"),
        goes_with("bookings_booking", table="bookings_bookedtreatment", column="booking_id", instead_of="bookings_bookedtreat_booking_id_e4d7d96d_fk_bookings_"),
    ]
