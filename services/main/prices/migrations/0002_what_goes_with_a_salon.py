"""Price rules go with their salon and with their treatment, whichever release deletes it."""

from django.db import migrations

from serving.mysql.foreign_keys import goes_with


class Migration(migrations.Migration):

    dependencies = [
        ('prices', '0001_price_rules'),
    ]

    operations = [
        goes_with("salons_salon", table="prices_pricerule", column="salon_id", instead_of="prices_pricerule_salon_id_261affa2_fk_salons_salon_id"),
        goes_with("salons_treatment", table="prices_pricerule", column="treatment_id", instead_of="prices_pricerule_treatment_id_99135b60_fk_salons_treatment_id"),
    ]
