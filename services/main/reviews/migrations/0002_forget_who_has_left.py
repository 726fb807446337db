"""Who leaves by a release that knows no reviews says nothing more here either (accounts 0010 has why)."""

from django.db import migrations

DROP = "DROP TRIGGER IF EXISTS forget_who_has_left"
CREATE = """
    CREATE TRIGGER forget_who_has_left AFTER UPDATE ON accounts_account FOR EACH ROW BEGIN
        IF NEW.left_at IS NOT NULL AND OLD.left_at IS NULL THEN
            DELETE FROM accounts_socialidentity WHERE account_id = NEW.id;
            DELETE FROM accounts_signinorigin WHERE account_id = NEW.id;
            DELETE FROM favourites_favourite WHERE customer_id = NEW.id;
            DELETE FROM blocks_block WHERE account_id = NEW.id OR blocked_id = NEW.id;
            DELETE FROM bookings_hold WHERE customer_id = NEW.id;
            DELETE FROM bookings_waitlistentry WHERE customer_id = NEW.id;
            {more}
        END IF;
    END
"""
MORE = """
            UPDATE reviews_review r JOIN bookings_booking b ON b.id = r.booking_id
                SET r.text = '' WHERE b.customer_id = NEW.id;
            UPDATE reviews_review r JOIN bookings_booking b ON b.id = r.booking_id
                JOIN salons_groomer g ON g.id = b.groomer_id
                SET r.reply = '', r.replied_at = NULL WHERE g.account_id = NEW.id;
            DELETE FROM reviews_report WHERE account_id = NEW.id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0013_forget_who_has_left'),
        ('reviews', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL([DROP, CREATE.format(more=MORE)], [DROP, CREATE.format(more="")]),
    ]
