"""Dogs go with their owner, whichever release deletes that: the release before them knows none that would be in the way."""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with


class Migration(migrations.Migration):

    dependencies = [
        ('dogs', '0001_initial'),
    ]

    operations = [
        goes_with("accounts_account", table="dogs_dog", column="owner_id", instead_of="dogs_dog_owner_id_29e6a70d_fk_accounts_account_id"),
    ]
