"""Rows go with their booking, salon and account by themselves: the release before knows nothing of these tables."""

import api.inputs.model_fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models


# The tables are new and empty, so that this waits for nobody.
GO_WITH_THEM = """
    ALTER TABLE reviews_review
    ADD CONSTRAINT review_of_booking FOREIGN KEY (booking_id) REFERENCES bookings_booking (id) ON DELETE CASCADE,
    ADD CONSTRAINT review_of_salon FOREIGN KEY (salon_id) REFERENCES salons_salon (id) ON DELETE CASCADE;
    ALTER TABLE reviews_report
    ADD CONSTRAINT report_of_review FOREIGN KEY (review_id) REFERENCES reviews_review (id) ON DELETE CASCADE,
    ADD CONSTRAINT report_of_account FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE;
    ALTER TABLE reviews_rating
    ADD CONSTRAINT rating_of_salon FOREIGN KEY (salon_id) REFERENCES salons_salon (id) ON DELETE CASCADE
"""
STAY = """
    ALTER TABLE reviews_review DROP FOREIGN KEY review_of_booking, DROP FOREIGN KEY review_of_salon;
    ALTER TABLE reviews_report DROP FOREIGN KEY report_of_review, DROP FOREIGN KEY report_of_account;
    ALTER TABLE reviews_rating DROP FOREIGN KEY rating_of_salon
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bookings', '0013_forget_who_has_left'),
        ('salons', '0009_what_goes_with_a_salon'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('salon', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rating', serialize=False, to='salons.salon', verbose_name='살롱')),
                ('count', models.IntegerField(verbose_name='후기 수')),
                ('stars', models.IntegerField(verbose_name='별의 합')),
            ],
            options={
                'verbose_name': '평점',
                'verbose_name_plural': '평점',
                'constraints': [models.CheckConstraint(condition=models.Q(('stars__gte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(1))), ('stars__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5)))), name='rating_is_of_its_reviews')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('stars', models.SmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='별점')),
                ('text', models.CharField(blank=True, max_length=1000, verbose_name='후기')),
                ('written_at', models.DateTimeField(verbose_name='쓴 시각')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='고친 시각')),
                ('reply', models.CharField(blank=True, default='', max_length=1000, verbose_name='미용사의 답')),
                ('replied_at', models.DateTimeField(blank=True, null=True, verbose_name='답한 시각')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='가린 시각')),
                ('booking', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='review', to='bookings.booking', verbose_name='예약')),
                ('salon', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='salons.salon', verbose_name='살롱')),
            ],
            options={
                'verbose_name': '후기',
                'verbose_name_plural': '후기',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', api.inputs.model_fields.IdentifierField(choices=[('abuse', '욕설·비방'), ('private', '개인정보'), ('untrue', '사실이 아님'), ('advertising', '광고'), ('other', '기타')], max_length=12, verbose_name='이유')),
                ('reported_at', models.DateTimeField(verbose_name='신고한 시각')),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='신고한 계정')),
                ('review', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='reviews.review', verbose_name='후기')),
            ],
            options={
                'verbose_name': '후기 신고',
                'verbose_name_plural': '후기 신고',
            },
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['salon', '-written_at', '-id'], name='reviews_of_salon'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='review_has_one_to_five_stars'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['account', '-reported_at'], name='reports_of_account'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('review', 'account'), name='one_report_per_account'),
        ),
        migrations.RunSQL(GO_WITH_THEM, STAY),
    ]
