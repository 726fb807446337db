"""Rows go with their accounts by themselves: the release before knows nothing of this table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The table is new and empty, so that this waits for nobody.
GO_WITH_THEM = """
    ALTER TABLE blocks_block
    ADD CONSTRAINT block_by_account FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE,
    ADD CONSTRAINT block_of_account FOREIGN KEY (blocked_id) REFERENCES accounts_account (id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='차단한 시각')),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to=settings.AUTH_USER_MODEL, verbose_name='차단한 사람')),
                ('blocked', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='blocked_by', to=settings.AUTH_USER_MODEL, verbose_name='차단된 사람')),
            ],
            options={
                'verbose_name': '차단',
                'verbose_name_plural': '차단',
                'indexes': [models.Index(fields=['account', '-since', '-id'], name='blocks_of_account')],
                'constraints': [models.UniqueConstraint(fields=('account', 'blocked'), name='one_block_per_pair'), models.CheckConstraint(condition=models.Q(('account', models.F('blocked')), _negated=True), name='nobody_blocks_themselves')],
            },
        ),
        migrations.RunSQL(GO_WITH_THEM, "ALTER TABLE blocks_block DROP FOREIGN KEY block_by_account, DROP FOREIGN KEY block_of_account"),
    ]
