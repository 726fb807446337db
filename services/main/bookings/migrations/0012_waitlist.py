"""Who waits for a slot. An offer is a hold that names whose it is; the release before reads neither."""

import api.inputs.model_fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

# The table is new and empty, so that this waits for nobody.
LET_GO = """
    ALTER TABLE bookings_waitlistentry
    ADD CONSTRAINT waits_as_customer FOREIGN KEY (customer_id) REFERENCES accounts_account (id) ON DELETE CASCADE,
    ADD CONSTRAINT waits_at_groomer FOREIGN KEY (groomer_id) REFERENCES salons_groomer (id) ON DELETE CASCADE,
    ADD CONSTRAINT waits_at_salon FOREIGN KEY (salon_id) REFERENCES salons_salon (id) ON DELETE CASCADE
"""
STAY = """
    ALTER TABLE bookings_waitlistentry
    DROP FOREIGN KEY waits_as_customer, DROP FOREIGN KEY waits_at_groomer, DROP FOREIGN KEY waits_at_salon
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0011_holds'),
        ('salons', '0008_cancellation_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitlistEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked', models.JSONField(verbose_name='미용')),
                ('first_day', models.DateField(verbose_name='첫날')),
                ('last_day', models.DateField(verbose_name='마지막 날')),
                ('state', api.inputs.model_fields.IdentifierField(choices=[('waiting', '기다림'), ('offered', '제안됨'), ('booked', '예약됨'), ('left', '그만둠'), ('lapsed', '답하지 않음'), ('closed', '날짜가 지남')], default='waiting', max_length=10, verbose_name='상태')),
                ('missed', models.SmallIntegerField(default=0, verbose_name='놓친 제안')),
                ('language', api.inputs.model_fields.IdentifierField(default='ko', editable=False, max_length=2, verbose_name='언어')),
                ('joined_at', models.DateTimeField(verbose_name='기다리기 시작한 시각')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='waitlist_entries', to=settings.AUTH_USER_MODEL, verbose_name='보호자')),
                ('groomer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='waitlist', to='salons.groomer', verbose_name='미용사')),
                ('salon', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='waitlist', to='salons.salon', verbose_name='살롱')),
            ],
            options={
                'verbose_name': '대기',
                'verbose_name_plural': '대기',
                'indexes': [models.Index(fields=['salon', 'state', 'joined_at'], name='waitlist_of_salon'), models.Index(fields=['customer', '-joined_at', '-id'], name='waitlist_of_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='waits_for_some_day')],
            },
        ),
        migrations.AddField(
            model_name='hold',
            name='offer_of',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='offers', to='bookings.waitlistentry', verbose_name='대기'),
        ),
        migrations.RunSQL(LET_GO, STAY),
    ]
