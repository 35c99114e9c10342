"""What changes the catalogue beyond the administrator's tables."""

from django.db import transaction
from django.db.models import Max

from clients.sales.models import Disclosure, Product
from crm.lib.db import lock
from managers.audit.actions import record


@transaction.atomic
def publish(product: Product, *, text: str, by, at) -> Disclosure:
    """Publish the next version of what clients are told; earlier ones stay as they are (J2)."""
    product = lock(product)
    latest = product.disclosures.aggregate(latest=Max("version"))["latest"] or 0
    made = Disclosure.objects.create(
        product=product, version=latest + 1, text=text, published_at=at, published_by=by
    )
    record("disclosure.published", made, by=by, at=at, product=product.pk, version=made.version)
    return made
