"""What came since the first release goes with its account, whichever release deletes that.

That release's successors let a person leave by emptying the row. One that does not know providers would keep what they
call the person, so the database forgets it.
"""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with

DROP = "DROP TRIGGER IF EXISTS forget_who_has_left"
CREATE = """
    CREATE TRIGGER forget_who_has_left AFTER UPDATE ON accounts_account FOR EACH ROW BEGIN
        IF NEW.left_at IS NOT NULL AND OLD.left_at IS NULL THEN
            DELETE FROM accounts_socialidentity WHERE account_id = NEW.id;
            DELETE FROM accounts_signinorigin WHERE account_id = NEW.id;
        END IF;
    END
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_mails_about_providers'),
    ]

    operations = [
        goes_with("accounts_account", table="accounts_socialidentity", column="account_id", instead_of="accounts_socialident_account_id_75cb239b_fk_accounts_"),
        goes_with("accounts_account", table="accounts_signinorigin", column="account_id", instead_of="accounts_signinorigin_account_id_8855d59c_fk_accounts_account_id"),
        goes_with("accounts_account", table="accounts_secondfactor", column="account_id", instead_of="accounts_secondfactor_account_id_f322ed99_fk_accounts_account_id"),
        goes_with("accounts_secondfactor", table="accounts_recoverycode", column="factor_id", instead_of="accounts_recoverycod_factor_id_cd986632_fk_accounts_", parent_key="account_id"),
        migrations.RunSQL([DROP, CREATE], DROP),
    ]
