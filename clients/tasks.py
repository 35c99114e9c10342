"""Registry: Celery looks for tasks here."""
