"""What of this app's tables pages depend on."""

from core.page_cache.tags import follow
from core.page_tags import PAGE

follow("home.HomePage", PAGE, "page_ptr")
follow("home.StandardPage", PAGE, "page_ptr")
