"""What the CMS costs editors, beside Wagtail without anything of ours on the same pages (`manage.py bench --cms`)."""
