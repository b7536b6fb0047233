"""Registers the queues' menu items and panels. They are made for each request: the number is always that of now."""

from wagtail import hooks

from moderation import menu, panels

hooks.register("construct_main_menu", menu.add_items)
hooks.register("construct_homepage_panels", panels.add_panels)
