"""Who leaves by a release that knows neither holds nor the waitlist is forgotten there too (accounts 0010 has why)."""

from django.db import migrations

DROP = "DROP TRIGGER IF EXISTS forget_who_has_left"
CREATE = """
    CREATE TRIGGER forget_who_has_left AFTER UPDATE ON accounts_account FOR EACH ROW BEGIN
        IF NEW.left_at IS NOT NULL AND OLD.left_at IS NULL THEN
            DELETE FROM accounts_socialidentity WHERE account_id = NEW.id;
            DELETE FROM accounts_signinorigin WHERE account_id = NEW.id;
            DELETE FROM favourites_favourite WHERE customer_id = NEW.id;
            DELETE FROM blocks_block WHERE account_id = NEW.id OR blocked_id = NEW.id;
            {more}
        END IF;
    END
"""
# Holds first, as whoever ends one does.
MORE = """
            DELETE FROM bookings_hold WHERE customer_id = NEW.id;
            DELETE FROM bookings_waitlistentry WHERE customer_id = NEW.id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('blocks', '0002_forget_who_has_left'),
        ('bookings', '0012_waitlist'),
    ]

    operations = [
        migrations.RunSQL([DROP, CREATE.format(more=MORE)], [DROP, CREATE.format(more="")]),
    ]
