"""A visit has one or more treatments. Bookings from before have no rows here, and are read as what they say themselves.

The foreign key to dogs empties its column by itself: the release before removes dogs, and knows nothing of this table.
"""

import django.db.models.deletion
from django.db import migrations, models

# The table is new and empty, so that this waits for nobody.
LET_GO = """
    ALTER TABLE bookings_bookedtreatment ADD CONSTRAINT bookedtreatment_of_dog
    FOREIGN KEY (dog_id) REFERENCES dogs_dog (id) ON DELETE SET NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0003_time_off'),
        ('dogs', '0001_initial'),
        ('salons', '0007_time_zone'),
    ]

    operations = [
        migrations.CreateModel(
            name='BookedTreatment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='순서')),
                ('dog_size', models.CharField(choices=[('small', '소형견'), ('medium', '중형견'), ('large', '대형견')], max_length=10, verbose_name='크기')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='시간 (분)')),
                ('price', models.PositiveIntegerField(verbose_name='가격 (원)')),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='treatments', to='bookings.booking', verbose_name='예약')),
                ('dog', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dogs.dog', verbose_name='강아지')),
                ('treatment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='salons.treatment', verbose_name='시술')),
            ],
            options={
                'verbose_name': '예약한 시술',
                'verbose_name_plural': '예약한 시술',
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('booking', 'number'), name='one_treatment_per_number')],
            },
        ),
        migrations.RunSQL(LET_GO, "ALTER TABLE bookings_bookedtreatment DROP FOREIGN KEY bookedtreatment_of_dog"),
    ]
