from django.db import migrations, models

import api.inputs.model_fields


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0004_visits'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각'),
        ),
        migrations.AddField(
            model_name='booking',
            name='ending',
            field=api.inputs.model_fields.IdentifierField(blank=True, choices=[('cancelled_by_customer', '보호자가 취소'), ('cancelled_by_groomer', '미용사가 취소'), ('completed', '미용 완료'), ('no_show', '오지 않음')], db_default='', default='', max_length=24, verbose_name='끝난 상태'),
        ),
    ]
