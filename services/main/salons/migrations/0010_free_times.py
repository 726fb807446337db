import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('salons', '0009_what_goes_with_a_salon'),
    ]

    operations = [
        migrations.CreateModel(
            name='FreeTimes',
            fields=[
                ('salon', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='free_times', serialize=False, to='salons.salon')),
                ('free_from', models.DateTimeField(null=True)),
                ('bookable_until', models.DateTimeField(null=True)),
                ('later_from', models.DateTimeField(null=True)),
                ('check_at', models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
            ],
            options={
                'indexes': [models.Index(fields=['check_at'], name='free_times_to_check'), models.Index(fields=['bookable_until', 'free_from', 'later_from'], name='search_by_free_times')],
            },
        ),
        migrations.CreateModel(
            name='FreeTimesChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salon_id', models.BigIntegerField(db_index=True)),
            ],
        ),
    ]
