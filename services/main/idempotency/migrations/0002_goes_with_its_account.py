"""What a key has carried out goes with its account, whichever release deletes that."""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with


class Migration(migrations.Migration):

    dependencies = [
        ('idempotency', '0001_initial'),
    ]

    operations = [
        goes_with("accounts_account", table="idempotency_carriedout", column="account_id", instead_of="idempotency_carriedo_account_id_04dd2577_fk_accounts_"),
    ]
