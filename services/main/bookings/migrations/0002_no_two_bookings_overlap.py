"""The database refuses an overlap by itself, to the microsecond, whoever writes (decision 0014).

Bookings that are there stand as they are, also those that overlap: each pair is printed, for somebody to call the
customers. `manage.py report_overlaps` prints them again.
"""

import datetime
import uuid

import django.db.models.expressions
from django.db import migrations, models

CHECK = """
    DECLARE groomer_row BIGINT;
    IF {condition} THEN
        -- Everybody who wants time of this groomer passes here one by one, whatever their isolation level.
        SELECT id INTO groomer_row FROM salons_groomer WHERE id = NEW.groomer_id FOR UPDATE;
        -- A locking read: it sees what the one before has committed. Bookings last a week at most.
        IF EXISTS (
            SELECT 1 FROM bookings_booking
            WHERE groomer_id = NEW.groomer_id AND status = 'confirmed' AND id <> NEW.id
              AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
              AND starts_at > NEW.starts_at - INTERVAL 7 DAY
            LOCK IN SHARE MODE
        ) THEN
            SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062, MESSAGE_TEXT = 'no_two_bookings_overlap';
        END IF;
    END IF;
"""
# What overlaps already may still be cancelled, completed or otherwise written to.
MOVES = """NEW.status = 'confirmed' AND NOT (
    OLD.status = 'confirmed' AND OLD.groomer_id = NEW.groomer_id
    AND OLD.starts_at = NEW.starts_at AND OLD.ends_at = NEW.ends_at
)"""
TRIGGERS = {
    "no_two_bookings_overlap_insert": ("INSERT", CHECK.format(condition="NEW.status = 'confirmed'")),
    "no_two_bookings_overlap_update": ("UPDATE", CHECK.format(condition=MOVES)),
}
CREATE = [
    f"CREATE TRIGGER {name} BEFORE {act} ON bookings_booking FOR EACH ROW BEGIN {body} END"
    for name, (act, body) in TRIGGERS.items()
]
DROP = [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]


def report_overlaps(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.groomer_id, one.id, other.id FROM bookings_booking one JOIN bookings_booking other"
            " ON other.groomer_id = one.groomer_id AND other.status = 'confirmed' AND one.status = 'confirmed'"
            " AND (other.starts_at, other.id) > (one.starts_at, one.id) AND other.starts_at < one.ends_at"
        )
        for groomer_id, one, other in cursor.fetchall():
            print(f"\n    groomer {groomer_id} is booked twice: {uuid.UUID(str(one))} and {uuid.UUID(str(other))}", end="")


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0001_initial'),
        ('salons', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(report_overlaps, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='booking_takes_time'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(days=7))))), name='booking_takes_a_week_at_most'),
        ),
        # Dropped before a migration runs again: MySQL cannot roll back a part of it.
        migrations.RunSQL(DROP + CREATE, DROP),
        migrations.DeleteModel(name='OccupiedQuarter'),
    ]
