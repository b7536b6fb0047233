"""Small pieces that components share."""

from django import template

register = template.Library()
