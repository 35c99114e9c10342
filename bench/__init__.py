"""What `manage.py bench` measures: pages and API against the bare query in the same run."""
