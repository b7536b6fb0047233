"""The pages for development at the root, and what the frame of every page links to."""

from django.urls import include, path

from dev.pages.urls import urlpatterns as for_development

urlpatterns = [*for_development, path("account/", include("accounts.urls"))]
