"""Pages of this feature."""

urlpatterns = []
