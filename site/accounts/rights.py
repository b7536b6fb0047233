"""What the CMS's roles may do with what every site has: the CMS itself, and the records of `core` and of Wagtail."""

from accounts.roles import CHANGE_USERS, Rights, every

CMS = "wagtailadmin.access_admin"
TRANSLATE = "wagtail_localize.submit_translation"
SNIPPETS = ["core.topic", "core.menu", "core.helpline"]
DANGER = ["core.dangerphrase"]  # one list for all languages
REDIRECTS = ["wagtailredirects.redirect"]
WORKFLOWS = ["wagtailcore.workflow", "wagtailcore.task"]

RIGHTS = Rights(
    editors=[CMS, *every(["add", "change", "view"], [*SNIPPETS, *DANGER])],
    translators=[CMS, TRANSLATE, *every(["change", "view"], SNIPPETS)],
    moderators=[CMS],
    administrators=[
        CMS,
        TRANSLATE,
        *every(["add", "change", "delete", "view"], [*SNIPPETS, *DANGER, *REDIRECTS, *WORKFLOWS]),
        *every(["add", "change", "view"], ["wagtailcore.locale"]),
        *every(["change", "view"], ["wagtailcore.site"]),
        CHANGE_USERS,
        "accounts.view_user",
    ],
)
