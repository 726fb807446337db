"""Rows go with their account and their salon by themselves: the release before knows nothing of this table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The table is new and empty, so that this waits for nobody.
GO_WITH_THEM = """
    ALTER TABLE favourites_favourite
    ADD CONSTRAINT favourite_of_customer FOREIGN KEY (customer_id) REFERENCES accounts_account (id) ON DELETE CASCADE,
    ADD CONSTRAINT favourite_of_salon FOREIGN KEY (salon_id) REFERENCES salons_salon (id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('salons', '0008_cancellation_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='담은 시각')),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to=settings.AUTH_USER_MODEL, verbose_name='보호자')),
                ('salon', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='salons.salon', verbose_name='살롱')),
            ],
            options={
                'verbose_name': '찜한 살롱',
                'verbose_name_plural': '찜한 살롱',
                'indexes': [models.Index(fields=['customer', '-since', '-id'], name='favourites_of_customer')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'salon'), name='one_favourite_per_salon')],
            },
        ),
        migrations.RunSQL(GO_WITH_THEM, "ALTER TABLE favourites_favourite DROP FOREIGN KEY favourite_of_customer, DROP FOREIGN KEY favourite_of_salon"),
    ]
