"""Feeds go with their account, whichever release deletes that or lets its person leave (accounts 0010 has why)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import api.inputs.model_fields

# The table is new and empty, so that this waits for nobody.
GO_WITH_IT = """
    ALTER TABLE calendars_calendarfeed
    ADD CONSTRAINT feed_of_account FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE
"""
DROP = "DROP TRIGGER IF EXISTS forget_who_has_left"
CREATE = """
    CREATE TRIGGER forget_who_has_left AFTER UPDATE ON accounts_account FOR EACH ROW BEGIN
        IF NEW.left_at IS NOT NULL AND OLD.left_at IS NULL THEN
            DELETE FROM accounts_socialidentity WHERE account_id = NEW.id;
            DELETE FROM accounts_signinorigin WHERE account_id = NEW.id;
            DELETE FROM favourites_favourite WHERE customer_id = NEW.id;
            DELETE FROM blocks_block WHERE account_id = NEW.id OR blocked_id = NEW.id;
            DELETE FROM bookings_hold WHERE customer_id = NEW.id;
            DELETE FROM bookings_waitlistentry WHERE customer_id = NEW.id;
            {more}
        END IF;
    END
"""
MORE = "DELETE FROM calendars_calendarfeed WHERE account_id = NEW.id;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bookings', '0013_forget_who_has_left'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', api.inputs.model_fields.IdentifierField(editable=False, max_length=64, unique=True, verbose_name='비밀의 지문')),
                ('language', api.inputs.model_fields.IdentifierField(editable=False, max_length=2, verbose_name='언어')),
                ('made_at', models.DateTimeField(verbose_name='만든 시각')),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL, verbose_name='계정')),
            ],
            options={
                'verbose_name': '캘린더 구독 주소',
                'verbose_name_plural': '캘린더 구독 주소',
                'indexes': [models.Index(fields=['account', '-made_at', '-id'], name='feeds_of_account')],
            },
        ),
        migrations.RunSQL(GO_WITH_IT, "ALTER TABLE calendars_calendarfeed DROP FOREIGN KEY feed_of_account"),
        migrations.RunSQL([DROP, CREATE.format(more=MORE)], [DROP, CREATE.format(more="")]),
    ]
