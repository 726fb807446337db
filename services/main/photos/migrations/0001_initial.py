"""Photos. Their keys to salons and dogs empty themselves: the release before removes dogs, and knows nothing of this."""

import api.inputs.model_fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

# The table is new and empty, so that this waits for nobody.
LET_GO = """
    ALTER TABLE photos_photo
    ADD CONSTRAINT photo_of_account FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE SET NULL,
    ADD CONSTRAINT photo_of_salon FOREIGN KEY (salon_id) REFERENCES salons_salon (id) ON DELETE SET NULL,
    ADD CONSTRAINT photo_of_dog FOREIGN KEY (dog_id) REFERENCES dogs_dog (id) ON DELETE SET NULL
"""
BACK = "ALTER TABLE photos_photo DROP FOREIGN KEY photo_of_account, DROP FOREIGN KEY photo_of_salon, DROP FOREIGN KEY photo_of_dog"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('dogs', '0001_initial'),
        ('salons', '0008_cancellation_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', api.inputs.model_fields.IdentifierField(choices=[('salon', '살롱'), ('dog', '강아지')], max_length=8, verbose_name='용도')),
                ('content_type', api.inputs.model_fields.IdentifierField(max_length=20, verbose_name='보낸 형식')),
                ('declared_bytes', models.IntegerField(verbose_name='보낸 크기')),
                ('state', api.inputs.model_fields.IdentifierField(choices=[('awaited', '업로드 대기'), ('checked', '확인 중'), ('ready', '준비됨'), ('refused', '거절됨'), ('removed', '지우는 중')], default='awaited', max_length=8, verbose_name='상태')),
                ('refused_as', api.inputs.model_fields.IdentifierField(blank=True, default='', max_length=30, verbose_name='거절 이유')),
                ('width', models.IntegerField(null=True, verbose_name='너비')),
                ('height', models.IntegerField(null=True, verbose_name='높이')),
                ('created_at', models.DateTimeField(verbose_name='등록한 시각')),
                ('form_ends_at', models.DateTimeField(null=True, verbose_name='업로드 마감')),
                ('check_ends_at', models.DateTimeField(null=True, verbose_name='확인 마감')),
                ('remove_at', models.DateTimeField(null=True, verbose_name='지울 시각')),
                ('place', models.SmallIntegerField(default=0, verbose_name='순서')),
                ('account', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photos', to=settings.AUTH_USER_MODEL, verbose_name='올린 계정')),
                ('dog', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photo', to='dogs.dog', verbose_name='강아지')),
                ('salon', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photos', to='salons.salon', verbose_name='살롱')),
            ],
            options={
                'verbose_name': '사진',
                'verbose_name_plural': '사진',
                'indexes': [models.Index(fields=['account', 'state'], name='photos_of_account'), models.Index(fields=['remove_at', 'salon', 'dog'], name='photos_to_remove'), models.Index(fields=['form_ends_at'], name='photos_to_clear')],
            },
        ),
        migrations.RunSQL(LET_GO, BACK),
    ]
