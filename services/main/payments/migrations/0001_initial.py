"""Payments, refunds, and three tables that are written once: triggers refuse to change or remove their rows (decision 0044)."""

import api.inputs.model_fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WRITTEN_ONCE = ("payments_attempt", "payments_providerevent", "payments_ledgerentry")
TRIGGERS = {f"{table}_stays_{act.lower()}": (table, act) for table in WRITTEN_ONCE for act in ("UPDATE", "DELETE")}
CREATE = [
    f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{table} is append-only'"
    for name, (table, act) in TRIGGERS.items()
]
DROP = [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bookings', '0014_hold_needs_payment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('hold', models.UUIDField(editable=False, verbose_name='잡아 둔 시간')),
                ('order_id', api.inputs.model_fields.IdentifierField(editable=False, max_length=64, unique=True, verbose_name='주문 번호')),
                ('order_name', models.CharField(editable=False, max_length=100, verbose_name='주문 이름')),
                ('payment_key', api.inputs.model_fields.IdentifierField(blank=True, default='', editable=False, max_length=200, verbose_name='결제 키')),
                ('won', models.IntegerField(verbose_name='금액 (원)')),
                ('state', api.inputs.model_fields.IdentifierField(choices=[('begun', '결제 대기'), ('confirming', '승인 중'), ('unknown', '확인 중'), ('waiting_for_deposit', '입금 대기'), ('paid', '결제됨'), ('refused', '거절됨')], default='begun', max_length=20, verbose_name='상태')),
                ('refusal', api.inputs.model_fields.IdentifierField(blank=True, default='', max_length=64, verbose_name='거절 코드')),
                ('can_be_refunded_partly', models.BooleanField(default=True, verbose_name='일부 환불 가능')),
                ('captured_won', models.IntegerField(default=0, verbose_name='받은 금액 (원)')),
                ('refunded_won', models.IntegerField(default=0, verbose_name='돌려준 금액 (원)')),
                ('language', api.inputs.model_fields.IdentifierField(default='ko', editable=False, max_length=2, verbose_name='언어')),
                ('begun_at', models.DateTimeField(verbose_name='시작한 시각')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='승인을 요청한 시각')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('booking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='bookings.booking', verbose_name='예약')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to=settings.AUTH_USER_MODEL, verbose_name='보호자')),
            ],
            options={
                'verbose_name': '결제',
                'verbose_name_plural': '결제',
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', api.inputs.model_fields.IdentifierField(choices=[('captured', '받음'), ('booked', '예약됨'), ('released', '돌려주기로 함'), ('refunded', '돌려줌'), ('kept', '돌려주지 못함')], max_length=10, verbose_name='이유')),
                ('about', models.UUIDField(verbose_name='대상')),
                ('debit', api.inputs.model_fields.IdentifierField(choices=[('provider', '결제사에 있는 돈'), ('customer', '보호자의 돈'), ('salon', '살롱의 돈')], max_length=10, verbose_name='차변')),
                ('credit', api.inputs.model_fields.IdentifierField(choices=[('provider', '결제사에 있는 돈'), ('customer', '보호자의 돈'), ('salon', '살롱의 돈')], max_length=10, verbose_name='대변')),
                ('won', models.IntegerField(verbose_name='금액 (원)')),
                ('at', models.DateTimeField(verbose_name='시각')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='payments.payment', verbose_name='결제')),
            ],
            options={
                'verbose_name': '원장',
                'verbose_name_plural': '원장',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('won', models.IntegerField(verbose_name='금액 (원)')),
                ('reason', api.inputs.model_fields.IdentifierField(choices=[('cancelled_by_customer', '보호자가 취소'), ('cancelled_by_groomer', '미용사가 취소'), ('slot_gone', '시간이 남아 있지 않음'), ('paid_twice', '두 번 결제됨'), ('by_operator', '운영자')], max_length=24, verbose_name='이유')),
                ('state', api.inputs.model_fields.IdentifierField(choices=[('requested', '요청됨'), ('unknown', '확인 중'), ('done', '환불됨'), ('refused', '거절됨')], default='requested', max_length=20, verbose_name='상태')),
                ('refusal', api.inputs.model_fields.IdentifierField(blank=True, default='', max_length=64, verbose_name='거절 코드')),
                ('requested_at', models.DateTimeField(verbose_name='요청한 시각')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment', verbose_name='결제')),
            ],
            options={
                'verbose_name': '환불',
                'verbose_name_plural': '환불',
            },
        ),
        migrations.CreateModel(
            name='ProviderEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', api.inputs.model_fields.IdentifierField(max_length=10, verbose_name='호출')),
                ('outcome', api.inputs.model_fields.IdentifierField(max_length=10, verbose_name='결과')),
                ('http_status', models.SmallIntegerField(verbose_name='HTTP 상태')),
                ('code', api.inputs.model_fields.IdentifierField(blank=True, default='', max_length=64, verbose_name='코드')),
                ('status', api.inputs.model_fields.IdentifierField(blank=True, default='', max_length=24, verbose_name='결제 상태')),
                ('balance_won', models.BigIntegerField(blank=True, null=True, verbose_name='남은 금액 (원)')),
                ('at', models.DateTimeField(verbose_name='시각')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.payment', verbose_name='결제')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.refund', verbose_name='환불')),
            ],
            options={
                'verbose_name': '결제사 응답',
                'verbose_name_plural': '결제사 응답',
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('idempotency_key', api.inputs.model_fields.IdentifierField(max_length=80, unique=True, verbose_name='멱등 키')),
                ('won', models.IntegerField(verbose_name='금액 (원)')),
                ('recorded_at', models.DateTimeField(verbose_name='기록한 시각')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='payments.payment', verbose_name='결제')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='payments.refund', verbose_name='환불')),
            ],
            options={
                'verbose_name': '시도',
                'verbose_name_plural': '시도',
            },
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['customer', '-begun_at', '-id'], name='payments_of_customer'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['hold'], name='payments_of_hold'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['state', 'asked_at'], name='payments_by_state'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('won__gte', 100)), name='payment_is_of_a_hundred_won'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('refunded_won__gte', 0), ('refunded_won__lte', models.F('captured_won')), ('captured_won__lte', models.F('won'))), name='no_more_is_refunded_than_captured'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('about', 'reason'), name='one_entry_of_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('won__gt', 0)), name='entry_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='entry_is_between_two_accounts'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'requested_at'], name='refunds_by_state'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('won__gt', 0)), name='refund_is_of_something'),
        ),
        # Dropped before a migration runs again: MySQL cannot roll back a part of it.
        migrations.RunSQL(DROP + CREATE, DROP),
    ]
