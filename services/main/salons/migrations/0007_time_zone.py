from django.db import migrations

import api.inputs.model_fields
import salons.models.salon


class Migration(migrations.Migration):

    dependencies = [
        ('salons', '0006_owners_breaks_closed_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='salon',
            name='time_zone',
            field=api.inputs.model_fields.IdentifierField(db_default='Asia/Seoul', default='Asia/Seoul', max_length=40, validators=[salons.models.salon.known_time_zone], verbose_name='시간대'),
        ),
    ]
