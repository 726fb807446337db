"""A slot that is held takes the groomer's time as a booking does, and the database sees to it, whoever writes (decision 0038).

The triggers on bookings are added beside those of migration 0002, which go on as they are: there is no moment without.
"""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import api.inputs.model_fields

# Both tables' triggers pass the groomer's row one by one, and read what the one before has committed.
PASS = "SELECT id INTO groomer_row FROM salons_groomer WHERE id = NEW.groomer_id FOR UPDATE;"
REFUSE = "SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062, MESSAGE_TEXT = '{name}';"
THEN = """groomer_id = NEW.groomer_id AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
              AND starts_at > NEW.starts_at - INTERVAL 7 DAY"""
# By this server's clock. That of whom a rule asks may be a little ahead: of the last second the rule alone decides.
STANDS = "state = 'held' AND held_until > UTC_TIMESTAMP(6) + INTERVAL 1 SECOND"
OVER_A_HOLD = f"""
    DECLARE groomer_row BIGINT;
    IF {{condition}} THEN
        {PASS}
        IF EXISTS (SELECT 1 FROM bookings_hold WHERE {THEN} AND {STANDS} LOCK IN SHARE MODE) THEN
            {REFUSE.format(name='no_booking_over_a_hold')}
        END IF;
    END IF;
"""
OF_A_HOLD = f"""
    DECLARE groomer_row BIGINT;
    IF {{condition}} THEN
        {PASS}
        IF EXISTS (SELECT 1 FROM bookings_booking WHERE {THEN} AND status = 'confirmed' LOCK IN SHARE MODE)
            OR EXISTS (SELECT 1 FROM bookings_hold WHERE {THEN} AND {STANDS} AND id <> NEW.id LOCK IN SHARE MODE)
        THEN
            {REFUSE.format(name='no_two_holds_overlap')}
        END IF;
    END IF;
"""
# What stands already may end.
BOOKING_MOVES = """NEW.status = 'confirmed' AND NOT (
    OLD.status = 'confirmed' AND OLD.groomer_id = NEW.groomer_id
    AND OLD.starts_at = NEW.starts_at AND OLD.ends_at = NEW.ends_at
)"""
HOLD_MOVES = """NEW.state = 'held' AND NOT (
    OLD.state = 'held' AND OLD.groomer_id = NEW.groomer_id AND OLD.held_until >= NEW.held_until
    AND OLD.starts_at = NEW.starts_at AND OLD.ends_at = NEW.ends_at
)"""
TRIGGERS = {
    "no_booking_over_a_hold_insert": ("INSERT", "bookings_booking", OVER_A_HOLD, "NEW.status = 'confirmed'"),
    "no_booking_over_a_hold_update": ("UPDATE", "bookings_booking", OVER_A_HOLD, BOOKING_MOVES),
    "no_two_holds_overlap_insert": ("INSERT", "bookings_hold", OF_A_HOLD, "NEW.state = 'held'"),
    "no_two_holds_overlap_update": ("UPDATE", "bookings_hold", OF_A_HOLD, HOLD_MOVES),
}
CREATE = [
    f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW BEGIN {body.format(condition=condition)} END"
    for name, (act, table, body, condition) in TRIGGERS.items()
]
DROP = [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
# The table is new and empty, so that this waits for nobody.
LET_GO = """
    ALTER TABLE bookings_hold ADD CONSTRAINT hold_of_groomer
    FOREIGN KEY (groomer_id) REFERENCES salons_groomer (id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0010_reminders'),
        ('salons', '0008_cancellation_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField(verbose_name='시작')),
                ('ends_at', models.DateTimeField(verbose_name='끝')),
                ('visit', models.JSONField(verbose_name='미용')),
                ('price', models.PositiveIntegerField(verbose_name='가격 (원)')),
                ('agreed_policy', models.JSONField(blank=True, null=True, verbose_name='합의한 취소 규정')),
                ('state', api.inputs.model_fields.IdentifierField(choices=[('held', '잡아 둠'), ('booked', '예약됨'), ('released', '놓아줌'), ('expired', '시간이 지남')], default='held', max_length=10, verbose_name='상태')),
                ('held_at', models.DateTimeField(verbose_name='잡은 시각')),
                ('held_until', models.DateTimeField(verbose_name='잡아 두는 때까지')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to=settings.AUTH_USER_MODEL, verbose_name='보호자')),
                ('groomer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='salons.groomer', verbose_name='미용사')),
            ],
            options={
                'verbose_name': '잡아 둔 시간',
                'verbose_name_plural': '잡아 둔 시간',
                'indexes': [models.Index(fields=['groomer', 'state', 'starts_at'], name='holds_of_groomer'), models.Index(fields=['customer', '-held_at'], name='holds_of_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='hold_takes_time'), models.CheckConstraint(condition=models.Q(('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(days=7))))), name='hold_takes_a_week_at_most')],
            },
        ),
        migrations.RunSQL(LET_GO, "ALTER TABLE bookings_hold DROP FOREIGN KEY hold_of_groomer"),
        # Dropped before a migration runs again: MySQL cannot roll back a part of it.
        migrations.RunSQL(DROP + CREATE, DROP),
    ]
